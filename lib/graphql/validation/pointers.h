/*
 * pointers.h - a row of pointers that grows in an arena: lists, and stacks of walks that must not
 * recurse.
 */
#ifndef GRAPHQL_VALIDATION_POINTERS_H
#define GRAPHQL_VALIDATION_POINTERS_H

#include "base/arena.h"

struct pointers {
    const void **items;
    size_t count, capacity;
};

static inline void pointers_add(struct pointers *row, struct arena *arena, const void *item)
{
    if (row->count == row->capacity) {
        size_t capacity = row->capacity == 0 ? 8 : row->capacity * 2;
        const void **items = ARENA_ARRAY(arena, capacity, const void *);

        if (row->count > 0) memcpy(items, row->items, row->count * sizeof(*items));
        row->items = items;
        row->capacity = capacity;
    }
    row->items[row->count++] = item;
}

/* NULL when the row is empty. */
static inline const void *pointers_take(struct pointers *row)
{
    return row->count == 0 ? NULL : row->items[--row->count];
}

#endif
