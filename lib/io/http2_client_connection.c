/*
 * http2_client_connection.c - one socket: name, TCP, TLS over memory BIOs, bytes in and out.
 *
 * One write is in flight at a time. What is ready meanwhile is taken when it ends, so that under
 * load many frames share a TLS record and a system call. http2_connection_end is the only way out:
 * it gives every running request its fate, and memory goes when libuv has let go of the handles.
 */
#include "io/http2_client_internal.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>

enum { RECORD_BYTES_MAX = 16384 };

/* ---- TLS ---- */

enum status http2_tls_new(const char *ca_file, SSL_CTX **ret_tls)
{
    static const unsigned char alpn[] = "\x02h2";
    SSL_CTX *tls = SSL_CTX_new(TLS_client_method());
    bool has_file = ca_file != NULL && ca_file[0] != '\0';

    MC_ASSERT(tls != NULL);
    if (SSL_CTX_set_min_proto_version(tls, TLS1_2_VERSION) != 1 ||
        SSL_CTX_set_cipher_list(tls, "ECDHE+AESGCM:ECDHE+CHACHA20") != 1 ||
        SSL_CTX_set_alpn_protos(tls, alpn, sizeof(alpn) - 1) != 0 ||
        (has_file ? SSL_CTX_load_verify_file(tls, ca_file)
                  : SSL_CTX_set_default_verify_paths(tls)) != 1) {
        SSL_CTX_free(tls);
        ERR_clear_error();
        return MC_BAD_INPUT;
    }
    SSL_CTX_set_verify(tls, SSL_VERIFY_PEER, NULL);
    SSL_CTX_set_mode(tls, SSL_MODE_RELEASE_BUFFERS);
    *ret_tls = tls;
    return MC_OK;
}

static bool is_address(const char *host)
{
    unsigned char bytes[16];

    return uv_inet_pton(AF_INET, host, bytes) == 0 || uv_inet_pton(AF_INET6, host, bytes) == 0;
}

static bool tls_start(struct http2_connection *connection)
{
    const char *host = connection->origin->host;
    X509_VERIFY_PARAM *verify;
    bool named;

    connection->tls = SSL_new(connection->origin->client->tls);
    connection->tls_in = BIO_new(BIO_s_mem());
    connection->tls_out = BIO_new(BIO_s_mem());
    MC_ASSERT(connection->tls != NULL && connection->tls_in != NULL && connection->tls_out != NULL);
    SSL_set_bio(connection->tls, connection->tls_in, connection->tls_out);
    SSL_set_connect_state(connection->tls);
    verify = SSL_get0_param(connection->tls);
    X509_VERIFY_PARAM_set_hostflags(verify, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    if (is_address(host))
        named = X509_VERIFY_PARAM_set1_ip_asc(verify, host) == 1;
    else
        named = X509_VERIFY_PARAM_set1_host(verify, host, 0) == 1 &&
                SSL_set_tlsext_host_name(connection->tls, host) == 1;
    return named;
}

/* NULL while all is well. */
static const char *tls_handshake(struct http2_connection *connection)
{
    const unsigned char *protocol;
    unsigned protocol_bytes;
    int result;

    ERR_clear_error();
    result = SSL_do_handshake(connection->tls);
    if (result != 1) {
        if (SSL_get_error(connection->tls, result) == SSL_ERROR_WANT_READ) return NULL;
        return SSL_get_verify_result(connection->tls) != X509_V_OK ? "certificate" : "tls";
    }
    SSL_get0_alpn_selected(connection->tls, &protocol, &protocol_bytes);
    if (!str_is((struct str){ (const char *)protocol, protocol_bytes }, "h2")) return "alpn";
    if (!http2_session_start(connection)) return "protocol";
    connection->state = HTTP2_SETTING;
    return NULL;
}

static const char *tls_receive(struct http2_connection *connection)
{
    uint8_t bytes[RECORD_BYTES_MAX];
    int size;

    for (;;) {
        ERR_clear_error();
        size = SSL_read(connection->tls, bytes, sizeof(bytes));
        if (size <= 0) break;
        if (nghttp2_session_mem_recv(connection->session, bytes, (size_t)size) < 0)
            return "protocol";
    }
    switch (SSL_get_error(connection->tls, size)) {
    case SSL_ERROR_WANT_READ:
        return NULL;
    case SSL_ERROR_ZERO_RETURN:
        return "lost";
    default:
        return "tls";
    }
}

/* ---- bytes out ---- */

static void settle(struct http2_connection *connection)
{
    bool drained = connection->state == HTTP2_DRAINING && connection->streams == 0;

    if (connection->session == NULL || connection->state == HTTP2_CLOSED || connection->writing)
        return;
    if (drained || (nghttp2_session_want_read(connection->session) == 0 &&
                    nghttp2_session_want_write(connection->session) == 0))
        http2_connection_end(connection, connection->retiring ? "idle" : "goaway");
}

static void written(uv_write_t *write, int status)
{
    struct http2_connection *connection = write->data;

    connection->writing = false;
    buf_reset(&connection->output);
    if (connection->state == HTTP2_CLOSED) return;
    if (status < 0)
        http2_connection_end(connection, "lost");
    else
        http2_connection_flush(connection);
}

static const char *take_frames(struct http2_connection *connection)
{
    struct buf *plain = &connection->origin->client->plain;
    const uint8_t *bytes;
    ssize_t size = 0;

    buf_reset(plain);
    while (plain->size < HTTP2_OUTPUT_BYTES_MAX &&
           (size = nghttp2_session_mem_send(connection->session, &bytes)) > 0)
        buf_add(plain, (struct str){ (const char *)bytes, (size_t)size });
    if (size < 0) return "protocol";
    ERR_clear_error();
    if (plain->size > 0 && SSL_write(connection->tls, plain->data, (int)plain->size) <= 0)
        return "tls";
    return NULL;
}

void http2_connection_flush(struct http2_connection *connection)
{
    const char *reason = NULL;
    size_t size;
    char *room;
    uv_buf_t piece;

    if (connection->state < HTTP2_HANDSHAKING || connection->state == HTTP2_CLOSED) return;
    if (connection->writing) return;
    if (connection->session != NULL) reason = take_frames(connection);
    if (reason != NULL) {
        http2_connection_end(connection, reason);
        return;
    }
    size = BIO_ctrl_pending(connection->tls_out);
    room = size > 0 ? buf_room(&connection->output, size) : NULL;
    if (room != NULL) {
        buf_advance(&connection->output, (size_t)BIO_read(connection->tls_out, room, (int)size));
        piece = uv_buf_init(connection->output.data, (unsigned)connection->output.size);
        connection->write.data = connection;
        connection->writing = true;
        if (uv_write(&connection->write, (uv_stream_t *)&connection->tcp, &piece, 1, written) < 0) {
            connection->writing = false;
            http2_connection_end(connection, "lost");
            return;
        }
    }
    settle(connection);
}

/* ---- bytes in ---- */

static void give_buffer(uv_handle_t *handle, size_t suggested, uv_buf_t *ret_buffer)
{
    struct http2_connection *connection = handle->data;

    (void)suggested;
    *ret_buffer = uv_buf_init(connection->origin->client->input, HTTP2_INPUT_BYTES);
}

static void received(uv_stream_t *stream, ssize_t size, const uv_buf_t *buffer)
{
    struct http2_connection *connection = stream->data;
    const char *reason = NULL;

    if (connection->state == HTTP2_CLOSED || size == 0) return;
    if (size < 0) {
        http2_connection_end(connection, "lost");
        return;
    }
    connection->read_ms = http2_now_ms(connection->origin->client);
    MC_ASSERT(BIO_write(connection->tls_in, buffer->base, (int)size) == size);
    if (connection->state == HTTP2_HANDSHAKING) reason = tls_handshake(connection);
    if (reason == NULL && connection->state > HTTP2_HANDSHAKING) reason = tls_receive(connection);
    if (reason != NULL)
        http2_connection_end(connection, reason);
    else
        http2_connection_flush(connection);
}

/* ---- from nothing to TCP ---- */

static void try_address(struct http2_connection *connection);

static void release(struct http2_connection *connection)
{
    struct http2_client *client = connection->origin->client;
    struct http2_connection **place = &connection->origin->connections;

    if (connection->resolving || connection->has_tcp) return;
    while (*place != NULL && *place != connection)
        place = &(*place)->next;
    MC_ASSERT(*place == connection);
    *place = connection->next;
    SSL_free(connection->tls);
    nghttp2_session_del(connection->session);
    uv_freeaddrinfo(connection->addresses);
    buf_done(&connection->output);
    mem_free(connection);
    client->connections--;
    http2_turn_soon(client);
}

static void tcp_closed(uv_handle_t *handle)
{
    struct http2_connection *connection = handle->data;

    connection->has_tcp = false;
    if (connection->state == HTTP2_CLOSED) {
        release(connection);
        return;
    }
    connection->address = connection->address->ai_next;
    try_address(connection);
}

static void close_tcp(struct http2_connection *connection)
{
    uv_handle_t *handle = (uv_handle_t *)&connection->tcp;

    if (connection->has_tcp && !uv_is_closing(handle)) uv_close(handle, tcp_closed);
}

static void connected(uv_connect_t *connect, int status)
{
    struct http2_connection *connection = connect->data;

    if (connection->state == HTTP2_CLOSED) return;
    if (status < 0) {
        close_tcp(connection);
        return;
    }
    uv_tcp_nodelay(&connection->tcp, 1);
    connection->state = HTTP2_HANDSHAKING;
    if (!tls_start(connection) ||
        uv_read_start((uv_stream_t *)&connection->tcp, give_buffer, received) < 0) {
        http2_connection_end(connection, "tls");
        return;
    }
    (void)tls_handshake(connection); /* writes the ClientHello; cannot have ended */
    http2_connection_flush(connection);
}

static void try_address(struct http2_connection *connection)
{
    if (connection->address == NULL) {
        http2_connection_end(connection, "connect");
        return;
    }
    if (uv_tcp_init(connection->origin->client->loop, &connection->tcp) < 0) {
        http2_connection_end(connection, "connect");
        return;
    }
    connection->has_tcp = true;
    connection->tcp.data = connection->connect.data = connection;
    if (uv_tcp_connect(&connection->connect, &connection->tcp, connection->address->ai_addr,
                       connected) < 0)
        close_tcp(connection);
}

static void resolved(uv_getaddrinfo_t *resolver, int status, struct addrinfo *addresses)
{
    struct http2_connection *connection = resolver->data;

    connection->resolving = false;
    connection->addresses = addresses;
    connection->address = addresses;
    if (connection->state == HTTP2_CLOSED) {
        release(connection);
    } else if (status < 0) {
        http2_connection_end(connection, "resolve");
    } else {
        connection->state = HTTP2_CONNECTING;
        try_address(connection);
    }
}

void http2_connection_open(struct http2_origin *origin)
{
    struct http2_client *client = origin->client;
    struct http2_connection *connection = MEM_NEW(struct http2_connection);
    const struct addrinfo hints = { .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM };

    connection->origin = origin;
    connection->next = origin->connections;
    origin->connections = connection;
    client->connections++;
    client->counts.connects++;
    buf_init(&connection->output, (size_t)HTTP2_OUTPUT_BYTES_MAX * 4);
    connection->opened_ms = connection->used_ms = connection->read_ms = http2_now_ms(client);
    connection->resolver.data = connection;
    /* Asked afresh each time: a provider moves its traffic with its names. */
    if (uv_getaddrinfo(client->loop, &connection->resolver, resolved, origin->host, origin->port,
                       &hints) < 0)
        http2_connection_end(connection, "resolve");
    else
        connection->resolving = true;
}

/* ---- the end ---- */

void http2_connection_drain(struct http2_connection *connection)
{
    if (connection->state == HTTP2_SETTING || connection->state == HTTP2_OPEN)
        connection->state = HTTP2_DRAINING;
}

static void end_running(struct http2_connection *connection, const char *reason)
{
    /* From the last: each that is sent again goes to the head of the queue. */
    while (connection->running.last != NULL) {
        struct http2_request *request = connection->running.last;

        if (request->sent)
            http2_finish(request, MC_UNAVAILABLE, reason);
        else
            http2_resend(request, reason);
    }
}

static void end_waiting(struct http2_origin *origin, const char *reason)
{
    for (const struct http2_connection *each = origin->connections; each != NULL; each = each->next)
        if (each->state == HTTP2_OPEN) return;
    while (origin->waiting.first != NULL)
        http2_finish(origin->waiting.first, MC_UNAVAILABLE, reason);
}

void http2_connection_end(struct http2_connection *connection, const char *reason)
{
    struct http2_origin *origin = connection->origin;

    if (connection->state == HTTP2_CLOSED) return;
    connection->state = HTTP2_CLOSED;
    end_running(connection, reason);
    if (!connection->retiring && !origin->client->closing)
        http2_origin_lost(origin, connection->served > 0);
    if (!connection->was_open) end_waiting(origin, reason);
    if (connection->resolving) uv_cancel((uv_req_t *)&connection->resolver);
    close_tcp(connection);
    http2_turn_soon(origin->client);
    release(connection);
}

static void retire(struct http2_connection *connection)
{
    connection->retiring = true;
    connection->state = HTTP2_DRAINING;
    if (nghttp2_session_terminate_session(connection->session, NGHTTP2_NO_ERROR) != 0)
        http2_connection_end(connection, "idle");
    else
        http2_connection_flush(connection);
}

void http2_connection_tick(struct http2_connection *connection, uint64_t now_ms)
{
    const struct http2_client_settings *settings = &connection->origin->client->settings;

    if (connection->state == HTTP2_CLOSED) return;
    if (connection->state < HTTP2_OPEN) {
        if (now_ms - connection->opened_ms >= settings->connect_timeout_ms)
            http2_connection_end(connection, "connect_timeout");
    } else if (connection->ping_ms != 0) {
        if (now_ms - connection->ping_ms >= settings->ping_answer_ms)
            http2_connection_end(connection, "ping");
    } else if (connection->state == HTTP2_OPEN && connection->streams == 0 &&
               now_ms - connection->used_ms >= settings->idle_close_ms) {
        retire(connection);
    } else if (now_ms - connection->read_ms >= settings->ping_idle_ms) {
        http2_session_ping(connection);
    }
}
