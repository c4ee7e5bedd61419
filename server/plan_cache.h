/*
 * plan_cache.h - documents seen before: their plan, or the errors they have.
 *
 * Keyed by the bytes of the document and the operation name; the bytes are compared on a hit, so a
 * hit lexes nothing and trusts no hash. A document is kept when it comes for the second time
 * (one-off documents push out nothing). The least recently used go first.
 *
 * Life:    one per process. A plan given out has a reference of its own for the caller.
 * Limits:  bytes_max for plans and errors together, as large as they were when last given out;
 * PLAN_CACHE_SEEN hashes remembered as seen once.
 */
#ifndef SERVER_PLAN_CACHE_H
#define SERVER_PLAN_CACHE_H

#include "graphql/gql.h"

enum { PLAN_CACHE_BUCKETS = 4096, PLAN_CACHE_SEEN = 4096 };

struct plan_cache {
    const struct gql_schema *schema;
    struct gql_limits limits;
    size_t bytes_max, bytes;
    struct plan_entry *buckets[PLAN_CACHE_BUCKETS];
    struct plan_entry *newest, *oldest; /* by use */
    uint64_t seen[PLAN_CACHE_SEEN];
    uint64_t hits, misses;
};

void plan_cache_init(struct plan_cache *cache, const struct gql_schema *schema,
                     const struct gql_limits *limits, size_t bytes_max);
void plan_cache_done(struct plan_cache *cache);

/* MC_OK: *ret_plan is the caller's to unref. Else *ret_errors is the JSON body that says why, in
 * arena. Fails: as gql_plan_new. */
enum status plan_cache_get(struct plan_cache *cache, const struct gql_document *document,
                           struct arena *arena, struct gql_plan **ret_plan, struct str *ret_errors);

#endif
