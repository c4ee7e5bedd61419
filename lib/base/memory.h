/*
 * memory.h - the heap, for what outlives an arena.
 *
 * Fails: never returns NULL; when the system has no memory the process aborts (a supervisor
 * restarts it).
 */
#ifndef BASE_MEMORY_H
#define BASE_MEMORY_H

#include <stddef.h>

/* Zeroed memory; give it back with mem_free. size 0 is allowed. */
void *mem_alloc(size_t size);

/* As realloc; new bytes are not zeroed. */
void *mem_realloc(void *memory, size_t size);

/* A NUL-terminated copy; text must not be NULL. */
char *mem_strdup(const char *text);

/* NULL is allowed. */
void mem_free(void *memory);

#define MEM_NEW(type) ((type *)mem_alloc(sizeof(type)))

/* The struct that holds the member at this address. */
#define CONTAINER_OF(pointer, type, member)                                                        \
    ((type *)(void *)((char *)(pointer)-offsetof(type, member)))

#endif
