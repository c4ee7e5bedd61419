#include "tick.h"

#include "base/log.h"
#include "worker_sql.h"

enum { ARENA_BYTES = 65536, TIMEOUT_MS = 30000, EXPIRE_ROWS = 10000 };

struct tick {
    int64_t pruned, made, dropped, feed_late_s, outbox_late_s, due_late_s;
};

static const struct db_column tick_columns[] = {
    DB_COLUMN(struct tick, pruned, DB_I64),
    DB_COLUMN(struct tick, made, DB_I64),
    DB_COLUMN(struct tick, dropped, DB_I64),
    DB_COLUMN(struct tick, feed_late_s, DB_I64),
    DB_COLUMN(struct tick, outbox_late_s, DB_I64),
    DB_COLUMN(struct tick, due_late_s, DB_I64),
    DB_COLUMNS_END,
};

static void report(const struct tick *tick)
{
    if (tick->pruned + tick->made + tick->dropped > 0)
        log_event(LOG_INFO, "tick", LOG_I64("rows_pruned", tick->pruned),
                  LOG_I64("partitions_made", tick->made),
                  LOG_I64("partitions_dropped", tick->dropped));
    if (tick->feed_late_s > TICK_LATE_S || tick->outbox_late_s > TICK_LATE_S ||
        tick->due_late_s > TICK_LATE_S)
        log_event(LOG_WARN, "late", LOG_I64("feed_s", tick->feed_late_s),
                  LOG_I64("outbox_s", tick->outbox_late_s), LOG_I64("due_s", tick->due_late_s));
}

enum status tick_once(struct db_session *session)
{
    struct arena arena;
    struct db_group group;
    struct db_ask ask, expire;
    enum status status;

    arena_init(&arena, ARENA_BYTES);
    db_group_init(&group, TIMEOUT_MS, NULL, NULL);
    db_ask_init(&ask, SQL_TICK, &arena);
    ask.columns = tick_columns;
    ask.row_size = sizeof(struct tick);
    ask.rows_max = 1;
    db_group_add(&group, &ask);
    db_ask_init(&expire, SQL_EXPIRE, &arena);
    db_bind_i64(&expire, EXPIRE_ROWS);
    db_group_add(&group, &expire);
    status = db_session_run(session, &group);
    if (status == MC_OK && ask.row_count == 1) report(ask.rows);
    arena_done(&arena);
    return status;
}
