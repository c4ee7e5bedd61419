/*
 * arena.h - memory with one lifetime: taken piece by piece, given back at once.
 *
 * Life:    everything taken dies at arena_done or arena_reset. Pieces are never freed alone.
 * Limits:  bytes_max, decided at arena_init. Passing it does not fail the piece that passed it:
 *          it sets a sticky mark which phases ask for at their boundaries with arena_status, so
 *          that builders need no check a line. A phase must bound what it takes between two checks.
 * Fails:   arena_status: MC_LIMIT once the bytes taken are more than bytes_max. Out of memory
 * aborts. Pieces are aligned for any type and zeroed.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include "base/str.h"

#include <stdarg.h>

struct arena_block;

struct arena {
    struct arena_block *head;
    char *free;
    char *end;
    char *zeroed; /* up to here */
    size_t used_bytes;
    size_t bytes_max;
};

void arena_init(struct arena *arena, size_t bytes_max);
void arena_done(struct arena *arena);

/* Forgets all pieces; keeps the largest block of up to 64 KiB for the next user. */
void arena_reset(struct arena *arena);

enum status arena_status(const struct arena *arena);

void *arena_alloc(struct arena *arena, size_t size);

/* count pieces of size, in a row. Aborts on overflow of the product: counts are bounded by input.
 */
void *arena_array(struct arena *arena, size_t count, size_t size);

/* A copy of bytes, NUL-terminated for convenience (the NUL is not counted). Absent stays absent. */
struct str arena_str(struct arena *arena, struct str text);

/* One after another, with between between them. */
struct str arena_join(struct arena *arena, const struct str *parts, size_t count, char between);

struct str arena_printf(struct arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
struct str arena_vprintf(struct arena *arena, const char *format, va_list arguments)
    __attribute__((format(printf, 2, 0)));

#define ARENA_NEW(arena, type)          ((type *)arena_alloc((arena), sizeof(type)))
#define ARENA_ARRAY(arena, count, type) ((type *)arena_array((arena), (count), sizeof(type)))

#endif
