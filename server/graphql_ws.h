/*
 * graphql_ws.h - the graphql-transport-ws protocol: many operations over one WebSocket.
 *
 * Life:    a client lives as long as its socket; each of its operations is carried by it under the
 *          id the client chose.
 * Limits:  settings websocket_*: time for connection_init, operations at once (an error for the
 *          one over it), seconds between pings; body_bytes_max a message. stream_queue_bytes and
 *          reply_bytes_max wait for a slow reader.
 * Ends:    4400 bad message, 4401 not initialised, 4403 refused, or token or session ended,
 *          4408 no connection_init in time, 4409 id in use, 4429 initialised twice,
 *          1001 the server stops, 1013 the reader is too slow, or an answer is to be asked again.
 * Source:  graphql-ws PROTOCOL.md (graphql-transport-ws).
 */
#ifndef SERVER_GRAPHQL_WS_H
#define SERVER_GRAPHQL_WS_H

#include "app.h"

/* Of one process. */
struct graphql_ws *graphql_ws_new(struct app *app);

/* Takes the exchange over: upgrades it, or refuses it with a status and a sentence. */
void graphql_ws_open(struct graphql_ws *all, struct http_exchange *exchange);

/* Says goodbye to every client. */
void graphql_ws_drain(struct graphql_ws *all);

/* After the loop has ended: a socket that nobody reads may outlast the drain. */
void graphql_ws_free(struct graphql_ws *all);

#endif
