/*
 * Why it is cut from outside: a call-out may not close anything (libh2o goes on using the
 * connection), and some sockets have no connection (handshake, close_notify). shutdown(2) makes
 * libuv report the end to whoever reads or writes, and libh2o closes by its usual way.
 *
 * Deadlines are kept as the time of the last progress; the sweep moves that time along while there
 * is nothing to wait for, so a deadline starts when the waiting does, give or take one sweep.
 *
 * Whole frames are too coarse for slow lines: 16 KiB at 1,000 B/s show nothing for 16 s. So when a
 * deadline is near, the kernel's count of bytes decides, taken since the last whole frame: what
 * came after it can only be part of the next one, and not, say, PINGs.
 */
#include "server/http/guard.h"

#include "base/memory.h"

#include <h2o/http2.h>

#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

enum { SWEEP_PERIOD_MS = 250, BUDGET_PERIOD_MS = 1000 };

/* Offsets in Linux's struct tcp_info, an ABI; glibc's header has an older one without them. */
enum { TCP_INFO_ACKED_OFFSET = 120, TCP_INFO_RECEIVED_OFFSET = 128, TCP_INFO_BYTES = 136 };

/* One kind of waiting: since when, and the kernel's count when it was last looked at. */
struct waiting {
    uint64_t progress_ms;
    uint64_t wire_bytes;
    bool wire_known;
};

struct guard {
    h2o_linklist_t link;
    struct guards *guards; /* NULL after guards_done */
    uv_stream_t *stream;
    h2o_http2_conn_t *conn; /* NULL before the first frame and once it is gone */
    bool http1;
    bool conn_gone;
    bool cut;
    bool retired;
    uint64_t opened_ms;
    uint64_t active_ms;    /* last time that it was not idle */
    uint64_t closing_ms;   /* last time that it was not closing */
    uint64_t outstayed_ms; /* when to cut it, once retired */
    struct waiting receiving;
    struct waiting sending;
    uint64_t data_bytes_received; /* since the last progress */
    uint64_t data_bytes_sent;     /* at the last progress */
    uint64_t budget_began_ms;
    uint64_t paid_updates; /* WINDOW_UPDATE frames that DATA has paid for */
    uint32_t cheap_frames; /* since budget_began_ms, as resets */
    uint32_t resets;
    uint32_t settings_frames; /* of the connection, as stream_errors */
    uint32_t stream_errors;
};

static void on_close(void *data)
{
    struct guard *guard = data;

    if (guard->guards != NULL) {
        h2o_linklist_unlink(&guard->link);
        guard->guards->count--;
    }
    mem_free(guard);
}

/* NULL for sockets that nobody watches. */
static struct guard *guard_of(h2o_socket_t *socket)
{
    struct guard *guard;

    if (socket->on_close.cb != on_close) return NULL;
    guard = socket->on_close.data;
    return guard->guards == NULL ? NULL : guard;
}

static void waiting_progress(struct waiting *waiting, uint64_t now_ms)
{
    waiting->progress_ms = now_ms;
    waiting->wire_known = false;
}

/* Budgets, taken when libh2o calls for each frame. */

static bool is_empty_data(const h2o_http2_frame_t *frame)
{
    if ((frame->flags & H2O_HTTP2_FRAME_FLAG_END_STREAM) != 0) return false;
    if ((frame->flags & H2O_HTTP2_FRAME_FLAG_PADDED) != 0)
        return frame->length == 0 || frame->payload[0] + 1u >= frame->length;
    return frame->length == 0;
}

static bool is_cheap(const h2o_http2_frame_t *frame)
{
    switch (frame->type) {
    case H2O_HTTP2_FRAME_TYPE_HEADERS:
    case H2O_HTTP2_FRAME_TYPE_RST_STREAM:
        return false;
    case H2O_HTTP2_FRAME_TYPE_SETTINGS:
        return (frame->flags & H2O_HTTP2_FRAME_FLAG_ACK) != 0;
    case H2O_HTTP2_FRAME_TYPE_DATA:
        return is_empty_data(frame);
    case H2O_HTTP2_FRAME_TYPE_CONTINUATION:
        return frame->length == 0;
    default:
        return true;
    }
}

static bool is_zero_increment(const h2o_http2_frame_t *frame)
{
    static const uint8_t zero[3];

    return frame->type == H2O_HTTP2_FRAME_TYPE_WINDOW_UPDATE && frame->length == 4 &&
           (frame->payload[0] & 0x7f) == 0 && memcmp(frame->payload + 1, zero, sizeof(zero)) == 0;
}

/* Who takes much in a second says so often: each piece of DATA pays for one WINDOW_UPDATE. */
static bool is_paid(struct guard *guard, const h2o_http2_frame_t *frame)
{
    h2o_http2_conn_status_t status;

    if (frame->type != H2O_HTTP2_FRAME_TYPE_WINDOW_UPDATE) return false;
    h2o_http2_conn_get_status(guard->conn, &status);
    if (guard->paid_updates >=
        status.data_bytes_sent / guard->guards->settings.window_update_bytes_min)
        return false;
    guard->paid_updates++;
    return true;
}

/* GUARD_REASON_COUNT: within every budget. */
static enum guard_reason take_budgets(struct guard *guard, const h2o_http2_frame_t *frame,
                                      uint64_t now_ms)
{
    const struct guard_settings *settings = &guard->guards->settings;

    if (now_ms - guard->budget_began_ms >= BUDGET_PERIOD_MS) {
        guard->budget_began_ms = now_ms;
        guard->cheap_frames = 0;
        guard->resets = 0;
    }
    if (guard->stream_errors > settings->stream_errors_max) return GUARD_STREAM_ERRORS;
    if (is_zero_increment(frame)) return GUARD_ZERO_INCREMENT;
    if (is_cheap(frame)) {
        if (is_paid(guard, frame)) return GUARD_REASON_COUNT;
        if (++guard->cheap_frames > settings->cheap_frames_max) return GUARD_CHEAP_FLOOD;
    } else if (frame->type == H2O_HTTP2_FRAME_TYPE_RST_STREAM) {
        if (++guard->resets > settings->resets_max) return GUARD_RESET_FLOOD;
    } else if (frame->type == H2O_HTTP2_FRAME_TYPE_SETTINGS) {
        if (++guard->settings_frames > settings->settings_frames_max) return GUARD_SETTINGS_FLOOD;
    }
    return GUARD_REASON_COUNT;
}

static bool is_progress(struct guard *guard, const h2o_http2_frame_t *frame)
{
    switch (frame->type) {
    case H2O_HTTP2_FRAME_TYPE_HEADERS:
    case H2O_HTTP2_FRAME_TYPE_CONTINUATION:
        return (frame->flags & H2O_HTTP2_FRAME_FLAG_END_HEADERS) != 0;
    case H2O_HTTP2_FRAME_TYPE_DATA:
        if (!is_empty_data(frame)) guard->data_bytes_received += frame->length;
        return (frame->flags & H2O_HTTP2_FRAME_FLAG_END_STREAM) != 0 ||
               guard->data_bytes_received >= guard->guards->settings.stalled_data_bytes_min;
    default:
        return false;
    }
}

static int on_frame(h2o_http2_conn_t *conn, h2o_socket_t *socket, const h2o_http2_frame_t *frame)
{
    struct guard *guard = guard_of(socket);
    enum guard_reason reason;
    uint64_t now_ms;

    if (guard == NULL) return 0;
    now_ms = uv_now(guard->guards->loop);
    guard->conn = conn;
    guard->receiving.wire_known = false;
    reason = take_budgets(guard, frame, now_ms);
    if (reason != GUARD_REASON_COUNT) {
        guard->guards->cuts[reason]++;
        return reason == GUARD_ZERO_INCREMENT ? H2O_HTTP2_ERROR_PROTOCOL
                                              : H2O_HTTP2_ERROR_ENHANCE_YOUR_CALM;
    }
    if (is_progress(guard, frame)) {
        guard->data_bytes_received = 0;
        waiting_progress(&guard->receiving, now_ms);
    }
    return 0;
}

static void on_stream_error(h2o_http2_conn_t *conn, h2o_socket_t *socket, uint32_t stream_id,
                            int error)
{
    struct guard *guard = guard_of(socket);

    (void)conn;
    (void)stream_id;
    (void)error;
    if (guard != NULL) guard->stream_errors++;
}

static void on_gone(h2o_http2_conn_t *conn, h2o_socket_t *socket)
{
    struct guard *guard = guard_of(socket);

    (void)conn;
    if (guard == NULL) return;
    guard->conn = NULL;
    guard->conn_gone = true;
    guard->closing_ms = uv_now(guard->guards->loop);
}

/* Deadlines, looked at by the sweep. */

static void cut(struct guard *guard, enum guard_reason reason)
{
    int fd;

    guard->cut = true;
    guard->guards->cuts[reason]++;
    if (uv_is_closing((uv_handle_t *)guard->stream)) return;
    if (uv_fileno((uv_handle_t *)guard->stream, &fd) == 0) (void)shutdown(fd, SHUT_RDWR);
}

static void retire(struct guard *guard, enum guard_reason reason, uint64_t cut_ms)
{
    guard->retired = true;
    guard->outstayed_ms = cut_ms;
    guard->guards->cuts[reason]++;
    h2o_http2_conn_retire(guard->conn, H2O_HTTP2_ERROR_NONE);
}

/* 0 when the kernel does not say, as for a socket of another family. */
static uint64_t wire_bytes(const struct guard *guard, size_t offset)
{
    unsigned char info[TCP_INFO_BYTES];
    socklen_t length = sizeof(info);
    uint64_t bytes;
    int fd;

    if (uv_fileno((uv_handle_t *)guard->stream, &fd) != 0 ||
        getsockopt(fd, IPPROTO_TCP, TCP_INFO, info, &length) != 0 || length < sizeof(info))
        return 0;
    memcpy(&bytes, info + offset, sizeof(bytes));
    return bytes;
}

/* Whether the time is over, the kernel's bytes being the last thing asked. */
static bool is_late(struct guard *guard, struct waiting *waiting, uint32_t timeout_ms,
                    uint32_t bytes_min)
{
    size_t offset = waiting == &guard->receiving ? TCP_INFO_RECEIVED_OFFSET : TCP_INFO_ACKED_OFFSET;
    uint64_t now_ms = uv_now(guard->guards->loop);
    uint64_t waited_ms = now_ms - waiting->progress_ms;

    if (!waiting->wire_known && waited_ms >= SWEEP_PERIOD_MS) {
        waiting->wire_bytes = wire_bytes(guard, offset);
        waiting->wire_known = true;
    }
    if (waited_ms < timeout_ms) return false;
    if (wire_bytes(guard, offset) - waiting->wire_bytes < bytes_min) return true;
    waiting_progress(waiting, now_ms);
    return false;
}

static bool is_stalled(struct guard *guard, const h2o_http2_conn_status_t *status)
{
    const struct guard_settings *settings = &guard->guards->settings;

    if (status->num_receiving == 0 && !status->has_partial_frame) {
        guard->data_bytes_received = 0;
        waiting_progress(&guard->receiving, uv_now(guard->guards->loop));
        return false;
    }
    return is_late(guard, &guard->receiving, settings->stalled_timeout_ms,
                   settings->stalled_wire_bytes_min);
}

/*
 * While a write is stuck, what the peer's kernel took counts; while only its window is shut, DATA
 * does, since the wire then carries nothing but our answers to its PINGs.
 */
static bool is_unread(struct guard *guard, const h2o_http2_conn_status_t *status)
{
    const struct guard_settings *settings = &guard->guards->settings;
    bool is_write_stuck = uv_stream_get_write_queue_size(guard->stream) != 0;
    uint64_t now_ms = uv_now(guard->guards->loop);

    if (!is_write_stuck && status->num_blocked == 0 && !status->is_writing) {
        guard->data_bytes_sent = status->data_bytes_sent;
        waiting_progress(&guard->sending, now_ms);
        return false;
    }
    if (status->data_bytes_sent - guard->data_bytes_sent >= settings->unread_bytes_min) {
        guard->data_bytes_sent = status->data_bytes_sent;
        waiting_progress(&guard->sending, now_ms);
    }
    return is_late(guard, &guard->sending, settings->unread_timeout_ms,
                   is_write_stuck ? settings->unread_bytes_min : UINT32_MAX);
}

static bool is_idle(const h2o_http2_conn_status_t *status)
{
    return status->num_receiving == 0 && status->num_running == 0 && status->num_blocked == 0 &&
           !status->has_partial_frame && !status->is_writing;
}

static void sweep_http2(struct guard *guard, uint64_t now_ms)
{
    const struct guard_settings *settings = &guard->guards->settings;
    h2o_http2_conn_status_t status;

    h2o_http2_conn_get_status(guard->conn, &status);
    if (!status.is_closing) guard->closing_ms = now_ms;
    if (!is_idle(&status)) guard->active_ms = now_ms;

    if (guard->retired && now_ms >= guard->outstayed_ms) {
        cut(guard, GUARD_OUTSTAYED);
    } else if (now_ms - guard->closing_ms >= settings->linger_timeout_ms) {
        cut(guard, GUARD_LINGER);
    } else if (is_stalled(guard, &status)) {
        cut(guard, GUARD_STALLED);
    } else if (is_unread(guard, &status)) {
        cut(guard, GUARD_UNREAD);
    } else if (guard->retired) {
        return;
    } else if (now_ms - guard->active_ms >= settings->idle_timeout_ms) {
        retire(guard, GUARD_IDLE, now_ms + settings->idle_linger_ms);
    } else if (now_ms - guard->opened_ms >= settings->age_max_ms) {
        retire(guard, GUARD_AGE, now_ms + settings->age_linger_ms);
    }
}

static void sweep_one(struct guard *guard, uint64_t now_ms)
{
    static const h2o_http2_conn_status_t no_status;
    const struct guard_settings *settings = &guard->guards->settings;

    if (guard->cut) return;
    if (guard->conn != NULL) {
        sweep_http2(guard, now_ms);
    } else if (guard->conn_gone) {
        if (now_ms - guard->closing_ms >= settings->linger_timeout_ms) cut(guard, GUARD_LINGER);
    } else if (guard->http1) {
        if (is_unread(guard, &no_status)) cut(guard, GUARD_UNREAD);
    } else if (now_ms - guard->opened_ms >= settings->silent_timeout_ms) {
        cut(guard, GUARD_SILENT);
    }
}

static void on_sweep(uv_timer_t *timer)
{
    struct guards *guards = timer->data;
    uint64_t now_ms = uv_now(guards->loop);
    h2o_linklist_t *next;

    for (h2o_linklist_t *node = guards->open.next; node != &guards->open; node = next) {
        next = node->next;
        sweep_one(H2O_STRUCT_FROM_MEMBER(struct guard, link, node), now_ms);
    }
}

void guard_settings_init(struct guard_settings *settings)
{
#define SETTING_DEFAULT(name, initial, unit, sentence) .name = (initial),
    *settings = (struct guard_settings){ GUARD_SETTINGS(SETTING_DEFAULT) };
#undef SETTING_DEFAULT
}

void guards_init(struct guards *guards, uv_loop_t *loop, h2o_globalconf_t *config,
                 const struct guard_settings *settings)
{
    memset(guards, 0, sizeof(*guards));
    guards->loop = loop;
    guards->settings = *settings;
    h2o_linklist_init_anchor(&guards->open);
    uv_timer_init(loop, &guards->sweep);
    guards->sweep.data = guards;
    uv_timer_start(&guards->sweep, on_sweep, SWEEP_PERIOD_MS, SWEEP_PERIOD_MS);
    uv_unref((uv_handle_t *)&guards->sweep);

    config->http2.guard.on_frame = on_frame;
    config->http2.guard.on_stream_error = on_stream_error;
    config->http2.guard.on_gone = on_gone;
    config->http2.max_request_entity_size_per_connection = settings->body_bytes_max;
    config->http2.idle_timeout = (uint64_t)settings->idle_timeout_ms + settings->idle_linger_ms;
    if (config->http2.graceful_shutdown_timeout == 0)
        config->http2.graceful_shutdown_timeout = settings->linger_timeout_ms;
    config->handshake_timeout = settings->silent_timeout_ms;
    config->http1.req_timeout = settings->silent_timeout_ms;
}

void guards_done(struct guards *guards)
{
    /* their sockets may outlive us: each guard is let go of, and frees itself */
    for (h2o_linklist_t *node = guards->open.next; node != &guards->open; node = node->next)
        H2O_STRUCT_FROM_MEMBER(struct guard, link, node)->guards = NULL;
    h2o_linklist_init_anchor(&guards->open);
    guards->count = 0;
    uv_close((uv_handle_t *)&guards->sweep, NULL);
}

uint32_t guards_count(const struct guards *guards)
{
    return guards->count;
}

uint64_t guards_cut_count(const struct guards *guards, enum guard_reason reason)
{
    return guards->cuts[reason];
}

static const struct {
    const char *name;
    const char *sentence;
} reasons[GUARD_REASON_COUNT] = {
#define REASON_ROW(symbol, name, sentence) [symbol] = { name, sentence },
    GUARD_REASONS(REASON_ROW)
#undef REASON_ROW
};

const char *guard_reason_name(enum guard_reason reason)
{
    return reasons[reason].name;
}

const char *guard_reason_sentence(enum guard_reason reason)
{
    return reasons[reason].sentence;
}

void guard_open(struct guards *guards, uv_stream_t *stream, h2o_socket_t *socket)
{
    struct guard *guard = MEM_NEW(struct guard);
    uint64_t now_ms = uv_now(guards->loop);

    guard->guards = guards;
    guard->stream = stream;
    guard->opened_ms = now_ms;
    guard->active_ms = now_ms;
    guard->closing_ms = now_ms;
    guard->budget_began_ms = now_ms;
    waiting_progress(&guard->receiving, now_ms);
    waiting_progress(&guard->sending, now_ms);
    h2o_linklist_insert(&guards->open, &guard->link);
    guards->count++;
    socket->on_close.cb = on_close;
    socket->on_close.data = guard;
}

void guard_mark_http1(h2o_socket_t *socket)
{
    struct guard *guard = guard_of(socket);

    if (guard != NULL) guard->http1 = true;
}
