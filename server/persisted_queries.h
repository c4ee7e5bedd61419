/*
 * persisted_queries.h - automatic persisted queries: documents that clients have sent once under
 * their SHA-256, so that the hash is enough afterwards.
 *
 * Life:    one per process. The least recently used go first.
 * Limits:  bytes_max for texts and what holds them.
 * Source:  Apollo, "Automatic persisted queries": extensions.persistedQuery {version: 1,
 *          sha256Hash}.
 */
#ifndef SERVER_PERSISTED_QUERIES_H
#define SERVER_PERSISTED_QUERIES_H

#include "base/str.h"

#include <stddef.h>

enum { PERSISTED_QUERY_BUCKETS = 1024 };

struct persisted_queries {
    size_t bytes_max, bytes;
    struct persisted_query *buckets[PERSISTED_QUERY_BUCKETS];
    struct persisted_query *newest, *oldest; /* by use */
};

void persisted_queries_init(struct persisted_queries *queries, size_t bytes_max);
void persisted_queries_done(struct persisted_queries *queries);

/* The text under a hash (64 hex digits); absent when unknown. A view until the next put. */
struct str persisted_query(struct persisted_queries *queries, struct str hash);

/* The caller has checked that hash is the text's. */
void persisted_query_put(struct persisted_queries *queries, struct str hash, struct str text);

#endif
