#include "memo.h"

#include "base/hash.h"
#include "base/memory.h"

#include <stdalign.h>

/* The value comes first: it may be a struct. */
struct memo_entry {
    uint64_t hash;
    size_t key_bytes, value_bytes;
    alignas(max_align_t) char bytes[];
};

static struct str key_of(const struct memo_entry *entry)
{
    return (struct str){ entry->bytes + entry->value_bytes, entry->key_bytes };
}

struct str memo_find(const struct memo *memo, struct str key)
{
    uint64_t hash = hash_bytes(key);
    struct memo_entry *const *place = memo->places[hash % MEMO_PLACES];

    for (int i = 0; i < MEMO_WAYS; i++)
        if (place[i] != NULL && place[i]->hash == hash && str_eq(key_of(place[i]), key))
            return (struct str){ place[i]->bytes, place[i]->value_bytes };
    return STR_NONE;
}

/* Where the key stands; where the oldest does when it stands nowhere. */
static int way_of(struct memo_entry *const *place, uint64_t hash, struct str key)
{
    int way = 0;

    while (way < MEMO_WAYS - 1 &&
           (place[way] == NULL || place[way]->hash != hash || !str_eq(key_of(place[way]), key)))
        way++;
    return way;
}

void memo_keep(struct memo *memo, struct str key, struct str value)
{
    uint64_t hash = hash_bytes(key);
    struct memo_entry **place = memo->places[hash % MEMO_PLACES], *entry;
    int way = way_of(place, hash, key);

    if (key.size > MEMO_KEY_BYTES_MAX || value.size > MEMO_VALUE_BYTES_MAX) return;
    entry = mem_alloc(sizeof(*entry) + value.size + key.size);
    entry->hash = hash;
    entry->key_bytes = key.size;
    entry->value_bytes = value.size;
    memcpy(entry->bytes, value.data, value.size);
    memcpy(entry->bytes + value.size, key.data, key.size);
    mem_free(place[way]);
    for (; way > 0; way--)
        place[way] = place[way - 1];
    place[0] = entry;
}

void memo_done(struct memo *memo)
{
    for (size_t i = 0; i < MEMO_PLACES; i++)
        for (int way = 0; way < MEMO_WAYS; way++)
            mem_free(memo->places[i][way]);
    *memo = (struct memo){ 0 };
}
