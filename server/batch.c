#include "batch.h"

#include "base/memory.h"
#include "reply.h"

enum { REFUSAL_BYTES_MAX = 4096 };

struct batch {
    struct app *app;
    struct http_exchange *exchange;
    json_t *requests;
    bool is_safe; /* by QUERY */
    struct buf reply;
    size_t next; /* to be started */
    struct batch_item *running;
    bool advancing, gone;
};

/* One operation of it, while it runs. */
struct batch_item {
    struct operation operation;
    struct batch *batch;
};

static void advance(struct batch *batch);

static struct batch *batch_of(const struct operation *operation)
{
    return CONTAINER_OF(operation, struct batch_item, operation)->batch;
}

static void add_body(struct batch *batch, struct str body)
{
    buf_add_char(&batch->reply, batch->reply.size == 0 ? '[' : ',');
    buf_add(&batch->reply, body);
}

static void reply(struct operation *operation, const struct outcome *outcome)
{
    add_body(batch_of(operation), outcome->body);
}

static void refuse(struct operation *operation, enum status status, const char *why)
{
    struct buf body;

    buf_init(&body, REFUSAL_BYTES_MAX);
    reply_refusal_json(&body, status, why);
    add_body(batch_of(operation), buf_str(&body));
    buf_done(&body);
}

static void free_item(struct operation *operation)
{
    struct batch *batch = batch_of(operation);

    mem_free(batch->running);
    batch->running = NULL;
    advance(batch);
}

static const struct carrier carrier = {
    .name = "batch", .reply = reply, .refuse = refuse, .free = free_item, .in_batch = true
};
static const struct carrier safe_carrier = { .name = "batch",
                                             .reply = reply,
                                             .refuse = refuse,
                                             .free = free_item,
                                             .queries_only = true,
                                             .in_batch = true };

static void start_next(struct batch *batch)
{
    struct batch_item *item = MEM_NEW(struct batch_item);
    struct operation *operation = &item->operation;
    struct str authorization = http_header(batch->exchange, "authorization");
    const char *why;
    enum status status;

    item->batch = batch;
    batch->running = item;
    operation_init(operation, batch->app, batch->is_safe ? &safe_carrier : &carrier);
    operation->line.id = http_id(batch->exchange);
    operation->line.part = (uint32_t)batch->next + 1;
    operation->client = client_name_of(batch->exchange);
    operation->address = http_peer(batch->exchange);
    if (authorization.data != NULL)
        operation->authorization = arena_str(&operation->arena, authorization);
    status = graphql_request_of_json(json_array_get(batch->requests, batch->next++),
                                     (size_t)batch->app->config->variables_bytes_max,
                                     &operation->graphql, &why);
    if (status == MC_OK)
        operation_start(operation);
    else
        operation_refuse(operation, status, why);
}

static void finish(struct batch *batch)
{
    buf_add_char(&batch->reply, ']');
    if (batch->gone)
        http_release(batch->exchange);
    else if (buf_status(&batch->reply) != MC_OK)
        reply_refusal(batch->exchange, MC_LIMIT, "The answer is beyond a limit.", NULL);
    else
        reply_body(batch->exchange, 200, media_json, buf_str(&batch->reply));
    json_decref(batch->requests);
    buf_done(&batch->reply);
    mem_free(batch);
}

/* A loop, not a recursion: an operation may end within its own start. */
static void advance(struct batch *batch)
{
    if (batch->advancing) return;
    batch->advancing = true;
    while (batch->running == NULL && !batch->gone && batch->next < json_array_size(batch->requests))
        start_next(batch);
    batch->advancing = false;
    if (batch->running == NULL) finish(batch);
}

static void on_gone(struct http_exchange *exchange)
{
    struct batch *batch = http_data(exchange);

    batch->gone = true;
    if (batch->running != NULL) operation_gone(&batch->running->operation);
}

void batch_open(struct app *app, struct http_exchange *exchange,
                const struct graphql_request *request)
{
    struct batch *batch = MEM_NEW(struct batch);

    batch->app = app;
    batch->exchange = exchange;
    batch->requests = json_incref(request->json);
    batch->is_safe = request->is_safe;
    buf_init(&batch->reply, (size_t)app->config->reply_bytes_max);
    http_tells_itself(exchange);
    http_set_data(exchange, batch);
    http_on_gone(exchange, on_gone);
    advance(batch);
}
