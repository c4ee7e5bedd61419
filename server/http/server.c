/* The listener of one process: accepts, guards, drains. */
#include "base/memory.h"
#include "http/internal.h"

#include <h2o/http1.h>
#include <h2o/http2.h>
#include <openssl/ssl.h>

#include <sys/time.h>

enum { LISTEN_BACKLOG = 1024, DRAIN_TICK_MS = 20, HTTP1_TIMEOUT_MS = 4000 };

struct door_handler {
    h2o_handler_t super;
    struct http_server *server;
};

static int on_request(h2o_handler_t *handler, h2o_req_t *request)
{
    return http_exchange_handle(((struct door_handler *)(void *)handler)->server, request);
}

static void configure(struct http_server *server)
{
    const struct http_settings *settings = &server->settings;
    struct door_handler *handler;
    h2o_hostconf_t *host;
    h2o_pathconf_t *path;

    h2o_config_init(&server->config);
    server->config.server_name =
        h2o_strdup(NULL, settings->server_name, strlen(settings->server_name));
    /* Twice our own limit: a body a little too long is answered 413, not reset. */
    server->config.max_request_entity_size = settings->body_bytes_max * 2;
    server->config.http1.upgrade_to_http2 = 0;
    server->config.http1.req_timeout = HTTP1_TIMEOUT_MS;
    server->config.http2.graceful_shutdown_timeout = settings->drain_ms;
    host = h2o_config_register_host(&server->config, h2o_iovec_init(H2O_STRLIT("default")), 65535);
    path = h2o_config_register_path(host, "/", 0);
    handler = (struct door_handler *)(void *)h2o_create_handler(path, sizeof(*handler));
    handler->super.on_req = on_request;
    handler->server = server;
    guards_init(&server->guards, server->loop, &server->config, &settings->guard);
}

/* libh2o takes the handle's data for itself. */
struct connection {
    uv_tcp_t tcp;
    struct http_server *server;
    size_t address; /* its bucket */
    bool entered;
};

static void on_connection_closed(uv_handle_t *handle)
{
    struct connection *connection = CONTAINER_OF(handle, struct connection, tcp);

    struct http_settings *settings = &connection->server->settings;

    if (connection->entered)
        addresses_leave(settings->addresses, settings->slot, connection->address);
    connection->server->counts.connections--;
    mem_free(connection);
}

static enum status enter_address(struct connection *connection)
{
    struct http_settings *settings = &connection->server->settings;
    struct sockaddr_storage peer = { 0 };
    int size = sizeof(peer);
    enum status status;

    if (uv_tcp_getpeername(&connection->tcp, (struct sockaddr *)&peer, &size) != 0)
        return MC_CANCELLED;
    connection->address = addresses_bucket((const struct sockaddr *)&peer);
    status = addresses_enter(settings->addresses, settings->slot, connection->address);
    connection->entered = status == MC_OK;
    return status;
}

static bool is_full(const struct http_server *server)
{
    return server->counts.connections > server->settings.connections_max;
}

static void on_connection(uv_stream_t *stream, int status)
{
    struct http_server *server = stream->data;
    struct connection *connection = MEM_NEW(struct connection);
    uv_tcp_t *tcp = &connection->tcp;
    h2o_socket_t *socket;

    MC_ASSERT(uv_tcp_init(server->loop, tcp) == 0);
    connection->server = server;
    server->counts.connections++;
    if (status != 0 || uv_accept(stream, (uv_stream_t *)tcp) != 0 || is_full(server) ||
        enter_address(connection) != MC_OK) {
        server->counts.refused++;
        uv_close((uv_handle_t *)tcp, on_connection_closed);
        return;
    }
    server->counts.accepted++;
    uv_tcp_nodelay(tcp, 1);
    socket = h2o_uv_socket_create((uv_stream_t *)tcp, on_connection_closed);
    guard_open(&server->guards, (uv_stream_t *)tcp, socket);
    h2o_accept(&server->accept, socket);
}

struct http_server *http_server_new(uv_loop_t *loop, const struct http_settings *settings,
                                    int bound_fd, void *tls)
{
    struct http_server *server = MEM_NEW(struct http_server);

    server->loop = loop;
    server->settings = *settings;
    server->process = (uint64_t)getpid();
    configure(server);
    h2o_context_init(&server->context, loop, &server->config);
    server->accept.ctx = &server->context;
    server->accept.hosts = server->config.hosts;
    http_server_set_tls(server, tls);
    MC_ASSERT(uv_tcp_init(loop, &server->listener) == 0);
    server->listener.data = server;
    MC_ASSERT(uv_tcp_open(&server->listener, bound_fd) == 0);
    return server;
}

void http_server_listen(struct http_server *server)
{
    MC_ASSERT(uv_listen((uv_stream_t *)&server->listener, LISTEN_BACKLOG, on_connection) == 0);
}

/* Longer than any handshake is waited for. */
enum { RETIRED_TLS_MS = 60 * 1000 };

static void free_retired(struct http_server *server)
{
    struct retired_tls **link = &server->retired, *retired;

    while (*link != NULL && uv_now(server->loop) - (*link)->at_ms < RETIRED_TLS_MS)
        link = &(*link)->next;
    while ((retired = *link) != NULL) {
        *link = retired->next;
        SSL_CTX_free(retired->tls);
        mem_free(retired);
    }
}

void http_server_set_tls(struct http_server *server, void *tls)
{
    struct retired_tls *retired;

    free_retired(server);
    if (server->accept.ssl_ctx != NULL) {
        retired = MEM_NEW(struct retired_tls);
        *retired =
            (struct retired_tls){ server->accept.ssl_ctx, uv_now(server->loop), server->retired };
        server->retired = retired;
    }
    if (tls != NULL) SSL_CTX_up_ref(tls);
    server->accept.ssl_ctx = tls;
}

static void on_drain_tick(uv_timer_t *timer)
{
    struct http_server *server = timer->data;
    bool late = uv_now(server->loop) >= server->drain_deadline_ms;

    if (server->counts.connections > 0 && !late) return;
    uv_close((uv_handle_t *)timer, NULL);
    guards_done(&server->guards);
    if (server->drained != NULL) server->drained(server->drained_data);
}

void http_server_drain(struct http_server *server, void (*drained)(void *data), void *data)
{
    if (server->draining) return;
    server->draining = true;
    server->drained = drained;
    server->drained_data = data;
    uv_close((uv_handle_t *)&server->listener, NULL);
    h2o_context_request_shutdown(&server->context);
    server->drain_deadline_ms = uv_now(server->loop) + server->settings.drain_ms;
    MC_ASSERT(uv_timer_init(server->loop, &server->drain_timer) == 0);
    server->drain_timer.data = server;
    uv_timer_start(&server->drain_timer, on_drain_tick, 0, DRAIN_TICK_MS);
}

struct http_counts http_server_count(const struct http_server *server)
{
    return server->counts;
}
