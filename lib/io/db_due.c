/*
 * One timer for every time limit of a pool, set to the nearest; it rings about once a timeout, not
 * once a group, because most groups are long gone when it does.
 */
#include "io/db_internal.h"

/* Beyond the statement's own limit, how long a server may say nothing while it owes an answer. */
enum { SILENCE_MS_PRESET = 30000, SILENCE_MS_EXTRA = 2000 };

void db_due_at(struct db_pool *pool, uint64_t when_ms)
{
    uint64_t now_ms = uv_now(pool->loop);

    if (when_ms >= pool->due_ms || pool->closing) return;
    pool->due_ms = when_ms;
    (void)uv_timer_start(&pool->due, db_due_on_timer, when_ms > now_ms ? when_ms - now_ms : 0, 0);
}

static void end_late_queued(struct db_pool *pool, uint64_t now_ms)
{
    struct db_group *group = TAILQ_FIRST(&pool->queue);

    while (group != NULL) {
        struct db_group *next = TAILQ_NEXT(group, link);

        if (group->deadline_ms <= now_ms) {
            db_pool_unqueue(pool, group);
            db_group_fail(group, MC_TIMEOUT, NULL);
            db_pool_end_group(pool, group);
        } else {
            db_due_at(pool, group->deadline_ms);
        }
        group = next;
    }
}

static void end_late_in_flight(struct db_connection *connection, uint64_t now_ms)
{
    for (size_t i = 0; i < connection->pipe.count; i++) {
        struct db_group *group = db_pipe_command(&connection->pipe, i)->group;

        if (group == NULL) continue;
        if (group->deadline_ms > now_ms) {
            db_due_at(connection->pool, group->deadline_ms);
            continue;
        }
        db_pipe_forget_group(&connection->pipe, group);
        db_group_fail(group, MC_TIMEOUT, NULL);
        db_pool_end_group(connection->pool, group);
    }
}

static bool is_silent(struct db_connection *connection, uint64_t now_ms)
{
    uint32_t limit_ms = connection->pool->settings.statement_timeout_ms;
    uint64_t silent_at_ms =
        connection->heard_ms + (limit_ms > 0 ? limit_ms + SILENCE_MS_EXTRA : SILENCE_MS_PRESET);

    if (connection->in_flight == 0) return false;
    if (silent_at_ms <= now_ms) return true;
    db_due_at(connection->pool, silent_at_ms);
    return false;
}

static void check_connections(struct db_pool *pool, enum db_connection_state state, uint64_t now_ms)
{
    struct db_connection *connection = TAILQ_FIRST(&pool->lists[state]);

    while (connection != NULL) {
        struct db_connection *next = TAILQ_NEXT(connection, link);
        bool lost = false;

        if (state == DB_CONNECTING) {
            lost = connection->due_ms <= now_ms;
            if (!lost) db_due_at(pool, connection->due_ms);
        } else {
            end_late_in_flight(connection, now_ms);
            lost = is_silent(connection, now_ms);
        }
        if (lost) db_connection_lost(connection);
        connection = next;
    }
}

static void end_late_txs(struct db_pool *pool, uint64_t now_ms)
{
    struct db_tx *tx = TAILQ_FIRST(&pool->tx_queue);

    while (tx != NULL) {
        struct db_tx *next = TAILQ_NEXT(tx, link);

        if (tx->deadline_ms <= now_ms)
            db_tx_fail(tx, MC_TIMEOUT);
        else
            db_due_at(pool, tx->deadline_ms);
        tx = next;
    }
    for (struct db_connection *connection = TAILQ_FIRST(&pool->lists[DB_FULL]), *next;
         connection != NULL; connection = next) {
        next = TAILQ_NEXT(connection, link);
        if (connection->tx == NULL) continue;
        if (connection->tx->deadline_ms > now_ms) {
            db_due_at(pool, connection->tx->deadline_ms);
            continue;
        }
        db_tx_fail(connection->tx, MC_TIMEOUT);
        db_connection_lost(connection);
    }
}

static void close_idle(struct db_pool *pool, uint64_t now_ms)
{
    uint64_t at_ms = pool->idle_since_ms + pool->settings.idle_close_ms;

    if (pool->settings.idle_close_ms == 0 || pool->idle_since_ms == UINT64_MAX) return;
    if (pool->queued > 0) return;
    if (at_ms > now_ms) {
        db_due_at(pool, at_ms);
        return;
    }
    while (!TAILQ_EMPTY(&pool->lists[DB_READY]))
        db_connection_close(TAILQ_FIRST(&pool->lists[DB_READY]));
}

void db_due_on_timer(uv_timer_t *timer)
{
    struct db_pool *pool = timer->data;
    uint64_t now_ms = uv_now(pool->loop);

    pool->due_ms = UINT64_MAX;
    end_late_queued(pool, now_ms);
    end_late_txs(pool, now_ms);
    for (enum db_connection_state state = DB_CONNECTING; state < DB_CONNECTION_STATES; state++)
        check_connections(pool, state, now_ms);
    close_idle(pool, now_ms);
    db_pool_wake(pool);
    db_pool_deliver(pool);
}
