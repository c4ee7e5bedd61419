/*
 * The pages of the probe. An asynchronous page never keeps the request: it keeps a token hung on
 * the request's pool, whose dispose hook tells it that the request is gone.
 */
#include "probe.h"

#include <h2o/http2.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const uint64_t slow_ms = 200;
static const uint64_t sse_period_ms = 100;
static const size_t bytes_max = 256 * 1024 * 1024;
static char filler[64 * 1024];

struct page_job {
    h2o_generator_t generator;
    uv_timer_t timer;
    h2o_req_t *request; /* NULL once it is gone */
    bool may_send;
    unsigned event_number;
    char event[32];
};

static void send_text(h2o_req_t *request, int status, const char *text)
{
    static h2o_generator_t generator = { NULL, NULL };
    h2o_iovec_t body = h2o_strdup(&request->pool, text, SIZE_MAX);

    request->res.status = status;
    request->res.reason = "-";
    request->res.content_length = body.len;
    h2o_add_header(&request->pool, &request->res.headers, H2O_TOKEN_CONTENT_TYPE, NULL,
                   H2O_STRLIT("text/plain"));
    h2o_start_response(request, &generator);
    h2o_send(request, &body, 1, H2O_SEND_STATE_FINAL);
}

static void on_job_closed(uv_handle_t *handle)
{
    free(handle->data);
}

static void on_request_disposed(void *token)
{
    struct page_job *job = *(struct page_job **)token;

    job->request = NULL;
    if (!uv_is_closing((uv_handle_t *)&job->timer))
        uv_close((uv_handle_t *)&job->timer, on_job_closed);
}

static struct page_job *job_new(h2o_req_t *request, uv_timer_cb on_timer, uint64_t after_ms,
                                uint64_t period_ms)
{
    struct page_job *job = calloc(1, sizeof(*job));
    struct page_job **token =
        h2o_mem_alloc_shared(&request->pool, sizeof(struct page_job *), on_request_disposed);

    if (job == NULL) abort();
    *token = job;
    job->request = request;
    uv_timer_init(&probe.loop, &job->timer);
    job->timer.data = job;
    uv_timer_start(&job->timer, on_timer, after_ms, period_ms);
    return job;
}

static int hello_page(h2o_handler_t *self, h2o_req_t *request)
{
    (void)self;
    probe.admitted++;
    send_text(request, 200, "hello\n");
    return 0;
}

/* A request reset while it waits still costs its time, as a query sent to a database does. */
struct slow_work {
    uv_timer_t timer;
    struct slow_work **token; /* NULL once the request is gone */
    h2o_req_t *request;
};

static void on_slow_disposed(void *token)
{
    struct slow_work *work = *(struct slow_work **)token;

    if (work != NULL) work->token = NULL;
}

static void on_slow_closed(uv_handle_t *handle)
{
    free(handle->data);
}

static void on_slow_done(uv_timer_t *timer)
{
    struct slow_work *work = timer->data;

    probe.slow_running--;
    if (work->token != NULL) {
        *work->token = NULL;
        send_text(work->request, 200, "slow\n");
    }
    uv_close((uv_handle_t *)timer, on_slow_closed);
}

static int slow_page(h2o_handler_t *self, h2o_req_t *request)
{
    struct slow_work *work = calloc(1, sizeof(*work));

    (void)self;
    if (work == NULL) abort();
    probe.admitted++;
    probe.slow_running++;
    work->request = request;
    work->token = h2o_mem_alloc_shared(&request->pool, sizeof(void *), on_slow_disposed);
    *work->token = work;
    uv_timer_init(&probe.loop, &work->timer);
    work->timer.data = work;
    uv_timer_start(&work->timer, on_slow_done, slow_ms, 0);
    return 0;
}

static void on_sse_proceed(h2o_generator_t *generator, h2o_req_t *request)
{
    struct page_job *job = H2O_STRUCT_FROM_MEMBER(struct page_job, generator, generator);

    (void)request;
    job->may_send = true;
}

static void on_sse_tick(uv_timer_t *timer)
{
    struct page_job *job = timer->data;
    h2o_iovec_t event;

    if (job->request == NULL || !job->may_send) return;
    job->may_send = false;
    job->event_number++;
    event.base = job->event;
    event.len = (size_t)snprintf(job->event, sizeof(job->event), "data: %u\n\n", job->event_number);
    h2o_send(job->request, &event, 1, H2O_SEND_STATE_IN_PROGRESS);
}

static int sse_page(h2o_handler_t *self, h2o_req_t *request)
{
    struct page_job *job = job_new(request, on_sse_tick, sse_period_ms, sse_period_ms);

    (void)self;
    probe.admitted++;
    job->generator.proceed = on_sse_proceed;
    request->res.status = 200;
    request->res.reason = "-";
    h2o_add_header(&request->pool, &request->res.headers, H2O_TOKEN_CONTENT_TYPE, NULL,
                   H2O_STRLIT("text/event-stream"));
    h2o_start_response(request, &job->generator);
    h2o_send(request, NULL, 0, H2O_SEND_STATE_IN_PROGRESS);
    return 0;
}

static int echo_page(h2o_handler_t *self, h2o_req_t *request)
{
    char text[32];

    (void)self;
    probe.admitted++;
    snprintf(text, sizeof(text), "%zu\n", request->entity.len);
    send_text(request, 200, text);
    return 0;
}

/* /bytes/N: a body of N octets, sent at once. */
static int bytes_page(h2o_handler_t *self, h2o_req_t *request)
{
    static h2o_generator_t generator = { NULL, NULL };
    size_t prefix = strlen("/bytes/");
    size_t length = h2o_strtosize(request->path_normalized.base + prefix,
                                  request->path_normalized.len - prefix);
    h2o_iovec_t *parts;
    size_t count = 0;

    (void)self;
    if (length > bytes_max) return -1;
    probe.admitted++;
    request->res.status = 200;
    request->res.reason = "-";
    request->res.content_length = length;
    h2o_start_response(request, &generator);
    parts = h2o_mem_alloc_pool(&request->pool, sizeof(*parts) * (length / sizeof(filler) + 1));
    while (length != 0) {
        size_t part = length < sizeof(filler) ? length : sizeof(filler);

        parts[count++] = h2o_iovec_init(filler, part);
        length -= part;
    }
    h2o_send(request, parts, count, H2O_SEND_STATE_FINAL);
    return 0;
}

static int counters_page(h2o_handler_t *self, h2o_req_t *request)
{
    char text[2048];
    unsigned watched = 0;
    int length =
        snprintf(text, sizeof(text),
                 "{\"connections\":%lu,\"admitted\":%lu,\"slow_running\":%lu,\"frames\":%lu,"
                 "\"stream_errors\":%lu,\"gone\":%lu,\"cuts\":{",
                 probe.connections, probe.admitted, probe.slow_running, probe.frames,
                 probe.stream_errors, probe.gone);

    (void)self;
#if PROBE_PATCHED
    for (unsigned reason = 0; probe.guarded && reason < GUARD_REASON_COUNT; reason++)
        length += snprintf(text + length, sizeof(text) - (size_t)length, "%s\"%s\":%" PRIu64,
                           reason == 0 ? "" : ",", guard_reason_name((enum guard_reason)reason),
                           guards_cut_count(&probe.guards, (enum guard_reason)reason));
    if (probe.guarded) watched = guards_count(&probe.guards);
#endif
    snprintf(text + length, sizeof(text) - (size_t)length, "},\"watched\":%u}\n", watched);
    send_text(request, 200, text);
    return 0;
}

#if PROBE_PATCHED
/* What the library says of the connection of this very request. */
static int status_page(h2o_handler_t *self, h2o_req_t *request)
{
    h2o_http2_conn_status_t status;
    char text[256];

    (void)self;
    if (request->version < 0x200) return -1;
    h2o_http2_conn_get_status((h2o_http2_conn_t *)request->conn, &status);
    snprintf(text, sizeof(text),
             "{\"receiving\":%u,\"running\":%u,\"blocked\":%u,\"data_bytes\":%" PRIu64
             ",\"entity_bytes\":%zu}\n",
             status.num_receiving, status.num_running, status.num_blocked, status.data_bytes_sent,
             status.request_entity_bytes);
    send_text(request, 200, text);
    return 0;
}

static int retire_page(h2o_handler_t *self, h2o_req_t *request)
{
    (void)self;
    if (request->version < 0x200) return -1;
    h2o_http2_conn_retire((h2o_http2_conn_t *)request->conn, H2O_HTTP2_ERROR_NONE);
    send_text(request, 200, "retired\n");
    return 0;
}
#endif

/* Runs before every page: an HTTP/1 connection shows no frames, so the guard must be told. */
static int mark_http1(h2o_handler_t *self, h2o_req_t *request)
{
    (void)self;
#if PROBE_PATCHED
    if (probe.guarded && request->version < 0x200)
        guard_mark_http1(request->conn->callbacks->get_socket(request->conn));
#else
    (void)request;
#endif
    return -1;
}

void probe_register_handlers(h2o_hostconf_t *host)
{
    static const struct {
        const char *path;
        int (*on_request)(h2o_handler_t *self, h2o_req_t *request);
    } pages[] = {
        { "/hello", hello_page },
        { "/slow", slow_page },
        { "/sse", sse_page },
        { "/echo", echo_page },
        { "/bytes", bytes_page },
        { "/counters", counters_page },
#if PROBE_PATCHED
        { "/status", status_page },
        { "/retire", retire_page },
#endif
    };

    for (size_t i = 0; i < sizeof(pages) / sizeof(pages[0]); i++) {
        h2o_pathconf_t *path = h2o_config_register_path(host, pages[i].path, 0);

        h2o_create_handler(path, sizeof(h2o_handler_t))->on_req = mark_http1;
        h2o_create_handler(path, sizeof(h2o_handler_t))->on_req = pages[i].on_request;
    }
}
