/*
 * column.h - the short way from a row to JSON: fields whose value is of the kind that their type
 * is written as, and needs nothing else. What is null, an error, escaped or out of range is left to
 * the long way, which says what is wrong with it.
 *
 * Life:    columns of an instance live in the run's arena, made when its first row is written.
 */
#ifndef GRAPHQL_EXECUTION_COLUMN_H
#define GRAPHQL_EXECUTION_COLUMN_H

#include "graphql/execution/execution.h"

enum { COLUMN_KEY_BYTES_MAX = 32 };

struct column {
    enum schema_leaf leaf; /* OTHER: there is no short way */
    bool in_row;           /* a member of the parent, at offset; else a cell */
    enum gql_member member;
    size_t offset;
    const struct gql_cell *cells;
    size_t key_size;
    char key[COLUMN_KEY_BYTES_MAX]; /* ,"key": and the first without its comma */
};

const struct column *columns_of(const struct instance *instance, struct arena *arena);

/* Key and value of one row; false when nothing was written. */
bool column_write(const struct column *column, struct buf *out, const void *parent, size_t index);

#endif
