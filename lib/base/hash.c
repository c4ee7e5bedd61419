#include "base/hash.h"

#include <sys/random.h>

static struct {
    uint64_t k0, k1, k2;
    bool drawn;
} process_key;

static void draw_key(void)
{
    uint64_t key[3];

    MC_ASSERT(getrandom(key, sizeof(key), 0) == (ssize_t)sizeof(key));
    process_key.k0 = key[0];
    process_key.k1 = key[1];
    process_key.k2 = key[2] | 1;
    process_key.drawn = true;
}

static inline uint64_t rotate(uint64_t x, int bits)
{
    return x << bits | x >> (64 - bits);
}

static inline void sip_round(uint64_t v[4])
{
    v[0] += v[1];
    v[1] = rotate(v[1], 13) ^ v[0];
    v[0] = rotate(v[0], 32);
    v[2] += v[3];
    v[3] = rotate(v[3], 16) ^ v[2];
    v[0] += v[3];
    v[3] = rotate(v[3], 21) ^ v[0];
    v[2] += v[1];
    v[1] = rotate(v[1], 17) ^ v[2];
    v[2] = rotate(v[2], 32);
}

uint64_t hash_bytes(struct str bytes)
{
    if (!process_key.drawn) draw_key();
    return hash_keyed((const uint64_t[2]){ process_key.k0, process_key.k1 }, bytes);
}

uint64_t hash_keyed(const uint64_t key[2], struct str bytes)
{
    const char *at = bytes.data;
    size_t left = bytes.size;
    uint64_t v[4] = { key[0] ^ 0x736f6d6570736575, key[1] ^ 0x646f72616e646f6d,
                      key[0] ^ 0x6c7967656e657261, key[1] ^ 0x7465646279746573 };

    for (; left >= 8; at += 8, left -= 8) {
        uint64_t word;

        memcpy(&word, at, 8);
        v[3] ^= word;
        sip_round(v);
        v[0] ^= word;
    }
    uint64_t last = (uint64_t)bytes.size << 56;

    if (left > 0) {
        uint64_t tail = 0;

        memcpy(&tail, at, left);
        last |= tail;
    }
    v[3] ^= last;
    sip_round(v);
    v[0] ^= last;
    v[2] ^= 0xff;
    for (int i = 0; i < 3; i++)
        sip_round(v);
    return v[0] ^ v[1] ^ v[2] ^ v[3];
}

static inline uint64_t fold(uint64_t a, uint64_t b)
{
    unsigned __int128 product = (unsigned __int128)a * b;

    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static inline uint64_t read_8(const char *at)
{
    uint64_t word;

    memcpy(&word, at, sizeof(word));
    return word;
}

/* As str_same_bytes reads. */
uint64_t hash_text(struct str text)
{
    const char *at = text.data;
    size_t left = text.size;
    uint64_t low = 0, high = 0;

    if (!process_key.drawn) draw_key();
    uint64_t hash = process_key.k1;

    for (; left > 16; at += 16, left -= 16)
        hash = fold(read_8(at) ^ process_key.k0, read_8(at + 8) ^ hash);
    if (left >= 4) {
        size_t middle = left >> 3 << 2;

        low = (uint64_t)str_word(at) << 32 | str_word(at + middle);
        high = (uint64_t)str_word(at + left - 4) << 32 | str_word(at + left - 4 - middle);
    } else if (left > 0) {
        low = (uint64_t)(unsigned char)at[0] << 16 | (uint64_t)(unsigned char)at[left / 2] << 8 |
              (unsigned char)at[left - 1];
    }
    hash = fold(low ^ process_key.k0, high ^ hash);
    return fold(hash ^ text.size, process_key.k2);
}

uint32_t hash_name(struct str name)
{
    return (uint32_t)hash_text(name);
}

void hash_map_init(struct hash_map *map, struct arena *arena)
{
    *map = (struct hash_map){ .arena = arena };
}

static struct hash_entry **bucket_of(const struct hash_map *map, uint32_t hash)
{
    return &map->buckets[hash & (map->bucket_count - 1)];
}

static struct hash_entry *find_in(struct hash_entry *entry, struct str key, uint32_t hash)
{
    while (entry != NULL && (entry->hash != hash || !str_eq(entry->key, key)))
        entry = entry->next;
    return entry;
}

void *hash_map_get(const struct hash_map *map, struct str key)
{
    return map->count == 0 ? NULL : hash_map_find(map, key, hash_name(key));
}

static void grow(struct hash_map *map)
{
    struct hash_map wider = *map;

    wider.bucket_count = map->bucket_count == 0 ? 8 : map->bucket_count * 2;
    wider.buckets = ARENA_ARRAY(map->arena, wider.bucket_count, struct hash_entry *);
    for (size_t i = 0; i < map->bucket_count; i++) {
        struct hash_entry *entry = map->buckets[i];

        while (entry != NULL) {
            struct hash_entry *next = entry->next;
            struct hash_entry **bucket = bucket_of(&wider, entry->hash);

            entry->next = *bucket;
            *bucket = entry;
            entry = next;
        }
    }
    *map = wider;
}

void *hash_map_put(struct hash_map *map, struct str key, void *value)
{
    return hash_map_set(map, key, hash_name(key), value);
}

void *hash_map_set(struct hash_map *map, struct str key, uint32_t hash, void *value)
{
    struct hash_entry **bucket;
    struct hash_entry *entry;

    MC_ASSERT(value != NULL);
    if (map->count >= map->bucket_count) grow(map);
    bucket = bucket_of(map, hash);
    entry = find_in(*bucket, key, hash);
    if (entry != NULL) {
        void *before = entry->value;

        entry->value = value;
        return before;
    }
    entry = ARENA_NEW(map->arena, struct hash_entry);
    *entry = (struct hash_entry){ hash, key, value, *bucket };
    *bucket = entry;
    map->count++;
    return NULL;
}
