/*
 * hash.h - a keyed hash of bytes, and a map from strings to pointers in an arena.
 *
 * Both hashes are under a key drawn once per process, so that a client cannot choose what collides.
 * hash_bytes is SipHash-1-3, for tables that outlive a request. hash_name, which the maps use,
 * folds products: a fifth of the time for short names, and enough for what a document may name.
 * Source: Aumasson and Bernstein, "SipHash" (2012); Wang Yi, "wyhash" (2019).
 */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include "base/arena.h"

uint64_t hash_bytes(struct str bytes);
/* SipHash-1-3 under a key of the caller's, for what must be the same in every process. */
uint64_t hash_keyed(const uint64_t key[2], struct str bytes);
uint32_t hash_name(struct str name);
uint64_t hash_text(struct str text); /* as hash_name: for tables that compare the bytes */

struct hash_entry {
    uint32_t hash;
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
/* For a key whose hash_name is known: one name may be looked up in several maps. */
__attribute__((always_inline)) static inline void *hash_map_find(const struct hash_map *map,
                                                                 struct str key, uint32_t hash)
{
    const struct hash_entry *entry;

    if (map->count == 0) return NULL;
    entry = map->buckets[hash & (map->bucket_count - 1)];
    while (entry != NULL && (entry->hash != hash || !str_eq(entry->key, key)))
        entry = entry->next;
    return entry == NULL ? NULL : entry->value;
}

/* Puts value under key; returns the value that stood there before, or NULL. value is not NULL. */
void *hash_map_put(struct hash_map *map, struct str key, void *value);
/* The same, for a key whose hash_name is known. */
void *hash_map_set(struct hash_map *map, struct str key, uint32_t hash, void *value);

#endif
