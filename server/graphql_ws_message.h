/*
 * graphql_ws_message.h - what a client may say in graphql-transport-ws, read and checked.
 *
 * Life:    texts and payload are views of the message, until graphql_ws_message_done.
 * Limits:  JSON as graphql_json_read's, ids of GRAPHQL_WS_ID_BYTES_MAX.
 * Source:  graphql-ws PROTOCOL.md, "Message types".
 */
#ifndef SERVER_GRAPHQL_WS_MESSAGE_H
#define SERVER_GRAPHQL_WS_MESSAGE_H

#include "base/status.h"
#include "base/str.h"

#include <jansson.h>

enum { GRAPHQL_WS_ID_BYTES_MAX = 128 };

enum graphql_ws_type {
    GRAPHQL_WS_CONNECTION_INIT,
    GRAPHQL_WS_PING,
    GRAPHQL_WS_PONG,
    GRAPHQL_WS_SUBSCRIBE,
    GRAPHQL_WS_COMPLETE,
    GRAPHQL_WS_TYPES,
};

struct graphql_ws_message {
    enum graphql_ws_type type;
    struct str id;         /* of SUBSCRIBE and COMPLETE */
    const json_t *payload; /* an object; NULL: none. SUBSCRIBE has one. */
    json_t *json;          /* keeps the rest alive */
};

/* Fails: MC_BAD_INPUT. */
enum status graphql_ws_message_read(struct str text, size_t parts_max,
                                    struct graphql_ws_message *ret_message);

void graphql_ws_message_done(struct graphql_ws_message *message);

/* A member of an object; absent when it is no text. */
struct str graphql_ws_text(const json_t *object, const char *key);

#endif
