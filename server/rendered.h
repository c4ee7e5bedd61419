/*
 * rendered.h - answers that are the same for everybody, kept as they go out: what the schema says
 * of itself, and what @cacheControl calls public. Compressed forms are made when an answer is asked
 * for again, and kept beside.
 *
 * Life:    one per process. An entry goes when the reference data it was made from are replaced,
 * when it is older than its max-age (at midnight another version may be in force), or as the least
 * recently used. Limits:  bytes_max for all bodies and the plans they hold; a body over a quarter
 * of it is not kept. The caller keeps out what will not be asked again.
 */
#ifndef SERVER_RENDERED_H
#define SERVER_RENDERED_H

#include "compression.h"
#include "graphql/gql.h"
#include "sha256.h"

enum { RENDERED_BUCKETS = 1024 };

struct rendered {
    struct str bodies[CODING_COUNT]; /* absent: not made, or no smaller */
    char hash[SHA256_TEXT_BYTES];    /* of the body: what its ETag is made of */
    struct gql_cache_policy policy;
    uint64_t
        until_s; /* it is older than its max-age from then on; what is the schema's own never is */
};

struct rendered_cache {
    size_t bytes_max, bytes;
    struct rendered_entry *buckets[RENDERED_BUCKETS];
    struct rendered_entry *newest, *oldest; /* by use */
    uint64_t
        now_s; /* told by the owner before each find and put; any clock that does not go back */
    uint64_t hits, misses;
};

void rendered_cache_init(struct rendered_cache *cache, size_t bytes_max);
void rendered_cache_done(struct rendered_cache *cache);

/* All that is kept was made from older reference data. */
void rendered_cache_renew(struct rendered_cache *cache);

/* NULL when not kept. A view until the next find, put or renew. variables: canonical JSON, or
 * absent. */
const struct rendered *rendered_find(struct rendered_cache *cache, const struct gql_plan *plan,
                                     struct str variables);

/* Its bodies stay until rendered_release, whatever becomes of the entry. Gives what to release. */
void *rendered_hold(const struct rendered *rendered);
void rendered_release(void *held);

/* Keeps an answer without errors; NULL when it is too large to be kept. */
const struct rendered *rendered_put(struct rendered_cache *cache, struct gql_plan *plan,
                                    struct str variables, struct str body);

#endif
