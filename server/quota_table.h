/*
 * quota_table.h - what this process remembers of each who is limited.
 *
 * Life:    an entry is valid until the next quota_table_get: then the one that was asked for least
 *          recently may make room for a new one.
 * Limits:  entries_max entries. What is forgotten was charged to Redis already; without Redis a
 *          stranger's share starts anew.
 */
#ifndef SERVER_QUOTA_TABLE_H
#define SERVER_QUOTA_TABLE_H

#include "base/str.h"

#include <sys/queue.h>

enum { QUOTA_KEY_BYTES = 56, QUOTA_BUCKETS = 2 };

/* A name of somebody: a session, a partner's environment, an address. */
struct quota_key {
    char bytes[QUOTA_KEY_BYTES];
    size_t size;
};

enum { QUOTA_BLIND_BYTES = 32 };

struct quota_entry {
    struct quota_key key;
    char blind[QUOTA_BLIND_BYTES]; /* its name in Redis; begins with NUL until that is asked */
    uint64_t hash;
    struct quota_entry *next; /* of the same chain */
    TAILQ_ENTRY(quota_entry) link;

    int64_t units;                         /* taken from Redis and not spent */
    int64_t units_until_us;                /* then they are given back */
    int64_t want;                          /* how many were asked for last */
    bool asking;                           /* Redis */
    int64_t full_until_us[QUOTA_BUCKETS];  /* as Redis said, by this process's clock */
    int64_t share_until_us[QUOTA_BUCKETS]; /* of what this process gives alone */
};

TAILQ_HEAD(quota_entries, quota_entry);

struct quota_table {
    struct quota_entry **chains;
    size_t chain_count;
    struct quota_entries entries; /* the one asked for last comes first */
    size_t count, entries_max;
};

/* entries_max: 1 at least. */
void quota_table_init(struct quota_table *table, size_t entries_max);
void quota_table_done(struct quota_table *table);

/* A new one is zeroed. */
struct quota_entry *quota_table_get(struct quota_table *table, const struct quota_key *key);

#endif
