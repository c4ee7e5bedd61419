/* /graphql: reads the request, finds out who asks, finds the plan, runs it, replies. */
#include "ask.h"
#include "base/memory.h"
#include "operation.h"
#include "reply.h"
#include "sse.h"
#include "stream.h"

static const char methods[] = "GET, POST";

void operation_free(struct operation *operation)
{
    if (operation->exchange != NULL) http_release(operation->exchange);
    gql_plan_unref(operation->plan);
    reference_unref(operation->request.reference);
    graphql_request_done(&operation->graphql);
    buf_done(&operation->reply);
    arena_done(&operation->arena);
    mem_free(operation);
}

static void refuse(struct operation *operation, enum status status, const char *why,
                   const char *allow)
{
    if (http_is_gone(operation->exchange)) {
        operation_free(operation);
        return;
    }
    if (status == MC_UNAUTHENTICATED) app_count(operation->app, METRIC_SESSIONS_REFUSED, 1);
    reply_refusal(operation->exchange, status, why, allow);
    operation->exchange = NULL;
    operation_free(operation);
}

static void deliver(struct operation *operation, int status, struct str body)
{
    struct http_exchange *exchange = operation->exchange;

    operation->exchange = NULL;
    if (operation->graphql.media == GRAPHQL_EVENT_STREAM)
        sse_reply_once(exchange, body);
    else
        reply_body(exchange, status,
                   operation->graphql.media == GRAPHQL_REPLY ? media_graphql_reply : media_json,
                   body);
    operation_free(operation);
}

/* A document with errors is a well-formed request: old clients (application/json) get 200. */
static void send_document_errors(struct operation *operation, enum status status, struct str body)
{
    deliver(operation, operation->graphql.media == GRAPHQL_REPLY ? status_http(status) : 200, body);
}

/* What cannot be answered now is a 503, so that a client (and a balancer) tries again. */
static int http_status_of(const struct operation *operation)
{
    const struct gql_run *run = &operation->request.run;

    if (run->status == MC_OK && run->worst != MC_OK && status_http(run->worst) == 503) return 503;
    if (run->status == MC_OK || operation->graphql.media != GRAPHQL_REPLY) return 200;
    return status_http(run->status);
}

static void finish(struct operation *operation)
{
    struct app *app = operation->app;
    const struct request *request = &operation->request;

    operation->running = false;
    app_count(app, METRIC_SQL_GROUPS, request->group_count);
    app_count(app, METRIC_SQL_ASKS, request->ask_count);
    if (http_is_gone(operation->exchange)) {
        operation_free(operation);
        return;
    }
    if (operation->reply.size == 0 || buf_status(&operation->reply) != MC_OK) {
        enum status status = request->run.status;

        refuse(operation, status == MC_OK ? MC_LIMIT : status, "The answer is beyond a limit.",
               NULL);
        return;
    }
    deliver(operation, http_status_of(operation), buf_str(&operation->reply));
}

static void on_run_done(struct gql_run *run, void *context)
{
    (void)run;
    finish(CONTAINER_OF(context, struct operation, request));
}

static void run(struct operation *operation)
{
    struct app *app = operation->app;
    struct gql_run_options options = {
        .plan = operation->plan,
        .variables = operation->graphql.variables,
        .context = &operation->request,
        .arena = &operation->arena,
        .reply = &operation->reply,
        .flush = ask_flush,
        .done = on_run_done,
    };

    app_count(app,
              gql_plan_kind(operation->plan) == GQL_MUTATION ? METRIC_OPERATIONS_MUTATION
                                                             : METRIC_OPERATIONS_QUERY,
              1);
    operation->running = true;
    operation->request.reference = reference_ref(app->reference);
    if (gql_run_start(&operation->request.run, &options) == GQL_NOW) finish(operation);
}

static void dispatch(struct operation *operation)
{
    enum gql_operation_kind kind = gql_plan_kind(operation->plan);
    bool streams = operation->graphql.media == GRAPHQL_EVENT_STREAM;

    if (operation->app->reference == NULL)
        refuse(operation, MC_UNAVAILABLE, NULL, NULL);
    else if (kind == GQL_MUTATION && operation->graphql.is_get)
        refuse(operation, MC_METHOD, "A mutation is sent by POST.", "POST");
    else if (kind != GQL_SUBSCRIPTION)
        run(operation);
    else if (streams)
        stream_open(operation);
    else
        refuse(operation, MC_NOT_ACCEPTABLE, "A subscription is answered as text/event-stream.",
               NULL);
}

static void plan(struct operation *operation)
{
    struct app *app = operation->app;
    uint64_t hits = app->plans.hits;
    struct str errors = STR_NONE;
    enum status status = plan_cache_get(&app->plans, &operation->graphql.document,
                                        &operation->arena, &operation->plan, &errors);

    app_count(app, app->plans.hits > hits ? METRIC_PLAN_HITS : METRIC_PLAN_MISSES, 1);
    if (status == MC_OK)
        dispatch(operation);
    else
        send_document_errors(operation, status, errors);
}

static void on_checked(struct session_check *check, enum status status)
{
    struct operation *operation = check->data;

    operation->checking = false;
    if (http_is_gone(operation->exchange)) {
        operation_free(operation);
        return;
    }
    if (status != MC_OK) {
        refuse(operation, status, NULL, NULL);
        return;
    }
    operation->request.viewer = check->viewer;
    plan(operation);
}

static void identify(struct operation *operation)
{
    struct str authorization = http_header(operation->exchange, "authorization");
    enum status status;

    if (authorization.data == NULL) {
        plan(operation);
        return;
    }
    operation->check =
        (struct session_check){ .arena = &operation->arena, .done = on_checked, .data = operation };
    operation->checking = true;
    status = session_check(&operation->app->sessions, authorization, &operation->check);
    if (status == MC_OK) return;
    operation->checking = false;
    refuse(operation, status, NULL, NULL);
}

static void on_gone(struct http_exchange *exchange)
{
    struct operation *operation = http_data(exchange);

    if (operation->checking) session_check_cancel(&operation->check);
    if (operation->running) request_cancel(&operation->request, MC_CANCELLED);
}

void endpoint_handle(struct http_exchange *exchange, void *data)
{
    struct app *app = data;
    struct operation *operation = MEM_NEW(struct operation);
    const char *why;
    enum status status;

    operation->app = app;
    operation->exchange = exchange;
    arena_init(&operation->arena, (size_t)app->config->request_bytes_max);
    buf_init(&operation->reply, (size_t)app->config->reply_bytes_max);
    operation->request.arena = &operation->arena;
    operation->request.services = &app->services;
    operation->request.timeout_ms = (uint32_t)app->config->request_timeout_ms;
    http_set_data(exchange, operation);
    http_on_gone(exchange, on_gone);
    status = graphql_request_read(exchange, &operation->arena, &operation->graphql, &why);
    if (status == MC_OK)
        identify(operation);
    else
        refuse(operation, status, why, status == MC_METHOD ? methods : NULL);
}
