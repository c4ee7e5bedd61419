#include "quota_table.h"

#include "base/hash.h"
#include "base/memory.h"

void quota_table_init(struct quota_table *table, size_t entries_max)
{
    *table = (struct quota_table){ .entries_max = entries_max, .chain_count = 64 };
    while (table->chain_count < entries_max)
        table->chain_count *= 2;
    table->chains = mem_alloc(table->chain_count * sizeof(struct quota_entry *));
    TAILQ_INIT(&table->entries);
}

static struct quota_entry **chain_of(const struct quota_table *table, uint64_t hash)
{
    return &table->chains[hash & (table->chain_count - 1)];
}

/* The oldest one's memory, or new. */
static struct quota_entry *room_for_one(struct quota_table *table)
{
    struct quota_entry *entry = TAILQ_LAST(&table->entries, quota_entries);
    struct quota_entry **place;

    if (table->count < table->entries_max) {
        table->count++;
        return MEM_NEW(struct quota_entry);
    }
    place = chain_of(table, entry->hash);
    while (*place != entry)
        place = &(*place)->next;
    *place = entry->next;
    TAILQ_REMOVE(&table->entries, entry, link);
    *entry = (struct quota_entry){ 0 };
    return entry;
}

struct quota_entry *quota_table_get(struct quota_table *table, const struct quota_key *key)
{
    uint64_t hash = hash_bytes((struct str){ key->bytes, key->size });
    struct quota_entry **chain = chain_of(table, hash);
    struct quota_entry *entry = *chain;

    while (entry != NULL && (entry->hash != hash || entry->key.size != key->size ||
                             memcmp(entry->key.bytes, key->bytes, key->size) != 0))
        entry = entry->next;
    if (entry != NULL) {
        TAILQ_REMOVE(&table->entries, entry, link);
    } else {
        entry = room_for_one(table);
        entry->key = *key;
        entry->hash = hash;
        entry->next = *chain;
        *chain = entry;
    }
    TAILQ_INSERT_HEAD(&table->entries, entry, link);
    return entry;
}

void quota_table_done(struct quota_table *table)
{
    struct quota_entry *entry;

    while ((entry = TAILQ_FIRST(&table->entries)) != NULL) {
        TAILQ_REMOVE(&table->entries, entry, link);
        mem_free(entry);
    }
    mem_free(table->chains);
    *table = (struct quota_table){ 0 };
}
