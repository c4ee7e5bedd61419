/*
 * db.h - asks PostgreSQL questions in groups and reads their rows.
 *
 * A pool is one database role's login. A group is what one request asks at one level, under one
 * identity: it goes out as one pipeline that begins by setting the identity and ends with exactly
 * one Sync, in one function, because two identities under one Sync see each other's rows
 * (measured). A statement is prepared on a connection when that connection first needs it, ahead
 * of the group, under a Sync of its own.
 *
 * Life:    pool, group and asks are embedded by the caller. A group and all it holds (asks, bound
 *          texts) live until its done callback; rows and decoded texts live in the arena of the
 *          ask. Statements (sql) and tables of columns are constant data: they are remembered by
 *          address.
 * Order:   asks are answered in the order they were added; done comes once, after the last, and
 *          never before db_pool_send has returned MC_OK. If it returns an error, done never comes.
 * Limits:  DB_PARAMS_MAX parameters, rows_max of the ask (MC_LIMIT beyond), queue_max groups of a
 *          pool (MC_BUSY beyond), timeout_ms of the group from db_pool_send, queue included
 *          (MC_TIMEOUT; the connection's statement_timeout stands behind it).
 * Fails:   ask->status: MC_UNAVAILABLE (no connection, server going down), MC_TIMEOUT (57014,
 *          55P03), MC_CONFLICT (23505, 40001, 40P01), MC_FORBIDDEN (42501), MC_BAD_INPUT (22xxx,
 *          23514), MC_BUSY, MC_CANCELLED (an ask behind one that failed in the same group),
 *          MC_INTERNAL (anything else; sqlstate tells which; 42703 and 42804 also stand for a
 *          column that is missing or has another type than the table of columns says).
 *          An ask that was answered before a later one of its group failed keeps its rows, but
 *          what it wrote is rolled back with the group. What a lost connection leaves unanswered
 *          fails with MC_UNAVAILABLE, the whole group, and is not sent again.
 * Units:   times are microseconds since 1970 UTC, dates days since 1970, texts UTF-8. Infinite
 *          times and dates are the largest value, or the smallest that is not NULL.
 * Source:  libpq 15 ch. 34.5 (pipeline mode); state = list, after PgBouncer objects.c.
 */
#ifndef IO_DB_H
#define IO_DB_H

#include "base/arena.h"
#include "base/buf.h"

#include <uv.h>

#include <sys/queue.h>

enum { DB_PARAMS_MAX = 16, DB_SETTINGS_MAX = 8, DB_ROWS_PRESET = 1000 };

/* A statement as tools/embed.c makes it from a .sql file (base/embedded.h). */
struct embedded;

/* ---- columns: from a row to a struct ---- */

enum db_type {
    DB_I64,       /* int8, int4, int2 -> int64_t, NULL: INT64_MIN */
    DB_I32,       /* int4, int2 -> int32_t, NULL: INT32_MIN */
    DB_BOOL,      /* bool -> bool, NULL: false */
    DB_TEXT,      /* text, varchar, enum types, jsonb as text -> struct str, NULL: absent */
    DB_UUID,      /* uuid -> struct str of 36 bytes */
    DB_TIME,      /* timestamptz -> int64_t microseconds, NULL: INT64_MIN */
    DB_DATE,      /* date -> int32_t days, NULL: INT32_MIN */
    DB_BYTES,     /* bytea -> struct str */
    DB_I64_ARRAY, /* int8[] without NULLs -> struct db_i64_array */
};

struct db_i64_array {
    int64_t *items;
    size_t count;
};

struct db_column {
    const char *name; /* the statement's column */
    enum db_type type;
    size_t offset;
};

#define DB_COLUMN(struct_type, member, type)                                                       \
    {                                                                                              \
#member, type, offsetof(struct_type, member)                                               \
    }
#define DB_COLUMN_AS(name, struct_type, member, type)                                              \
    {                                                                                              \
        name, type, offsetof(struct_type, member)                                                  \
    }
#define DB_COLUMNS_END                                                                             \
    {                                                                                              \
        NULL, DB_I64, 0                                                                            \
    }

/* ---- an ask: one statement with its parameters, then its rows ---- */

struct db_ask {
    const struct embedded *sql;
    struct arena *arena;
    const struct db_column *columns; /* NULL: rows are not read */
    size_t row_size;
    size_t rows_max;

    const char *values[DB_PARAMS_MAX]; /* text format, NUL-terminated, NULL is NULL */
    size_t value_count;

    enum status status; /* while binding: sticky; after done: the outcome */
    char sqlstate[6];
    void *rows; /* row_count structs of row_size, in the order of the statement */
    size_t row_count;
    int64_t affected; /* rows of INSERT, UPDATE, DELETE */

    struct db_ask *next;
};

/* rows_max is DB_ROWS_PRESET until the caller says otherwise; columns are NULL. */
void db_ask_init(struct db_ask *ask, const struct embedded *sql, struct arena *arena);

/* Parameters in order $1, $2, ...; texts are copied into the arena. A text with a NUL byte or more
 * than DB_PARAMS_MAX parameters make the ask fail (MC_BAD_INPUT, MC_INTERNAL). */
void db_bind_null(struct db_ask *ask);
void db_bind_text(struct db_ask *ask, struct str text); /* absent: NULL */
void db_bind_i64(struct db_ask *ask, int64_t value);    /* INT64_MIN: NULL */
void db_bind_bool(struct db_ask *ask, bool value);
void db_bind_time(struct db_ask *ask, int64_t wall_us); /* INT64_MIN: NULL */
void db_bind_bytes(struct db_ask *ask, struct str bytes);
void db_bind_i64_array(struct db_ask *ask, const int64_t *items, size_t count);
void db_bind_text_array(struct db_ask *ask, const struct str *items, size_t count);

/* ---- groups and pools ---- */

/* What set_config(name, value, true) gets at the beginning of the group. */
struct db_setting {
    const char *name;
    struct str value;
};

struct db_group {
    struct db_setting settings[DB_SETTINGS_MAX];
    size_t setting_count;
    struct db_ask *asks;
    struct db_ask **tail;
    uint32_t timeout_ms;
    void (*done)(struct db_group *group);
    void *data;

    struct db_pool *pool; /* the rest is the pool's own */
    TAILQ_ENTRY(db_group) link;
    uint64_t deadline_ms;
    unsigned state;
};

/* timeout_ms is not 0. */
void db_group_init(struct db_group *group, uint32_t timeout_ms,
                   void (*done)(struct db_group *group), void *data);
void db_group_set(struct db_group *group, const char *name, struct str value);
void db_group_add(struct db_group *group, struct db_ask *ask);

/* The caller no longer wants the answers: done comes from the next loop turn, its asks
 * MC_CANCELLED. What is on its way to the server still runs there; its answers are
 * dropped. Nothing happens when the group is not under way. */
void db_group_cancel(struct db_group *group);

struct db_pool_settings {
    const char *url;  /* postgresql://... ; its user is replaced by role */
    const char *role; /* app_citizen, ...; NULL: the URL's own user */
    uint32_t connections_max;
    uint32_t pipeline_max; /* groups in flight on one connection; 1 for the write lane */
    uint32_t queue_max;
    uint32_t connect_timeout_ms;
    uint32_t idle_close_ms;        /* a pool without work closes; 0: never */
    uint32_t statement_timeout_ms; /* the server's own limit a statement; 0: the role's */
    uint32_t lock_timeout_ms;      /* the same for waiting on a lock; 0: the role's */
};

struct db_pool;

/* Opens no connection yet: the first group does; a second connection follows when the first is half
 * full. Never NULL: a URL that cannot be read makes every group fail. Host names are looked up by
 * libpq, which blocks: give addresses or a socket's directory. */
struct db_pool *db_pool_new(uv_loop_t *loop, const struct db_pool_settings *settings);

/* Everything queued or in flight fails with MC_UNAVAILABLE; closed (may be NULL) is called once
 * nothing is left, and the pool is gone. */
void db_pool_close(struct db_pool *pool, void (*closed)(void *data), void *data);

/* Groups sent in one turn of the loop leave together at its end, so that one cancelled in the same
 * turn never leaves. Fails: MC_BUSY (queue_max), MC_UNAVAILABLE (the server could not be reached a
 * moment ago and it is too early to try again; or the pool is closing), the first failure of
 * binding among its asks, MC_LIMIT (the arena of an ask is over its limit). */
enum status db_pool_send(struct db_pool *pool, struct db_group *group);

struct db_pool_counts {
    uint32_t connections, idle, queued, in_flight;
    uint64_t groups, asks, failures, reconnects;
};

struct db_pool_counts db_pool_count(const struct db_pool *pool);

/* ---- a transaction of several steps (the write lane) ---- */

/* One connection of the pool for itself: asks are sent one by one with PQsendFlushRequest and
 * answered each by `answered`; db_tx_commit sends the Sync, db_tx_rollback ROLLBACK and the Sync.
 * The transaction is libpq's implicit one. The connection goes back only when idle. */
struct db_tx {
    struct db_setting settings[DB_SETTINGS_MAX];
    size_t setting_count;
    uint32_t timeout_ms;
    void *data;
    void (*ready)(struct db_tx *tx, enum status status); /* MC_OK: identity is set; ask now */
    void (*answered)(struct db_tx *tx, struct db_ask *ask);
    void (*ended)(struct db_tx *tx, enum status status); /* MC_OK: committed */

    struct db_pool *pool; /* the rest is the pool's own */
    struct db_connection *connection;
    struct db_ask *current;
    TAILQ_ENTRY(db_tx) link;
    uint64_t deadline_ms;
    unsigned state, event;
    enum status failure;
};

/* Callbacks never come before the function that causes them has returned. `ended` comes exactly
 * once after db_tx_begin returned MC_OK: after commit, rollback (the first failure, or
 * MC_CANCELLED), a lost connection (MC_UNAVAILABLE: the outcome of a commit in flight is not known)
 * or the deadline (MC_TIMEOUT, the same). `ready` comes once, unless the transaction ends before it
 * could begin: then only `ended` comes. Memory of the tx and of its asks is needed until `ended`.
 */
enum status db_tx_begin(struct db_tx *tx, struct db_pool *pool);

/* One at a time: from `ready` or after `answered`. After an ask failed, later ones are answered
 * MC_CANCELLED without being sent, and a commit ends as a rollback. Once the transaction is lost or
 * ending these do nothing. */
void db_tx_ask(struct db_tx *tx, struct db_ask *ask);
void db_tx_commit(struct db_tx *tx);

/* At any time after db_tx_begin; an ask under way is answered no more. */
void db_tx_rollback(struct db_tx *tx);

/* ---- notifications ---- */

/* A connection of its own that LISTENs. After every (re)connect `gap` is called: something may have
 * been missed. */
struct db_listener;

struct db_listener_settings {
    const char *url;
    const char *role;
    const char *const *channels; /* ends with NULL */
    void (*notified)(void *data, const char *channel, const char *payload);
    void (*gap)(void *data);
    void *data;
};

struct db_listener *db_listener_new(uv_loop_t *loop, const struct db_listener_settings *settings);
void db_listener_close(struct db_listener *listener, void (*closed)(void *data), void *data);

/* ---- blocking, for sub-commands and workers' claims ---- */

/* One connection, one group at a time, blocking up to timeout_ms; same rules. NULL *ret_session is
 * never given on MC_OK. A session whose connection was lost or timed out connects again at its next
 * run. */
struct db_session;

enum status db_session_open(const char *url, const char *role, uint32_t connect_timeout_ms,
                            struct db_session **ret_session);
void db_session_close(struct db_session *session);

/* Calls group->done unless it is NULL. Gives the status of the first ask that failed, or what
 * db_pool_send would have refused. */
enum status db_session_run(struct db_session *session, struct db_group *group);

/* Prepares sql and compares its columns with the table's. Fails: MC_INVALID with one sentence
 * (`dossier_list: no column "note" among id, code, state`) appended to why; MC_UNAVAILABLE. columns
 * may be NULL. */
enum status db_session_check(struct db_session *session, const struct embedded *sql,
                             const struct db_column *columns, struct buf *why);

#endif
