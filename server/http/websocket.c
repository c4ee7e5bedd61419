/*
 * Frames are libwslay's, bytes are libh2o's socket's. What is to be sent is handed to wslay at once
 * and flushed by a timer of 0 ms: so no callback comes from inside a call, and the messages of one
 * turn of the loop leave in one write.
 */
#include "http/websocket.h"

#include "base/memory.h"
#include "http/internal.h"

#include <h2o/http1.h>
#include <openssl/evp.h>

#include <wslay/wslay.h>

enum { KEY_BYTES = 24, SHA1_BYTES = 20, ACCEPT_BYTES = 28 };
enum { WRITE_BYTES_MAX = 64 * 1024, REASON_BYTES_MAX = 123 };
enum { FRAGMENTS_MAX = 256 }; /* of one message; each costs memory of its own in wslay */

struct http_websocket {
    struct http_websocket_options options;
    struct http_server *server;
    h2o_socket_t *socket; /* NULL until the upgrade is done */
    wslay_event_context_ptr frames;
    struct buf leaving; /* held while libh2o writes it */
    uv_timer_t timer;
    uint64_t cut_at_ms;    /* 0: not yet */
    size_t fragment_count; /* of the message that is coming */
    bool closing, ended;
};

bool http_websocket_is_wanted(const struct http_exchange *exchange)
{
    const h2o_req_t *request = exchange->request;

    return request != NULL && request->version < 0x200 && request->upgrade.base != NULL &&
           h2o_lcstris(request->upgrade.base, request->upgrade.len, H2O_STRLIT("websocket"));
}

bool http_websocket_offers(const struct http_exchange *exchange, const char *protocol)
{
    struct str list = http_header(exchange, "sec-websocket-protocol");

    while (list.size > 0)
        if (str_is(str_trim(str_split(&list, ',')), protocol)) return true;
    return false;
}

/* ---- the end ---- */

static void on_timer_closed(uv_handle_t *handle)
{
    mem_free(CONTAINER_OF(handle, struct http_websocket, timer));
}

static void end(struct http_websocket *socket)
{
    if (socket->ended) return;
    socket->ended = true;
    if (socket->socket != NULL) h2o_socket_close(socket->socket);
    socket->server->counts.websockets--;
    wslay_event_context_free(socket->frames);
    buf_done(&socket->leaving);
    uv_close((uv_handle_t *)&socket->timer, on_timer_closed);
    socket->options.closed(socket);
}

static bool is_over(const struct http_websocket *socket)
{
    return !wslay_event_want_read(socket->frames) && !wslay_event_want_write(socket->frames) &&
           !h2o_socket_is_writing(socket->socket);
}

/* ---- out ---- */

static ssize_t take_bytes(wslay_event_context_ptr frames, const uint8_t *bytes, size_t size,
                          int flags, void *data)
{
    struct http_websocket *socket = data;

    (void)flags;
    if (socket->leaving.size >= WRITE_BYTES_MAX) {
        wslay_event_set_error(frames, WSLAY_ERR_WOULDBLOCK);
        return -1;
    }
    if (size > WRITE_BYTES_MAX - socket->leaving.size)
        size = WRITE_BYTES_MAX - socket->leaving.size;
    buf_add(&socket->leaving, (struct str){ (const char *)bytes, size });
    return (ssize_t)size;
}

static void flush(struct http_websocket *socket);

static void on_written(h2o_socket_t *h2o_socket, const char *error)
{
    struct http_websocket *socket = h2o_socket->data;

    buf_reset(&socket->leaving);
    if (error != NULL) {
        end(socket);
        return;
    }
    flush(socket);
    if (!socket->ended && !socket->closing && socket->leaving.size == 0)
        socket->options.drained(socket);
}

/* May end the socket. */
static void flush(struct http_websocket *socket)
{
    h2o_iovec_t bytes;

    if (socket->socket == NULL || h2o_socket_is_writing(socket->socket)) return;
    if (wslay_event_want_write(socket->frames) && wslay_event_send(socket->frames) != 0) {
        end(socket);
        return;
    }
    if (socket->leaving.size > 0) {
        bytes = h2o_iovec_init(socket->leaving.data, socket->leaving.size);
        h2o_socket_write(socket->socket, &bytes, 1, on_written);
    } else if (is_over(socket)) {
        end(socket);
    }
}

static void on_timer(uv_timer_t *timer)
{
    struct http_websocket *socket = CONTAINER_OF(timer, struct http_websocket, timer);
    uint64_t now_ms = uv_now(timer->loop);

    /* While the answer of the handshake waits for its reader, libh2o holds us: on_upgraded comes,
     * at the latest when the guard cuts the connection. */
    if (socket->socket == NULL) return;
    if (socket->cut_at_ms != 0 && now_ms >= socket->cut_at_ms) {
        end(socket);
        return;
    }
    if (socket->cut_at_ms != 0) uv_timer_start(timer, on_timer, socket->cut_at_ms - now_ms, 0);
    flush(socket);
}

static void flush_soon(struct http_websocket *socket)
{
    if (!socket->ended) uv_timer_start(&socket->timer, on_timer, 0, 0);
}

/* ---- in ---- */

static ssize_t give_bytes(wslay_event_context_ptr frames, uint8_t *to, size_t size, int flags,
                          void *data)
{
    const struct http_websocket *socket = data;
    h2o_buffer_t *input = socket->socket->input;

    (void)flags;
    if (input->size == 0) {
        wslay_event_set_error(frames, WSLAY_ERR_WOULDBLOCK);
        return -1;
    }
    if (size > input->size) size = input->size;
    memcpy(to, input->bytes, size);
    h2o_buffer_consume(&socket->socket->input, size);
    return (ssize_t)size;
}

static void on_frame(wslay_event_context_ptr frames,
                     const struct wslay_event_on_frame_recv_start_arg *arg, void *data)
{
    struct http_websocket *socket = data;

    if (wslay_is_ctrl_frame(arg->opcode)) return;
    if (arg->opcode != WSLAY_CONTINUATION_FRAME) socket->fragment_count = 0;
    if (++socket->fragment_count <= FRAGMENTS_MAX) return;
    http_websocket_close(socket, WSLAY_CODE_POLICY_VIOLATION, "Too many fragments.");
    wslay_event_shutdown_read(frames);
}

static void on_message(wslay_event_context_ptr frames,
                       const struct wslay_event_on_msg_recv_arg *arg, void *data)
{
    struct http_websocket *socket = data;

    (void)frames;
    if (http_websocket_waiting(socket) > socket->options.queue_bytes_max)
        http_websocket_cut(socket);
    if (wslay_is_ctrl_frame(arg->opcode) || socket->closing) return;
    if (arg->opcode != WSLAY_TEXT_FRAME)
        http_websocket_close(socket, WSLAY_CODE_UNSUPPORTED_DATA, "Send text.");
    else
        socket->options.message(socket, (struct str){ (const char *)arg->msg, arg->msg_length });
}

static void cut_after(struct http_websocket *socket, uint32_t ms);

/* Nothing more is expected: after what is queued, a close frame as a rule, comes the end. */
static void stop_reading(struct http_websocket *socket)
{
    wslay_event_shutdown_read(socket->frames);
    h2o_socket_read_stop(socket->socket);
    if (socket->cut_at_ms == 0) cut_after(socket, socket->options.goodbye_ms);
}

static void on_read(h2o_socket_t *h2o_socket, const char *error)
{
    struct http_websocket *socket = h2o_socket->data;

    if (error != NULL) {
        end(socket);
        return;
    }
    if (wslay_event_recv(socket->frames) != 0 || !wslay_event_want_read(socket->frames))
        stop_reading(socket);
    flush(socket);
}

static void on_upgraded(void *data, h2o_socket_t *h2o_socket, size_t request_bytes)
{
    struct http_websocket *socket = data;

    if (h2o_socket == NULL) {
        end(socket);
        return;
    }
    socket->socket = h2o_socket;
    h2o_socket->data = socket;
    h2o_buffer_consume(&h2o_socket->input, request_bytes);
    h2o_socket_read_start(h2o_socket, on_read);
    if (h2o_socket->input->size > 0)
        on_read(h2o_socket, NULL);
    else
        flush(socket);
    if (socket->closing) flush_soon(socket);
}

/* ---- the start ---- */

/* RFC 6455, section 4.2.2: SHA-1 of the key and a constant, in base64. */
static enum status accept_key(struct str key, unsigned char ret_text[ACCEPT_BYTES + 1])
{
    static const char magic[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    unsigned char joined[KEY_BYTES + sizeof(magic) - 1], digest[SHA1_BYTES];

    memcpy(joined, key.data, KEY_BYTES);
    memcpy(joined + KEY_BYTES, magic, sizeof(magic) - 1);
    if (EVP_Digest(joined, sizeof(joined), digest, NULL, EVP_sha1(), NULL) != 1) return MC_INTERNAL;
    (void)EVP_EncodeBlock(ret_text, digest, SHA1_BYTES);
    return MC_OK;
}

static struct http_websocket *socket_new(struct http_server *server,
                                         const struct http_websocket_options *options)
{
    static const struct wslay_event_callbacks callbacks = {
        .recv_callback = give_bytes,
        .send_callback = take_bytes,
        .on_frame_recv_start_callback = on_frame,
        .on_msg_recv_callback = on_message,
    };
    struct http_websocket *socket = MEM_NEW(struct http_websocket);

    socket->options = *options;
    socket->server = server;
    server->counts.websockets++;
    buf_init(&socket->leaving, WRITE_BYTES_MAX);
    MC_ASSERT(wslay_event_context_server_init(&socket->frames, &callbacks, socket) == 0);
    wslay_event_config_set_max_recv_msg_length(socket->frames, options->message_bytes_max);
    MC_ASSERT(uv_timer_init(server->loop, &socket->timer) == 0);
    return socket;
}

static void add_header(h2o_req_t *request, const char *name, struct str value)
{
    h2o_iovec_t copy = h2o_strdup(&request->pool, value.data, value.size);

    h2o_add_header_by_str(&request->pool, &request->res.headers, name, strlen(name), 1, NULL,
                          copy.base, copy.len);
}

enum status http_websocket_accept(struct http_exchange *exchange,
                                  const struct http_websocket_options *options,
                                  struct http_websocket **ret_socket)
{
    struct str key = str_trim(http_header(exchange, "sec-websocket-key"));
    h2o_req_t *request = exchange->request;
    struct http_websocket *socket;
    unsigned char text[ACCEPT_BYTES + 1];

    if (!str_is(http_method(exchange), "GET") || http_body(exchange).size > 0 ||
        key.size != KEY_BYTES ||
        !str_is(str_trim(http_header(exchange, "sec-websocket-version")), "13"))
        return MC_BAD_INPUT;
    if (accept_key(key, text) != MC_OK) return MC_INTERNAL;
    request->res.status = 101;
    request->res.reason = "Switching Protocols";
    add_header(request, "upgrade", STR("websocket"));
    add_header(request, "sec-websocket-accept", (struct str){ (const char *)text, ACCEPT_BYTES });
    add_header(request, "sec-websocket-protocol", str_of(options->protocol));
    socket = socket_new(exchange->server, options);
    exchange->end.status = 101;
    http_exchange_end(exchange);
    *ret_socket = socket;
    h2o_http1_upgrade(request, NULL, 0, on_upgraded, socket);
    return MC_OK;
}

/* ---- what its owner says ---- */

void *http_websocket_data(const struct http_websocket *socket)
{
    return socket->options.data;
}

size_t http_websocket_waiting(const struct http_websocket *socket)
{
    return wslay_event_get_queued_msg_length(socket->frames) + socket->leaving.size;
}

enum status http_websocket_send(struct http_websocket *socket, struct str text)
{
    struct wslay_event_msg message = { WSLAY_TEXT_FRAME, (const uint8_t *)text.data, text.size };

    if (socket->ended || socket->closing) return MC_CANCELLED;
    if (http_websocket_waiting(socket) + text.size > socket->options.queue_bytes_max)
        return MC_LIMIT;
    if (wslay_event_queue_msg(socket->frames, &message) != 0) return MC_CANCELLED;
    flush_soon(socket);
    return MC_OK;
}

static void cut_after(struct http_websocket *socket, uint32_t ms)
{
    socket->closing = true;
    socket->cut_at_ms = uv_now(socket->server->loop) + ms;
    flush_soon(socket);
}

void http_websocket_close(struct http_websocket *socket, uint16_t code, const char *reason)
{
    size_t size = strlen(reason);

    if (socket->ended || socket->closing) return;
    if (size > REASON_BYTES_MAX) size = REASON_BYTES_MAX;
    (void)wslay_event_queue_close(socket->frames, code, (const uint8_t *)reason, size);
    cut_after(socket, socket->options.goodbye_ms);
}

void http_websocket_cut(struct http_websocket *socket)
{
    if (!socket->ended) cut_after(socket, 0);
}
