#include "bulk.h"

#include "base/log.h"
#include "worker_sql.h"

enum { ARENA_BYTES = 65536, TIMEOUT_MS = 10000 };

struct batch {
    int64_t done, failed;
    struct str line;
    bool again;
};

static const struct db_column batch_columns[] = {
    DB_COLUMN(struct batch, done, DB_I64),
    DB_COLUMN(struct batch, failed, DB_I64),
    DB_COLUMN(struct batch, line, DB_TEXT),
    DB_COLUMN(struct batch, again, DB_BOOL),
    DB_COLUMNS_END,
};

enum status bulk_once(struct db_session *session, struct ring *ring, bool *ret_again)
{
    struct arena arena;
    struct db_group group;
    struct db_ask ask;
    enum status status;

    arena_init(&arena, ARENA_BYTES);
    db_group_init(&group, TIMEOUT_MS, NULL, NULL);
    db_ask_init(&ask, SQL_BULK_WORK, &arena);
    ask.columns = batch_columns;
    ask.row_size = sizeof(struct batch);
    ask.rows_max = 1;
    db_bind_i64(&ask, BULK_BATCH);
    db_group_add(&group, &ask);
    status = db_session_run(session, &group);
    if (status == MC_OK && ask.row_count == 1) {
        const struct batch *batch = ask.rows;

        ring_add(ring, batch->line);
        *ret_again = batch->again;
        log_event(LOG_INFO, "bulk", LOG_I64("done", batch->done), LOG_I64("failed", batch->failed));
    }
    arena_done(&arena);
    return status;
}
