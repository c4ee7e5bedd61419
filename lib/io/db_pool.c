/*
 * Groups wait in one queue and leave at the end of the loop's turn (uv_prepare). Whatever ends is
 * put on a list and called back last of all, so that a callback may do anything, even close the
 * pool, without pulling the ground from under a handler.
 */
#include "base/hash.h"
#include "base/memory.h"
#include "io/db_internal.h"

enum { BACK_OFF_MS_MIN = 50, BACK_OFF_MS_MAX = 2000, BACK_OFF_DOUBLINGS_MAX = 6 };

static void on_dispatch(uv_prepare_t *prepare);
static void on_deliver(uv_timer_t *timer);

struct db_pool *db_pool_new(uv_loop_t *loop, const struct db_pool_settings *settings)
{
    struct db_pool *pool = MEM_NEW(struct db_pool);

    MC_ASSERT(settings->connections_max > 0 && settings->pipeline_max > 0);
    pool->loop = loop;
    pool->settings = *settings;
    pool->due_ms = UINT64_MAX;
    db_target_init(&pool->target, settings->url, settings->role);
    db_target_limit(&pool->target, "statement_timeout", settings->statement_timeout_ms);
    db_target_limit(&pool->target, "lock_timeout", settings->lock_timeout_ms);
    for (size_t i = 0; i < DB_CONNECTION_STATES; i++)
        TAILQ_INIT(&pool->lists[i]);
    TAILQ_INIT(&pool->queue);
    TAILQ_INIT(&pool->ended);
    TAILQ_INIT(&pool->tx_queue);
    TAILQ_INIT(&pool->tx_events);
    (void)uv_prepare_init(loop, &pool->dispatch);
    (void)uv_timer_init(loop, &pool->deliver);
    (void)uv_timer_init(loop, &pool->due);
    pool->dispatch.data = pool->deliver.data = pool->due.data = pool;
    pool->handles = 3;
    return pool;
}

uint32_t db_pool_connections(const struct db_pool *pool)
{
    return pool->list_counts[DB_CONNECTING] + pool->list_counts[DB_READY] +
           pool->list_counts[DB_FULL];
}

static bool is_backing_off(const struct db_pool *pool)
{
    return uv_now(pool->loop) < pool->retry_at_ms;
}

/* The timer is for a start from another prepare handle, after ours of this turn: without it the
 * loop would sleep on what is queued. */
void db_pool_wake(struct db_pool *pool)
{
    if (!pool->closing) {
        if (uv_is_active((uv_handle_t *)&pool->dispatch)) return;
        (void)uv_prepare_start(&pool->dispatch, on_dispatch);
    }
    (void)uv_timer_start(&pool->deliver, on_deliver, 0, 0);
}

enum status db_pool_send(struct db_pool *pool, struct db_group *group)
{
    enum status status = db_group_check(group);

    MC_ASSERT(group->state == DB_GROUP_NONE);
    if (status != MC_OK) return status;
    if (pool->closing || (db_pool_connections(pool) == 0 && is_backing_off(pool)))
        return MC_UNAVAILABLE;
    if (pool->queued >= pool->settings.queue_max) return MC_BUSY;
    group->pool = pool;
    group->state = DB_GROUP_QUEUED;
    group->deadline_ms = uv_now(pool->loop) + group->timeout_ms;
    TAILQ_INSERT_TAIL(&pool->queue, group, link);
    pool->queued++;
    pool->counts.groups++;
    for (const struct db_ask *ask = group->asks; ask != NULL; ask = ask->next)
        pool->counts.asks++;
    db_due_at(pool, group->deadline_ms);
    db_pool_wake(pool);
    return MC_OK;
}

void db_pool_unqueue(struct db_pool *pool, struct db_group *group)
{
    TAILQ_REMOVE(&pool->queue, group, link);
    pool->queued--;
}

static bool has_failed(const struct db_group *group)
{
    for (const struct db_ask *ask = group->asks; ask != NULL; ask = ask->next)
        if (ask->status != MC_OK) return true;
    return false;
}

void db_pool_end_group(struct db_pool *pool, struct db_group *group)
{
    if (has_failed(group)) pool->counts.failures++;
    group->state = DB_GROUP_ENDED;
    TAILQ_INSERT_TAIL(&pool->ended, group, link);
}

void db_group_cancel(struct db_group *group)
{
    struct db_pool *pool = group->pool;

    if (group->state == DB_GROUP_QUEUED) {
        db_pool_unqueue(pool, group);
    } else if (group->state == DB_GROUP_IN_FLIGHT) {
        for (size_t i = 0; i < DB_CONNECTION_STATES; i++) {
            struct db_connection *connection;

            TAILQ_FOREACH(connection, &pool->lists[i], link)
            db_pipe_forget_group(&connection->pipe, group);
        }
    } else {
        return;
    }
    db_group_fail(group, MC_CANCELLED, NULL);
    db_pool_end_group(pool, group);
    db_pool_wake(pool);
}

/* ---- sending ---- */

static struct db_connection *least_loaded(const struct db_pool *pool)
{
    struct db_connection *connection, *best = NULL;

    TAILQ_FOREACH(connection, &pool->lists[DB_READY], link)
    if (best == NULL || connection->in_flight < best->in_flight) best = connection;
    return best;
}

static bool is_waiting(const struct db_pool *pool)
{
    return !TAILQ_EMPTY(&pool->queue) || !TAILQ_EMPTY(&pool->tx_queue);
}

static void fail_waiting(struct db_pool *pool, enum status status)
{
    while (!TAILQ_EMPTY(&pool->queue)) {
        struct db_group *group = TAILQ_FIRST(&pool->queue);

        db_pool_unqueue(pool, group);
        db_group_fail(group, status, NULL);
        db_pool_end_group(pool, group);
    }
    while (!TAILQ_EMPTY(&pool->tx_queue))
        db_tx_fail(TAILQ_FIRST(&pool->tx_queue), status);
}

/* One connection at a time, when something waits or the best one is half full. */
static void open_more(struct db_pool *pool)
{
    struct db_connection *best = least_loaded(pool);

    if (!is_waiting(pool) && best != NULL && best->in_flight * 2 < pool->settings.pipeline_max)
        return;
    if (pool->list_counts[DB_CONNECTING] > 0 ||
        db_pool_connections(pool) >= pool->settings.connections_max)
        return;
    if (!is_backing_off(pool))
        db_connection_open(pool);
    else if (db_pool_connections(pool) == 0)
        fail_waiting(pool, MC_UNAVAILABLE);
}

/* Transactions first: a stream of groups would leave them no idle connection. */
static void dispatch(struct db_pool *pool)
{
    struct db_connection *connection = least_loaded(pool);

    while (!TAILQ_EMPTY(&pool->tx_queue) && connection != NULL && connection->in_flight == 0) {
        db_tx_start(TAILQ_FIRST(&pool->tx_queue), connection);
        connection = least_loaded(pool);
    }
    while (!TAILQ_EMPTY(&pool->queue) && TAILQ_EMPTY(&pool->tx_queue) && connection != NULL) {
        struct db_group *group = TAILQ_FIRST(&pool->queue);

        db_pool_unqueue(pool, group);
        (void)db_connection_send(connection, group);
        connection = least_loaded(pool);
    }
}

static void flush(struct db_pool *pool)
{
    for (size_t i = DB_READY; i <= DB_FULL; i++) {
        struct db_connection *connection = TAILQ_FIRST(&pool->lists[i]);

        while (connection != NULL) {
            struct db_connection *next = TAILQ_NEXT(connection, link);

            if (!db_wire_flush(&connection->wire)) db_connection_lost(connection);
            connection = next;
        }
    }
}

static bool is_idle(const struct db_pool *pool)
{
    struct db_connection *connection;

    if (is_waiting(pool) || pool->list_counts[DB_FULL] + pool->list_counts[DB_CONNECTING] > 0)
        return false;
    TAILQ_FOREACH(connection, &pool->lists[DB_READY], link)
    if (connection->in_flight > 0) return false;
    return true;
}

static void on_dispatch(uv_prepare_t *prepare)
{
    struct db_pool *pool = prepare->data;

    (void)uv_prepare_stop(prepare);
    (void)uv_timer_stop(&pool->deliver);
    dispatch(pool);
    flush(pool);
    if (is_waiting(pool) || pool->list_counts[DB_READY] > 0) open_more(pool);
    if (!TAILQ_EMPTY(&pool->ended) || !TAILQ_EMPTY(&pool->tx_events))
        (void)uv_timer_start(&pool->deliver, on_deliver, 0, 0);
    if (!is_idle(pool)) {
        pool->idle_since_ms = UINT64_MAX;
    } else if (pool->idle_since_ms == UINT64_MAX) {
        pool->idle_since_ms = uv_now(pool->loop);
        if (pool->settings.idle_close_ms > 0)
            db_due_at(pool, pool->idle_since_ms + pool->settings.idle_close_ms);
    }
}

void db_pool_connected(struct db_pool *pool)
{
    if (pool->lost) pool->counts.reconnects++;
    pool->lost = false;
    pool->attempts = 0;
    pool->retry_at_ms = 0;
}

/* Doubles from 50 ms to 2 s; half of it is chance, so that processes do not come back in step. */
void db_pool_refused(struct db_pool *pool)
{
    uint64_t now = uv_hrtime();
    uint64_t wait_ms = (uint64_t)BACK_OFF_MS_MIN << pool->attempts;

    if (wait_ms > BACK_OFF_MS_MAX) wait_ms = BACK_OFF_MS_MAX;
    if (pool->attempts < BACK_OFF_DOUBLINGS_MAX) pool->attempts++;
    wait_ms -= hash_bytes((struct str){ (const char *)&now, sizeof(now) }) % (wait_ms / 2);
    pool->retry_at_ms = uv_now(pool->loop) + wait_ms;
    pool->lost = true;
    if (db_pool_connections(pool) == 0) fail_waiting(pool, MC_UNAVAILABLE);
}

/* ---- calling back, closing ---- */

static void on_closed(uv_handle_t *handle)
{
    struct db_pool *pool = handle->data;
    void (*closed)(void *data) = pool->closed;
    void *data = pool->closed_data;

    if (--pool->handles > 0) return;
    db_target_done(&pool->target);
    mem_free(pool);
    if (closed != NULL) closed(data);
}

static void close_handles(struct db_pool *pool)
{
    if (uv_is_closing((uv_handle_t *)&pool->deliver)) return;
    uv_close((uv_handle_t *)&pool->dispatch, on_closed);
    uv_close((uv_handle_t *)&pool->deliver, on_closed);
    uv_close((uv_handle_t *)&pool->due, on_closed);
}

void db_pool_deliver(struct db_pool *pool)
{
    while (!TAILQ_EMPTY(&pool->ended)) {
        struct db_group *group = TAILQ_FIRST(&pool->ended);

        TAILQ_REMOVE(&pool->ended, group, link);
        group->state = DB_GROUP_NONE;
        group->done(group);
    }
    db_tx_deliver(pool);
    if (pool->closing && TAILQ_EMPTY(&pool->ended) && TAILQ_EMPTY(&pool->tx_events))
        close_handles(pool);
}

static void on_deliver(uv_timer_t *timer)
{
    db_pool_deliver(timer->data);
}

void db_pool_close(struct db_pool *pool, void (*closed)(void *data), void *data)
{
    MC_ASSERT(!pool->closing);
    pool->closing = true;
    pool->closed = closed;
    pool->closed_data = data;
    (void)uv_prepare_stop(&pool->dispatch);
    (void)uv_timer_stop(&pool->due);
    fail_waiting(pool, MC_UNAVAILABLE);
    for (size_t i = 0; i < DB_CONNECTION_STATES; i++)
        while (!TAILQ_EMPTY(&pool->lists[i]))
            db_connection_lost(TAILQ_FIRST(&pool->lists[i]));
    db_pool_wake(pool);
}

struct db_pool_counts db_pool_count(const struct db_pool *pool)
{
    struct db_pool_counts counts = pool->counts;

    counts.connections = db_pool_connections(pool);
    counts.queued = pool->queued;
    for (size_t i = DB_READY; i <= DB_FULL; i++) {
        struct db_connection *connection;

        TAILQ_FOREACH(connection, &pool->lists[i], link)
        {
            counts.in_flight += connection->in_flight;
            if (connection->in_flight == 0 && connection->tx == NULL) counts.idle++;
        }
    }
    return counts;
}
