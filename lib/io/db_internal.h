/*
 * db_internal.h - what the files of db.h share; nobody else includes it.
 *
 *   db_bind.c        asks and groups: parameters to text
 *   db_rows.c        results to structs
 *   db_status.c      SQLSTATE to status
 *   db_statement.c   what is prepared on one connection
 *   db_pipe.c        sends: groups and steps of a transaction as commands in one pipeline
 *   db_answer.c      reads: results back to the commands in order
 *   db_wire.c        a PGconn on the loop: connects, waits, flushes
 *   db_connection.c  pipe and wire together, on one of the pool's lists
 *   db_pool.c        queue, choice of a connection, end of everything
 *   db_due.c         what the pool does when a time has come
 *   db_tx.c          transactions
 *   db_listener.c    LISTEN
 *   db_session.c     a pipe without a loop
 */
#ifndef IO_DB_INTERNAL_H
#define IO_DB_INTERNAL_H

#include "base/embedded.h"
#include "io/db.h"

#include <libpq-fe.h>

enum { DB_NAME_BYTES = 64, DB_BINARY = 1 };

/* ---- db_bind.c ---- */

/* What stands in the way of sending: the first failure of binding, or an arena over its limit. */
enum status db_group_check(const struct db_group *group);

/* Rows are forgotten; sqlstate may be NULL. */
void db_ask_fail(struct db_ask *ask, enum status status, const char *sqlstate);
void db_group_fail(struct db_group *group, enum status status, const char *sqlstate);

/* ---- db_status.c ---- */

/* sqlstate may be NULL (libpq's own errors): MC_UNAVAILABLE. */
enum status db_status_of(const char *sqlstate);

/* ---- db_rows.c ---- */

struct db_place {
    int index; /* the result's column */
    Oid oid;
};

/* A table of columns found in the result of one statement: a place for each of the table. */
struct db_shape {
    const struct db_column *columns;
    struct db_place *places;
    size_t count;
};

void db_shape_done(struct db_shape *shape);

/* MC_OK, or MC_INVALID with one sentence in why (may be NULL) and a sqlstate. */
enum status db_shape_find(struct db_shape *shape, const struct db_column *columns,
                          const PGresult *result, const char **ret_sqlstate, struct buf *why);

/* Fills ask->rows, row_count, affected, and on failure status and sqlstate. */
void db_rows_read(struct db_ask *ask, struct db_shape *shape, PGresult *result);

/* ---- db_statement.c ---- */

struct db_statement {
    const struct embedded *sql;
    char name[DB_NAME_BYTES];
    bool prepared;    /* or its Parse is on the way */
    char sqlstate[6]; /* of the last Parse that failed */
    struct db_shape shape;
};

/* Open addressing by address; slots is NULL or a power of two. */
struct db_statements {
    struct db_statement **slots;
    size_t slot_count;
    size_t count;
};

struct db_statement *db_statements_get(struct db_statements *statements,
                                       const struct embedded *sql);
void db_statements_done(struct db_statements *statements);

/* SELECT set_config($1, $2, true), ... for count settings, 1 to DB_SETTINGS_MAX. */
const struct embedded *db_identity_sql(size_t count);

/* ---- db_pipe.c, db_answer.c ---- */

enum db_command_kind {
    DB_COMMAND_PARSE,
    DB_COMMAND_PARSE_SYNC,
    DB_COMMAND_IDENTITY,
    DB_COMMAND_ASK,
    DB_COMMAND_ROLLBACK,
    DB_COMMAND_SYNC,
};

/* One message sent whose answer is awaited. group and tx are NULL once nobody waits any more. */
struct db_command {
    enum db_command_kind kind;
    bool seen;
    struct db_group *group;
    struct db_tx *tx;
    struct db_ask *ask;
    struct db_statement *statement;
    enum status status; /* of a Sync: the commit */
};

struct db_pipe;

/* Called while results are read: they take note and do not touch the pipe. */
struct db_pipe_events {
    /* A group's Sync is read. group is NULL when it was cancelled. */
    void (*group_synced)(struct db_pipe *pipe, struct db_group *group);
    /* ask NULL: the identity. */
    void (*tx_answered)(struct db_pipe *pipe, struct db_tx *tx, struct db_ask *ask,
                        enum status status);
    void (*tx_synced)(struct db_pipe *pipe, struct db_tx *tx, enum status status);
};

struct db_pipe {
    PGconn *pg;
    const struct db_pipe_events *events;
    struct db_statements statements;
    struct db_command *commands; /* a ring */
    size_t head, count, capacity;
    bool segment_open; /* an identity is set and its Sync not yet sent */
    bool stale;        /* prepared statements no longer fit the tables: use it no more */
};

/* Takes a connection that is open into pipeline mode. */
enum status db_pipe_open(struct db_pipe *pipe, PGconn *pg, const struct db_pipe_events *events);

/* Frees what the pipe remembers; the PGconn stays the caller's. */
void db_pipe_done(struct db_pipe *pipe);

/* False: the connection is lost. The group must have passed db_group_check. */
bool db_pipe_send_group(struct db_pipe *pipe, struct db_group *group);
bool db_pipe_send_begin(struct db_pipe *pipe, struct db_tx *tx);
bool db_pipe_send_ask(struct db_pipe *pipe, struct db_tx *tx, struct db_ask *ask);
bool db_pipe_send_end(struct db_pipe *pipe, struct db_tx *tx, bool rollback);

/* Reads what has arrived. False: the connection is lost. */
bool db_pipe_read(struct db_pipe *pipe);

/* Nobody waits for what this group or transaction has under way. */
void db_pipe_forget_group(struct db_pipe *pipe, const struct db_group *group);
void db_pipe_forget_tx(struct db_pipe *pipe, const struct db_tx *tx);

struct db_command *db_pipe_command(const struct db_pipe *pipe, size_t position);

/* ---- db_wire.c ---- */

/* Whom to connect to: libpq's keywords and values. */
struct db_target {
    const char *keywords[8];
    const char *values[8];
    char *options;
    bool bad;
};

void db_target_init(struct db_target *target, const char *url, const char *role);

/* Adds "-c name=value" to what the server is started with; value 0: nothing. */
void db_target_limit(struct db_target *target, const char *name, uint32_t value_ms);
void db_target_done(struct db_target *target);

enum db_wire_event { DB_WIRE_OPENED, DB_WIRE_READABLE, DB_WIRE_LOST };

/* event is the last thing a wire does before it returns to the loop: the handler may close it. */
struct db_wire {
    uv_loop_t *loop;
    PGconn *pg;
    uv_poll_t *poll; /* on the heap: it outlives the wire until the loop has closed it */
    int watched;     /* what poll waits for; starting it anew costs two calls of the kernel */
    bool open;
    void (*event)(struct db_wire *wire, enum db_wire_event event);
};

/* MC_UNAVAILABLE: nothing is open and no event comes. */
enum status db_wire_open(struct db_wire *wire, uv_loop_t *loop, const struct db_target *target);
void db_wire_close(struct db_wire *wire);

/* Writes what libpq holds and asks the loop for the rest. False: the connection is lost. */
bool db_wire_flush(struct db_wire *wire);

/* ---- db_connection.c ---- */

/* A connection's state is the list it is on; db_connection_move is the only way there. */
enum db_connection_state {
    DB_CONNECTING,
    DB_READY, /* takes more groups */
    DB_FULL,  /* pipeline_max groups, a transaction, or about to be closed once empty */
    DB_CONNECTION_STATES
};

struct db_connection {
    struct db_pool *pool;
    struct db_wire wire;
    struct db_pipe pipe;
    struct db_tx *tx;
    TAILQ_ENTRY(db_connection) link;
    enum db_connection_state state;
    uint32_t in_flight; /* groups whose Sync is not yet read */
    uint64_t due_ms;    /* connecting: when to give up */
    uint64_t heard_ms;  /* when something last came, or went out while nothing was under way */
};

TAILQ_HEAD(db_connections, db_connection);
TAILQ_HEAD(db_groups, db_group);
TAILQ_HEAD(db_txs, db_tx);

void db_connection_open(struct db_pool *pool);
bool db_connection_send(struct db_connection *connection, struct db_group *group);

/* Everything under way on it fails with MC_UNAVAILABLE; the connection is gone. */
void db_connection_lost(struct db_connection *connection);

/* An idle one, in peace. */
void db_connection_close(struct db_connection *connection);
void db_connection_move(struct db_connection *connection, enum db_connection_state state);

/* The state that fits what is under way; closes it when it is stale and empty. */
void db_connection_settle(struct db_connection *connection);

/* ---- db_pool.c, db_due.c ---- */

enum db_group_state { DB_GROUP_NONE, DB_GROUP_QUEUED, DB_GROUP_IN_FLIGHT, DB_GROUP_ENDED };

struct db_pool {
    uv_loop_t *loop;
    struct db_pool_settings settings;
    struct db_target target;
    struct db_connections lists[DB_CONNECTION_STATES];
    uint32_t list_counts[DB_CONNECTION_STATES];

    struct db_groups queue, ended;
    struct db_txs tx_queue, tx_events;
    uint32_t queued;

    uv_prepare_t dispatch; /* sends what is queued, at the end of a turn */
    uv_timer_t deliver; /* calls back what has ended; also keeps a turn with work from sleeping */
    uv_timer_t due;     /* deadlines, see db_due.c */
    uint64_t due_ms;    /* when it rings */
    unsigned handles;

    uint64_t retry_at_ms; /* no connection is tried before; 0: none has failed */
    uint32_t attempts;
    bool lost;
    uint64_t idle_since_ms;

    bool closing;
    void (*closed)(void *data);
    void *closed_data;
    struct db_pool_counts counts;
};

uint32_t db_pool_connections(const struct db_pool *pool);

/* Something may be sent or called back: this turn's end sees to it. */
void db_pool_wake(struct db_pool *pool);

/* Calls back everything that has ended; the last thing a handler of the loop does. */
void db_pool_deliver(struct db_pool *pool);

/* done comes with the next delivery. */
void db_pool_end_group(struct db_pool *pool, struct db_group *group);
void db_pool_unqueue(struct db_pool *pool, struct db_group *group);

/* Notes a success or failure to connect; the latter fails all that waits when nothing is open. */
void db_pool_connected(struct db_pool *pool);
void db_pool_refused(struct db_pool *pool);

/* The due timer rings at when_ms at the latest. */
void db_due_at(struct db_pool *pool, uint64_t when_ms);
void db_due_on_timer(uv_timer_t *timer);

/* ---- db_tx.c ---- */

/* The connection is this transaction's from now on. */
void db_tx_start(struct db_tx *tx, struct db_connection *connection);
void db_tx_fail(struct db_tx *tx, enum status status);
void db_tx_deliver(struct db_pool *pool);
void db_tx_on_answered(struct db_pipe *pipe, struct db_tx *tx, struct db_ask *ask,
                       enum status status);
void db_tx_on_synced(struct db_pipe *pipe, struct db_tx *tx, enum status status);

#endif
