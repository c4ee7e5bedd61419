#include "plan_cache.h"

#include "base/hash.h"
#include "base/memory.h"

struct plan_entry {
    uint64_t hash;
    struct plan_entry *same_bucket;
    struct plan_entry *newer, *older;
    struct gql_plan *plan; /* NULL: the document has errors */
    enum status status;
    size_t bytes;
    size_t document_bytes, name_bytes, errors_bytes;
    char texts[]; /* document, operation name, errors */
};

void plan_cache_init(struct plan_cache *cache, const struct gql_schema *schema,
                     const struct gql_limits *limits, size_t bytes_max)
{
    *cache = (struct plan_cache){ .schema = schema, .limits = *limits, .bytes_max = bytes_max };
}

static struct plan_entry **bucket_of(struct plan_cache *cache, uint64_t hash)
{
    return &cache->buckets[hash % PLAN_CACHE_BUCKETS];
}

static void unlink_use(struct plan_cache *cache, struct plan_entry *entry)
{
    *(entry->newer == NULL ? &cache->newest : &entry->newer->older) = entry->older;
    *(entry->older == NULL ? &cache->oldest : &entry->older->newer) = entry->newer;
}

static void link_newest(struct plan_cache *cache, struct plan_entry *entry)
{
    entry->newer = NULL;
    entry->older = cache->newest;
    *(cache->newest == NULL ? &cache->oldest : &cache->newest->newer) = entry;
    cache->newest = entry;
}

static void drop(struct plan_cache *cache, struct plan_entry *entry)
{
    struct plan_entry **link = bucket_of(cache, entry->hash);

    while (*link != entry)
        link = &(*link)->same_bucket;
    *link = entry->same_bucket;
    unlink_use(cache, entry);
    cache->bytes -= entry->bytes;
    gql_plan_unref(entry->plan);
    mem_free(entry);
}

void plan_cache_done(struct plan_cache *cache)
{
    while (cache->oldest != NULL)
        drop(cache, cache->oldest);
}

static struct plan_entry *find(struct plan_cache *cache, uint64_t hash, struct str document,
                               struct str name)
{
    for (struct plan_entry *entry = *bucket_of(cache, hash); entry != NULL;
         entry = entry->same_bucket) {
        if (entry->hash != hash) continue;
        if (str_eq((struct str){ entry->texts, entry->document_bytes }, document) &&
            str_eq((struct str){ entry->texts + entry->document_bytes, entry->name_bytes }, name))
            return entry;
    }
    return NULL;
}

/* True the second time. */
static bool seen_before(struct plan_cache *cache, uint64_t hash)
{
    uint64_t *slot = &cache->seen[hash / PLAN_CACHE_BUCKETS % PLAN_CACHE_SEEN];
    bool before = *slot == hash;

    *slot = hash;
    return before;
}

/* A plan grows: by a variant for each set of conditions that it is run with. The entry may go. */
static void weigh(struct plan_cache *cache, struct plan_entry *entry)
{
    size_t bytes = sizeof(*entry) + entry->document_bytes + entry->name_bytes + entry->errors_bytes;

    if (entry->plan != NULL) bytes += gql_plan_bytes(entry->plan);
    cache->bytes += bytes - entry->bytes;
    entry->bytes = bytes;
    while (cache->bytes > cache->bytes_max && cache->oldest != NULL)
        drop(cache, cache->oldest);
}

static void keep(struct plan_cache *cache, uint64_t hash, const struct str texts[3],
                 struct gql_plan *plan, enum status status)
{
    size_t size = texts[0].size + texts[1].size + texts[2].size;
    struct plan_entry *entry = mem_alloc(sizeof(*entry) + size);
    char *at = entry->texts;

    for (int i = 0; i < 3; i++) {
        if (texts[i].size > 0) memcpy(at, texts[i].data, texts[i].size);
        at += texts[i].size;
    }
    entry->hash = hash;
    entry->document_bytes = texts[0].size;
    entry->name_bytes = texts[1].size;
    entry->errors_bytes = texts[2].size;
    entry->plan = plan == NULL ? NULL : gql_plan_ref(plan);
    entry->status = status;
    entry->bytes = 0;
    entry->same_bucket = *bucket_of(cache, hash);
    *bucket_of(cache, hash) = entry;
    link_newest(cache, entry);
    weigh(cache, entry);
}

static enum status build(struct plan_cache *cache, const struct gql_document *document,
                         struct arena *arena, struct gql_plan **ret_plan, struct str *ret_errors)
{
    struct gql_errors errors;
    struct buf body;
    enum status status;

    gql_errors_init(&errors, arena, cache->limits.errors_max);
    status = gql_plan_new(cache->schema, document, &cache->limits, &errors, ret_plan);
    if (status == MC_OK) return MC_OK;
    buf_init(&body, arena->bytes_max);
    gql_errors_json(&body, &errors);
    *ret_errors = arena_str(arena, buf_str(&body));
    buf_done(&body);
    return status;
}

enum status plan_cache_get(struct plan_cache *cache, const struct gql_document *document,
                           struct arena *arena, struct gql_plan **ret_plan, struct str *ret_errors)
{
    struct str texts[3] = { document->text, document->operation_name, STR_NONE };
    uint64_t hash = hash_text(texts[0]) ^ (hash_text(texts[1]) << 1);
    struct plan_entry *entry = find(cache, hash, texts[0], texts[1]);
    enum status status;

    if (entry != NULL) {
        status = entry->status;
        cache->hits++;
        unlink_use(cache, entry);
        link_newest(cache, entry);
        if (entry->plan != NULL)
            *ret_plan = gql_plan_ref(entry->plan);
        else
            *ret_errors = arena_str(
                arena, (struct str){ entry->texts + entry->document_bytes + entry->name_bytes,
                                     entry->errors_bytes });
        weigh(cache, entry);
        return status;
    }
    cache->misses++;
    status = build(cache, document, arena, ret_plan, ret_errors);
    if (!seen_before(cache, hash)) return status;
    if (status != MC_OK) texts[2] = *ret_errors;
    keep(cache, hash, texts, status == MC_OK ? *ret_plan : NULL, status);
    return status;
}
