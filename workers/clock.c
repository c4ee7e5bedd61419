#include "clock.h"

#include "base/log.h"
#include "worker_sql.h"

enum { ARENA_BYTES = 65536, TIMEOUT_MS = 30000 };

struct reminded {
    int64_t scheduled, reminded, withdrawn;
};

static const struct db_column remind_columns[] = {
    DB_COLUMN(struct reminded, scheduled, DB_I64),
    DB_COLUMN(struct reminded, reminded, DB_I64),
    DB_COLUMN(struct reminded, withdrawn, DB_I64),
    DB_COLUMNS_END,
};

struct recomputed {
    int64_t looked, changed;
};

static const struct db_column recompute_columns[] = {
    DB_COLUMN(struct recomputed, looked, DB_I64),
    DB_COLUMN(struct recomputed, changed, DB_I64),
    DB_COLUMNS_END,
};

struct sent {
    int64_t sent;
};

static const struct db_column digest_columns[] = {
    DB_COLUMN(struct sent, sent, DB_I64),
    DB_COLUMNS_END,
};

struct ended {
    int64_t ended;
};

static const struct db_column end_columns[] = {
    DB_COLUMN(struct ended, ended, DB_I64),
    DB_COLUMNS_END,
};

/* One statement of bounded work, with one row. */
static enum status run(struct db_session *session, const struct embedded *sql,
                       const struct db_column *columns, size_t row_size, void *ret_row)
{
    struct db_group group;
    struct arena arena;
    struct db_ask ask;
    enum status status;

    arena_init(&arena, ARENA_BYTES);
    db_group_init(&group, TIMEOUT_MS, NULL, NULL);
    db_ask_init(&ask, sql, &arena);
    ask.columns = columns;
    ask.row_size = row_size;
    ask.rows_max = 1;
    db_bind_i64(&ask, CLOCK_ROWS_MAX);
    db_group_add(&group, &ask);
    status = db_session_run(session, &group);
    if (status == MC_OK && ask.row_count != 1) status = MC_INTERNAL;
    if (status == MC_OK) memcpy(ret_row, ask.rows, row_size);
    arena_done(&arena);
    return status;
}

enum status clock_remind_turn(struct db_session *session, bool *ret_again)
{
    struct reminded done;
    enum status status = run(session, SQL_CLOCK_REMIND, remind_columns, sizeof(done), &done);

    if (status != MC_OK) return status;
    if (done.reminded + done.withdrawn > 0)
        log_event(LOG_INFO, "reminded", LOG_I64("dossiers", done.reminded),
                  LOG_I64("apologies_withdrawn", done.withdrawn));
    *ret_again = done.scheduled >= CLOCK_ROWS_MAX || done.withdrawn >= CLOCK_ROWS_MAX;
    return MC_OK;
}

enum status clock_recompute_turn(struct db_session *session, bool *ret_again)
{
    struct recomputed done;
    enum status status = run(session, SQL_CLOCK_RECOMPUTE, recompute_columns, sizeof(done), &done);

    if (status != MC_OK) return status;
    if (done.looked > 0)
        log_event(LOG_INFO, "calendar_recomputed", LOG_I64("looked", done.looked),
                  LOG_I64("changed", done.changed));
    *ret_again = done.looked >= CLOCK_ROWS_MAX;
    return MC_OK;
}

enum status clock_terms_turn(struct db_session *session, bool *ret_again)
{
    struct ended done;
    enum status status = run(session, SQL_DOSSIER_TERMS_END, end_columns, sizeof(done), &done);

    if (status != MC_OK) return status;
    if (done.ended > 0) log_event(LOG_INFO, "terms_ended", LOG_I64("dossiers", done.ended));
    *ret_again = done.ended >= CLOCK_ROWS_MAX;
    return MC_OK;
}

enum status clock_digest_turn(struct db_session *session, bool *ret_again)
{
    struct sent done;
    enum status status = run(session, SQL_CLOCK_DIGEST, digest_columns, sizeof(done), &done);

    if (status != MC_OK) return status;
    if (done.sent > 0) log_event(LOG_INFO, "digests_sent", LOG_I64("digests", done.sent));
    *ret_again = done.sent >= CLOCK_ROWS_MAX;
    return MC_OK;
}
