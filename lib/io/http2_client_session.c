/*
 * http2_client_session.c - between our requests and nghttp2's streams.
 *
 * A request is sent again only when the peer says that it did nothing with it. nghttp2 closes the
 * streams above a GOAWAY's last one as REFUSED_STREAM, so one rule serves both. Callbacks here only
 * move requests between lists; nothing is freed or sent from them.
 */
#include "io/http2_client_internal.h"

static int on_begin_headers(nghttp2_session *session, const nghttp2_frame *frame, void *data)
{
    struct http2_request *request =
        nghttp2_session_get_stream_user_data(session, frame->hd.stream_id);

    (void)data;
    /* After an informational answer (1xx) the real one begins afresh; trailers do not. */
    if (request != NULL && request->http < 200) {
        request->http = 0;
        buf_reset(&request->fields);
    }
    return 0;
}

static void take_status(struct http2_request *request, struct str value)
{
    int64_t status;

    if (str_to_i64(value, &status) == MC_OK && status >= 100 && status <= 999)
        request->http = (int)status;
}

/* NOLINTNEXTLINE(readability-function-size): nghttp2's signature */
static int on_header(nghttp2_session *session, const nghttp2_frame *frame, const uint8_t *name,
                     size_t name_bytes, const uint8_t *value, size_t value_bytes, uint8_t flags,
                     void *data)
{
    struct http2_request *request =
        nghttp2_session_get_stream_user_data(session, frame->hd.stream_id);
    struct str field = { (const char *)name, name_bytes };
    struct str text = { (const char *)value, value_bytes };

    (void)flags;
    (void)data;
    if (request == NULL) return 0;
    if (str_is(field, ":status")) {
        take_status(request, text);
        return 0;
    }
    buf_add(&request->fields, field);
    buf_add_char(&request->fields, '\0');
    buf_add(&request->fields, text);
    buf_add_char(&request->fields, '\0');
    if (buf_status(&request->fields) == MC_OK) return 0;
    request->over = true;
    return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE; /* nghttp2 resets the stream */
}

/* NOLINTNEXTLINE(readability-function-size): nghttp2's signature */
static int on_data(nghttp2_session *session, uint8_t flags, int32_t stream_id, const uint8_t *bytes,
                   size_t size, void *data)
{
    struct http2_request *request = nghttp2_session_get_stream_user_data(session, stream_id);

    (void)flags;
    (void)data;
    if (request == NULL || request->over) return 0;
    buf_add(&request->answer, (struct str){ (const char *)bytes, size });
    if (buf_status(&request->answer) == MC_OK) return 0;
    request->over = true;
    nghttp2_submit_rst_stream(session, NGHTTP2_FLAG_NONE, stream_id, NGHTTP2_CANCEL);
    return 0;
}

static void on_answer_frame(nghttp2_session *session, const nghttp2_frame *frame)
{
    struct http2_request *request =
        nghttp2_session_get_stream_user_data(session, frame->hd.stream_id);

    if (request != NULL && (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0) request->ended = true;
}

static int on_frame(nghttp2_session *session, const nghttp2_frame *frame, void *data)
{
    struct http2_connection *connection = data;

    switch (frame->hd.type) {
    case NGHTTP2_HEADERS:
    case NGHTTP2_DATA:
        on_answer_frame(session, frame);
        break;
    case NGHTTP2_SETTINGS:
        if (connection->state == HTTP2_SETTING && (frame->hd.flags & NGHTTP2_FLAG_ACK) == 0) {
            connection->state = HTTP2_OPEN;
            connection->was_open = true;
        }
        http2_turn_soon(connection->origin->client);
        break;
    case NGHTTP2_GOAWAY:
        connection->origin->client->counts.goaways++;
        http2_connection_drain(connection);
        break;
    case NGHTTP2_PING:
        if ((frame->hd.flags & NGHTTP2_FLAG_ACK) != 0) connection->ping_ms = 0;
        break;
    default:
        break;
    }
    return 0;
}

static int on_frame_sent(nghttp2_session *session, const nghttp2_frame *frame, void *data)
{
    struct http2_request *request;

    (void)data;
    if (frame->hd.type != NGHTTP2_HEADERS) return 0;
    request = nghttp2_session_get_stream_user_data(session, frame->hd.stream_id);
    if (request != NULL) request->sent = true;
    return 0;
}

static void stream_ended(struct http2_connection *connection, struct http2_request *request,
                         uint32_t error_code)
{
    request->stream_id = -1;
    if (request->over)
        http2_finish(request, MC_LIMIT, "answer_too_long");
    else if (request->ended && request->http >= 200)
        http2_finish(request, MC_OK, NULL);
    else if (!request->sent)
        http2_resend(request, "not_sent");
    else if (error_code == NGHTTP2_REFUSED_STREAM && request->http == 0) {
        /* On a connection that goes away the next connection will take it at once. */
        if (connection->state == HTTP2_OPEN) http2_origin_refused(connection->origin);
        http2_resend(request, "refused");
    } else
        http2_finish(request, MC_UNAVAILABLE, "reset");
}

static int on_stream_close(nghttp2_session *session, int32_t stream_id, uint32_t error_code,
                           void *data)
{
    struct http2_connection *connection = data;
    struct http2_request *request = nghttp2_session_get_stream_user_data(session, stream_id);

    connection->streams--;
    connection->used_ms = http2_now_ms(connection->origin->client);
    http2_turn_soon(connection->origin->client);
    if (request == NULL) return 0;
    if (request->ended) {
        connection->served++;
        connection->origin->failures = connection->origin->refusals = 0;
    }
    stream_ended(connection, request, error_code);
    return 0;
}

nghttp2_session_callbacks *http2_callbacks_new(void)
{
    nghttp2_session_callbacks *callbacks;

    MC_ASSERT(nghttp2_session_callbacks_new(&callbacks) == 0);
    nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks, on_begin_headers);
    nghttp2_session_callbacks_set_on_header_callback(callbacks, on_header);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, on_data);
    nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, on_frame);
    nghttp2_session_callbacks_set_on_frame_send_callback(callbacks, on_frame_sent);
    nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, on_stream_close);
    return callbacks;
}

bool http2_session_start(struct http2_connection *connection)
{
    const nghttp2_settings_entry entries[] = {
        { NGHTTP2_SETTINGS_ENABLE_PUSH, 0 },
        { NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, HTTP2_FIELDS_BYTES_MAX },
    };

    return nghttp2_session_client_new(&connection->session, connection->origin->client->callbacks,
                                      connection) == 0 &&
           nghttp2_submit_settings(connection->session, NGHTTP2_FLAG_NONE, entries,
                                   sizeof(entries) / sizeof(*entries)) == 0;
}

uint32_t http2_session_room(const struct http2_connection *connection)
{
    uint32_t most = connection->origin->client->settings.streams_max;
    uint32_t peer;

    if (connection->state != HTTP2_OPEN || connection->output.size > HTTP2_OUTPUT_BYTES_MAX / 2)
        return 0;
    peer = nghttp2_session_get_remote_settings(connection->session,
                                               NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS);
    if (peer < most) most = peer;
    return connection->streams < most ? most - connection->streams : 0;
}

/* NOLINTNEXTLINE(readability-function-size): nghttp2's signature */
static ssize_t read_body(nghttp2_session *session, int32_t stream_id, uint8_t *out, size_t room,
                         uint32_t *flags, nghttp2_data_source *source, void *data)
{
    struct http2_request *request = nghttp2_session_get_stream_user_data(session, stream_id);
    size_t size;

    (void)source;
    (void)data;
    if (request == NULL) return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
    size = request->body.size - request->body_sent;
    if (size > room) size = room;
    memcpy(out, request->body.data + request->body_sent, size);
    request->body_sent += size;
    if (request->body_sent == request->body.size) *flags |= NGHTTP2_DATA_FLAG_EOF;
    return (ssize_t)size;
}

static nghttp2_nv field_of(struct str name, struct str value)
{
    nghttp2_nv field = { (uint8_t *)(uintptr_t)name.data, (uint8_t *)(uintptr_t)value.data,
                         name.size, value.size, NGHTTP2_NV_FLAG_NONE };

    /* Secrets stay out of the compression table of both sides (RFC 7541 §7.1.3). */
    if (str_is(name, "authorization")) field.flags = NGHTTP2_NV_FLAG_NO_INDEX;
    return field;
}

static size_t fields_of(const struct http2_request *request, char length_text[24],
                        nghttp2_nv fields[HTTP2_HEADERS_MAX + 5])
{
    size_t count = 0;

    fields[count++] = field_of(STR(":method"), request->method);
    fields[count++] = field_of(STR(":scheme"), STR("https"));
    fields[count++] = field_of(STR(":authority"), str_of(request->origin->authority));
    fields[count++] = field_of(STR(":path"), request->path);
    for (size_t i = 0; i < request->header_count; i++)
        fields[count++] = field_of(request->headers[i].name, request->headers[i].value);
    if (request->body.data != NULL) {
        snprintf(length_text, 24, "%zu", request->body.size);
        fields[count++] = field_of(STR("content-length"), str_of(length_text));
    }
    return count;
}

void http2_session_submit(struct http2_connection *connection, struct http2_request *request)
{
    nghttp2_data_provider body = { .read_callback = read_body };
    nghttp2_nv fields[HTTP2_HEADERS_MAX + 5];
    char length_text[24];
    size_t count = fields_of(request, length_text, fields);

    http2_list_take(request);
    http2_list_put(&connection->running, request);
    request->connection = connection;
    request->body_sent = 0;
    request->sent = request->ended = request->over = false;
    request->stream_id = nghttp2_submit_request(connection->session, NULL, fields, count,
                                                request->body.size > 0 ? &body : NULL, request);
    if (request->stream_id < 0) {
        /* Stream numbers are used up (RFC 9113 §5.1.1), or memory: another connection. */
        http2_resend(request, "not_sent");
        http2_connection_drain(connection);
        return;
    }
    connection->streams++;
    connection->used_ms = http2_now_ms(connection->origin->client);
}

void http2_session_forget(struct http2_request *request)
{
    struct http2_connection *connection = request->connection;

    if (connection == NULL || request->stream_id < 0 || connection->session == NULL) return;
    nghttp2_session_set_stream_user_data(connection->session, request->stream_id, NULL);
    nghttp2_submit_rst_stream(connection->session, NGHTTP2_FLAG_NONE, request->stream_id,
                              NGHTTP2_CANCEL);
    request->stream_id = -1;
    http2_turn_soon(connection->origin->client);
}

void http2_session_ping(struct http2_connection *connection)
{
    if (connection->ping_ms != 0 || connection->session == NULL) return;
    if (nghttp2_submit_ping(connection->session, NGHTTP2_FLAG_NONE, NULL) != 0) return;
    connection->ping_ms = http2_now_ms(connection->origin->client);
    connection->origin->client->counts.pings++;
    http2_connection_flush(connection);
}
