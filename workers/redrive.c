#include "redrive.h"

#include "base/clock.h"
#include "channels/channel.h"
#include "io/db.h"
#include "worker_sql.h"

#include <stdio.h>

enum { ARENA_BYTES = 1 << 20, TIMEOUT_MS = 30000, ROWS_MAX = 1000 };

struct dead {
    int64_t channel, count, first_at, last_at;
    struct str reason;
};

static const struct db_column dead_columns[] = {
    DB_COLUMN(struct dead, channel, DB_I64),  DB_COLUMN(struct dead, reason, DB_TEXT),
    DB_COLUMN(struct dead, count, DB_I64),    DB_COLUMN(struct dead, first_at, DB_TIME),
    DB_COLUMN(struct dead, last_at, DB_TIME), DB_COLUMNS_END,
};

struct redriven {
    int64_t redriven;
};

static const struct db_column redriven_columns[] = {
    DB_COLUMN(struct redriven, redriven, DB_I64),
    DB_COLUMNS_END,
};

static enum status run(const struct worker_config *config, struct db_ask *ask)
{
    struct db_session *session;
    struct db_group group;
    enum status status = db_session_open(config->database_url, "app_worker", 5000, &session);

    if (status == MC_OK) {
        db_group_init(&group, TIMEOUT_MS, NULL, NULL);
        db_group_add(&group, ask);
        status = db_session_run(session, &group);
        db_session_close(session);
    }
    if (status != MC_OK)
        (void)fprintf(stderr, "motcua-worker: PostgreSQL says %s\n", status_name(status));
    return status;
}

static const char *channel_name(int64_t id)
{
    for (size_t i = 0; i < CHANNEL_COUNT; i++)
        if (channels[i]->id == id) return channels[i]->name;
    return "?";
}

static void print_rows(const struct db_ask *ask)
{
    const struct dead *rows = ask->rows;
    struct buf text;

    buf_init(&text, 1 << 20);
    for (size_t i = 0; i < ask->row_count; i++) {
        buf_printf(&text, "%-8s %-28.*s %8lld  ", channel_name(rows[i].channel),
                   STR_PRINT(rows[i].reason), (long long)rows[i].count);
        clock_rfc3339(&text, rows[i].first_at, 7 * 60);
        buf_add(&text, STR(" .. "));
        clock_rfc3339(&text, rows[i].last_at, 7 * 60);
        buf_add_char(&text, '\n');
    }
    printf("%.*s", STR_PRINT(buf_str(&text)));
    if (ask->row_count == 0) printf("nothing died in 30 days\n");
    buf_done(&text);
}

int print_dead(const struct worker_config *config)
{
    struct arena arena;
    struct db_ask ask;
    enum status status;

    arena_init(&arena, ARENA_BYTES);
    db_ask_init(&ask, SQL_DEAD, &arena);
    ask.columns = dead_columns;
    ask.row_size = sizeof(struct dead);
    ask.rows_max = ROWS_MAX;
    status = run(config, &ask);
    if (status == MC_OK) print_rows(&ask);
    arena_done(&arena);
    return status == MC_OK ? 0 : 1;
}

int redrive(const struct worker_config *config, const char *reason, int64_t limit)
{
    struct arena arena;
    struct db_ask ask;
    enum status status;

    arena_init(&arena, ARENA_BYTES);
    db_ask_init(&ask, SQL_REDRIVE, &arena);
    ask.columns = redriven_columns;
    ask.row_size = sizeof(struct redriven);
    ask.rows_max = 1;
    db_bind_text(&ask, str_of(reason));
    db_bind_i64(&ask, limit);
    status = run(config, &ask);
    if (status == MC_OK)
        printf("%lld back in the queue\n",
               (long long)((const struct redriven *)ask.rows)->redriven);
    arena_done(&arena);
    return status == MC_OK ? 0 : 1;
}
