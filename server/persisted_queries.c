#include "persisted_queries.h"

#include "base/hash.h"
#include "base/memory.h"
#include "sha256.h"

struct persisted_query {
    char hash[SHA256_TEXT_BYTES];
    struct persisted_query *same_bucket;
    struct persisted_query *newer, *older;
    size_t size;
    char text[];
};

void persisted_queries_init(struct persisted_queries *queries, size_t bytes_max)
{
    *queries = (struct persisted_queries){ .bytes_max = bytes_max };
}

static struct persisted_query **bucket_of(struct persisted_queries *queries, struct str hash)
{
    return &queries->buckets[hash_bytes(hash) % PERSISTED_QUERY_BUCKETS];
}

static struct str hash_of(const struct persisted_query *query)
{
    return (struct str){ query->hash, SHA256_TEXT_BYTES };
}

static void unlink_use(struct persisted_queries *queries, struct persisted_query *query)
{
    *(query->newer == NULL ? &queries->newest : &query->newer->older) = query->older;
    *(query->older == NULL ? &queries->oldest : &query->older->newer) = query->newer;
}

static void link_newest(struct persisted_queries *queries, struct persisted_query *query)
{
    query->newer = NULL;
    query->older = queries->newest;
    *(queries->newest == NULL ? &queries->oldest : &queries->newest->newer) = query;
    queries->newest = query;
}

static void drop(struct persisted_queries *queries, struct persisted_query *query)
{
    struct persisted_query **link = bucket_of(queries, hash_of(query));

    while (*link != query)
        link = &(*link)->same_bucket;
    *link = query->same_bucket;
    unlink_use(queries, query);
    queries->bytes -= sizeof(*query) + query->size;
    mem_free(query);
}

void persisted_queries_done(struct persisted_queries *queries)
{
    while (queries->oldest != NULL)
        drop(queries, queries->oldest);
}

static struct persisted_query *find(struct persisted_queries *queries, struct str hash)
{
    struct persisted_query *query = *bucket_of(queries, hash);

    while (query != NULL && !str_eq(hash_of(query), hash))
        query = query->same_bucket;
    return query;
}

struct str persisted_query(struct persisted_queries *queries, struct str hash)
{
    struct persisted_query *query = find(queries, hash);

    if (query == NULL) return STR_NONE;
    unlink_use(queries, query);
    link_newest(queries, query);
    return (struct str){ query->text, query->size };
}

void persisted_query_put(struct persisted_queries *queries, struct str hash, struct str text)
{
    struct persisted_query *query;

    if (hash.size != SHA256_TEXT_BYTES || find(queries, hash) != NULL) return;
    query = mem_alloc(sizeof(*query) + text.size);
    memcpy(query->hash, hash.data, SHA256_TEXT_BYTES);
    query->size = text.size;
    memcpy(query->text, text.data, text.size);
    query->same_bucket = *bucket_of(queries, hash);
    *bucket_of(queries, hash) = query;
    link_newest(queries, query);
    queries->bytes += sizeof(*query) + text.size;
    while (queries->bytes > queries->bytes_max)
        drop(queries, queries->oldest);
}
