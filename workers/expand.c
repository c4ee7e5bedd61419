#include "expand.h"

#include "base/log.h"
#include "worker_sql.h"

enum { ARENA_BYTES = 4 << 20, TIMEOUT_MS = 5000, RECENT_EVENTS = 200 };

struct feed_line {
    struct str line;
};

static const struct db_column feed_columns[] = {
    DB_COLUMN(struct feed_line, line, DB_TEXT),
    DB_COLUMNS_END,
};

struct expanded {
    int64_t taken, made, superseded;
};

static const struct db_column expanded_columns[] = {
    DB_COLUMN(struct expanded, taken, DB_I64),
    DB_COLUMN(struct expanded, made, DB_I64),
    DB_COLUMN(struct expanded, superseded, DB_I64),
    DB_COLUMNS_END,
};

static void ask_feed(struct db_ask *ask, const struct embedded *sql, struct arena *arena,
                     int64_t limit)
{
    db_ask_init(ask, sql, arena);
    ask->columns = feed_columns;
    ask->row_size = sizeof(struct feed_line);
    ask->rows_max = (size_t)limit;
    db_bind_i64(ask, limit);
}

static void ring_all(struct ring *ring, const struct db_ask *ask)
{
    const struct feed_line *lines = ask->rows;

    for (size_t i = 0; i < ask->row_count; i++)
        ring_add(ring, lines[i].line);
    ring_send(ring);
}

enum status expand_once(const struct worker_config *config, struct db_session *session,
                        struct ring *ring, bool *ret_again, bool *ret_made)
{
    struct arena arena;
    struct db_group group;
    struct db_ask feed, expand;
    enum status status;

    arena_init(&arena, ARENA_BYTES);
    db_group_init(&group, TIMEOUT_MS, NULL, NULL);
    ask_feed(&feed, SQL_FEED_NUMBER, &arena, EXPAND_EVENTS_MAX);
    db_group_add(&group, &feed);
    db_ask_init(&expand, SQL_EXPAND, &arena);
    expand.columns = expanded_columns;
    expand.row_size = sizeof(struct expanded);
    expand.rows_max = 1;
    db_bind_i64(&expand, config->expand_batch);
    db_group_add(&group, &expand);

    status = db_session_run(session, &group);
    if (status == MC_OK) {
        const struct expanded *expanded = expand.rows;

        ring_all(ring, &feed);
        *ret_again = feed.row_count == EXPAND_EVENTS_MAX || expanded->taken == config->expand_batch;
        *ret_made = expanded->made > 0;
        if (expanded->taken > 0)
            log_event(LOG_INFO, "expanded", LOG_I64("events", feed.row_count),
                      LOG_I64("taken", expanded->taken), LOG_I64("made", expanded->made),
                      LOG_I64("superseded", expanded->superseded));
    }
    arena_done(&arena);
    return status;
}

enum status expand_ring_recent(struct db_session *session, struct ring *ring)
{
    struct arena arena;
    struct db_group group;
    struct db_ask feed;
    enum status status;

    arena_init(&arena, ARENA_BYTES);
    db_group_init(&group, TIMEOUT_MS, NULL, NULL);
    ask_feed(&feed, SQL_FEED_RECENT, &arena, RECENT_EVENTS);
    db_group_add(&group, &feed);
    status = db_session_run(session, &group);
    if (status == MC_OK) ring_all(ring, &feed);
    arena_done(&arena);
    return status;
}
