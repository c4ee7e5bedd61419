/*
 * carrier.h - what carries the answers of an operation to its client: an HTTP exchange, one place
 * of a batch, one subscription of a WebSocket. An operation knows no more of it than this table.
 *
 * Life:    a carrier embeds its operation, starts it by operation_start, and is told exactly once
 *          that it is over, by `free`. It may be gone (operation_gone) before that; nothing else is
 *          called then.
 * Order:   one `reply`; or `refuse`; or `stream->open`, results, `stream->close`.
 */
#ifndef SERVER_CARRIER_H
#define SERVER_CARRIER_H

#include "base/buf.h"
#include "base/status.h"
#include "base/str.h"

#include <stddef.h>

struct operation;
struct rendered;

/* How an operation ended that was answered with a body of GraphQL. */
struct outcome {
    bool executed;                   /* false: refused before anything ran; status says why */
    enum status status;              /* of the request: document, variables */
    enum status worst;               /* of the errors of an executed operation */
    struct str body;                 /* {"data":...} or {"errors":...} */
    const struct rendered *rendered; /* the same kept, with compressed forms; NULL: not kept */
};

struct stream_carrier {
    /* Fails: as next. */
    enum status (*open)(struct operation *operation, size_t queue_bytes_max);
    /* One result. cursor: from where a client may go on after it; absent: nowhere. json has no line
     * end. Fails: MC_LIMIT when the reader is too slow, MC_CANCELLED when it is gone. */
    enum status (*next)(struct operation *operation, struct str cursor, struct str json);
    /* Nothing more will come, and the client need not try again. */
    enum status (*complete)(struct operation *operation);
    /* The end before its time; json is {"errors":[...]}, status whether to come back and how. NULL:
     * a result, then complete. */
    enum status (*fail)(struct operation *operation, enum status status, struct str json);
    /* A sign of life. going_away: the server stops, the client comes back to another. */
    enum status (*alive)(struct operation *operation, bool going_away);
    /* The end. Without complete before it, the client comes back. */
    void (*close)(struct operation *operation);
    /* Bytes that have not left yet. operation_drained is called when all have. */
    size_t (*waiting)(const struct operation *operation);
};

/* A result with {"extensions":{"cursor":...}}, for carriers that have no other place for it. cursor
 * absent: as it is. */
void result_with_cursor(struct buf *out, struct str json, struct str cursor);

struct carrier {
    void (*reply)(struct operation *operation, const struct outcome *outcome);
    /* The request is not answered at all. why NULL: the status's sentence. */
    void (*refuse)(struct operation *operation, enum status status, const char *why);
    void (*free)(struct operation *operation);
    /* NULL: no subscription over this carrier. */
    const struct stream_carrier *stream;
    const char *name;  /* for the log */
    bool queries_only; /* HTTP GET and QUERY */
    bool in_batch;     /* beside others in one request */
};

#endif
