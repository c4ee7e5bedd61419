/*
 * An exchange outlives its request: a reset frees the h2o_req_t at once, in the middle of whatever
 * the handler waits for. So the handler holds the exchange, and the exchange holds the request only
 * through a token on the request's pool.
 */
#include "base/hash.h"
#include "base/memory.h"
#include "http/internal.h"

enum { ID_BYTES = 16 };

static struct str view(h2o_iovec_t bytes)
{
    return (struct str){ bytes.base, bytes.len };
}

struct str http_method(const struct http_exchange *exchange)
{
    return exchange->request == NULL ? STR_NONE : view(exchange->request->method);
}

struct str http_path(const struct http_exchange *exchange)
{
    const h2o_req_t *request = exchange->request;

    if (request == NULL) return STR_NONE;
    return (struct str){ request->path.base,
                         request->query_at == SIZE_MAX ? request->path.len : request->query_at };
}

struct str http_query(const struct http_exchange *exchange)
{
    const h2o_req_t *request = exchange->request;

    if (request == NULL || request->query_at == SIZE_MAX) return STR_NONE;
    return (struct str){ request->path.base + request->query_at + 1,
                         request->path.len - request->query_at - 1 };
}

struct str http_body(const struct http_exchange *exchange)
{
    return exchange->request == NULL ? STR_NONE : view(exchange->request->entity);
}

struct str http_header(const struct http_exchange *exchange, const char *name)
{
    const h2o_req_t *request = exchange->request;

    for (size_t i = 0; request != NULL && i < request->headers.size; i++)
        if (str_eq_nocase(view(*request->headers.entries[i].name), str_of(name)))
            return view(request->headers.entries[i].value);
    return STR_NONE;
}

struct http_address http_peer(const struct http_exchange *exchange)
{
    struct sockaddr_storage peer = { 0 };
    struct sockaddr *address = (struct sockaddr *)&peer;
    h2o_conn_t *connection;

    if (exchange->request == NULL) return (struct http_address){ .size = 0 };
    connection = exchange->request->conn;
    if (connection->callbacks->get_peername(connection, address) == 0)
        return (struct http_address){ .size = 0 };
    return addresses_of(address);
}

const char *http_protocol(const struct http_exchange *exchange)
{
    return exchange->request != NULL && exchange->request->version < 0x200 ? "h1" : "h2";
}

uint64_t http_id(const struct http_exchange *exchange)
{
    return exchange->end.id;
}

void http_tells_itself(struct http_exchange *exchange)
{
    exchange->tells_itself = true;
}

void *http_data(const struct http_exchange *exchange)
{
    return exchange->data;
}

void http_set_data(struct http_exchange *exchange, void *data)
{
    exchange->data = data;
}

void http_on_gone(struct http_exchange *exchange, void (*gone)(struct http_exchange *exchange))
{
    exchange->gone = gone;
}

bool http_is_gone(const struct http_exchange *exchange)
{
    return exchange->request == NULL;
}

static void on_request_disposed(void *memory)
{
    struct http_token *token = memory;
    struct http_exchange *exchange = token->exchange;

    if (exchange == NULL) return;
    token->exchange = NULL;
    exchange->request = NULL;
    exchange->token = NULL;
    exchange->sending = false;
    if (exchange->gone != NULL) exchange->gone(exchange);
}

static void tell_end(struct http_exchange *exchange)
{
    const struct http_settings *settings = &exchange->server->settings;

    if (exchange->tells_itself || settings->ended == NULL) return;
    exchange->end.us = (uv_hrtime() - exchange->began_ns) / 1000;
    settings->ended(&exchange->end, settings->data);
}

static void exchange_free(struct http_exchange *exchange)
{
    tell_end(exchange);
    if (exchange->token != NULL) exchange->token->exchange = NULL;
    exchange->server->counts.exchanges--;
    if (exchange->is_stream) exchange->server->counts.streams--;
    buf_done(&exchange->queue);
    buf_done(&exchange->leaving);
    mem_free(exchange);
}

void http_exchange_end(struct http_exchange *exchange)
{
    exchange_free(exchange);
}

static const char *reason_of(int status)
{
    static const struct {
        int status;
        const char *reason;
    } reasons[] = {
        { 200, "OK" },
        { 201, "Created" },
        { 202, "Accepted" },
        { 204, "No Content" },
        { 294, "Partial Response" },
        { 304, "Not Modified" },
        { 400, "Bad Request" },
        { 401, "Unauthorized" },
        { 403, "Forbidden" },
        { 404, "Not Found" },
        { 405, "Method Not Allowed" },
        { 406, "Not Acceptable" },
        { 409, "Conflict" },
        { 412, "Precondition Failed" },
        { 413, "Payload Too Large" },
        { 414, "URI Too Long" },
        { 415, "Unsupported Media Type" },
        { 422, "Unprocessable Content" },
        { 423, "Locked" },
        { 429, "Too Many Requests" },
        { 460, "Checksum Mismatch" },
        { 500, "Internal Server Error" },
        { 503, "Service Unavailable" },
    };

    for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
        if (reasons[i].status == status) return reasons[i].reason;
    return "Status";
}

static void add_id(const struct http_exchange *exchange)
{
    static const char name[] = "x-request-id";
    h2o_req_t *request = exchange->request;
    char *text = h2o_mem_alloc_pool(&request->pool, ID_BYTES);
    uint64_t id = exchange->end.id;

    for (int i = ID_BYTES - 1; i >= 0; i--, id >>= 4)
        text[i] = "0123456789abcdef"[id & 15];
    h2o_add_header_by_str(&request->pool, &request->res.headers, name, sizeof(name) - 1, 1, NULL,
                          text, ID_BYTES);
}

static void start(struct http_exchange *exchange, int status, const struct http_header *headers,
                  size_t header_count)
{
    h2o_req_t *request = exchange->request;

    MC_ASSERT(header_count <= HTTP_HEADERS_MAX);
    request->res.status = status;
    request->res.reason = reason_of(status);
    exchange->end.status = status;
    add_id(exchange);
    for (size_t i = 0; i < header_count; i++) {
        h2o_iovec_t name = h2o_strdup(&request->pool, headers[i].name.data, headers[i].name.size);
        h2o_iovec_t value =
            h2o_strdup(&request->pool, headers[i].value.data, headers[i].value.size);

        h2o_add_header_by_str(&request->pool, &request->res.headers, name.base, name.len, 1, NULL,
                              value.base, value.len);
    }
    if (exchange->server->settings.replied != NULL)
        exchange->server->settings.replied(status, exchange->server->settings.data);
    h2o_start_response(request, &exchange->token->generator);
}

static void on_body_disposed(void *memory)
{
    const struct http_owner *owner = memory;

    owner->release(owner->data);
}

/* Where libh2o may read it until the request ends. */
static h2o_iovec_t place_body(h2o_req_t *request, const struct http_body *body)
{
    struct str bytes = body->bytes;
    struct http_owner *kept;

    if (body->owner == NULL)
        return h2o_strdup(&request->pool, bytes.size == 0 ? "" : bytes.data, bytes.size);
    kept = h2o_mem_alloc_shared(&request->pool, sizeof(*kept), on_body_disposed);
    *kept = *body->owner;
    return h2o_iovec_init(bytes.data, bytes.size);
}

static bool has_body(const struct http_exchange *exchange, int status)
{
    return status != 304 && !str_is(http_method(exchange), "HEAD");
}

void http_reply_body(struct http_exchange *exchange, int status, const struct http_header *headers,
                     size_t header_count, struct http_body body)
{
    h2o_req_t *request = exchange->request;

    MC_ASSERT(!exchange->is_stream);
    if (request != NULL) {
        size_t whole = body.bytes.size;
        h2o_iovec_t bytes;

        if (!has_body(exchange, status)) body.bytes.size = 0;
        bytes = place_body(request, &body);
        request->res.content_length = whole;
        exchange->end.bytes = body.bytes.size;
        exchange->token->exchange = NULL;
        start(exchange, status, headers, header_count);
        exchange->token = NULL;
        h2o_send(request, &bytes, body.bytes.size > 0 ? 1 : 0, H2O_SEND_STATE_FINAL);
    } else if (body.owner != NULL) {
        body.owner->release(body.owner->data);
    }
    exchange_free(exchange);
}

void http_reply(struct http_exchange *exchange, int status, const struct http_header *headers,
                size_t header_count, struct str body)
{
    http_reply_body(exchange, status, headers, header_count, (struct http_body){ body, NULL });
}

void http_release(struct http_exchange *exchange)
{
    MC_ASSERT(exchange->request == NULL);
    exchange_free(exchange);
}

/* Hands what is queued to libh2o, which reads it until it calls proceed. */
static void stream_flush(struct http_exchange *exchange)
{
    struct buf empty = exchange->leaving;
    h2o_iovec_t bytes;

    if (exchange->sending || exchange->queue.size == 0) return;
    buf_reset(&empty);
    exchange->leaving = exchange->queue;
    exchange->queue = empty;
    exchange->queue.bytes_max = exchange->leaving.bytes_max;
    exchange->sending = true;
    bytes = h2o_iovec_init(exchange->leaving.data, exchange->leaving.size);
    h2o_send(exchange->request, &bytes, 1, H2O_SEND_STATE_IN_PROGRESS);
}

static void stream_finish(struct http_exchange *exchange)
{
    h2o_req_t *request = exchange->request;

    exchange->token->exchange = NULL;
    exchange->token = NULL;
    h2o_send(request, NULL, 0, H2O_SEND_STATE_FINAL);
    exchange_free(exchange);
}

static void on_proceed(h2o_generator_t *generator, h2o_req_t *request)
{
    struct http_token *token = CONTAINER_OF(generator, struct http_token, generator);
    struct http_exchange *exchange = token->exchange;

    (void)request;
    if (exchange == NULL) return;
    exchange->sending = false;
    stream_flush(exchange);
    if (exchange->sending) return;
    if (exchange->closing)
        stream_finish(exchange);
    else if (exchange->drained != NULL)
        exchange->drained(exchange);
}

static void on_stop(h2o_generator_t *generator, h2o_req_t *request)
{
    (void)request;
    on_request_disposed(CONTAINER_OF(generator, struct http_token, generator));
}

void http_stream_set_size(struct http_exchange *exchange, size_t bytes)
{
    if (exchange->request != NULL) exchange->request->res.content_length = bytes;
}

void http_stream_open(struct http_exchange *exchange, int status, const struct http_header *headers,
                      size_t header_count, size_t queue_bytes_max)
{
    exchange->is_stream = true;
    exchange->server->counts.streams++;
    buf_init(&exchange->queue, queue_bytes_max);
    buf_init(&exchange->leaving, queue_bytes_max);
    if (exchange->request == NULL) return;
    exchange->token->generator = (h2o_generator_t){ on_proceed, on_stop };
    start(exchange, status, headers, header_count);
}

enum status http_stream_send(struct http_exchange *exchange, struct str bytes)
{
    enum status status;

    MC_ASSERT(exchange->is_stream && !exchange->closing);
    if (exchange->request == NULL) return MC_CANCELLED;
    buf_add(&exchange->queue, bytes);
    status = buf_status(&exchange->queue);
    stream_flush(exchange);
    return status;
}

size_t http_stream_waiting(const struct http_exchange *exchange)
{
    return exchange->queue.size + (exchange->sending ? exchange->leaving.size : 0);
}

void http_stream_on_drained(struct http_exchange *exchange,
                            void (*drained)(struct http_exchange *exchange))
{
    exchange->drained = drained;
}

void http_stream_close(struct http_exchange *exchange)
{
    MC_ASSERT(exchange->is_stream);
    exchange->gone = NULL;
    if (exchange->request == NULL) {
        exchange_free(exchange);
        return;
    }
    exchange->closing = true;
    exchange->gone = http_release;
    if (!exchange->sending) stream_finish(exchange);
}

/* A child's own: the key of the hash is the parent's, so that all children have the same. Not a
 * count, which would tell a client how many others there are. */
static uint64_t draw_id(struct http_server *server)
{
    const uint64_t seed[] = { server->process, ++server->exchanges_seen };

    return hash_bytes((struct str){ (const char *)seed, sizeof(seed) });
}

static struct http_exchange *exchange_new(struct http_server *server, h2o_req_t *request)
{
    struct http_exchange *exchange = MEM_NEW(struct http_exchange);

    exchange->server = server;
    exchange->request = request;
    exchange->end.id = draw_id(server);
    exchange->began_ns = uv_hrtime();
    exchange->token =
        h2o_mem_alloc_shared(&request->pool, sizeof(*exchange->token), on_request_disposed);
    *exchange->token = (struct http_token){ { NULL, NULL }, exchange };
    server->counts.exchanges++;
    return exchange;
}

static enum status check_limits(const struct http_server *server, const h2o_req_t *request)
{
    if (request->path.len > server->settings.url_bytes_max) return MC_URL_TOO_LONG;
    if (request->entity.len > server->settings.body_bytes_max) return MC_TOO_LARGE;
    uint32_t in_flight = server->counts.exchanges - server->counts.streams;

    if (in_flight > server->settings.requests_max) return MC_BUSY;
    return MC_OK;
}

static bool is_on_route(struct str path, const char *route)
{
    struct str whole = str_of(route);

    if (path.data == NULL) return false;
    if (whole.data[whole.size - 1] == '/' && whole.size > 1)
        return path.size > whole.size && str_starts(path, whole);
    return str_eq(path, whole);
}

int http_exchange_handle(struct http_server *server, h2o_req_t *request)
{
    struct http_exchange *exchange = exchange_new(server, request);
    enum status status = check_limits(server, request);

    if (request->version < 0x200)
        guard_mark_http1(request->conn->callbacks->get_socket(request->conn));
    for (size_t i = 0; status == MC_OK && i < server->settings.route_count; i++) {
        const struct http_route *route = &server->settings.routes[i];

        if (!is_on_route(http_path(exchange), route->path)) continue;
        exchange->end.route = route->path;
        route->handle(exchange, server->settings.data);
        return 0;
    }
    server->settings.refuse(exchange, status == MC_OK ? MC_NOT_FOUND : status,
                            server->settings.data);
    return 0;
}
