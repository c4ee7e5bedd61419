#include "operation.h"

#include "admission.h"
#include "ask.h"
#include "base/memory.h"
#include "document.h"
#include "stream.h"

#include <stdlib.h>

enum { REFUSAL_ERRORS_MAX = 10 };

void operation_init(struct operation *operation, struct app *app, const struct carrier *carrier)
{
    operation->app = app;
    operation->carrier = carrier;
    operation->line.began_ns = uv_hrtime();
    arena_init(&operation->arena, (size_t)app->config->request_bytes_max);
    buf_init(&operation->reply, (size_t)app->config->reply_bytes_max);
    operation->request.arena = &operation->arena;
    operation->request.services = &app->services;
    operation->request.timeout_ms = (uint32_t)app->config->request_timeout_ms;
}

void operation_free(struct operation *operation)
{
    request_log_operation(operation);
    gql_plan_unref(operation->plan);
    reference_unref(operation->request.reference);
    graphql_request_done(&operation->graphql);
    buf_done(&operation->reply);
    arena_done(&operation->arena);
    operation->carrier->free(operation);
}

void operation_refuse(struct operation *operation, enum status status, const char *why)
{
    operation->line.status = status;
    if (status == MC_UNAUTHENTICATED) app_count(operation->app, METRIC_SESSIONS_REFUSED, 1);
    if (!operation->gone) operation->carrier->refuse(operation, status, why);
    operation_free(operation);
}

static void reply(struct operation *operation, const struct outcome *outcome)
{
    operation->line.status = outcome->executed ? outcome->worst : outcome->status;
    operation->line.bytes = outcome->body.size;
    if (!operation->gone) operation->carrier->reply(operation, outcome);
    operation_free(operation);
}

static void reply_errors(struct operation *operation, enum status status,
                         const struct gql_errors *errors)
{
    gql_errors_json(&operation->reply, errors);
    reply(operation, &(struct outcome){ .status = status, .body = buf_str(&operation->reply) });
}

/* Variables as the key of an answer: sorted, so that their order does not matter. */
static struct str key_of(struct operation *operation)
{
    char *text;
    struct str key;

    if (operation->graphql.variables == NULL) return STR("");
    text = json_dumps(operation->graphql.variables, JSON_COMPACT | JSON_SORT_KEYS);
    if (text == NULL) return STR_NONE;
    key = arena_str(&operation->arena, str_of(text));
    free(text);
    return key;
}

/* Whoever tries the sandbox is told of it beside what is for everybody. */
static bool is_kept(const struct operation *operation)
{
    struct gql_cache_policy policy = gql_plan_cache_policy(operation->plan);

    return policy.is_introspection ||
           (policy.is_public && !viewer_in_sandbox(&operation->request.viewer));
}

/* Answers from what is kept. */
static bool answer_again(struct operation *operation)
{
    struct app *app = operation->app;
    const struct rendered *rendered;

    /* A document that comes once is answered once. */
    if (!operation->plan_is_known || !is_kept(operation)) return false;
    operation->render_key = key_of(operation);
    if (operation->render_key.data == NULL) return false;
    app->rendered.now_s = uv_now(&app->loop) / 1000;
    rendered = rendered_find(&app->rendered, operation->plan, operation->render_key);
    app_count(app, rendered == NULL ? METRIC_RENDERED_MISSES : METRIC_RENDERED_HITS, 1);
    if (rendered == NULL) return false;
    reply(operation, &(struct outcome){ .executed = true,
                                        .status = MC_OK,
                                        .worst = MC_OK,
                                        .body = rendered->bodies[CODING_IDENTITY],
                                        .rendered = rendered });
    return true;
}

/* NULL when it is not for everybody, or has errors. */
static const struct rendered *keep(struct operation *operation)
{
    const struct gql_run *run = &operation->request.run;

    if (operation->render_key.data == NULL || run->status != MC_OK || run->error_count > 0)
        return NULL;
    /* The run may have met a part of the plan that was not known before it. */
    if (!is_kept(operation)) return NULL;
    /* What it was made from was replaced while it was being made. */
    if (operation->request.reference != operation->app->reference) return NULL;
    operation->app->rendered.now_s = uv_now(&operation->app->loop) / 1000;
    return rendered_put(&operation->app->rendered, operation->plan, operation->render_key,
                        buf_str(&operation->reply));
}

static void finish(struct operation *operation)
{
    const struct request *request = &operation->request;
    const struct gql_run *run = &request->run;

    operation->running = false;
    app_count(operation->app, METRIC_SQL_GROUPS, request->group_count);
    app_count(operation->app, METRIC_SQL_ASKS, request->ask_count);
    if (operation->reply.size == 0 || run->refusal != NULL)
        operation_refuse(operation, run->status, run->refusal);
    else
        reply(operation, &(struct outcome){ .executed = run->status == MC_OK,
                                            .status = run->status,
                                            .worst = run->worst,
                                            .body = buf_str(&operation->reply),
                                            .rendered = keep(operation) });
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
    if (answer_again(operation)) return;
    operation->running = true;
    operation->request.reference = reference_ref(app->reference);
    if (gql_run_start(&operation->request.run, &options) == GQL_NOW) finish(operation);
}

static void proceed(struct operation *operation)
{
    if (gql_plan_kind(operation->plan) == GQL_SUBSCRIPTION)
        stream_open(operation);
    else
        run(operation);
}

/* When to come back stands in the error too: not every carrier has a header for it. */
static void refuse_rate(struct operation *operation)
{
    struct gql_errors errors;
    struct gql_error *error;
    json_t *extensions = json_object();

    gql_errors_init(&errors, &operation->arena, REFUSAL_ERRORS_MAX);
    error = gql_errors_add(&errors, MC_RATE, STR_NONE, NULL, 0, "%s", status_sentence(MC_RATE));
    (void)json_object_set_new(extensions, "retryAfterSeconds",
                              json_integer(operation->charge.retry_after_s));
    error->extensions = extensions;
    gql_errors_json(&operation->reply, &errors);
    json_decref(extensions);
    reply(operation, &(struct outcome){ .status = MC_RATE, .body = buf_str(&operation->reply) });
}

static void on_charged(struct quota_charge *charge)
{
    struct operation *operation = charge->data;

    operation->charging = false;
    if (charge->status == MC_RATE)
        refuse_rate(operation);
    else if (charge->status != MC_OK || operation->gone)
        operation_refuse(operation, MC_CANCELLED, NULL);
    else
        proceed(operation);
}

static void charge_for(struct operation *operation)
{
    struct quota_charge *charge = &operation->charge;

    charge->viewer = &operation->request.viewer;
    charge->address = operation->address;
    charge->cost = operation->cost;
    charge->arena = &operation->arena;
    charge->done = on_charged;
    charge->data = operation;
    operation->charging = true;
    if (quota_charge(operation->app->quota, charge) == QUOTA_NOW) on_charged(charge);
}

static void dispatch(struct operation *operation)
{
    struct gql_errors errors;
    enum status status;

    gql_errors_init(&errors, &operation->arena, REFUSAL_ERRORS_MAX);
    client_tally(operation->app->tallies, operation->app->slot, &operation->client,
                 operation->plan);
    status = admit(operation, &errors);
    if (status != MC_OK)
        reply_errors(operation, status, &errors);
    else
        charge_for(operation);
}

static void plan_text(struct operation *operation, struct plan_cache *cache)
{
    uint64_t hits = cache->hits;
    struct str errors = STR_NONE;
    enum status status = plan_cache_get(cache, &operation->graphql.document, &operation->arena,
                                        &operation->plan, &errors);

    operation->plan_is_known = cache->hits > hits;
    app_count(operation->app, operation->plan_is_known ? METRIC_PLAN_HITS : METRIC_PLAN_MISSES, 1);
    if (status != MC_OK) {
        reply(operation, &(struct outcome){ .status = status, .body = errors });
        return;
    }
    document_remember(operation);
    dispatch(operation);
}

static void plan(struct operation *operation)
{
    struct app *app = operation->app;
    struct gql_errors errors;
    enum status status;

    gql_errors_init(&errors, &operation->arena, REFUSAL_ERRORS_MAX);
    operation->policy = client_policy(app->config, operation->request.viewer.kind);
    status = document_find(operation, &errors);
    if (status != MC_OK)
        reply_errors(operation, status, &errors);
    else if (operation->plan != NULL)
        dispatch(operation);
    else
        plan_text(operation, operation->policy.introspection || operation->is_trusted
                                 ? &app->plans
                                 : &app->closed_plans);
}

static void on_checked(struct session_check *check, enum status status)
{
    struct operation *operation = check->data;

    operation->checking = false;
    if (status != MC_OK || operation->gone) {
        operation_refuse(operation, status, NULL);
        return;
    }
    operation->request.viewer = check->viewer;
    plan(operation);
}

void operation_start(struct operation *operation)
{
    enum status status;

    if (operation->authorization.data == NULL) {
        plan(operation);
        return;
    }
    operation->check =
        (struct session_check){ .arena = &operation->arena, .done = on_checked, .data = operation };
    operation->checking = true;
    status = session_check(&operation->app->sessions, operation->authorization, &operation->check);
    if (status == MC_OK) return;
    operation->checking = false;
    operation_refuse(operation, status, NULL);
}

void result_with_cursor(struct buf *out, struct str json, struct str cursor)
{
    if (cursor.data == NULL) {
        buf_add(out, json);
        return;
    }
    buf_add(out, (struct str){ json.data, json.size - 1 });
    buf_printf(out, ",\"extensions\":{\"cursor\":\"%.*s\"}}", STR_PRINT(cursor));
}

void operation_gone(struct operation *operation)
{
    operation->gone = true;
    if (operation->stream != NULL)
        stream_gone(operation->stream);
    else if (operation->checking)
        session_check_cancel(&operation->check);
    else if (operation->charging)
        quota_charge_cancel(&operation->charge);
    else if (operation->running)
        request_cancel(&operation->request, MC_CANCELLED);
}

void operation_drained(struct operation *operation)
{
    if (operation->stream != NULL) stream_drained(operation->stream);
}
