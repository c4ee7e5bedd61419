/* One connection of a pool. What ends here is only noted: the pool calls back when the loop's
 * handler is through with the connection. */
#include "base/memory.h"
#include "io/db_internal.h"

static void on_group_synced(struct db_pipe *pipe, struct db_group *group)
{
    struct db_connection *connection = CONTAINER_OF(pipe, struct db_connection, pipe);

    connection->in_flight--;
    if (group != NULL) db_pool_end_group(connection->pool, group);
}

static const struct db_pipe_events pipe_events = {
    .group_synced = on_group_synced,
    .tx_answered = db_tx_on_answered,
    .tx_synced = db_tx_on_synced,
};

void db_connection_move(struct db_connection *connection, enum db_connection_state state)
{
    struct db_pool *pool = connection->pool;

    TAILQ_REMOVE(&pool->lists[connection->state], connection, link);
    pool->list_counts[connection->state]--;
    if (state < DB_CONNECTION_STATES) {
        TAILQ_INSERT_TAIL(&pool->lists[state], connection, link);
        pool->list_counts[state]++;
    }
    connection->state = state;
}

void db_connection_close(struct db_connection *connection)
{
    db_connection_move(connection, DB_CONNECTION_STATES);
    db_pipe_done(&connection->pipe);
    db_wire_close(&connection->wire);
    mem_free(connection);
}

void db_connection_settle(struct db_connection *connection)
{
    struct db_pool *pool = connection->pool;
    bool full = connection->tx != NULL || connection->pipe.stale ||
                connection->in_flight >= pool->settings.pipeline_max;

    if (connection->pipe.stale && connection->in_flight == 0 && connection->tx == NULL) {
        db_connection_close(connection);
        return;
    }
    if (connection->state != (full ? DB_FULL : DB_READY))
        db_connection_move(connection, full ? DB_FULL : DB_READY);
}

void db_connection_lost(struct db_connection *connection)
{
    struct db_pool *pool = connection->pool;
    bool was_connecting = connection->state == DB_CONNECTING;

    for (size_t i = 0; i < connection->pipe.count; i++) {
        struct db_command *command = db_pipe_command(&connection->pipe, i);

        if (command->kind != DB_COMMAND_SYNC || command->group == NULL) continue;
        db_group_fail(command->group, MC_UNAVAILABLE, NULL);
        db_pool_end_group(pool, command->group);
    }
    if (connection->tx != NULL) db_tx_fail(connection->tx, MC_UNAVAILABLE);
    db_connection_close(connection);
    pool->lost = true;
    if (was_connecting) db_pool_refused(pool);
    db_pool_wake(pool);
}

static void opened(struct db_connection *connection)
{
    struct db_pool *pool = connection->pool;

    if (db_pipe_open(&connection->pipe, connection->wire.pg, &pipe_events) != MC_OK) {
        db_connection_lost(connection);
        return;
    }
    db_pool_connected(pool);
    connection->heard_ms = uv_now(pool->loop);
    db_connection_move(connection, DB_READY);
    db_pool_wake(pool);
}

static void readable(struct db_connection *connection)
{
    struct db_pool *pool = connection->pool;

    connection->heard_ms = uv_now(pool->loop);
    if (!db_pipe_read(&connection->pipe) || !db_wire_flush(&connection->wire))
        db_connection_lost(connection);
    else
        db_connection_settle(connection);
    db_pool_wake(pool);
}

static void on_event(struct db_wire *wire, enum db_wire_event event)
{
    struct db_connection *connection = CONTAINER_OF(wire, struct db_connection, wire);
    struct db_pool *pool = connection->pool;

    switch (event) {
    case DB_WIRE_OPENED:
        opened(connection);
        break;
    case DB_WIRE_READABLE:
        readable(connection);
        break;
    case DB_WIRE_LOST:
        db_connection_lost(connection);
        break;
    }
    db_pool_deliver(pool);
}

void db_connection_open(struct db_pool *pool)
{
    struct db_connection *connection = MEM_NEW(struct db_connection);

    connection->pool = pool;
    connection->wire.event = on_event;
    if (db_wire_open(&connection->wire, pool->loop, &pool->target) != MC_OK) {
        mem_free(connection);
        db_pool_refused(pool);
        return;
    }
    connection->state = DB_CONNECTING;
    TAILQ_INSERT_TAIL(&pool->lists[DB_CONNECTING], connection, link);
    pool->list_counts[DB_CONNECTING]++;
    connection->due_ms = uv_now(pool->loop) + pool->settings.connect_timeout_ms;
    db_due_at(pool, connection->due_ms);
}

bool db_connection_send(struct db_connection *connection, struct db_group *group)
{
    if (connection->pipe.count == 0) connection->heard_ms = uv_now(connection->pool->loop);
    group->state = DB_GROUP_IN_FLIGHT;
    connection->in_flight++;
    if (db_pipe_send_group(&connection->pipe, group)) {
        db_connection_settle(connection);
        return true;
    }
    db_group_fail(group, MC_UNAVAILABLE, NULL);
    db_pool_end_group(connection->pool, group);
    db_pipe_forget_group(&connection->pipe, group);
    db_connection_lost(connection);
    return false;
}
