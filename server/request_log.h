/*
 * request_log.h - one line of the log for each request (the setting log_requests), when it ends,
 * however it ends.
 *
 *     event=request id=9c41f05be2a7d316 over=http principal=CITIZEN kind=query operation=AppHome
 *         levels=2 statements=3 ms=4 bytes=812 status=MC_OK http=200
 *
 * Who:     each operation that is carried has one, so each of a batch (part: its place) and each
 *          of a WebSocket (part: a count; id: that of the handshake). Each HTTP request that
 *          carried none has one with its route instead: the handshake, /oauth/token, what is no
 *          GraphQL request. What the guard refuses is a connection's matter and has none; nor has
 *          what of a batch was not begun when its client left.
 * Fields:  id is ours, the reply's x-request-id. levels: round trips to PostgreSQL, statements:
 *          in them; those of a stream are its cohort's, in the metrics alone. bytes: of the answer
 *          before compression, or of all results of a stream. http: absent where it has none of
 *          its own, or the client had left (MC_CANCELLED).
 * Privacy: nothing that came with the request. An operation's name stands there when its document
 *          is one of a manifest; a name that a client made up may be a person's, so of that there
 *          is operation_hash alone, under a key of the token key ring: equal for equal names.
 */
#ifndef SERVER_REQUEST_LOG_H
#define SERVER_REQUEST_LOG_H

#include "http/http.h"

struct app;
struct operation;

/* What an operation's line says beside what the operation knows. */
struct request_line {
    uint64_t id;
    uint32_t part; /* 0: it is alone */
    uint64_t began_ns;
    enum status status;
    int http;
    size_t bytes;
};

/* Before the first line, once the token keys are there. */
void request_log_key(struct app *app);

void request_log_operation(const struct operation *operation);
void request_log_exchange(const struct app *app, const struct http_end *end);

#endif
