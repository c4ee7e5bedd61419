/*
 * endpoint.h - /graphql over HTTP: reads the request, carries its one reply or its event stream.
 *
 * Source: GraphQL over HTTP (stage 2 draft); graphql-sse, distinct connections mode.
 */
#ifndef SERVER_ENDPOINT_H
#define SERVER_ENDPOINT_H

#include "http/http.h"

/* The route /graphql. data is the app. */
void endpoint_handle(struct http_exchange *exchange, void *data);

#endif
