#include "quarantine.h"

#include "base/log.h"
#include "worker_sql.h"

enum { ARENA_BYTES = 65536, TIMEOUT_MS = 30000 };

struct retried {
    int64_t tried, applied;
};

static const struct db_column retried_columns[] = {
    DB_COLUMN(struct retried, tried, DB_I64),
    DB_COLUMN(struct retried, applied, DB_I64),
    DB_COLUMNS_END,
};

static void tell(const struct retried *row)
{
    if (row->tried > 0)
        log_event(LOG_INFO, "quarantine", LOG_I64("tried", row->tried),
                  LOG_I64("applied", row->applied));
}

enum status quarantine_turn(struct db_session *session, bool *ret_again)
{
    struct db_group group;
    struct arena arena;
    struct db_ask ask;
    enum status status;

    arena_init(&arena, ARENA_BYTES);
    db_group_init(&group, TIMEOUT_MS, NULL, NULL);
    db_ask_init(&ask, SQL_PORTAL_RETRY_DUE, &arena);
    ask.columns = retried_columns;
    ask.row_size = sizeof(struct retried);
    ask.rows_max = 1;
    db_bind_i64(&ask, QUARANTINE_ROWS_MAX);
    db_group_add(&group, &ask);
    status = db_session_run(session, &group);
    if (status == MC_OK) {
        tell(ask.rows);
        *ret_again = ((const struct retried *)ask.rows)->tried >= QUARANTINE_ROWS_MAX;
    }
    arena_done(&arena);
    return status;
}
