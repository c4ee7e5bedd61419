/*
 * multipart.h - results as parts of multipart/mixed, as Apollo's clients read subscriptions.
 *
 * Source: Apollo, "HTTP multipart subscription protocol", subscriptionSpec 1.0; RFC 2046, 5.1.1.
 */
#ifndef SERVER_MULTIPART_H
#define SERVER_MULTIPART_H

#include "base/buf.h"
#include "http/http.h"

/* What the stream is opened as, by reply_stream. */
extern const char media_multipart[];

/* One part: {"payload":json}. Fails: as http_stream_send. */
enum status multipart_next(struct http_exchange *exchange, struct str json);

/* The end before its time: {"payload":null,"errors":[...]} and the last boundary. errors is
 * {"errors":[...]}. */
enum status multipart_fail(struct http_exchange *exchange, struct str errors);

/* A part that says nothing: a sign of life. */
enum status multipart_heartbeat(struct http_exchange *exchange);

/* The last boundary: nothing more will come. */
enum status multipart_complete(struct http_exchange *exchange);

#endif
