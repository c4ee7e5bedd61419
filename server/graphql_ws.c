#include "graphql_ws.h"

#include "base/json_out.h"
#include "base/memory.h"
#include "graphql_ws_internal.h"
#include "reply.h"

enum { CHECK_BYTES_MAX = 256 * 1024 };

static const char protocol[] = "graphql-transport-ws";

TAILQ_HEAD(ws_client_list, ws_client);

struct graphql_ws {
    struct app *app;
    struct ws_client_list clients;
    bool draining;
};

/* ---- messages out ---- */

enum status ws_client_send(struct ws_client *client, struct str id, const char *type,
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

void ws_client_close(struct ws_client *client, uint16_t code, const char *reason)
{
    if (client->socket != NULL) http_websocket_close(client->socket, code, reason);
}

/* ---- messages in ---- */

static void wait_on(struct ws_client *client);

static void send_ack(struct ws_client *client)
{
    client->state = WS_READY;
    client->heard = true;
    wait_on(client);
    if (ws_client_send(client, STR_NONE, "connection_ack", STR_NONE) != MC_OK)
        ws_client_close(client, CLOSE_TRY_AGAIN, "Ask again.");
}

static void client_free_when_idle(struct ws_client *client);

static void on_checked(struct session_check *check, enum status status)
{
    struct ws_client *client = check->data;

    client->state = WS_NEW;
    if (client->socket == NULL)
        client_free_when_idle(client);
    else if (status == MC_OK)
        send_ack(client);
    else if (status == MC_UNAUTHENTICATED)
        ws_client_close(client, CLOSE_FORBIDDEN, "Forbidden");
    else
        ws_client_close(client, CLOSE_TRY_AGAIN, status_sentence(status));
}

static void on_init(struct ws_client *client, const struct graphql_ws_message *message)
{
    struct str given = graphql_ws_text(message->payload, "authorization");
    enum status status;

    if (given.data == NULL) given = graphql_ws_text(message->payload, "Authorization");
    if (client->state != WS_NEW) {
        ws_client_close(client, CLOSE_TOO_MANY_INITS, "Too many initialisation requests");
        return;
    }
    if (given.data != NULL) client->authorization = arena_str(&client->arena, given);
    if (client->authorization.data == NULL) {
        send_ack(client);
        return;
    }
    client->check =
        (struct session_check){ .arena = &client->arena, .done = on_checked, .data = client };
    client->state = WS_CHECKING;
    uv_timer_stop(&client->timer); /* the client has done its part; a check has limits of its own */
    status = session_check(&client->app->sessions, client->authorization, &client->check);
    if (status != MC_OK) on_checked(&client->check, status);
}

static void on_subscribe(struct ws_client *client, const struct graphql_ws_message *message)
{
    if (client->state != WS_READY)
        ws_client_close(client, CLOSE_UNAUTHORIZED, "Unauthorized");
    else if (ws_subscription_find(client, message->id) != NULL)
        ws_client_close(client, CLOSE_ID_IN_USE, "Subscriber for this id already exists");
    else
        ws_subscription_start(client, message->id, message->payload);
}

static void on_complete(struct ws_client *client, const struct graphql_ws_message *message)
{
    struct ws_subscription *subscription = ws_subscription_find(client, message->id);

    if (subscription != NULL) ws_subscription_drop(subscription);
}

static void on_ping(struct ws_client *client, const struct graphql_ws_message *message)
{
    (void)message;
    if (ws_client_send(client, STR_NONE, "pong", STR_NONE) != MC_OK)
        ws_client_close(client, CLOSE_TRY_AGAIN, "Too slow a reader.");
}

static void on_pong(struct ws_client *client, const struct graphql_ws_message *message)
{
    (void)client;
    (void)message;
}

static void (*const takers[GRAPHQL_WS_TYPES])(struct ws_client *client,
                                              const struct graphql_ws_message *message) = {
    [GRAPHQL_WS_CONNECTION_INIT] = on_init,
    [GRAPHQL_WS_PING] = on_ping,
    [GRAPHQL_WS_PONG] = on_pong,
    [GRAPHQL_WS_SUBSCRIBE] = on_subscribe,
    [GRAPHQL_WS_COMPLETE] = on_complete,
};

static void on_message(struct http_websocket *socket, struct str text)
{
    struct ws_client *client = http_websocket_data(socket);
    struct graphql_ws_message message;

    client->heard = true;
    if (graphql_ws_message_read(text, (size_t)client->app->config->json_parts_max, &message) !=
        MC_OK) {
        ws_client_close(client, CLOSE_BAD_MESSAGE, "Not a message of graphql-transport-ws.");
        return;
    }
    takers[message.type](client, &message);
    graphql_ws_message_done(&message);
}

/* ---- the life of a client ---- */

static void on_timer_closed(uv_handle_t *handle)
{
    struct ws_client *client = CONTAINER_OF(handle, struct ws_client, timer);

    arena_done(&client->arena);
    mem_free(client);
}

/* A check of its session may still be under way. */
static void client_free_when_idle(struct ws_client *client)
{
    if (client->state == WS_CHECKING) return;
    uv_close((uv_handle_t *)&client->timer, on_timer_closed);
}

static void on_closed(struct http_websocket *socket)
{
    struct ws_client *client = http_websocket_data(socket);

    client->socket = NULL;
    TAILQ_REMOVE(&client->all->clients, client, link);
    uv_timer_stop(&client->timer);
    ws_subscriptions_end(client);
    if (client->state == WS_CHECKING) session_check_cancel(&client->check);
    client_free_when_idle(client);
}

static void on_drained(struct http_websocket *socket)
{
    struct ws_client *client = http_websocket_data(socket);
    struct ws_subscription *subscription, *next;

    for (subscription = TAILQ_FIRST(&client->subscriptions); subscription != NULL;
         subscription = next) {
        next = TAILQ_NEXT(subscription, link);
        operation_drained(&subscription->operation);
    }
}

static uint64_t token_left_ms(const struct ws_client *client)
{
    int64_t now_ms = clock_wall_us(client->app->clock) / 1000;
    int64_t end_ms = client->check.expires_s * 1000;

    if (client->authorization.data == NULL) return UINT64_MAX;
    return end_ms > now_ms ? (uint64_t)(end_ms - now_ms) : 0;
}

/* At a ping, or when the token ends. A client that is not heard between two pings is gone. */
static void on_time(uv_timer_t *timer)
{
    struct ws_client *client = timer->data;

    if (token_left_ms(client) == 0) {
        ws_client_close(client, CLOSE_FORBIDDEN, "Forbidden");
        return;
    }
    if (!client->heard) {
        http_websocket_cut(client->socket);
        return;
    }
    client->heard = false;
    wait_on(client);
    if (ws_client_send(client, STR_NONE, "ping", STR_NONE) != MC_OK)
        ws_client_close(client, CLOSE_TRY_AGAIN, "Too slow a reader.");
}

static void wait_on(struct ws_client *client)
{
    uint64_t ping_ms = (uint64_t)client->app->config->websocket_ping_s * 1000;
    uint64_t left_ms = token_left_ms(client);

    uv_timer_start(&client->timer, on_time, left_ms < ping_ms ? left_ms : ping_ms, 0);
}

static void on_init_time(uv_timer_t *timer)
{
    ws_client_close(timer->data, CLOSE_INIT_TIMEOUT, "Connection initialisation timeout");
}

static struct ws_client *client_new(struct graphql_ws *all, const struct http_exchange *exchange)
{
    struct ws_client *client = MEM_NEW(struct ws_client);
    struct str authorization = http_header(exchange, "authorization");

    client->all = all;
    client->app = all->app;
    client->address = http_peer(exchange);
    client->id = http_id(exchange);
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
    struct ws_client *client = client_new(all, exchange);
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
    struct ws_client *client;

    all->draining = true;
    TAILQ_FOREACH(client, &all->clients, link)
    ws_client_close(client, CLOSE_GOING_AWAY, "The server stops.");
}

void graphql_ws_free(struct graphql_ws *all)
{
    mem_free(all);
}
