/* Replies are called back from hiredis' own callback, while they live; what failed is put on a list
 * and called back by a timer, so that no callback comes from inside the call that causes it. */
#include "base/fault.h"
#include "base/hash.h"
#include "base/memory.h"
#include "io/redis_internal.h"

enum { BACK_OFF_MS_MIN = 50, BACK_OFF_MS_MAX = 2000, BACK_OFF_DOUBLINGS_MAX = 6 };
enum ask_state { ASK_NONE, ASK_FLYING, ASK_ENDED };

static void on_deliver(uv_timer_t *timer);
static void on_due(uv_timer_t *timer);

/* ---- replies ---- */

struct redis_reply redis_reply_of(const redisReply *raw)
{
    struct redis_reply reply = { .kind = REDIS_NIL };

    switch (raw->type) {
    case REDIS_REPLY_STRING:
    case REDIS_REPLY_STATUS:
    case REDIS_REPLY_ERROR:
        reply.kind = raw->type == REDIS_REPLY_ERROR ? REDIS_ERROR : REDIS_TEXT;
        reply.text = (struct str){ raw->str, raw->len };
        break;
    case REDIS_REPLY_INTEGER:
        reply.kind = REDIS_NUMBER;
        reply.number = raw->integer;
        break;
    case REDIS_REPLY_ARRAY:
        reply.kind = REDIS_LIST;
        reply.count = raw->elements;
        reply.list = raw->element;
        break;
    default:
        break;
    }
    return reply;
}

struct redis_reply redis_reply_item(const struct redis_reply *list, size_t index)
{
    redisReply *const *items = list->list;

    MC_ASSERT(list->kind == REDIS_LIST && index < list->count);
    return redis_reply_of(items[index]);
}

enum status redis_reply_status(const struct redis_reply *reply)
{
    static const struct {
        struct str prefix;
        enum status status;
    } errors[] = {
        { STR_INIT("LOADING "), MC_UNAVAILABLE },    { STR_INIT("BUSY "), MC_UNAVAILABLE },
        { STR_INIT("READONLY "), MC_UNAVAILABLE },   { STR_INIT("OOM "), MC_UNAVAILABLE },
        { STR_INIT("MASTERDOWN "), MC_UNAVAILABLE }, { STR_INIT("NOAUTH "), MC_UNAVAILABLE },
        { STR_INIT("MISCONF "), MC_UNAVAILABLE },    { STR_INIT("NOSCRIPT "), MC_NOT_FOUND },
    };

    if (reply->kind != REDIS_ERROR) return MC_OK;
    for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++)
        if (str_starts(reply->text, errors[i].prefix)) return errors[i].status;
    return MC_INTERNAL;
}

/* ---- asks ---- */

void redis_ask_init(struct redis_ask *ask, uint32_t timeout_ms,
                    void (*done)(struct redis_ask *ask, enum status status,
                                 const struct redis_reply *reply),
                    void *data)
{
    MC_ASSERT(timeout_ms > 0);
    *ask = (struct redis_ask){ .timeout_ms = timeout_ms, .done = done, .data = data };
}

void redis_ask_add(struct redis_ask *ask, struct str word)
{
    MC_ASSERT(ask->word_count < REDIS_WORDS_MAX);
    ask->words[ask->word_count++] = word;
}

static void wake(struct redis *redis)
{
    (void)uv_timer_start(&redis->deliver, on_deliver, 0, 0);
}

/* done comes from the next turn. */
static void end_later(struct redis_ask *ask, enum status status)
{
    struct redis *redis = ask->redis;

    ask->flight->ask = NULL;
    ask->flight = NULL;
    ask->status = status;
    ask->state = ASK_ENDED;
    redis->counts.failures++;
    TAILQ_INSERT_TAIL(&redis->ended, ask, link);
    wake(redis);
}

void redis_cancel(struct redis_ask *ask)
{
    if (ask->state == ASK_FLYING) end_later(ask, MC_CANCELLED);
}

static void on_reply(redisAsyncContext *context, void *raw, void *data)
{
    struct redis_flight *flight = data;
    struct redis *redis = flight->redis;
    struct redis_ask *ask = flight->ask;
    struct redis_reply reply;
    enum status status;

    (void)context;
    TAILQ_REMOVE(&redis->flights, flight, link);
    redis->counts.in_flight--;
    if (raw == NULL && ask != NULL) end_later(ask, MC_UNAVAILABLE);
    mem_free(flight);
    if (raw == NULL || ask == NULL) return;
    reply = redis_reply_of(raw);
    status = redis_reply_status(&reply);
    if (status != MC_OK) redis->counts.failures++;
    ask->flight = NULL;
    ask->state = ASK_NONE;
    ask->done(ask, status, &reply);
}

static void due_at(struct redis *redis, uint64_t when_ms)
{
    uint64_t now_ms = uv_now(redis->loop);

    if (when_ms >= redis->due_ms || redis->closing) return;
    redis->due_ms = when_ms;
    (void)uv_timer_start(&redis->due, on_due, when_ms > now_ms ? when_ms - now_ms : 0, 0);
}

static enum status ensure_link(struct redis *redis)
{
    uint64_t now_ms = uv_now(redis->loop);

    if (redis->closing || redis->bad_url) return MC_UNAVAILABLE;
    if (redis->commands.context != NULL) return MC_OK;
    if (now_ms < redis->back_off.retry_at_ms) return MC_UNAVAILABLE;
    if (redis_link_open(&redis->commands) != MC_OK) {
        redis->lost = true;
        redis_back_off_more(&redis->back_off, now_ms);
        return MC_UNAVAILABLE;
    }
    redis->connect_due_ms = now_ms + redis->settings.connect_timeout_ms;
    due_at(redis, redis->connect_due_ms);
    return MC_OK;
}

enum status redis_send(struct redis *redis, struct redis_ask *ask)
{
    const char *words[REDIS_WORDS_MAX];
    size_t sizes[REDIS_WORDS_MAX];
    struct redis_flight *flight;
    enum status status = ensure_link(redis);

    MC_ASSERT(ask->state == ASK_NONE && ask->word_count > 0);
    if (status != MC_OK) return status;
    if (redis->counts.in_flight >= redis->settings.queue_max) return MC_BUSY;
    for (size_t i = 0; i < ask->word_count; i++) {
        words[i] = ask->words[i].data == NULL ? "" : ask->words[i].data;
        sizes[i] = ask->words[i].size;
    }
    flight = MEM_NEW(struct redis_flight);
    if (MC_FAULT("redis.send") ||
        redisAsyncCommandArgv(redis->commands.context, on_reply, flight, (int)ask->word_count,
                              words, sizes) != REDIS_OK) {
        mem_free(flight);
        return MC_UNAVAILABLE;
    }
    *flight = (struct redis_flight){ .redis = redis, .ask = ask };
    flight->due_ms = uv_now(redis->loop) + ask->timeout_ms;
    TAILQ_INSERT_TAIL(&redis->flights, flight, link);
    ask->redis = redis;
    ask->flight = flight;
    ask->state = ASK_FLYING;
    redis->counts.in_flight++;
    redis->counts.commands++;
    due_at(redis, flight->due_ms);
    return MC_OK;
}

/* ---- the connection ---- */

void redis_back_off_more(struct redis_back_off *back_off, uint64_t now_ms)
{
    uint64_t now = uv_hrtime();
    uint64_t wait_ms = (uint64_t)BACK_OFF_MS_MIN << back_off->attempts;

    if (wait_ms > BACK_OFF_MS_MAX) wait_ms = BACK_OFF_MS_MAX;
    if (back_off->attempts < BACK_OFF_DOUBLINGS_MAX) back_off->attempts++;
    wait_ms -= hash_bytes((struct str){ (const char *)&now, sizeof(now) }) % (wait_ms / 2);
    back_off->retry_at_ms = now_ms + wait_ms;
}

static void on_event(struct redis_link *link, enum redis_link_event event)
{
    struct redis *redis = CONTAINER_OF(link, struct redis, commands);

    if (event == REDIS_LINK_OPENED) {
        if (redis->lost) redis->counts.reconnects++;
        redis->lost = false;
        redis->back_off = (struct redis_back_off){ 0 };
        return;
    }
    redis->lost = true;
    redis_back_off_more(&redis->back_off, uv_now(redis->loop));
}

static void give_up(struct redis *redis)
{
    redis_link_close(&redis->commands);
    redis->lost = true;
    redis_back_off_more(&redis->back_off, uv_now(redis->loop));
}

/* True when one of them is late. */
static bool end_late(struct redis *redis, uint64_t now_ms)
{
    bool late = false;

    for (struct redis_flight *flight = TAILQ_FIRST(&redis->flights); flight != NULL;
         flight = TAILQ_NEXT(flight, link)) {
        if (flight->due_ms > now_ms) {
            due_at(redis, flight->due_ms);
            continue;
        }
        late = true;
        if (flight->ask != NULL) end_later(flight->ask, MC_TIMEOUT);
    }
    return late;
}

static void on_due(uv_timer_t *timer)
{
    struct redis *redis = timer->data;
    uint64_t now_ms = uv_now(redis->loop);
    bool late;

    redis->due_ms = UINT64_MAX;
    late = end_late(redis, now_ms);
    if (redis->commands.context != NULL && !redis->commands.open) {
        if (redis->connect_due_ms <= now_ms)
            late = true;
        else
            due_at(redis, redis->connect_due_ms);
    }
    if (late) give_up(redis);
}

/* ---- opening and closing ---- */

struct redis *redis_open(uv_loop_t *loop, const struct redis_settings *settings)
{
    struct redis *redis = MEM_NEW(struct redis);

    redis->loop = loop;
    redis->settings = *settings;
    redis->bad_url = redis_address_parse(settings->url, &redis->address) != MC_OK;
    redis->commands =
        (struct redis_link){ .loop = loop, .address = &redis->address, .event = on_event };
    redis->due_ms = UINT64_MAX;
    TAILQ_INIT(&redis->flights);
    TAILQ_INIT(&redis->ended);
    (void)uv_timer_init(loop, &redis->deliver);
    (void)uv_timer_init(loop, &redis->due);
    redis->deliver.data = redis->due.data = redis;
    redis->handles = 3;
    redis_messages_init(redis);
    return redis;
}

struct redis_counts redis_count(const struct redis *redis)
{
    struct redis_counts counts = redis->counts;

    counts.connected = redis->commands.open;
    return counts;
}

static void on_closed(uv_handle_t *handle)
{
    struct redis *redis = handle->data;
    void (*closed)(void *data) = redis->closed;
    void *data = redis->closed_data;

    if (--redis->handles > 0) return;
    mem_free(redis);
    if (closed != NULL) closed(data);
}

static void on_deliver(uv_timer_t *timer)
{
    struct redis *redis = timer->data;

    while (!TAILQ_EMPTY(&redis->ended)) {
        struct redis_ask *ask = TAILQ_FIRST(&redis->ended);

        TAILQ_REMOVE(&redis->ended, ask, link);
        ask->state = ASK_NONE;
        ask->done(ask, ask->status, NULL);
    }
    if (!redis->closing) return;
    uv_close((uv_handle_t *)&redis->deliver, on_closed);
    uv_close((uv_handle_t *)&redis->due, on_closed);
    uv_close((uv_handle_t *)&redis->messages_timer, on_closed);
}

void redis_close(struct redis *redis, void (*closed)(void *data), void *data)
{
    MC_ASSERT(!redis->closing);
    redis->closing = true;
    redis->closed = closed;
    redis->closed_data = data;
    (void)uv_timer_stop(&redis->due);
    redis_messages_close(redis);
    redis_link_close(&redis->commands);
    wake(redis);
}
