/*
 * operation.h - one GraphQL operation of one HTTP exchange, from arrival to its last byte.
 *
 * Life:    made by endpoint_handle; a subscription hands it to its stream. Freed by operation_free
 *          when nothing of it is in flight.
 */
#ifndef SERVER_OPERATION_H
#define SERVER_OPERATION_H

#include "app.h"
#include "graphql_request.h"

struct operation {
    struct app *app;
    struct http_exchange *exchange; /* NULL once it has ended */
    struct arena arena;
    struct graphql_request graphql;
    struct request request;
    struct session_check check;
    struct gql_plan *plan;
    struct buf reply;
    bool checking; /* waits for Redis */
    bool running;  /* waits for PostgreSQL */
};

/* The route /graphql. data is the app. */
void endpoint_handle(struct http_exchange *exchange, void *data);

void operation_free(struct operation *operation);

#endif
