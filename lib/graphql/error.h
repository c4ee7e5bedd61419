/*
 * error.h - what is wrong with a document or a request, as data.
 *
 * Life:    errors and their texts live in the arena of the list.
 * Limits:  a list keeps at most max errors; more are counted in `dropped` and not kept.
 * Lines and columns start at 1; columns count UTF-16 code units, as in graphql-js.
 */
#ifndef GRAPHQL_ERROR_H
#define GRAPHQL_ERROR_H

#include "base/arena.h"

struct json_t;

struct gql_location {
    uint32_t line, column;
};

/* One step of a response path; parent is the step before, towards the root. */
struct gql_path {
    const struct gql_path *parent;
    struct str key; /* absent: a list index */
    size_t index;
};

struct gql_error {
    struct str message;
    enum status status;
    struct gql_location *locations;
    size_t location_count;
    const struct gql_path *path;     /* NULL outside execution */
    const struct json_t *extensions; /* members beside "code"; NULL: none */
    struct gql_error *next;
};

struct gql_errors {
    struct arena *arena;
    struct gql_error *head;
    struct gql_error **tail;
    size_t count;
    size_t max;
    size_t dropped;
};

void gql_errors_init(struct gql_errors *errors, struct arena *arena, size_t max);

/* Adds an error at byte offsets of source (any number, in this order). Returns it, or NULL when
 * the list is full. source may be absent when there are no offsets. */
/* NOLINTNEXTLINE(readability-function-size): a place is three words, a message any number. */
struct gql_error *gql_errors_add(struct gql_errors *errors, enum status status, struct str source,
                                 const uint32_t *offsets, size_t offset_count, const char *format,
                                 ...) __attribute__((format(printf, 6, 7)));

struct gql_location gql_location_of(struct str source, uint32_t offset);

#endif
