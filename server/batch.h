/*
 * batch.h - several operations of one request: an array in, an array out, in its order. They run
 * one after the other, each with its own plan, admission and errors; so a mutation has ended before
 * what follows it.
 *
 * Life:    a batch lives from batch_open to its one reply, or until its client has left and what
 *          was running has ended.
 * Limits:  the setting batch_max; 0: no batches. No subscriptions.
 */
#ifndef SERVER_BATCH_H
#define SERVER_BATCH_H

#include "operation.h"

/* Takes the exchange over. The request's json is an array of at most batch_max requests. */
void batch_open(struct app *app, struct http_exchange *exchange,
                const struct graphql_request *request);

#endif
