/*
 * ask.h - the only bridge between the engine and the database.
 *
 * A field that needs the database is a pair: `ask` turns the batch (all parents, the arguments)
 * into one statement with bound parameters; `answer` turns its rows into values. Asks of one level
 * go out together, as one group; nothing waits inside a resolver, so that one statement a row
 * cannot be written.
 *
 * A row says which parent it belongs to: its struct begins with `int64_t parent_no` (from 0, in
 * order), so that the ready-made answers are one pass. Rows of an unknown or unsorted parent are
 * MC_INTERNAL.
 *
 *     static const struct ask timeline = { timeline_ask, event_columns, sizeof(struct event),
 *                                          ask_answer_list };
 *     ASK_FIELD("timeline", timeline),
 */
#ifndef RESOLVERS_ASK_H
#define RESOLVERS_ASK_H

#include "request.h"

struct ask {
    /* Sets ask->sql and binds. Anything but MC_OK fails every position of the batch with it. */
    enum status (*ask)(struct gql_batch *batch, struct db_ask *ask);
    const struct db_column *columns;
    size_t row_size;
    /* Sets the batch's cells from ask->rows. */
    void (*answer)(struct gql_batch *batch, struct db_ask *ask);
    bool is_public; /* asked for nobody too */
};

#define ASK_FIELD(name, ask) GQL_FIELD_DATA(name, ask_resolve, &(ask))

/* The resolver of every such field. */
gql_resolve ask_resolve;

/* Sends what the level has asked: gql_run_options.flush. */
void ask_flush(void *context);

/* Rows of a parent as a list of objects. */
void ask_answer_list(struct gql_batch *batch, struct db_ask *ask);
/* All rows as a list, for each parent: there is one viewer, wherever it was asked for. */
void ask_answer_viewer(struct gql_batch *batch, struct db_ask *ask);
/* The row of a parent as an object; no row is null. */
void ask_answer_one(struct gql_batch *batch, struct db_ask *ask);

/* Rows in order, cut by parent. first_row[i] to first_row[i + 1] are those of parent i.
 * Fails: MC_INTERNAL. */
enum status ask_rows_by_parent(const struct gql_batch *batch, const struct db_ask *ask,
                               size_t **ret_first_row);

/* Binds one int64_t member of every parent, in order, as int8[]. */
void ask_bind_parents(const struct gql_batch *batch, struct db_ask *ask, size_t member);

static inline void *ask_row(const struct db_ask *ask, size_t i)
{
    return (char *)ask->rows + i * ask->row_size;
}

#endif
