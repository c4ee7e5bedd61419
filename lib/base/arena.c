/* Blocks double from 4 KiB to 256 KiB; a piece larger than that gets a block of its own. */
#include "base/arena.h"

#include "base/memory.h"

#include <stdalign.h>
#include <stdio.h>

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
/* What is not taken yet may not be touched. */
enum { ZERO_AHEAD_BYTES = 0 };
#else
#define ASAN_POISON_MEMORY_REGION(address, size)   ((void)(address), (void)(size))
#define ASAN_UNPOISON_MEMORY_REGION(address, size) ((void)(address), (void)(size))
enum { ZERO_AHEAD_BYTES = 1024 };
#endif

enum { BLOCK_BYTES_MIN = 4096, BLOCK_BYTES_MAX = 256 * 1024, KEPT_BYTES_MAX = 64 * 1024 };

struct arena_block {
    struct arena_block *next;
    size_t size;
    alignas(max_align_t) char data[];
};

void arena_init(struct arena *arena, size_t bytes_max)
{
    *arena = (struct arena){ .bytes_max = bytes_max };
}

static void free_blocks(struct arena_block *block)
{
    while (block != NULL) {
        struct arena_block *next = block->next;

        ASAN_UNPOISON_MEMORY_REGION(block->data, block->size);
        mem_free(block);
        block = next;
    }
}

void arena_done(struct arena *arena)
{
    free_blocks(arena->head);
    *arena = (struct arena){ 0 };
}

void arena_reset(struct arena *arena)
{
    struct arena_block *keep = arena->head;

    if (keep == NULL) return;
    while (keep->next != NULL && keep->size > KEPT_BYTES_MAX) {
        struct arena_block *next = keep->next;

        keep->next = NULL;
        free_blocks(keep);
        keep = next;
    }
    free_blocks(keep->next);
    keep->next = NULL;
    arena->head = keep;
    arena->free = keep->data;
    arena->zeroed = keep->data;
    arena->end = keep->data + keep->size;
    arena->used_bytes = 0;
    ASAN_POISON_MEMORY_REGION(keep->data, keep->size);
}

enum status arena_status(const struct arena *arena)
{
    return arena->used_bytes > arena->bytes_max ? MC_LIMIT : MC_OK;
}

static void add_block(struct arena *arena, size_t need)
{
    size_t size = arena->head == NULL ? BLOCK_BYTES_MIN : arena->head->size * 2;
    struct arena_block *block;

    if (size > BLOCK_BYTES_MAX) size = BLOCK_BYTES_MAX;
    if (size < need) size = need;
    block = mem_realloc(NULL, sizeof(*block) + size);
    block->next = arena->head;
    block->size = size;
    arena->head = block;
    arena->free = block->data;
    arena->zeroed = block->data;
    arena->end = block->data + size;
    ASAN_POISON_MEMORY_REGION(block->data, size);
}

/* Zeroes ahead of what is taken: small pieces need no call each. */
static void zero(struct arena *arena)
{
    char *end = arena->zeroed + ZERO_AHEAD_BYTES;

    if (end > arena->end) end = arena->end;
    if (end < arena->free) end = arena->free;
    memset(arena->zeroed, 0, (size_t)(end - arena->zeroed));
    arena->zeroed = end;
}

void *arena_alloc(struct arena *arena, size_t size)
{
    size_t step = (size + alignof(max_align_t) - 1) & ~(alignof(max_align_t) - 1);
    void *piece;

    MC_ASSERT(step >= size);
    if (step == 0) step = alignof(max_align_t);
    if (step > (size_t)(arena->end - arena->free)) add_block(arena, step);
    piece = arena->free;
    arena->free += step;
    arena->used_bytes += step;
    ASAN_UNPOISON_MEMORY_REGION(piece, step);
    if (arena->free > arena->zeroed) zero(arena);
    ASAN_POISON_MEMORY_REGION((char *)piece + size, step - size);
    return piece;
}

void *arena_array(struct arena *arena, size_t count, size_t size)
{
    size_t bytes = 0;

    MC_ASSERT(!__builtin_mul_overflow(count, size, &bytes));
    return arena_alloc(arena, bytes);
}

struct str arena_str(struct arena *arena, struct str text)
{
    char *copy;

    if (text.data == NULL) return STR_NONE;
    copy = arena_alloc(arena, text.size + 1);
    memcpy(copy, text.data, text.size);
    return (struct str){ copy, text.size };
}

struct str arena_vprintf(struct arena *arena, const char *format, va_list arguments)
{
    va_list again;
    int size;
    char *text;

    va_copy(again, arguments);
    size = vsnprintf(NULL, 0, format, again);
    va_end(again);
    MC_ASSERT(size >= 0);
    text = arena_alloc(arena, (size_t)size + 1);
    (void)vsnprintf(text, (size_t)size + 1, format, arguments);
    return (struct str){ text, (size_t)size };
}

struct str arena_join(struct arena *arena, const struct str *parts, size_t count, char between)
{
    size_t size = 0;
    char *text, *at;

    for (size_t i = 0; i < count; i++)
        size += parts[i].size + 1;
    text = at = arena_alloc(arena, size + 1);
    for (size_t i = 0; i < count; i++) {
        if (i > 0) *at++ = between;
        if (parts[i].size > 0) memcpy(at, parts[i].data, parts[i].size);
        at += parts[i].size;
    }
    *at = '\0';
    return (struct str){ text, (size_t)(at - text) };
}

struct str arena_printf(struct arena *arena, const char *format, ...)
{
    va_list arguments;
    struct str text;

    va_start(arguments, format);
    text = arena_vprintf(arena, format, arguments);
    va_end(arguments);
    return text;
}
