#include "cohort.h"

#include "base/memory.h"
#include "stream_internal.h"

enum { KEY_BYTES_MAX = 16 * 1024 * 1024 };

/* ---- the key ---- */

/* With its length ahead, so that no two lists of texts look the same. */
static void add_text(struct buf *bytes, struct str text)
{
    buf_printf(bytes, "%zu:", text.data == NULL ? SIZE_MAX : text.size);
    buf_add(bytes, text);
}

static int add_json(const char *bytes, size_t size, void *data)
{
    buf_add(data, (struct str){ bytes, size });
    return 0;
}

static void add_viewer(struct buf *bytes, const struct viewer *viewer)
{
    const struct str texts[] = { viewer->id,       viewer->name,       viewer->subjects,
                                 viewer->agencies, viewer->roles,      viewer->locale,
                                 viewer->scopes,   viewer->environment };

    buf_printf(bytes, "%d:%lld:", (int)viewer->kind, (long long)viewer->me);
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        add_text(bytes, texts[i]);
}

/* A place to begin at that was given beside the document (Last-Event-ID) is no part of it. */
static void write_key(struct cohort *cohort, const struct operation *operation)
{
    struct buf bytes;

    buf_init(&bytes, KEY_BYTES_MAX);
    add_text(&bytes, operation->graphql.document.text);
    add_text(&bytes, operation->graphql.document.operation_name);
    add_viewer(&bytes, &cohort->viewer);
    if (cohort->variables != NULL)
        (void)json_dump_callback(cohort->variables, add_json, &bytes,
                                 JSON_SORT_KEYS | JSON_COMPACT);
    if (buf_status(&bytes) != MC_OK) {
        buf_reset(&bytes);
        buf_printf(&bytes, "alone %llu", (unsigned long long)++cohort->streams->alone);
    }
    (void)sha256_text(buf_str(&bytes), cohort->key);
    buf_done(&bytes);
}

static unsigned digit(char hex)
{
    return hex <= '9' ? (unsigned)(hex - '0') : (unsigned)(hex - 'a') + 10;
}

static struct cohort_bucket *bucket_of(struct cohort *cohort)
{
    unsigned number = 0;

    for (size_t i = 0; i < COHORT_BUCKET_DIGITS; i++)
        number = number << 4 | digit(cohort->key[i]);
    return &cohort->streams->buckets[number];
}

static bool are_equal(const struct cohort *a, const struct cohort *b)
{
    return memcmp(a->key, b->key, sizeof(a->key)) == 0;
}

/* ---- life ---- */

static struct viewer viewer_copy(const struct viewer *viewer, struct arena *arena)
{
    struct viewer copy = *viewer;

    copy.id = arena_str(arena, viewer->id);
    copy.name = arena_str(arena, viewer->name);
    copy.subjects = arena_str(arena, viewer->subjects);
    copy.agencies = arena_str(arena, viewer->agencies);
    copy.roles = arena_str(arena, viewer->roles);
    copy.locale = arena_str(arena, viewer->locale);
    copy.scopes = arena_str(arena, viewer->scopes);
    copy.environment = arena_str(arena, viewer->environment);
    copy.session = STR_NONE;
    return copy;
}

static struct cohort *cohort_new(struct stream *stream, const struct cohort_subject *subject)
{
    const struct operation *operation = stream->operation;
    const struct server_config *config = operation->app->config;
    struct streams *streams = stream->streams;
    struct cohort *cohort = MEM_NEW(struct cohort);

    cohort->streams = streams;
    TAILQ_INIT(&cohort->members);
    arena_init(&cohort->arena, (size_t)config->request_bytes_max);
    arena_init(&cohort->read_arena, (size_t)config->request_bytes_max);
    arena_init(&cohort->event_arena, (size_t)config->request_bytes_max);
    buf_init(&cohort->reply, (size_t)config->reply_bytes_max);
    cohort->viewer = viewer_copy(&operation->request.viewer, &cohort->arena);
    cohort->source = subject->source;
    cohort->about = arena_str(&cohort->arena, subject->about);
    cohort->seen = cohort->after = subject->after;
    cohort->plan = gql_plan_ref(operation->plan);
    cohort->variables = json_incref((json_t *)(uintptr_t)operation->graphql.variables);
    TAILQ_INSERT_TAIL(&streams->cohorts, cohort, link);
    streams->cohort_count++;
    return cohort;
}

void cohort_free_when_idle(struct cohort *cohort)
{
    struct streams *streams = cohort->streams;

    if (cohort->count > 0 || cohort->wait != WAIT_NOTHING || cohort->at_it) return;
    TAILQ_REMOVE(&streams->cohorts, cohort, link);
    LIST_REMOVE(cohort, bucket);
    streams->cohort_count--;
    gql_plan_unref(cohort->plan);
    json_decref(cohort->variables);
    buf_done(&cohort->reply);
    arena_done(&cohort->event_arena);
    arena_done(&cohort->read_arena);
    arena_done(&cohort->arena);
    mem_free(cohort);
    streams_drained_when_idle(streams);
}

static void add_member(struct cohort *cohort, struct stream *stream)
{
    TAILQ_INSERT_TAIL(&cohort->members, stream, member);
    cohort->count++;
    stream->cohort = cohort;
}

static void remove_member(struct cohort *cohort, struct stream *stream)
{
    TAILQ_REMOVE(&cohort->members, stream, member);
    cohort->count--;
    stream->cohort = NULL;
}

void cohort_open(struct stream *stream, const struct cohort_subject *subject)
{
    struct cohort *cohort = cohort_new(stream, subject);

    write_key(cohort, stream->operation);
    LIST_INSERT_HEAD(bucket_of(cohort), cohort, bucket);
    add_member(cohort, stream);
}

/* Nobody is left to be told: what is in flight need not come. */
static void cancel(struct cohort *cohort)
{
    if (cohort->wait == WAIT_POSITION || cohort->wait == WAIT_EVENTS)
        db_group_cancel(&cohort->group);
    if (cohort->wait == WAIT_RUN) request_cancel(&cohort->request, MC_CANCELLED);
    if (cohort->wait == WAIT_READER) cohort->wait = WAIT_NOTHING;
}

void cohort_leave(struct stream *stream)
{
    struct cohort *cohort = stream->cohort;

    if (cohort == NULL) return;
    remove_member(cohort, stream);
    if (cohort->count > 0) return;
    cancel(cohort);
    cohort_free_when_idle(cohort);
}

/* ---- slow readers ---- */

static bool is_behind(const struct stream *stream)
{
    const struct operation *operation = stream->operation;
    size_t waiting_max = (size_t)stream->streams->app->config->stream_queue_bytes;

    return operation->carrier->stream->waiting(operation) >= waiting_max;
}

static void leave_behind(struct cohort *cohort, struct stream *stream)
{
    struct cohort_subject subject = { cohort->source, cohort->about, cohort->after };
    struct cohort *own = cohort_new(stream, &subject);

    memcpy(own->key, cohort->key, sizeof(own->key));
    LIST_INSERT_HEAD(bucket_of(own), own, bucket);
    own->seen = cohort->seen;
    own->is_settled = true;
    own->wait = WAIT_READER;
    own->rung = true;
    remove_member(cohort, stream);
    add_member(own, stream);
}

bool cohort_has_room(struct cohort *cohort)
{
    struct stream *stream, *next;

    for (stream = TAILQ_FIRST(&cohort->members); stream != NULL && cohort->count > 1;
         stream = next) {
        next = TAILQ_NEXT(stream, member);
        if (is_behind(stream)) leave_behind(cohort, stream);
    }
    stream = TAILQ_FIRST(&cohort->members);
    return cohort->count > 1 || !is_behind(stream);
}

/* ---- coming together ---- */

static bool has_slow_member(const struct cohort *cohort)
{
    const struct stream *stream;

    TAILQ_FOREACH(stream, &cohort->members, member)
    if (is_behind(stream)) return true;
    return false;
}

/* There is no event between the two places. */
static bool may_join(const struct cohort *cohort, const struct cohort *other)
{
    return cohort->wait == WAIT_NOTHING && other->wait != WAIT_READER && cohort->after >= 0 &&
           other->count > 0 && other->seen <= cohort->after && cohort->after <= other->after &&
           !has_slow_member(cohort);
}

static void join(struct cohort *cohort, struct cohort *other)
{
    struct stream *stream;

    while ((stream = TAILQ_FIRST(&cohort->members)) != NULL) {
        remove_member(cohort, stream);
        add_member(other, stream);
    }
    other->rung = other->rung || cohort->rung;
    cohort_free_when_idle(cohort);
}

/* One that stands before our first place may only not know yet that nothing lies between. */
static void catch_up(struct cohort *cohort)
{
    struct cohort *other, *next;

    if (cohort->is_settled) return;
    cohort->is_settled = true;
    for (other = LIST_FIRST(bucket_of(cohort)); other != NULL; other = next) {
        next = LIST_NEXT(other, bucket);
        if (other->count > 0 && other->after >= 0 && other->after < cohort->seen &&
            are_equal(cohort, other))
            cohort_read(other);
    }
}

void cohort_settle(struct cohort *cohort)
{
    struct cohort *other, *next;

    for (other = LIST_FIRST(bucket_of(cohort)); other != NULL; other = next) {
        next = LIST_NEXT(other, bucket);
        if (other == cohort || !are_equal(cohort, other)) continue;
        if (may_join(cohort, other)) {
            join(cohort, other);
            return;
        }
        if (may_join(other, cohort)) join(other, cohort);
    }
    catch_up(cohort);
}
