/* The life of one child: set up, serve, drain. */
#include "app.h"

#include "adapter_gauges.h"
#include "app_services.h"
#include "base/log.h"
#include "bulk_result.h"
#include "endpoint.h"
#include "export_download.h"
#include "graphiql.h"
#include "graphql_ws.h"
#include "health.h"
#include "http/tls.h"
#include "oauth.h"
#include "portal.h"
#include "quota.h"
#include "reference_load.h"
#include "reply.h"
#include "request_log.h"
#include "stream.h"
#include "uploads.h"

#include <sys/prctl.h>

enum { GAUGES_MS = 1000, PROCESS_BYTES_MAX = 256 * 1024 * 1024 };

static const char *const reference_channels[] = { "reference", NULL };

static const struct http_route own_routes[] = {
    { "/graphql", endpoint_handle },
    { "/healthz", healthz_handle },
    { "/readyz", readyz_handle },
    { "/metrics", metrics_handle },
    { "/exports/", export_download_handle },
    { "/oauth/token", oauth_token_handle },
    { "/.well-known/oauth-authorization-server", oauth_server_handle },
    { "/.well-known/oauth-protected-resource", oauth_resource_handle },
    { bulk_result_path, bulk_result_handle },
    { portal_path, portal_handle },
    { uploads_path, uploads_handle },
    { uploads_file_path, uploads_handle },
};

enum { OWN_ROUTES = sizeof(own_routes) / sizeof(own_routes[0]), ROUTES_MAX = 32 };

static size_t fill_routes(struct http_route routes[ROUTES_MAX])
{
    size_t count = 0;

    MC_ASSERT(OWN_ROUTES + graphiql_path_count <= ROUTES_MAX);
    for (size_t i = 0; i < OWN_ROUTES; i++)
        routes[count++] = own_routes[i];
    for (size_t i = 0; i < graphiql_path_count; i++)
        routes[count++] = (struct http_route){ graphiql_paths[i], graphiql_handle };
    return count;
}

static void refuse_exchange(struct http_exchange *exchange, enum status status, void *data)
{
    (void)data;
    reply_refusal(exchange, status, NULL, NULL);
}

static void on_replied(int status, void *data)
{
    app_count(data, counter_of_status(status), 1);
}

static void on_ended(const struct http_end *end, void *data)
{
    request_log_exchange(data, end);
}

/* The lines of a turn go out together. */
static void on_turn(uv_prepare_t *turn)
{
    (void)turn;
    log_flush();
}

static void on_reference_changed(void *data, const char *channel, const char *payload)
{
    (void)channel;
    (void)payload;
    reference_load_again(data);
}

static void on_reference_gap(void *data)
{
    reference_load_again(data);
}

static void publish_gauges(struct app *app)
{
    struct http_counts counts = http_server_count(app->http);

    metrics_set(app->metrics, app->slot, METRIC_CONNECTIONS, counts.connections);
    metrics_set(app->metrics, app->slot, METRIC_EXCHANGES, counts.exchanges);
    metrics_set(app->metrics, app->slot, METRIC_WEBSOCKETS, counts.websockets);
    metrics_set(app->metrics, app->slot, METRIC_STREAMS, (int64_t)streams_count(app->streams));
    metrics_set(app->metrics, app->slot, METRIC_STREAM_COHORTS,
                (int64_t)streams_cohorts(app->streams));
    metrics_set(app->metrics, app->slot, METRIC_PLAN_BYTES,
                (int64_t)(app->plans.bytes + app->closed_plans.bytes));
    metrics_set(app->metrics, app->slot, METRIC_RENDERED_BYTES, (int64_t)app->rendered.bytes);
    metrics_set(app->metrics, app->slot, METRIC_PERSISTED_BYTES, (int64_t)app->persisted.bytes);
}

static void on_gauges(uv_timer_t *timer)
{
    publish_gauges(timer->data);
}

/* ---- the end ---- */

static void on_part_closed(void *data)
{
    struct app *app = data;

    if (--app->open_parts == 0) uv_stop(&app->loop);
}

/* Who reads through a pool ends before the pool does. */
static void on_revocations_closed(void *data)
{
    struct app *app = data;

    app->open_parts = app_services_close(app, on_part_closed) + 3;
    web_client_close(app->web, on_part_closed, app);
    redis_close(app->redis, on_part_closed, app);
    db_listener_close(app->listener, on_part_closed, app);
}

static void on_adapter_gauges_closed(void *data)
{
    struct app *app = data;

    revocations_close(app->sessions.revocations, on_revocations_closed, app);
}

static void on_http_drained(void *data)
{
    struct app *app = data;

    streams_free(app->streams);
    app->streams = NULL;
    adapter_gauges_close(app->adapter_gauges, on_adapter_gauges_closed, app);
}

static void on_streams_closed(void *data)
{
    struct app *app = data;

    http_server_drain(app->http, on_http_drained, app);
}

static void drain(struct app *app)
{
    if (app->draining) return;
    app->draining = true;
    log_event(LOG_INFO, "draining", LOG_I64("slot", app->slot));
    uv_close((uv_handle_t *)&app->on_term, NULL);
    uv_close((uv_handle_t *)&app->on_hangup, NULL);
    uv_close((uv_handle_t *)&app->gauges_timer, NULL);
    reference_load_stop(app);
    graphql_ws_drain(app->websockets);
    streams_drain(app->streams, on_streams_closed, app);
}

static void on_term(uv_signal_t *signal, int number)
{
    (void)number;
    drain(signal->data);
}

static void load_tls(struct app *app)
{
    struct buf why;
    void *tls;

    buf_init(&why, 1024);
    if (tls_load(app->secrets.tls_certificate, app->secrets.tls_key, app->ticket_key, &why, &tls) ==
        MC_OK) {
        http_server_set_tls(app->http, tls);
        tls_free(tls);
    } else {
        log_event(LOG_ERROR, "certificate_not_reloaded", LOG_OURS("why", log_ours(buf_str(&why))));
    }
    buf_done(&why);
}

static void load_documents(struct app *app)
{
    struct buf why;

    buf_init(&why, 16 * 1024);
    if (trusted_documents_load(app->trusted, app->config->documents_dir, &why) == MC_OK)
        log_event(LOG_INFO, "documents_loaded",
                  LOG_I64("count", trusted_documents_count(app->trusted)));
    else
        log_event(LOG_ERROR, "documents_not_reloaded", LOG_OURS("why", log_ours(buf_str(&why))));
    buf_done(&why);
}

static void on_hangup(uv_signal_t *signal, int number)
{
    (void)number;
    load_tls(signal->data);
    load_documents(signal->data);
}

static void watch_signal(struct app *app, uv_signal_t *handle, uv_signal_cb callback, int number)
{
    MC_ASSERT(uv_signal_init(&app->loop, handle) == 0);
    handle->data = app;
    MC_ASSERT(uv_signal_start(handle, callback, number) == 0);
}

/* ---- the beginning ---- */

static void on_sessions_changed(void *data)
{
    struct app *app = data;

    if (app->streams != NULL) streams_check_sessions(app->streams);
}

static void open_sessions(struct app *app)
{
    const struct server_config *config = app->config;

    app->redis =
        redis_open(&app->loop, &(struct redis_settings){
                                   .url = config->redis_url,
                                   .connect_timeout_ms = (uint32_t)config->connect_timeout_ms,
                                   .queue_max = (uint32_t)config->queue_max,
                               });
    app->sessions.redis = app->redis;
    app->sessions.clock = app->clock;
    app->sessions.metrics = app->metrics;
    app->sessions.slot = app->slot;
    app->sessions.redis_timeout_ms = (uint32_t)config->redis_timeout_ms;
    app->sessions.load_timeout_ms = (uint32_t)config->request_timeout_ms;
    app->sessions.ring.issuer = str_of(config->token_issuer);
    app->sessions.ring.audience = str_of(config->token_audience);
    sessions_watch(&app->sessions);
}

static void open_issuers(struct app *app)
{
    app->web = web_client_new(
        &app->loop, &(struct web_client_settings){ .ca_file = app->config->issuers_ca_file,
                                                   .allow_plain = app->config->development });
    app->exchange_settings = (struct exchange_settings){
        .web = app->web,
        .clock = app->clock,
        .loop = &app->loop,
        .timeout_ms = (uint32_t)app->config->issuer_timeout_ms,
        .cache_ms = (uint64_t)app->config->issuer_cache_s * 1000,
        .second_factor_age_s = app->config->second_factor_age_s,
    };
}

/* Until then the other processes answer; a database that is away is for /readyz to tell. */
static void on_reference_tried(struct app *app)
{
    http_server_listen(app->http);
}

static void open_listener(struct app *app)
{
    app->listener = db_listener_new(&app->loop, &(struct db_listener_settings){
                                                    .url = app->config->database_url,
                                                    .role = "app_public",
                                                    .channels = reference_channels,
                                                    .notified = on_reference_changed,
                                                    .gap = on_reference_gap,
                                                    .data = app,
                                                });
}

static void open_http(struct app *app, const struct app_options *options)
{
    const struct server_config *config = app->config;
    static struct http_route routes[ROUTES_MAX];

    app->http = http_server_new(&app->loop,
                                &(struct http_settings){
                                    .server_name = "motcua",
                                    .body_bytes_max = (size_t)config->body_bytes_max,
                                    .url_bytes_max = (size_t)config->url_bytes_max,
                                    .requests_max = (uint32_t)config->requests_max,
                                    .connections_max = (uint32_t)config->connections_max,
                                    .addresses = options->addresses,
                                    .slot = options->slot,
                                    .guard = server_config_guard(config),
                                    .drain_ms = (uint32_t)config->drain_ms,
                                    .routes = routes,
                                    .route_count = fill_routes(routes),
                                    .data = app,
                                    .refuse = refuse_exchange,
                                    .replied = on_replied,
                                    .ended = on_ended,
                                },
                                options->bound_fd, NULL);
    load_tls(app);
}

static enum status set_up(struct app *app, struct buf *why)
{
    struct gql_limits limits = app_limits(app->config);
    enum status status;

    arena_init(&app->arena, PROCESS_BYTES_MAX);
    status = app_schema(&app->arena, app->config->list_max, why, &app->schema);
    if (status != MC_OK) return status;
    status = jwt_ring_parse(&app->sessions.ring, &app->arena, str_of(app->secrets.token_keys));
    if (status != MC_OK) {
        buf_add(why,
                STR("MOTCUA_TOKEN_KEYS is not a key ring (kid:base64url of 32 bytes, ...).\n"));
        return status;
    }
    request_log_key(app);
    (void)status_profile_named(app->config->status_profile, &app->status_profile);
    plan_cache_init(&app->plans, app->schema, &limits, (size_t)app->config->plan_cache_bytes / 2);
    app->trusted = trusted_documents_new(app->schema, &limits);
    limits.introspection = false;
    plan_cache_init(&app->closed_plans, app->schema, &limits,
                    (size_t)app->config->plan_cache_bytes / 2);
    rendered_cache_init(&app->rendered, (size_t)app->config->rendered_cache_bytes);
    persisted_queries_init(&app->persisted, (size_t)app->config->persisted_query_bytes);
    status = issuers_load(&app->issuers, app->config->issuers_file, why);
    if (status == MC_OK) status = storage_init(&app->storage, app->config->storage_dir, why);
    if (status != MC_OK) return status;
    return trusted_documents_load(app->trusted, app->config->documents_dir, why);
}

static void start(struct app *app, const struct app_options *options)
{
    log_hold();
    MC_ASSERT(uv_prepare_init(&app->loop, &app->on_turn) == 0);
    uv_prepare_start(&app->on_turn, on_turn);
    watch_signal(app, &app->on_term, on_term, SIGTERM);
    watch_signal(app, &app->on_hangup, on_hangup, SIGHUP);
    MC_ASSERT(uv_timer_init(&app->loop, &app->gauges_timer) == 0);
    app->gauges_timer.data = app;
    uv_timer_start(&app->gauges_timer, on_gauges, GAUGES_MS, GAUGES_MS);
    open_sessions(app);
    open_issuers(app);
    app->quota = quota_new(app);
    app_services_open(app);
    reference_load_start(app, on_reference_tried);
    open_listener(app);
    app->streams = streams_new(app);
    app->sessions.revocations =
        revocations_new(&(struct revocations_settings){ .loop = &app->loop,
                                                        .pool = app->service_pool,
                                                        .changed = on_sessions_changed,
                                                        .data = app });
    if (app->slot == 0) app->adapter_gauges = adapter_gauges_new(app);
    app->websockets = graphql_ws_new(app);
    app->graphiql = graphiql_new(app->config);
    open_http(app, options);
}

int app_serve(const struct app_options *options)
{
    static struct app app;
    struct buf why;

    buf_init(&why, 16 * 1024);
    app = (struct app){ .config = options->config,
                        .secrets = options->secrets,
                        .ticket_key = options->ticket_key,
                        .clock = &clock_system,
                        .metrics = options->metrics,
                        .tallies = options->tallies,
                        .slot = options->slot,
                        .processes = options->processes };
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    signal(SIGPIPE, SIG_IGN);
    MC_ASSERT(uv_loop_init(&app.loop) == 0);
    if (set_up(&app, &why) != MC_OK) {
        fprintf(stderr, "motcua-server: %.*s", STR_PRINT(buf_str(&why)));
        return 2;
    }
    buf_done(&why);
    start(&app, options);
    uv_run(&app.loop, UV_RUN_DEFAULT);
    graphql_ws_free(app.websockets);
    plan_cache_done(&app.plans);
    plan_cache_done(&app.closed_plans);
    rendered_cache_done(&app.rendered);
    sessions_done(&app.sessions);
    quota_free(app.quota);
    graphiql_free(app.graphiql);
    issuers_done(&app.issuers);
    key_ring_forget(&app.secrets.keys);
    trusted_documents_free(app.trusted);
    persisted_queries_done(&app.persisted);
    reference_unref(app.reference);
    arena_done(&app.arena);
    log_flush();
    return 0;
}
