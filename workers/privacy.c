#include "privacy.h"

#include "base/log.h"
#include "worker_sql.h"

enum { ARENA_BYTES = 65536, TIMEOUT_MS = 30000 };

/* Of both statements: how many of two kinds. */
struct done {
    int64_t first, second;
};

static const struct db_column export_columns[] = {
    DB_COLUMN_AS("made", struct done, first, DB_I64),
    DB_COLUMN_AS("forgotten", struct done, second, DB_I64),
    DB_COLUMNS_END,
};

static const struct db_column anonymise_columns[] = {
    DB_COLUMN_AS("persons", struct done, first, DB_I64),
    DB_COLUMN_AS("dossiers", struct done, second, DB_I64),
    DB_COLUMNS_END,
};

static enum status run(struct db_session *session, const struct embedded *sql,
                       const struct db_column *columns, int64_t limit, struct done *ret_done)
{
    struct arena arena;
    struct db_group group;
    struct db_ask ask;
    enum status status;

    arena_init(&arena, ARENA_BYTES);
    db_group_init(&group, TIMEOUT_MS, NULL, NULL);
    db_ask_init(&ask, sql, &arena);
    ask.columns = columns;
    ask.row_size = sizeof(struct done);
    ask.rows_max = 1;
    db_bind_i64(&ask, limit);
    db_group_add(&group, &ask);
    status = db_session_run(session, &group);
    if (status == MC_OK && ask.row_count != 1) status = MC_INTERNAL;
    if (status == MC_OK) *ret_done = *(const struct done *)ask.rows;
    arena_done(&arena);
    return status;
}

enum status export_turn(struct db_session *session, bool *ret_again)
{
    struct done done;
    enum status status = run(session, SQL_EXPORT_BUILD, export_columns, EXPORT_FILES_MAX, &done);

    if (status != MC_OK) return status;
    if (done.first + done.second > 0)
        log_event(LOG_INFO, "exports", LOG_I64("made", done.first),
                  LOG_I64("forgotten", done.second));
    *ret_again = done.first >= EXPORT_FILES_MAX;
    return MC_OK;
}

enum status anonymise_turn(struct db_session *session, bool *ret_again)
{
    struct done done;
    enum status status = run(session, SQL_ANONYMISE, anonymise_columns, ANONYMISE_ROWS_MAX, &done);

    if (status != MC_OK) return status;
    if (done.first + done.second > 0)
        log_event(LOG_INFO, "anonymised", LOG_I64("persons", done.first),
                  LOG_I64("dossiers", done.second));
    *ret_again = done.first >= ANONYMISE_ROWS_MAX || done.second >= ANONYMISE_ROWS_MAX;
    return MC_OK;
}
