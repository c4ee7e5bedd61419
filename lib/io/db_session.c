/* The same pipe as the pool's, driven by poll(2). */
#include "base/clock.h"
#include "base/fault.h"
#include "base/memory.h"
#include "io/db_internal.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>

struct db_session {
    struct db_target target;
    struct db_pipe pipe;
    PGconn *pg; /* NULL: connects at the next run */
    uint32_t connect_timeout_ms;
    bool synced;
};

static int64_t now_ms(void)
{
    return clock_monotonic_us(&clock_system) / 1000;
}

/* True once the socket is ready; false when the time is up. */
static bool wait_for(PGconn *pg, short events, int64_t deadline_ms)
{
    for (;;) {
        struct pollfd watched = { .fd = PQsocket(pg), .events = events };
        int64_t left_ms = deadline_ms - now_ms();
        int ready;

        if (left_ms < 0) left_ms = 0;
        ready = poll(&watched, 1, left_ms > INT_MAX ? INT_MAX : (int)left_ms);
        if (ready > 0) return true;
        if (ready == 0 || errno != EINTR) return false;
    }
}

static void disconnect(struct db_session *session)
{
    db_pipe_done(&session->pipe);
    PQfinish(session->pg);
    session->pg = NULL;
}

static void on_group_synced(struct db_pipe *pipe, struct db_group *group)
{
    (void)group;
    CONTAINER_OF(pipe, struct db_session, pipe)->synced = true;
}

static const struct db_pipe_events pipe_events = { .group_synced = on_group_synced };

static enum status connect_until(struct db_session *session, int64_t deadline_ms)
{
    PostgresPollingStatusType next = PGRES_POLLING_WRITING;

    if (session->target.bad || MC_FAULT("db.connect")) return MC_UNAVAILABLE;
    session->pg = PQconnectStartParams(session->target.keywords, session->target.values, 1);
    if (session->pg == NULL || PQstatus(session->pg) == CONNECTION_BAD) next = PGRES_POLLING_FAILED;
    while (next != PGRES_POLLING_OK && next != PGRES_POLLING_FAILED) {
        if (wait_for(session->pg, next == PGRES_POLLING_WRITING ? POLLOUT : POLLIN, deadline_ms))
            next = PQconnectPoll(session->pg);
        else
            next = PGRES_POLLING_FAILED;
    }
    if (next == PGRES_POLLING_OK &&
        db_pipe_open(&session->pipe, session->pg, &pipe_events) == MC_OK)
        return MC_OK;
    disconnect(session);
    return MC_UNAVAILABLE;
}

/* A connection lost while nobody used it is replaced before anything is sent. The server's last
 * words come before the end itself. */
static enum status ensure_connected(struct db_session *session)
{
    while (session->pg != NULL && wait_for(session->pg, POLLIN, now_ms()))
        if (!db_pipe_read(&session->pipe)) disconnect(session);
    if (session->pg != NULL && session->pipe.stale) disconnect(session);
    if (session->pg != NULL) return MC_OK;
    return connect_until(session, now_ms() + session->connect_timeout_ms);
}

enum status db_session_open(const char *url, const char *role, uint32_t connect_timeout_ms,
                            struct db_session **ret_session)
{
    struct db_session *session = MEM_NEW(struct db_session);
    enum status status;

    session->connect_timeout_ms = connect_timeout_ms;
    db_target_init(&session->target, url, role);
    status = ensure_connected(session);
    if (status == MC_OK)
        *ret_session = session;
    else
        db_session_close(session);
    return status;
}

void db_session_close(struct db_session *session)
{
    disconnect(session);
    db_target_done(&session->target);
    mem_free(session);
}

static enum status run(struct db_session *session, struct db_group *group)
{
    int64_t deadline_ms = now_ms() + group->timeout_ms;

    session->synced = false;
    if (!db_pipe_send_group(&session->pipe, group)) return MC_UNAVAILABLE;
    while (!session->synced) {
        int left = PQflush(session->pg);

        if (left < 0 || PQstatus(session->pg) != CONNECTION_OK) return MC_UNAVAILABLE;
        if (!wait_for(session->pg, left > 0 ? POLLIN | POLLOUT : POLLIN, deadline_ms))
            return MC_TIMEOUT;
        if (!db_pipe_read(&session->pipe)) return MC_UNAVAILABLE;
    }
    return MC_OK;
}

enum status db_session_run(struct db_session *session, struct db_group *group)
{
    enum status status = db_group_check(group);

    if (status != MC_OK) return status;
    status = ensure_connected(session);
    if (status == MC_OK) {
        status = run(session, group);
        if (status != MC_OK) disconnect(session);
    }
    if (status != MC_OK) db_group_fail(group, status, NULL);
    for (const struct db_ask *ask = group->asks; ask != NULL && status == MC_OK; ask = ask->next)
        status = ask->status;
    if (group->done != NULL) group->done(group);
    return status;
}

static enum status check(struct db_session *session, const struct embedded *sql,
                         const struct db_column *columns, struct buf *why)
{
    PGresult *prepared = PQprepare(session->pg, "", sql->text, 0, NULL);
    PGresult *described = NULL;
    enum status status = MC_INVALID;

    if (PQresultStatus(prepared) == PGRES_COMMAND_OK)
        described = PQdescribePrepared(session->pg, "");
    if (PQresultStatus(described) == PGRES_COMMAND_OK) {
        struct db_shape shape = { 0 };
        const char *sqlstate;

        status =
            columns == NULL ? MC_OK : db_shape_find(&shape, columns, described, &sqlstate, why);
        db_shape_done(&shape);
    } else {
        const char *text =
            PQresultErrorField(described != NULL ? described : prepared, PG_DIAG_MESSAGE_PRIMARY);

        buf_printf(why, "%s", text != NULL ? text : "the connection was lost");
    }
    PQclear(described);
    PQclear(prepared);
    return status;
}

enum status db_session_check(struct db_session *session, const struct embedded *sql,
                             const struct db_column *columns, struct buf *why)
{
    size_t before = why->size;
    enum status status = ensure_connected(session);

    if (status != MC_OK) return status;
    if (!PQexitPipelineMode(session->pg)) {
        disconnect(session);
        return MC_UNAVAILABLE;
    }
    buf_printf(why, "%s: ", sql->name);
    status = check(session, sql, columns, why);
    if (status == MC_OK) buf_truncate(why, before);
    if (!PQenterPipelineMode(session->pg)) disconnect(session);
    return status;
}
