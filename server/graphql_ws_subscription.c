/* An operation as one subscription of a WebSocket: its carrier. */
#include "base/memory.h"
#include "graphql_ws_internal.h"
#include "reply.h"

enum { REFUSAL_BYTES_MAX = 4096 };

static struct ws_subscription *subscription_of(const struct operation *operation)
{
    return CONTAINER_OF(operation, struct ws_subscription, operation);
}

static void forget(struct ws_subscription *subscription)
{
    struct ws_client *client = subscription->client;

    if (client == NULL) return;
    TAILQ_REMOVE(&client->subscriptions, subscription, link);
    client->subscription_count--;
    subscription->client = NULL;
}

static bool is_wanted(const struct ws_subscription *subscription)
{
    return subscription->client != NULL && !subscription->dropped;
}

static enum status complete(struct operation *operation)
{
    struct ws_subscription *subscription = subscription_of(operation);

    if (!is_wanted(subscription)) return MC_CANCELLED;
    subscription->completed = true;
    return ws_client_send(subscription->client, subscription->id, "complete", STR_NONE);
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
    struct ws_subscription *subscription = subscription_of(operation);
    enum status sent;

    if (!is_wanted(subscription)) return;
    if (!outcome->executed)
        sent = ws_client_send(subscription->client, subscription->id, "error",
                              error_list(outcome->body));
    else if ((sent = ws_client_send(subscription->client, subscription->id, "next",
                                    outcome->body)) == MC_OK)
        sent = complete(operation);
    (void)sent;
}

static void refuse(struct operation *operation, enum status status, const char *why)
{
    struct ws_subscription *subscription = subscription_of(operation);
    struct buf body;

    if (!is_wanted(subscription)) return;
    buf_init(&body, REFUSAL_BYTES_MAX);
    reply_refusal_json(&body, status, why);
    reply(operation, &(struct outcome){ .status = status, .body = buf_str(&body) });
    buf_done(&body);
}

static void free_subscription(struct operation *operation)
{
    struct ws_subscription *subscription = subscription_of(operation);

    forget(subscription);
    mem_free(subscription);
}

static enum status open_stream(struct operation *operation, size_t queue_bytes_max)
{
    (void)queue_bytes_max; /* the socket has a queue of its own */
    return is_wanted(subscription_of(operation)) ? MC_OK : MC_CANCELLED;
}

/* The cursor goes into the result's extensions, where a client finds it. */
static enum status send_next(struct operation *operation, struct str cursor, struct str json)
{
    struct ws_subscription *subscription = subscription_of(operation);
    struct buf payload;
    enum status status;

    if (!is_wanted(subscription)) return MC_CANCELLED;
    buf_init(&payload, json.size + cursor.size + 64);
    result_with_cursor(&payload, json, cursor);
    status = ws_client_send(subscription->client, subscription->id, "next", buf_str(&payload));
    buf_done(&payload);
    return status;
}

/* Whose token or session has ended comes back with a new one. */
static enum status fail(struct operation *operation, enum status status, struct str json)
{
    struct ws_subscription *subscription = subscription_of(operation);

    if (!is_wanted(subscription)) return MC_CANCELLED;
    subscription->completed = true;
    if (status != MC_UNAUTHENTICATED)
        return ws_client_send(subscription->client, subscription->id, "error", error_list(json));
    ws_client_close(subscription->client, CLOSE_FORBIDDEN, "Forbidden");
    return MC_OK;
}

static enum status send_alive(struct operation *operation, bool going_away)
{
    struct ws_subscription *subscription = subscription_of(operation);

    if (!is_wanted(subscription)) return MC_CANCELLED;
    if (going_away) ws_client_close(subscription->client, CLOSE_GOING_AWAY, "The server stops.");
    return MC_OK;
}

/* There is no message for "ask me again": the socket says it. */
static void close_stream(struct operation *operation)
{
    struct ws_subscription *subscription = subscription_of(operation);

    if (!is_wanted(subscription) || subscription->completed) return;
    ws_client_close(subscription->client, CLOSE_TRY_AGAIN, "Ask again.");
}

static size_t waiting(const struct operation *operation)
{
    const struct ws_client *client = subscription_of(operation)->client;

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
    .name = "websocket",
    .reply = reply,
    .refuse = refuse,
    .free = free_subscription,
    .stream = &stream,
};

struct ws_subscription *ws_subscription_find(struct ws_client *client, struct str id)
{
    struct ws_subscription *subscription;

    TAILQ_FOREACH(subscription, &client->subscriptions, link)
    if (!subscription->dropped && str_eq(subscription->id, id)) return subscription;
    return NULL;
}

static enum status read_operation(const struct ws_client *client, const json_t *payload,
                                  struct operation *operation, const char **ret_why)
{
    const struct server_config *config = client->app->config;

    operation->authorization = arena_str(&operation->arena, client->authorization);
    *ret_why = "Too many operations at once over one WebSocket.";
    if (client->subscription_count > (size_t)config->websocket_operations_max) return MC_LIMIT;
    return graphql_request_of_json(payload, (size_t)config->variables_bytes_max,
                                   &operation->graphql, ret_why);
}

void ws_subscription_start(struct ws_client *client, struct str id, const json_t *payload)
{
    struct ws_subscription *subscription = MEM_NEW(struct ws_subscription);
    struct operation *operation = &subscription->operation;
    const char *why;
    enum status status;

    operation_init(operation, client->app, &carrier);
    operation->address = client->address;
    operation->line.id = client->id;
    operation->line.part = ++client->operations_seen;
    subscription->id = arena_str(&operation->arena, id);
    subscription->client = client;
    TAILQ_INSERT_TAIL(&client->subscriptions, subscription, link);
    client->subscription_count++;
    status = read_operation(client, payload, operation, &why);
    if (status == MC_OK)
        operation_start(operation);
    else
        operation_refuse(operation, status, why);
}

void ws_subscription_drop(struct ws_subscription *subscription)
{
    subscription->dropped = true;
    operation_gone(&subscription->operation);
}

void ws_subscriptions_end(struct ws_client *client)
{
    struct ws_subscription *subscription;

    while ((subscription = TAILQ_FIRST(&client->subscriptions)) != NULL) {
        forget(subscription);
        if (!subscription->dropped) ws_subscription_drop(subscription);
    }
}
