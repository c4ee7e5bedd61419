/*
 * operation.h - one GraphQL operation, from what was read of it to its last byte:
 * identify, plan, admit, charge, run, reply. What carries it is none of its business (carrier.h).
 *
 * Life:    embedded by its carrier between operation_init and the carrier's free, which comes when
 *          nothing of the operation is in flight. A subscription hands it to its stream.
 */
#ifndef SERVER_OPERATION_H
#define SERVER_OPERATION_H

#include "app.h"
#include "carrier.h"
#include "client.h"
#include "graphql_request.h"
#include "quota.h"
#include "request_log.h"

struct operation {
    struct request_line line; /* the carrier fills its id and part; without an id none is written */
    struct app *app;
    const struct carrier *carrier;
    struct arena arena;
    struct graphql_request graphql;
    struct str authorization;    /* absent: nobody asks */
    struct client_name client;   /* as it calls itself */
    struct str resume;           /* a cursor from outside the document; absent: none */
    struct http_address address; /* of who asks */
    struct request request;
    struct session_check check;
    struct gql_plan *plan;
    struct client_policy policy;
    bool is_trusted;    /* its document is one of a manifest */
    bool plan_is_known; /* its plan was there before it */
    struct buf reply;
    struct str render_key; /* absent: its answer is not for everybody */
    int64_t cost;          /* as computed before it runs; 1 at least */
    struct quota_charge charge;
    bool checking; /* waits for Redis */
    bool charging; /* waits for Redis too */
    bool running;  /* waits for PostgreSQL */
    bool gone;     /* the client has left */
    struct stream *stream;
};

/* Memory and limits; the carrier fills graphql, authorization and resume before it starts. */
void operation_init(struct operation *operation, struct app *app, const struct carrier *carrier);
void operation_start(struct operation *operation);

/* In place of operation_start: what was read of it cannot be one. */
void operation_refuse(struct operation *operation, enum status status, const char *why);

/* Ends it without an answer: init but not started, or all its answers given. */
void operation_free(struct operation *operation);

/* From the carrier: the client has left; all that was sent has left. */
void operation_gone(struct operation *operation);
void operation_drained(struct operation *operation);

#endif
