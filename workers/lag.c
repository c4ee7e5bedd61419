#include "lag.h"

#include "base/log.h"
#include "worker_sql.h"

enum { ARENA_BYTES = 262144, TIMEOUT_MS = 30000 };

struct adapter_row {
    struct str id;
    bool is_on;
    int64_t waiting, failed, quarantined, lag_s;
    bool is_late, is_pull_late;
};

static const struct db_column adapter_columns[] = {
    DB_COLUMN(struct adapter_row, id, DB_TEXT),
    DB_COLUMN(struct adapter_row, is_on, DB_BOOL),
    DB_COLUMN(struct adapter_row, waiting, DB_I64),
    DB_COLUMN(struct adapter_row, failed, DB_I64),
    DB_COLUMN(struct adapter_row, quarantined, DB_I64),
    DB_COLUMN(struct adapter_row, lag_s, DB_I64),
    DB_COLUMN(struct adapter_row, is_late, DB_BOOL),
    DB_COLUMN(struct adapter_row, is_pull_late, DB_BOOL),
    DB_COLUMNS_END,
};

static void tell_pull(struct lag *lag, bool is_late)
{
    if (is_late == lag->is_pull_late) return;
    lag->is_pull_late = is_late;
    log_event(is_late ? LOG_ERROR : LOG_INFO, is_late ? "catalogue_lags" : "catalogue_caught_up",
              LOG_SYMBOL("adapter", lag->adapter->id));
}

static void tell(struct lag *lag, const struct adapter_row *row)
{
    if (row->is_late == lag->is_late) return;
    lag->is_late = row->is_late;
    log_event(row->is_late ? LOG_ERROR : LOG_INFO,
              row->is_late ? "adapter_lags" : "adapter_caught_up",
              LOG_SYMBOL("adapter", lag->adapter->id), LOG_I64("lag_s", row->lag_s),
              LOG_I64("waiting", row->waiting), LOG_I64("failed", row->failed),
              LOG_I64("quarantined", row->quarantined));
}

static enum status run(struct db_session *session, struct db_ask *ask)
{
    struct db_group group;

    db_group_init(&group, TIMEOUT_MS, NULL, NULL);
    db_group_add(&group, ask);
    return db_session_run(session, &group);
}

enum status lags_watch(struct lag *lags, size_t count, struct db_session *session)
{
    struct arena arena;
    struct db_ask ask;
    enum status status;

    arena_init(&arena, ARENA_BYTES);
    db_ask_init(&ask, SQL_ADAPTER_STATE, &arena);
    ask.columns = adapter_columns;
    ask.row_size = sizeof(struct adapter_row);
    ask.rows_max = ADAPTERS_MAX;
    status = run(session, &ask);
    for (size_t i = 0; status == MC_OK && i < ask.row_count; i++) {
        const struct adapter_row *row = (const struct adapter_row *)ask.rows + i;

        for (size_t k = 0; k < count; k++)
            if (str_is(row->id, lags[k].adapter->id)) {
                tell(&lags[k], row);
                tell_pull(&lags[k], row->is_pull_late);
            }
    }
    arena_done(&arena);
    return status;
}
