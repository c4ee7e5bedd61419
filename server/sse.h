/*
 * sse.h - server-sent events as graphql-sse's distinct connections mode writes them.
 *
 * Order:  opened by reply_stream as media_event_stream.
 * Source: WHATWG HTML section 9.2; graphql-sse PROTOCOL.md.
 */
#ifndef SERVER_SSE_H
#define SERVER_SSE_H

#include "base/buf.h"
#include "reply.h"

/* event: next, with an id when there is one. json has no line end. Fails: as http_stream_send. */
enum status sse_next(struct http_exchange *exchange, struct str id, struct str json);

/* event: complete; nothing more will come and the client need not try again. */
enum status sse_complete(struct http_exchange *exchange);

/* A comment: a sign of life. */
enum status sse_comment(struct http_exchange *exchange, const char *text);

/* The stream of a query or of an error: one next, then complete, then the end. The queue is made
 * as long as it takes. */
void sse_reply_once(struct http_exchange *exchange, const struct stream_form *form,
                    struct str json);

#endif
