#include "graphql_ws.h"

#include "base/json_out.h"
#include "base/memory.h"
#include "graphql_ws_message.h"
#include "http/websocket.h"
#include "operation.h"
#include "reply.h"

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
enum { CHECK_BYTES_MAX = 256 * 1024 };

static const char protocol[] = "graphql-transport-ws";

enum state { NEW, CHECKING, READY };

struct client;

/* An operation of a client, under its id. */
struct subscription {
    struct operation operation;
    struct client *client; /* NULL: nobody listens any more */
    struct str id;
    bool completed;
    TAILQ_ENTRY(subscription) link;
};

TAILQ_HEAD(subscription_list, subscription);

struct client {
    struct graphql_ws *all;
    struct http_websocket *socket; /* NULL: closed */
    enum state state;
    struct arena arena; /* what connection_init said */
    struct str authorization;
    struct session_check check;
    struct subscription_list subscriptions;
    size_t subscription_count;
    uv_timer_t timer;
    bool heard; /* since the last ping */
    TAILQ_ENTRY(client) link;
};

TAILQ_HEAD(client_list, client);

struct graphql_ws {
    struct app *app;
    struct client_list clients;
    bool draining;
};

/* ---- messages out ---- */

/* {"id":...,"type":...,"payload":...}; id and payload may be absent. */
static enum status send_message(struct client *client, struct str id, const char *type,
                                struct str payload)
{
    struct buf message;
    struct json_out json = json_out(&message);
    enum status status;

    if (client->socket == NULL) return MC_CANCELLED;
    buf_init(&message, payload.size + GRAPHQL_WS_ID_BYTES_MAX * 6 + 128);
    json_object_open(&json);
    if (id.data != NULL) {
        json_key(&json, "id");
        json_str(&json, id);
    }
    json_key(&json, "type");
    json_str(&json, str_of(type));
    if (payload.data != NULL) {
        json_key(&json, "payload");
        json_raw(&json, payload);
    }
    json_object_close(&json);
    status = buf_status(&message);
    if (status == MC_OK) status = http_websocket_send(client->socket, buf_str(&message));
    buf_done(&message);
    if (status == MC_LIMIT)
        http_websocket_close(client->socket, CLOSE_TRY_AGAIN, "Too slow a reader.");
    return status;
}

static void close_client(struct client *client, uint16_t code, const char *reason)
{
    if (client->socket != NULL) http_websocket_close(client->socket, code, reason);
}

/* ---- a subscription as a carrier ---- */

static struct subscription *subscription_of(const struct operation *operation)
{
    return CONTAINER_OF(operation, struct subscription, operation);
}

static void forget(struct subscription *subscription)
{
    struct client *client = subscription->client;

    if (client == NULL) return;
    TAILQ_REMOVE(&client->subscriptions, subscription, link);
    client->subscription_count--;
    subscription->client = NULL;
}

static enum status complete(struct operation *operation)
{
    struct subscription *subscription = subscription_of(operation);

    if (subscription->client == NULL) return MC_CANCELLED;
    subscription->completed = true;
    return send_message(subscription->client, subscription->id, "complete", STR_NONE);
}

/* {"errors":[...]} without what is around the list. */
static struct str error_list(struct str body)
{
    static const char before[] = "{\"errors\":";

    if (!str_starts(body, str_of(before))) return STR("[]");
    return (struct str){ body.data + sizeof(before) - 1, body.size - sizeof(before) };
}

static void reply(struct operation *operation, const struct outcome *outcome)
{
    struct subscription *subscription = subscription_of(operation);
    enum status sent;

    if (subscription->client == NULL) return;
    if (!outcome->executed)
        sent = send_message(subscription->client, subscription->id, "error",
                            error_list(outcome->body));
    else if ((sent = send_message(subscription->client, subscription->id, "next", outcome->body)) ==
             MC_OK)
        sent = complete(operation);
    (void)sent;
}

static void refuse(struct operation *operation, enum status status, const char *why)
{
    struct subscription *subscription = subscription_of(operation);
    struct buf body;

    if (subscription->client == NULL) return;
    buf_init(&body, CHECK_BYTES_MAX);
    reply_refusal_json(&body, status, why);
    reply(operation, &(struct outcome){ .status = status, .body = buf_str(&body) });
    buf_done(&body);
}

static void free_subscription(struct operation *operation)
{
    struct subscription *subscription = subscription_of(operation);

    forget(subscription);
    mem_free(subscription);
}

static enum status open_stream(struct operation *operation, size_t queue_bytes_max)
{
    (void)queue_bytes_max; /* the socket has a queue of its own */
    return subscription_of(operation)->client == NULL ? MC_CANCELLED : MC_OK;
}

/* The cursor goes into the result's extensions, where a client finds it. */
static enum status send_next(struct operation *operation, struct str cursor, struct str json)
{
    struct subscription *subscription = subscription_of(operation);
    struct buf payload;
    enum status status;

    if (subscription->client == NULL) return MC_CANCELLED;
    buf_init(&payload, json.size + cursor.size + 64);
    result_with_cursor(&payload, json, cursor);
    status = send_message(subscription->client, subscription->id, "next", buf_str(&payload));
    buf_done(&payload);
    return status;
}

/* Whose token or session has ended comes back with a new one. */
static enum status fail(struct operation *operation, enum status status, struct str json)
{
    struct subscription *subscription = subscription_of(operation);

    if (subscription->client == NULL) return MC_CANCELLED;
    subscription->completed = true;
    if (status != MC_UNAUTHENTICATED)
        return send_message(subscription->client, subscription->id, "error", error_list(json));
    close_client(subscription->client, CLOSE_FORBIDDEN, "Forbidden");
    return MC_OK;
}

static enum status send_alive(struct operation *operation, bool going_away)
{
    struct subscription *subscription = subscription_of(operation);

    if (subscription->client == NULL) return MC_CANCELLED;
    if (going_away) close_client(subscription->client, CLOSE_GOING_AWAY, "The server stops.");
    return MC_OK;
}

/* There is no message for "ask me again": the socket says it. */
static void close_stream(struct operation *operation)
{
    struct subscription *subscription = subscription_of(operation);

    if (subscription->client == NULL || subscription->completed) return;
    close_client(subscription->client, CLOSE_TRY_AGAIN, "Ask again.");
}

static size_t waiting(const struct operation *operation)
{
    const struct client *client = subscription_of(operation)->client;

    return client == NULL || client->socket == NULL ? 0 : http_websocket_waiting(client->socket);
}

static const struct stream_carrier stream = {
    .open = open_stream,
    .next = send_next,
    .complete = complete,
    .fail = fail,
    .alive = send_alive,
    .close = close_stream,
    .waiting = waiting,
};
static const struct carrier carrier = {
    .reply = reply, .refuse = refuse, .free = free_subscription, .stream = &stream
};

/* ---- messages in ---- */

static struct subscription *find(struct client *client, struct str id)
{
    struct subscription *subscription;

    TAILQ_FOREACH(subscription, &client->subscriptions, link)
    if (str_eq(subscription->id, id)) return subscription;
    return NULL;
}

static void wait_on(struct client *client);

static void send_ack(struct client *client)
{
    client->state = READY;
    client->heard = true;
    wait_on(client);
    if (send_message(client, STR_NONE, "connection_ack", STR_NONE) != MC_OK)
        close_client(client, CLOSE_TRY_AGAIN, "Ask again.");
}

static void client_free_when_idle(struct client *client);

static void on_checked(struct session_check *check, enum status status)
{
    struct client *client = check->data;

    client->state = NEW;
    if (client->socket == NULL)
        client_free_when_idle(client);
    else if (status == MC_OK)
        send_ack(client);
    else if (status == MC_UNAUTHENTICATED)
        close_client(client, CLOSE_FORBIDDEN, "Forbidden");
    else
        close_client(client, CLOSE_TRY_AGAIN, status_sentence(status));
}

static void on_init(struct client *client, const struct graphql_ws_message *message)
{
    struct str given = graphql_ws_text(message->payload, "authorization");
    enum status status;

    if (given.data == NULL) given = graphql_ws_text(message->payload, "Authorization");
    if (client->state != NEW) {
        close_client(client, CLOSE_TOO_MANY_INITS, "Too many initialisation requests");
        return;
    }
    if (given.data != NULL) client->authorization = arena_str(&client->arena, given);
    if (client->authorization.data == NULL) {
        send_ack(client);
        return;
    }
    client->check =
        (struct session_check){ .arena = &client->arena, .done = on_checked, .data = client };
    client->state = CHECKING;
    status = session_check(&client->all->app->sessions, client->authorization, &client->check);
    if (status != MC_OK) on_checked(&client->check, status);
}

static enum status read_operation(const struct client *client, const json_t *payload,
                                  struct operation *operation, const char **ret_why)
{
    size_t most = (size_t)client->all->app->config->websocket_operations_max;

    operation->authorization = arena_str(&operation->arena, client->authorization);
    *ret_why = "Too many operations at once over one WebSocket.";
    if (client->subscription_count > most) return MC_LIMIT;
    return graphql_request_of_json(payload, &operation->graphql, ret_why);
}

static void start_subscription(struct client *client, struct str id, const json_t *payload)
{
    struct subscription *subscription = MEM_NEW(struct subscription);
    struct operation *operation = &subscription->operation;
    const char *why;
    enum status status;

    operation_init(operation, client->all->app, &carrier);
    subscription->id = arena_str(&operation->arena, id);
    subscription->client = client;
    TAILQ_INSERT_TAIL(&client->subscriptions, subscription, link);
    client->subscription_count++;
    status = read_operation(client, payload, operation, &why);
    if (status == MC_OK) {
        operation_start(operation);
        return;
    }
    refuse(operation, status, why);
    operation_free(operation);
}

static void on_subscribe(struct client *client, const struct graphql_ws_message *message)
{
    if (client->state != READY)
        close_client(client, CLOSE_UNAUTHORIZED, "Unauthorized");
    else if (find(client, message->id) != NULL)
        close_client(client, CLOSE_ID_IN_USE, "Subscriber for this id already exists");
    else
        start_subscription(client, message->id, message->payload);
}

static void on_complete(struct client *client, const struct graphql_ws_message *message)
{
    struct subscription *subscription = find(client, message->id);

    if (subscription == NULL) return;
    forget(subscription);
    operation_gone(&subscription->operation);
}

static void on_ping(struct client *client, const struct graphql_ws_message *message)
{
    (void)message;
    if (send_message(client, STR_NONE, "pong", STR_NONE) != MC_OK)
        close_client(client, CLOSE_TRY_AGAIN, "Too slow a reader.");
}

static void on_pong(struct client *client, const struct graphql_ws_message *message)
{
    (void)client;
    (void)message;
}

static void (*const takers[GRAPHQL_WS_TYPES])(struct client *client,
                                              const struct graphql_ws_message *message) = {
    [GRAPHQL_WS_CONNECTION_INIT] = on_init,
    [GRAPHQL_WS_PING] = on_ping,
    [GRAPHQL_WS_PONG] = on_pong,
    [GRAPHQL_WS_SUBSCRIBE] = on_subscribe,
    [GRAPHQL_WS_COMPLETE] = on_complete,
};

static void on_message(struct http_websocket *socket, struct str text)
{
    struct client *client = http_websocket_data(socket);
    struct graphql_ws_message message;

    client->heard = true;
    if (graphql_ws_message_read(text, &message) != MC_OK) {
        close_client(client, CLOSE_BAD_MESSAGE, "Not a message of graphql-transport-ws.");
        return;
    }
    takers[message.type](client, &message);
    graphql_ws_message_done(&message);
}

/* ---- the life of a client ---- */

static void on_timer_closed(uv_handle_t *handle)
{
    struct client *client = CONTAINER_OF(handle, struct client, timer);

    arena_done(&client->arena);
    mem_free(client);
}

/* A check of its session may still be under way. */
static void client_free_when_idle(struct client *client)
{
    if (client->state == CHECKING) return;
    uv_close((uv_handle_t *)&client->timer, on_timer_closed);
}

static void on_closed(struct http_websocket *socket)
{
    struct client *client = http_websocket_data(socket);
    struct subscription *subscription;

    client->socket = NULL;
    TAILQ_REMOVE(&client->all->clients, client, link);
    uv_timer_stop(&client->timer);
    while ((subscription = TAILQ_FIRST(&client->subscriptions)) != NULL) {
        forget(subscription);
        operation_gone(&subscription->operation);
    }
    if (client->state == CHECKING) session_check_cancel(&client->check);
    client_free_when_idle(client);
}

static void on_drained(struct http_websocket *socket)
{
    struct client *client = http_websocket_data(socket);
    struct subscription *subscription, *next;

    for (subscription = TAILQ_FIRST(&client->subscriptions); subscription != NULL;
         subscription = next) {
        next = TAILQ_NEXT(subscription, link);
        operation_drained(&subscription->operation);
    }
}

static uint64_t token_left_ms(const struct client *client)
{
    int64_t now_ms = clock_wall_us(client->all->app->clock) / 1000;
    int64_t end_ms = client->check.expires_s * 1000;

    if (client->authorization.data == NULL) return UINT64_MAX;
    return end_ms > now_ms ? (uint64_t)(end_ms - now_ms) : 0;
}

/* At a ping, or when the token ends. A client that is not heard between two pings is gone. */
static void on_time(uv_timer_t *timer)
{
    struct client *client = timer->data;

    if (token_left_ms(client) == 0) {
        close_client(client, CLOSE_FORBIDDEN, "Forbidden");
        return;
    }
    if (!client->heard) {
        http_websocket_cut(client->socket);
        return;
    }
    client->heard = false;
    wait_on(client);
    if (send_message(client, STR_NONE, "ping", STR_NONE) != MC_OK)
        close_client(client, CLOSE_TRY_AGAIN, "Too slow a reader.");
}

static void wait_on(struct client *client)
{
    uint64_t ping_ms = (uint64_t)client->all->app->config->websocket_ping_s * 1000;
    uint64_t left_ms = token_left_ms(client);

    uv_timer_start(&client->timer, on_time, left_ms < ping_ms ? left_ms : ping_ms, 0);
}

static void on_init_time(uv_timer_t *timer)
{
    close_client(timer->data, CLOSE_INIT_TIMEOUT, "Connection initialisation timeout");
}

static struct client *client_new(struct graphql_ws *all, const struct http_exchange *exchange)
{
    struct client *client = MEM_NEW(struct client);
    struct str authorization = http_header(exchange, "authorization");

    client->all = all;
    arena_init(&client->arena, CHECK_BYTES_MAX);
    if (authorization.data != NULL)
        client->authorization = arena_str(&client->arena, authorization);
    TAILQ_INIT(&client->subscriptions);
    MC_ASSERT(uv_timer_init(&all->app->loop, &client->timer) == 0);
    client->timer.data = client;
    return client;
}

static enum status accept_client(struct graphql_ws *all, struct http_exchange *exchange)
{
    const struct server_config *config = all->app->config;
    struct client *client = client_new(all, exchange);
    struct http_websocket_options options = {
        .protocol = protocol,
        .message_bytes_max = (size_t)config->body_bytes_max,
        .queue_bytes_max = (size_t)(config->stream_queue_bytes + config->reply_bytes_max),
        .goodbye_ms = (uint32_t)config->drain_ms / 4,
        .data = client,
        .message = on_message,
        .drained = on_drained,
        .closed = on_closed,
    };
    enum status status = http_websocket_accept(exchange, &options, &client->socket);

    if (status != MC_OK) {
        client_free_when_idle(client);
        return status;
    }
    TAILQ_INSERT_TAIL(&all->clients, client, link);
    uv_timer_start(&client->timer, on_init_time, (uint64_t)config->websocket_init_timeout_ms, 0);
    return MC_OK;
}

/* A page of another site may open a socket, but no cookie or other ambient right goes with it: who
 * asks is known by the token in connection_init alone. */
void graphql_ws_open(struct graphql_ws *all, struct http_exchange *exchange)
{
    enum status status = MC_OK;

    if (!http_websocket_offers(exchange, protocol)) {
        reply_refusal(exchange, MC_BAD_INPUT,
                      "Over WebSocket we speak the subprotocol graphql-transport-ws.", NULL);
        return;
    }
    if (all->draining) status = MC_BUSY;
    if (status == MC_OK) status = accept_client(all, exchange);
    if (status != MC_OK)
        reply_refusal(exchange, status,
                      status == MC_BAD_INPUT ? "Not a WebSocket handshake (RFC 6455)." : NULL,
                      NULL);
}

struct graphql_ws *graphql_ws_new(struct app *app)
{
    struct graphql_ws *all = MEM_NEW(struct graphql_ws);

    all->app = app;
    TAILQ_INIT(&all->clients);
    return all;
}

void graphql_ws_drain(struct graphql_ws *all)
{
    struct client *client;

    all->draining = true;
    TAILQ_FOREACH(client, &all->clients, link)
    close_client(client, CLOSE_GOING_AWAY, "The server stops.");
}

void graphql_ws_free(struct graphql_ws *all)
{
    mem_free(all);
}
