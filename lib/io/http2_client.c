/*
 * http2_client.c - requests between their lists, deadlines, and the client's own birth and end.
 *
 * Two timers drive everything that is not a socket: `turn` (as soon as possible: start streams,
 * call `done` of what has ended) and `tick` (deadlines, pings, back-off). Deadlines are found by
 * walking the lists each tick: a few thousand requests cost less so than a heap that every request
 * must enter and leave.
 */
#include "io/http2_client_internal.h"

const struct http2_client_settings http2_client_preset = {
    .connections_max = 2,
    .streams_max = 100,
    .requests_max = 4096,
    .connect_timeout_ms = 5000,
    .ping_idle_ms = 60000,
    .ping_answer_ms = 10000,
    .idle_close_ms = 600000,
    .backoff_ms = 200,
    .backoff_max_ms = 10000,
};

void http2_request_init(struct http2_request *request, size_t answer_bytes_max)
{
    *request = (struct http2_request){ .method = STR("POST"), .stream_id = -1 };
    buf_init(&request->answer, answer_bytes_max);
    buf_init(&request->fields, HTTP2_FIELDS_BYTES_MAX);
}

void http2_request_done(struct http2_request *request)
{
    MC_ASSERT(request->list == NULL);
    buf_done(&request->answer);
    buf_done(&request->fields);
}

/* fields holds name NUL value NUL, again and again: neither may contain NUL (RFC 9113 §8.2.1). */
struct str http2_request_field(const struct http2_request *request, struct str name)
{
    struct str rest = buf_str(&request->fields);

    while (rest.size > 0) {
        struct str found = str_split(&rest, '\0');
        struct str value = str_split(&rest, '\0');

        if (str_eq(found, name)) return value;
    }
    return STR_NONE;
}

uint64_t http2_now_ms(const struct http2_client *client)
{
    return uv_now(client->loop);
}

void http2_list_put(struct http2_request_list *list, struct http2_request *request)
{
    request->prev = list->last;
    request->next = NULL;
    request->list = list;
    if (list->last != NULL)
        list->last->next = request;
    else
        list->first = request;
    list->last = request;
    list->count++;
}

void http2_list_put_first(struct http2_request_list *list, struct http2_request *request)
{
    request->prev = NULL;
    request->next = list->first;
    request->list = list;
    if (list->first != NULL)
        list->first->prev = request;
    else
        list->last = request;
    list->first = request;
    list->count++;
}

void http2_list_take(struct http2_request *request)
{
    struct http2_request_list *list = request->list;

    if (request->prev != NULL)
        request->prev->next = request->next;
    else
        list->first = request->next;
    if (request->next != NULL)
        request->next->prev = request->prev;
    else
        list->last = request->prev;
    list->count--;
    request->list = NULL;
    request->prev = request->next = NULL;
}

void http2_finish(struct http2_request *request, enum status status, const char *reason)
{
    struct http2_client *client = request->origin->client;

    if (request->list == &client->finished) return;
    http2_list_take(request);
    request->status = status;
    request->reason = reason;
    request->maybe_processed = status != MC_OK && request->sent;
    if (status == MC_OK)
        client->counts.answers++;
    else
        client->counts.failures++;
    request->connection = NULL;
    http2_list_put(&client->finished, request);
    http2_turn_soon(client);
}

static void stop(struct http2_request *request, enum status status, const char *reason)
{
    if (request->connection != NULL) http2_session_forget(request);
    http2_finish(request, status, reason);
}

void http2_request_cancel(struct http2_request *request)
{
    if (request->list == NULL || request->origin == NULL) return;
    if (request->list == &request->origin->client->finished) return;
    stop(request, MC_CANCELLED, "cancelled");
}

static void timer_closed(uv_handle_t *handle)
{
    struct http2_client *client = handle->data;
    void (*closed)(void *data) = client->closed;
    void *data = client->closed_data;

    if (--client->timers_open > 0) return;
    while (client->origins != NULL) {
        struct http2_origin *origin = client->origins;

        client->origins = origin->next;
        http2_origin_free(origin);
    }
    buf_done(&client->plain);
    nghttp2_session_callbacks_del(client->callbacks);
    SSL_CTX_free(client->tls);
    mem_free(client);
    if (closed != NULL) closed(data);
}

static void close_timers(struct http2_client *client)
{
    uv_handle_t *tick = (uv_handle_t *)&client->tick, *turn = (uv_handle_t *)&client->turn;

    if (!uv_is_closing(tick)) uv_close(tick, timer_closed);
    if (!uv_is_closing(turn)) uv_close(turn, timer_closed);
}

static void turn(uv_timer_t *timer)
{
    struct http2_client *client = timer->data;
    struct http2_request *request;

    /* What `done` sends lands in the queue before streams are started: they leave in one write. */
    while ((request = client->finished.first) != NULL) {
        http2_list_take(request);
        client->requests--;
        request->done(request);
    }
    for (struct http2_origin *origin = client->origins; origin != NULL; origin = origin->next)
        http2_origin_pump(origin);
    if (client->closing && client->connections == 0 && client->finished.first == NULL)
        close_timers(client);
}

void http2_turn_soon(struct http2_client *client)
{
    uv_handle_t *handle = (uv_handle_t *)&client->turn;

    if (!uv_is_closing(handle) && !uv_is_active(handle)) uv_timer_start(&client->turn, turn, 0, 0);
}

static void expire(struct http2_request_list *list, uint64_t now_ms)
{
    for (struct http2_request *request = list->first, *next; request != NULL; request = next) {
        struct http2_connection *connection = request->connection;

        next = request->next;
        if (request->deadline_ms > now_ms) continue;
        stop(request, MC_TIMEOUT, "deadline");
        /* Is the peer slow or is it gone? */
        if (connection != NULL) http2_session_ping(connection);
    }
}

static void tick(uv_timer_t *timer)
{
    struct http2_client *client = timer->data;
    uint64_t now_ms = http2_now_ms(client);

    for (struct http2_origin *origin = client->origins; origin != NULL; origin = origin->next) {
        struct http2_connection *next;

        expire(&origin->waiting, now_ms);
        for (struct http2_connection *each = origin->connections; each != NULL; each = next) {
            next = each->next;
            expire(&each->running, now_ms);
            http2_connection_tick(each, now_ms);
        }
        if (origin->waiting.first != NULL) http2_turn_soon(client);
    }
}

enum status http2_client_new(uv_loop_t *loop, const struct http2_client_settings *settings,
                             struct http2_client **ret_client)
{
    SSL_CTX *tls;
    enum status status = http2_tls_new(settings->ca_file, &tls);
    struct http2_client *client;

    if (status != MC_OK) return status;
    client = MEM_NEW(struct http2_client);
    client->loop = loop;
    client->settings = *settings;
    client->tls = tls;
    client->callbacks = http2_callbacks_new();
    buf_init(&client->plain, (size_t)HTTP2_OUTPUT_BYTES_MAX * 2);
    uv_timer_init(loop, &client->tick);
    uv_timer_init(loop, &client->turn);
    client->tick.data = client->turn.data = client;
    client->timers_open = 2;
    uv_timer_start(&client->tick, tick, HTTP2_TICK_MS, HTTP2_TICK_MS);
    *ret_client = client;
    return MC_OK;
}

void http2_client_close(struct http2_client *client, void (*closed)(void *data), void *data)
{
    if (client == NULL) return;
    client->closing = true;
    client->closed = closed;
    client->closed_data = data;
    for (struct http2_origin *origin = client->origins; origin != NULL; origin = origin->next) {
        struct http2_connection *next;

        while (origin->waiting.first != NULL)
            stop(origin->waiting.first, MC_CANCELLED, "closed");
        for (struct http2_connection *each = origin->connections; each != NULL; each = next) {
            next = each->next;
            while (each->running.first != NULL)
                stop(each->running.first, MC_CANCELLED, "closed");
            http2_connection_end(each, "closed");
        }
    }
    http2_turn_soon(client);
}

static bool headers_fit(const struct http2_request *request)
{
    if (request->header_count > HTTP2_HEADERS_MAX || request->path.size == 0) return false;
    for (size_t i = 0; i < request->header_count; i++) {
        struct str name = request->headers[i].name, value = request->headers[i].value;

        if (nghttp2_check_header_name((const uint8_t *)name.data, name.size) == 0 ||
            nghttp2_check_header_value((const uint8_t *)value.data, value.size) == 0)
            return false;
    }
    return nghttp2_check_header_value((const uint8_t *)request->path.data, request->path.size) != 0;
}

static void forget_last_run(struct http2_request *request)
{
    buf_reset(&request->answer);
    buf_reset(&request->fields);
    request->http = 0;
    request->resends = 0;
    request->reason = NULL;
    request->connection = NULL;
    request->sent = request->ended = request->over = request->maybe_processed = false;
}

enum status http2_client_send(struct http2_client *client, struct str origin,
                              struct http2_request *request)
{
    enum status status;

    MC_ASSERT(request->list == NULL);
    if (client->closing) return MC_CANCELLED;
    if (client->requests >= client->settings.requests_max) return MC_BUSY;
    if (!headers_fit(request)) return MC_BAD_INPUT;
    status = http2_origin_get(client, origin, &request->origin);
    if (status != MC_OK) return status;

    /* A caller that has just come back from blocking work left the loop's time behind. */
    uv_update_time(client->loop);
    forget_last_run(request);
    client->requests++;
    request->origin->used_ms = http2_now_ms(client);
    request->deadline_ms = request->origin->used_ms + request->timeout_ms;
    http2_list_put(&request->origin->waiting, request);
    http2_turn_soon(client);
    return MC_OK;
}

struct http2_client_counts http2_client_count(const struct http2_client *client)
{
    struct http2_client_counts counts = client->counts;

    counts.connections = client->connections;
    counts.origins = 0;
    for (const struct http2_origin *origin = client->origins; origin != NULL;
         origin = origin->next) {
        counts.origins++;
        counts.waiting += origin->waiting.count;
        for (const struct http2_connection *each = origin->connections; each != NULL;
             each = each->next)
            counts.running += each->running.count;
    }
    return counts;
}
