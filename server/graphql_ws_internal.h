/*
 * graphql_ws_internal.h - what graphql_ws.c (the socket) and graphql_ws_subscription.c (operations
 * over it) share.
 */
#ifndef SERVER_GRAPHQL_WS_INTERNAL_H
#define SERVER_GRAPHQL_WS_INTERNAL_H

#include "graphql_ws.h"
#include "graphql_ws_message.h"
#include "http/websocket.h"
#include "operation.h"

#include <sys/queue.h>

enum {
    CLOSE_GOING_AWAY = 1001,
    CLOSE_TRY_AGAIN = 1013,
    CLOSE_BAD_MESSAGE = 4400,
    CLOSE_UNAUTHORIZED = 4401,
    CLOSE_FORBIDDEN = 4403,
    CLOSE_INIT_TIMEOUT = 4408,
    CLOSE_ID_IN_USE = 4409,
    CLOSE_TOO_MANY_INITS = 4429,
};

/* Before connection_init, while its token is checked, after connection_ack. */
enum ws_state { WS_NEW, WS_CHECKING, WS_READY };

struct ws_client;

/* An operation of a client, under its id. */
struct ws_subscription {
    struct operation operation;
    struct ws_client *client; /* NULL: gone */
    struct str id;
    bool dropped; /* no longer wanted, but not over yet: it counts still, its id does not */
    bool completed;
    TAILQ_ENTRY(ws_subscription) link;
};

TAILQ_HEAD(ws_subscription_list, ws_subscription);

struct ws_client {
    struct graphql_ws *all;
    struct app *app;
    struct http_websocket *socket; /* NULL: closed */
    uint64_t id;                   /* of its handshake */
    uint32_t operations_seen;
    enum ws_state state;
    struct arena arena; /* what connection_init said */
    struct str authorization;
    struct http_address address;
    struct session_check check;
    struct ws_subscription_list subscriptions;
    size_t subscription_count; /* dropped ones too, so that none can be piled up on the database */
    uv_timer_t timer;
    bool heard; /* since the last ping */
    TAILQ_ENTRY(ws_client) link;
};

/* {"id":...,"type":...,"payload":...}; id and payload may be absent. Fails: MC_LIMIT, and the
 * socket is being closed; MC_CANCELLED. */
enum status ws_client_send(struct ws_client *client, struct str id, const char *type,
                           struct str payload);
void ws_client_close(struct ws_client *client, uint16_t code, const char *reason);

/* NULL: none. */
struct ws_subscription *ws_subscription_find(struct ws_client *client, struct str id);

/* Answered over the socket, under the id. */
void ws_subscription_start(struct ws_client *client, struct str id, const json_t *payload);

/* Its client no longer wants it. */
void ws_subscription_drop(struct ws_subscription *subscription);

/* The client is gone. */
void ws_subscriptions_end(struct ws_client *client);

#endif
