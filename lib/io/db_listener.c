/* LISTEN on a connection of its own, outside pipeline mode: it asks one thing once and then only
 * listens. */
#include "base/buf.h"
#include "base/hash.h"
#include "base/memory.h"
#include "io/db_internal.h"

enum { CONNECT_MS_MAX = 5000, RETRY_MS_MIN = 50, RETRY_MS_MAX = 2000, LISTEN_BYTES_MAX = 4096 };

enum listener_state { LISTENER_WAITING, LISTENER_CONNECTING, LISTENER_ASKING, LISTENER_LISTENING };

struct db_listener {
    uv_loop_t *loop;
    struct db_listener_settings settings;
    struct db_target target;
    struct db_wire wire;
    uv_timer_t timer; /* waiting: try again; connecting and asking: give up */
    enum listener_state state;
    uint64_t retry_ms;
    void (*closed)(void *data);
    void *closed_data;
};

static void on_timer(uv_timer_t *timer);

static void retry_later(struct db_listener *listener)
{
    uint64_t now = uv_hrtime();
    uint64_t chance = hash_bytes((struct str){ (const char *)&now, sizeof(now) });

    db_wire_close(&listener->wire);
    listener->state = LISTENER_WAITING;
    (void)uv_timer_start(&listener->timer, on_timer,
                         listener->retry_ms - chance % (listener->retry_ms / 2), 0);
    listener->retry_ms *= 2;
    if (listener->retry_ms > RETRY_MS_MAX) listener->retry_ms = RETRY_MS_MAX;
}

static void start(struct db_listener *listener)
{
    if (db_wire_open(&listener->wire, listener->loop, &listener->target) != MC_OK) {
        retry_later(listener);
        return;
    }
    listener->state = LISTENER_CONNECTING;
    (void)uv_timer_start(&listener->timer, on_timer, CONNECT_MS_MAX, 0);
}

static void on_timer(uv_timer_t *timer)
{
    struct db_listener *listener = timer->data;

    if (listener->state == LISTENER_WAITING)
        start(listener);
    else
        retry_later(listener);
}

static void ignore_notice(void *data, const PGresult *result)
{
    (void)data;
    (void)result;
}

static bool send_listen(struct db_listener *listener)
{
    PGconn *pg = listener->wire.pg;
    struct buf sql;
    bool sent;

    PQsetNoticeReceiver(pg, ignore_notice, NULL);
    buf_init(&sql, LISTEN_BYTES_MAX);
    for (const char *const *channel = listener->settings.channels; *channel != NULL; channel++) {
        char *quoted = PQescapeIdentifier(pg, *channel, strlen(*channel));

        if (quoted != NULL) buf_printf(&sql, "LISTEN %s;", quoted);
        PQfreemem(quoted);
    }
    buf_add_char(&sql, '\0');
    sent = buf_status(&sql) == MC_OK && PQsetnonblocking(pg, 1) == 0 &&
           PQsendQuery(pg, buf_str(&sql).data) && db_wire_flush(&listener->wire);
    buf_done(&sql);
    return sent;
}

/* Reads the answers to LISTEN; true when all is well so far. */
static bool read_answers(struct db_listener *listener)
{
    PGconn *pg = listener->wire.pg;

    while (listener->state == LISTENER_ASKING && !PQisBusy(pg)) {
        PGresult *result = PQgetResult(pg);
        bool ok = result == NULL || PQresultStatus(result) == PGRES_COMMAND_OK;

        PQclear(result);
        if (!ok) return false;
        if (result != NULL) continue;
        listener->state = LISTENER_LISTENING;
        listener->retry_ms = RETRY_MS_MIN;
        (void)uv_timer_stop(&listener->timer);
        listener->settings.gap(listener->settings.data);
    }
    return true;
}

static void read_notifications(struct db_listener *listener)
{
    while (listener->state == LISTENER_LISTENING && listener->wire.open) {
        PGnotify *notify = PQnotifies(listener->wire.pg);

        if (notify == NULL) return;
        listener->settings.notified(listener->settings.data, notify->relname, notify->extra);
        PQfreemem(notify);
    }
}

static void on_event(struct db_wire *wire, enum db_wire_event event)
{
    struct db_listener *listener = CONTAINER_OF(wire, struct db_listener, wire);
    bool ok = event != DB_WIRE_LOST;

    if (event == DB_WIRE_OPENED) {
        listener->state = LISTENER_ASKING;
        ok = send_listen(listener);
    } else if (event == DB_WIRE_READABLE) {
        ok = PQconsumeInput(wire->pg) && read_answers(listener);
        if (ok) read_notifications(listener);
    }
    if (!ok) retry_later(listener);
}

struct db_listener *db_listener_new(uv_loop_t *loop, const struct db_listener_settings *settings)
{
    struct db_listener *listener = MEM_NEW(struct db_listener);

    listener->loop = loop;
    listener->settings = *settings;
    listener->wire.event = on_event;
    listener->retry_ms = RETRY_MS_MIN;
    db_target_init(&listener->target, settings->url, settings->role);
    (void)uv_timer_init(loop, &listener->timer);
    listener->timer.data = listener;
    (void)uv_timer_start(&listener->timer, on_timer, 0, 0);
    return listener;
}

static void on_closed(uv_handle_t *handle)
{
    struct db_listener *listener = handle->data;
    void (*closed)(void *data) = listener->closed;
    void *data = listener->closed_data;

    db_target_done(&listener->target);
    mem_free(listener);
    if (closed != NULL) closed(data);
}

void db_listener_close(struct db_listener *listener, void (*closed)(void *data), void *data)
{
    listener->closed = closed;
    listener->closed_data = data;
    listener->state = LISTENER_WAITING;
    db_wire_close(&listener->wire);
    uv_close((uv_handle_t *)&listener->timer, on_closed);
}
