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

    for (int i = 0; i < 2; i++)
        if (place[i] != NULL && place[i]->hash == hash && str_eq(key_of(place[i]), key))
            return (struct str){ place[i]->bytes, place[i]->value_bytes };
    return STR_NONE;
}

void memo_keep(struct memo *memo, struct str key, struct str value)
{
    uint64_t hash = hash_bytes(key);
    struct memo_entry **place = memo->places[hash % MEMO_PLACES], *entry;
    bool again = place[0] != NULL && place[0]->hash == hash && str_eq(key_of(place[0]), key);

    if (key.size > MEMO_KEY_BYTES_MAX || value.size > MEMO_VALUE_BYTES_MAX) return;
    entry = mem_alloc(sizeof(*entry) + value.size + key.size);
    entry->hash = hash;
    entry->key_bytes = key.size;
    entry->value_bytes = value.size;
    memcpy(entry->bytes, value.data, value.size);
    memcpy(entry->bytes + value.size, key.data, key.size);
    mem_free(place[again ? 0 : 1]);
    if (!again) place[1] = place[0];
    place[0] = entry;
}

void memo_done(struct memo *memo)
{
    for (size_t i = 0; i < MEMO_PLACES; i++) {
        mem_free(memo->places[i][0]);
        mem_free(memo->places[i][1]);
    }
    *memo = (struct memo){ 0 };
}
