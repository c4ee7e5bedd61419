/* The process: options, listeners, the drain. */
#include "probe.h"

#include <h2o/http1.h>
#include <h2o/http2.h>
#include <openssl/ssl.h>

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>

struct probe probe = { .refused_frame_type = -1, .drain_deadline_ms = 20000 };

enum listener_kind { LISTENER_TLS, LISTENER_H2C, LISTENER_HTTP1, LISTENER_COUNT };

static struct listener {
    uv_tcp_t tcp;
    h2o_accept_ctx_t accept;
    bool prior_knowledge; /* cleartext HTTP/2 without any upgrade */
} listeners[LISTENER_COUNT];

static uv_signal_t on_term;
static uv_timer_t drain_timer;
static uint64_t drain_began_ms;

static void require(bool condition, const char *what)
{
    if (condition) return;
    fprintf(stderr, "probe_server: %s\n", what);
    exit(2);
}

static void on_connection_closed(uv_handle_t *handle)
{
    probe.connections--;
    free(handle);
}

static void on_connection(uv_stream_t *stream, int status)
{
    struct listener *listener = stream->data;
    uv_tcp_t *tcp = h2o_mem_alloc(sizeof(*tcp));
    int send_buffer_bytes = probe.send_buffer_bytes;
    h2o_socket_t *socket;

    uv_tcp_init(&probe.loop, tcp);
    probe.connections++;
    if (status != 0 || uv_accept(stream, (uv_stream_t *)tcp) != 0) {
        uv_close((uv_handle_t *)tcp, on_connection_closed);
        return;
    }
    uv_tcp_nodelay(tcp, 1);
    if (send_buffer_bytes != 0) uv_send_buffer_size((uv_handle_t *)tcp, &send_buffer_bytes);
    socket = h2o_uv_socket_create((uv_stream_t *)tcp, on_connection_closed);
#if PROBE_PATCHED
    if (probe.guarded) guard_open(&probe.guards, (uv_stream_t *)tcp, socket);
#endif
    if (listener->prior_knowledge) {
        struct timeval now;

        gettimeofday(&now, NULL);
        h2o_http2_accept(&listener->accept, socket, now);
    } else {
        h2o_accept(&listener->accept, socket);
    }
}

static int listener_open(enum listener_kind kind, SSL_CTX *tls)
{
    struct listener *listener = &listeners[kind];
    struct sockaddr_in address;
    int length = sizeof(address);

    listener->accept.ctx = &probe.context;
    listener->accept.hosts = probe.config.hosts;
    listener->accept.ssl_ctx = tls;
    listener->prior_knowledge = kind == LISTENER_H2C;
    uv_tcp_init(&probe.loop, &listener->tcp);
    listener->tcp.data = listener;
    uv_ip4_addr("127.0.0.1", 0, &address);
    require(uv_tcp_bind(&listener->tcp, (struct sockaddr *)&address, 0) == 0, "cannot bind");
    require(uv_listen((uv_stream_t *)&listener->tcp, 512, on_connection) == 0, "cannot listen");
    uv_tcp_getsockname(&listener->tcp, (struct sockaddr *)&address, &length);
    return ntohs(address.sin_port);
}

static void on_drain_tick(uv_timer_t *timer)
{
    (void)timer;
    if (probe.connections == 0) uv_stop(&probe.loop);
    if (uv_now(&probe.loop) - drain_began_ms > probe.drain_deadline_ms) exit(3);
}

static void on_signal(uv_signal_t *signal, int number)
{
    (void)number;
    uv_signal_stop(signal);
    for (int kind = 0; kind < LISTENER_COUNT; kind++)
        uv_close((uv_handle_t *)&listeners[kind].tcp, NULL);
    h2o_context_request_shutdown(&probe.context);
    drain_began_ms = uv_now(&probe.loop);
    uv_timer_init(&probe.loop, &drain_timer);
    uv_timer_start(&drain_timer, on_drain_tick, 0, 20);
}

#if PROBE_PATCHED
static int count_frame(h2o_http2_conn_t *conn, h2o_socket_t *socket, const h2o_http2_frame_t *frame)
{
    (void)conn;
    (void)socket;
    probe.frames++;
    return frame->type == probe.refused_frame_type ? H2O_HTTP2_ERROR_ENHANCE_YOUR_CALM : 0;
}

static void count_stream_error(h2o_http2_conn_t *conn, h2o_socket_t *socket, uint32_t stream_id,
                               int error)
{
    (void)conn;
    (void)socket;
    (void)stream_id;
    (void)error;
    probe.stream_errors++;
}

static void count_gone(h2o_http2_conn_t *conn, h2o_socket_t *socket)
{
    (void)conn;
    (void)socket;
    probe.gone++;
}
#endif

/* Every option is --name=number; those of the guard are its settings. */
struct option {
    const char *name;
    void *place;
    size_t bytes;
};

static const struct option options[] = {
#define OPTION(name, member)                                                                       \
    {                                                                                              \
        "--" name, &(member), sizeof(member)                                                       \
    }
    OPTION("guard", probe.guarded),
    OPTION("send_buffer_bytes", probe.send_buffer_bytes),
    OPTION("entity_bytes_max", probe.config.max_request_entity_size),
    OPTION("graceful_ms", probe.config.http2.graceful_shutdown_timeout),
    OPTION("refused_frame_type", probe.refused_frame_type),
#if PROBE_PATCHED
    OPTION("connection_entity_bytes_max",
           probe.config.http2.max_request_entity_size_per_connection),
#define SETTING(name, initial, unit, sentence) OPTION(#name, probe.guard_settings.name),
    GUARD_SETTINGS(SETTING)
#undef SETTING
#else
    { "--connection_entity_bytes_max", NULL, 0 },
#endif
#undef OPTION
};

static void read_option(const char *text)
{
    size_t name_length = strcspn(text, "=");
    uint64_t value = text[name_length] == '\0' ? 1 : strtoull(text + name_length + 1, NULL, 10);

    for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
        const struct option *option = &options[i];

        if (strlen(option->name) != name_length || memcmp(option->name, text, name_length) != 0)
            continue;
        /* little-endian: the low bytes come first */
        if (option->bytes != 0) memcpy(option->place, &value, option->bytes);
        return;
    }
    require(false, text);
}

static void read_options(int count, char **texts)
{
    h2o_hostconf_t *host;

    h2o_config_init(&probe.config);
    host = h2o_config_register_host(&probe.config, h2o_iovec_init(H2O_STRLIT("default")), 65535);
    probe_register_handlers(host);
    probe.config.http1.upgrade_to_http2 = 0;
    probe.config.http2.idle_timeout = 60000;
    probe.config.http2.graceful_shutdown_timeout = 3000;
#if PROBE_PATCHED
    guard_settings_init(&probe.guard_settings);
#endif
    for (int i = 0; i < count; i++)
        read_option(texts[i]);
#if PROBE_PATCHED
    if (probe.guarded) {
        guards_init(&probe.guards, &probe.loop, &probe.config, &probe.guard_settings);
    } else {
        probe.config.http2.guard.on_frame = count_frame;
        probe.config.http2.guard.on_stream_error = count_stream_error;
        probe.config.http2.guard.on_gone = count_gone;
    }
#endif
}

int main(int argc, char **argv)
{
    SSL_CTX *tls;

    signal(SIGPIPE, SIG_IGN);
    uv_loop_init(&probe.loop);
    read_options(argc - 1, argv + 1);
    h2o_context_init(&probe.context, &probe.loop, &probe.config);
    uv_signal_init(&probe.loop, &on_term);
    uv_signal_start(&on_term, on_signal, SIGTERM);
    tls = probe_tls_new();
    printf("{\"tls\":%d,", listener_open(LISTENER_TLS, tls));
    printf("\"h2c\":%d,", listener_open(LISTENER_H2C, NULL));
    printf("\"http1\":%d}\n", listener_open(LISTENER_HTTP1, NULL));
    fflush(stdout);
    uv_run(&probe.loop, UV_RUN_DEFAULT);
#if PROBE_PATCHED
    if (probe.guarded) guards_done(&probe.guards);
#endif
    SSL_CTX_free(tls);
    return 0;
}
