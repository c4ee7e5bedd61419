/*
 * reply.h - the JSON bodies the server itself writes, and the headers it always sends.
 */
#ifndef SERVER_REPLY_H
#define SERVER_REPLY_H

#include "base/buf.h"
#include "http/http.h"

extern const char media_json[];          /* application/json; charset=utf-8 */
extern const char media_graphql_reply[]; /* application/graphql-response+json; charset=utf-8 */
extern const char media_event_stream[];  /* text/event-stream; charset=utf-8 */

enum { REPLY_MORE_MAX = 5 };

/* How a body goes out. */
struct reply_form {
    int status;
    const char *media;
    const char *allow;              /* NULL: none */
    const char *coding;             /* content-encoding; "": none */
    int32_t max_age_s;              /* 0: nobody may keep it (Cache-Control: private, no-store) */
    const char *etag;               /* with max_age_s */
    int64_t retry_after_s;          /* 0: soon */
    const struct http_header *more; /* REPLY_MORE_MAX at most */
    size_t more_count;
    const struct http_owner *owner; /* of the body; NULL: it is copied */
};

/* With nosniff always, and Retry-After with 503 and 429. */
void reply_form(struct http_exchange *exchange, const struct reply_form *form, struct str body);

/* How a stream goes out. */
struct stream_form {
    const char *media;
    size_t queue_bytes_max;
    const struct http_header *more; /* REPLY_MORE_MAX at most */
    size_t more_count;
};

/* Opens it with 200; nothing may keep, change or buffer it. */
void reply_stream(struct http_exchange *exchange, const struct stream_form *form);

/* The plain form: no coding, not to be kept. */
void reply_body(struct http_exchange *exchange, int status, const char *media, struct str body);

/* {"errors":[{"message":...,"extensions":{"code":...}}]} with the status's own HTTP status; 401
 * with WWW-Authenticate, 405 with Allow. message NULL: the status's sentence. */
void reply_refusal(struct http_exchange *exchange, enum status status, const char *message,
                   const char *allow);

/* Its body alone. */
void reply_refusal_json(struct buf *out, enum status status, const char *message);

#endif
