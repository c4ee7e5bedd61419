/* A transaction has its connection for itself from `ready` to `ended`; what it is told next is an
 * event, called back by the pool in the loop's own time. */
#include "io/db_internal.h"

enum tx_state { TX_NONE, TX_QUEUED, TX_BEGINNING, TX_OPEN, TX_ASKING, TX_ENDING, TX_ENDED };
enum tx_event { EVENT_NONE, EVENT_READY, EVENT_ANSWERED, EVENT_ENDED };

static void tell(struct db_tx *tx, enum tx_event event)
{
    if (tx->event == EVENT_NONE) TAILQ_INSERT_TAIL(&tx->pool->tx_events, tx, link);
    tx->event = event;
    db_pool_wake(tx->pool);
}

static void unqueue(struct db_tx *tx)
{
    TAILQ_REMOVE(&tx->pool->tx_queue, tx, link);
    tx->pool->queued--;
}

enum status db_tx_begin(struct db_tx *tx, struct db_pool *pool)
{
    MC_ASSERT(tx->state == TX_NONE && tx->timeout_ms > 0 && tx->setting_count <= DB_SETTINGS_MAX);
    if (pool->closing || (db_pool_connections(pool) == 0 && uv_now(pool->loop) < pool->retry_at_ms))
        return MC_UNAVAILABLE;
    if (pool->queued >= pool->settings.queue_max) return MC_BUSY;
    tx->pool = pool;
    tx->connection = NULL;
    tx->failure = MC_OK;
    tx->event = EVENT_NONE;
    tx->state = TX_QUEUED;
    tx->deadline_ms = uv_now(pool->loop) + tx->timeout_ms;
    TAILQ_INSERT_TAIL(&pool->tx_queue, tx, link);
    pool->queued++;
    pool->counts.groups++;
    db_due_at(pool, tx->deadline_ms);
    db_pool_wake(pool);
    return MC_OK;
}

/* Gives the connection back and tells the end. */
static void end(struct db_tx *tx, enum status status)
{
    if (status != MC_OK) tx->pool->counts.failures++;
    if (tx->connection != NULL) {
        tx->connection->tx = NULL;
        tx->connection = NULL;
    }
    tx->failure = status;
    tx->state = TX_ENDED;
    tell(tx, EVENT_ENDED);
}

void db_tx_fail(struct db_tx *tx, enum status status)
{
    if (tx->state == TX_QUEUED) unqueue(tx);
    if (tx->connection != NULL) db_pipe_forget_tx(&tx->connection->pipe, tx);
    end(tx, status);
}

static void flush(struct db_tx *tx, bool sent)
{
    if (!sent || !db_wire_flush(&tx->connection->wire)) db_connection_lost(tx->connection);
}

void db_tx_start(struct db_tx *tx, struct db_connection *connection)
{
    unqueue(tx);
    tx->connection = connection;
    connection->tx = tx;
    connection->heard_ms = uv_now(tx->pool->loop);
    db_connection_settle(connection);
    tx->state = tx->setting_count > 0 ? TX_BEGINNING : TX_OPEN;
    if (tx->setting_count == 0) tell(tx, EVENT_READY);
    flush(tx, db_pipe_send_begin(&connection->pipe, tx));
}

/* Nothing more is told but the end. */
static void finish(struct db_tx *tx, bool rollback)
{
    struct db_connection *connection = tx->connection;

    db_pipe_forget_tx(&connection->pipe, tx);
    if (tx->event != EVENT_NONE) TAILQ_REMOVE(&tx->pool->tx_events, tx, link);
    tx->event = EVENT_NONE;
    tx->state = TX_ENDING;
    flush(tx, db_pipe_send_end(&connection->pipe, tx, rollback));
}

void db_tx_on_answered(struct db_pipe *pipe, struct db_tx *tx, struct db_ask *ask,
                       enum status status)
{
    (void)pipe;
    if (status != MC_OK && tx->failure == MC_OK) tx->failure = status;
    tx->state = TX_OPEN;
    tx->current = ask;
    tell(tx, ask != NULL ? EVENT_ANSWERED : EVENT_READY);
}

void db_tx_on_synced(struct db_pipe *pipe, struct db_tx *tx, enum status status)
{
    (void)pipe;
    end(tx, tx->failure != MC_OK ? tx->failure : status);
}

void db_tx_ask(struct db_tx *tx, struct db_ask *ask)
{
    if (tx->state == TX_ENDING || tx->state == TX_ENDED) return;
    MC_ASSERT(tx->state == TX_OPEN && tx->event == EVENT_NONE);
    tx->pool->counts.asks++;
    if (tx->failure == MC_OK && ask->status == MC_OK && arena_status(ask->arena) != MC_OK)
        ask->status = MC_LIMIT;
    if (tx->failure == MC_OK && ask->status == MC_OK) {
        tx->state = TX_ASKING;
        flush(tx, db_pipe_send_ask(&tx->connection->pipe, tx, ask));
        return;
    }
    if (ask->status == MC_OK) db_ask_fail(ask, MC_CANCELLED, NULL);
    if (tx->failure == MC_OK) tx->failure = ask->status;
    tx->current = ask;
    tell(tx, EVENT_ANSWERED);
}

void db_tx_commit(struct db_tx *tx)
{
    if (tx->state == TX_ENDING || tx->state == TX_ENDED) return;
    MC_ASSERT(tx->state == TX_OPEN && tx->event == EVENT_NONE);
    finish(tx, tx->failure != MC_OK);
}

void db_tx_rollback(struct db_tx *tx)
{
    switch (tx->state) {
    case TX_QUEUED:
        db_tx_fail(tx, MC_CANCELLED);
        break;
    case TX_BEGINNING:
    case TX_OPEN:
    case TX_ASKING:
        if (tx->failure == MC_OK) tx->failure = MC_CANCELLED;
        finish(tx, true);
        break;
    default:
        break;
    }
}

static void call_back(struct db_tx *tx, enum tx_event event)
{
    switch (event) {
    case EVENT_READY:
        /* An identity that could not be set leaves nothing to ask. */
        if (tx->failure != MC_OK)
            db_tx_rollback(tx);
        else
            tx->ready(tx, MC_OK);
        break;
    case EVENT_ANSWERED:
        tx->answered(tx, tx->current);
        break;
    case EVENT_ENDED:
        tx->state = TX_NONE;
        tx->ended(tx, tx->failure);
        break;
    case EVENT_NONE:
        break;
    }
}

void db_tx_deliver(struct db_pool *pool)
{
    while (!TAILQ_EMPTY(&pool->tx_events)) {
        struct db_tx *tx = TAILQ_FIRST(&pool->tx_events);
        enum tx_event event = tx->event;

        TAILQ_REMOVE(&pool->tx_events, tx, link);
        tx->event = EVENT_NONE;
        call_back(tx, event);
    }
}
