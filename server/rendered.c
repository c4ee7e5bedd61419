#include "rendered.h"

#include "base/hash.h"
#include "base/memory.h"

enum { LEVEL = 9, SHARE_OF_ONE = 4 };

struct rendered_entry {
    struct rendered rendered;
    struct gql_plan *plan; /* a reference of its own: its address is the key */
    struct str variables;
    uint64_t hash;
    size_t bytes;
    uint32_t references; /* the cache's own, and those of answers under way */
    bool is_coded;       /* it was tried */
    struct rendered_entry *same_bucket;
    struct rendered_entry *newer, *older;
};

void rendered_cache_init(struct rendered_cache *cache, size_t bytes_max)
{
    *cache = (struct rendered_cache){ .bytes_max = bytes_max };
}

static uint64_t hash_of(const struct gql_plan *plan, struct str variables)
{
    uintptr_t number = (uintptr_t)plan;
    struct str address = { (const char *)&number, sizeof(number) };

    return hash_bytes(address) ^ (variables.data == NULL ? 0 : hash_bytes(variables));
}

static void unlink_use(struct rendered_cache *cache, struct rendered_entry *entry)
{
    *(entry->newer == NULL ? &cache->newest : &entry->newer->older) = entry->older;
    *(entry->older == NULL ? &cache->oldest : &entry->older->newer) = entry->newer;
}

static void link_newest(struct rendered_cache *cache, struct rendered_entry *entry)
{
    entry->newer = NULL;
    entry->older = cache->newest;
    *(cache->newest == NULL ? &cache->oldest : &cache->newest->newer) = entry;
    cache->newest = entry;
}

void *rendered_hold(const struct rendered *rendered)
{
    struct rendered_entry *entry =
        CONTAINER_OF((void *)(uintptr_t)rendered, struct rendered_entry, rendered);

    entry->references++;
    return entry;
}

void rendered_release(void *held)
{
    struct rendered_entry *entry = held;

    if (--entry->references > 0) return;
    for (size_t i = 0; i < CODING_COUNT; i++)
        mem_free((void *)(uintptr_t)entry->rendered.bodies[i].data);
    mem_free((void *)(uintptr_t)entry->variables.data);
    gql_plan_unref(entry->plan);
    mem_free(entry);
}

static void drop(struct rendered_cache *cache, struct rendered_entry *entry)
{
    struct rendered_entry **link = &cache->buckets[entry->hash % RENDERED_BUCKETS];

    while (*link != entry)
        link = &(*link)->same_bucket;
    *link = entry->same_bucket;
    unlink_use(cache, entry);
    cache->bytes -= entry->bytes;
    rendered_release(entry);
}

void rendered_cache_done(struct rendered_cache *cache)
{
    while (cache->oldest != NULL)
        drop(cache, cache->oldest);
}

void rendered_cache_renew(struct rendered_cache *cache)
{
    rendered_cache_done(cache);
}

static struct str copy_of(struct str bytes)
{
    char *copy = mem_alloc(bytes.size + 1);

    if (bytes.size > 0) memcpy(copy, bytes.data, bytes.size);
    return (struct str){ copy, bytes.size };
}

/* Absent when it becomes no smaller. */
static struct str compressed(enum coding coding, struct str body)
{
    struct str found = STR_NONE;
    struct buf out;

    if (body.size < COMPRESSED_FROM_BYTES) return STR_NONE;
    buf_init(&out, body.size);
    if (compress_bytes(coding, LEVEL, body, &out) == MC_OK) found = copy_of(buf_str(&out));
    buf_done(&out);
    return found;
}

static void drop_oldest(struct rendered_cache *cache, const struct rendered_entry *but)
{
    while (cache->bytes > cache->bytes_max && cache->oldest != but)
        drop(cache, cache->oldest);
}

/* Only for what is asked for again, and where even forms that save nothing would find room. */
static void add_codings(struct rendered_cache *cache, struct rendered_entry *entry)
{
    struct str *bodies = entry->rendered.bodies;
    size_t before = entry->bytes;

    entry->is_coded = true;
    if (before + (CODING_COUNT - 1) * bodies[CODING_IDENTITY].size > cache->bytes_max) return;
    for (enum coding coding = CODING_GZIP; coding < CODING_COUNT; coding++) {
        bodies[coding] = compressed(coding, bodies[CODING_IDENTITY]);
        entry->bytes += bodies[coding].size;
    }
    cache->bytes += entry->bytes - before;
    drop_oldest(cache, entry);
}

const struct rendered *rendered_find(struct rendered_cache *cache, const struct gql_plan *plan,
                                     struct str variables)
{
    uint64_t hash = hash_of(plan, variables);
    struct rendered_entry *entry = cache->buckets[hash % RENDERED_BUCKETS];

    while (entry != NULL && (entry->plan != plan || !str_eq(entry->variables, variables)))
        entry = entry->same_bucket;
    if (entry != NULL && cache->now_s >= entry->rendered.until_s) {
        drop(cache, entry);
        entry = NULL;
    }
    if (entry == NULL) {
        cache->misses++;
        return NULL;
    }
    cache->hits++;
    unlink_use(cache, entry);
    link_newest(cache, entry);
    if (!entry->is_coded) add_codings(cache, entry);
    return &entry->rendered;
}

static size_t bytes_of(const struct gql_plan *plan, struct str variables, struct str body)
{
    return sizeof(struct rendered_entry) + gql_plan_bytes(plan) + variables.size + body.size;
}

static struct rendered_entry *entry_new(struct gql_plan *plan, struct str variables,
                                        struct str body)
{
    struct rendered_entry *entry = MEM_NEW(struct rendered_entry);
    struct rendered *rendered = &entry->rendered;

    entry->references = 1;
    entry->plan = gql_plan_ref(plan);
    entry->variables = copy_of(variables);
    entry->hash = hash_of(plan, variables);
    rendered->policy = gql_plan_cache_policy(plan);
    rendered->until_s = UINT64_MAX;
    rendered->bodies[CODING_IDENTITY] = copy_of(body);
    (void)sha256_text(body, rendered->hash);
    entry->bytes = bytes_of(plan, variables, body);
    return entry;
}

const struct rendered *rendered_put(struct rendered_cache *cache, struct gql_plan *plan,
                                    struct str variables, struct str body)
{
    struct rendered_entry *entry;

    if (body.size > cache->bytes_max / SHARE_OF_ONE ||
        bytes_of(plan, variables, body) > cache->bytes_max)
        return NULL;
    entry = entry_new(plan, variables, body);
    if (!entry->rendered.policy.is_introspection)
        entry->rendered.until_s = cache->now_s + (uint64_t)entry->rendered.policy.max_age_s;
    entry->same_bucket = cache->buckets[entry->hash % RENDERED_BUCKETS];
    cache->buckets[entry->hash % RENDERED_BUCKETS] = entry;
    link_newest(cache, entry);
    cache->bytes += entry->bytes;
    drop_oldest(cache, entry);
    return &entry->rendered;
}
