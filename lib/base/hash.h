/*
 * hash.h - a keyed hash of bytes, and a map from strings to pointers in an arena.
 *
 * The hash is SipHash-1-3 under a key drawn once per process, so that a client cannot choose
 * documents or names that collide. Source: Aumasson and Bernstein, "SipHash" (2012).
 */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include "base/arena.h"

uint64_t hash_bytes(struct str bytes);

struct hash_entry {
    struct str key;
    void *value;
    struct hash_entry *next;
};

/* Life: that of its arena. Keys are views: the caller keeps their bytes alive as long. */
struct hash_map {
    struct arena *arena;
    struct hash_entry **buckets;
    size_t bucket_count;
    size_t count;
};

void hash_map_init(struct hash_map *map, struct arena *arena);

/* NULL when absent. */
void *hash_map_get(const struct hash_map *map, struct str key);

/* Puts value under key; returns the value that stood there before, or NULL. value is not NULL. */
void *hash_map_put(struct hash_map *map, struct str key, void *value);

#endif
