/* The messages' connection asks to be told, by itself, on a channel of Redis' own: so what is told
 * does not depend on the commands' connection, and one that was lost has missed nothing. */
#include "base/log.h"
#include "base/memory.h"
#include "io/redis_internal.h"

#include <stdio.h>

const char redis_watch_channel[] = "__redis__:invalidate";

static void changed(struct redis *redis, struct str key)
{
    redis->watch->changed(redis->watch, key);
}

static struct redis *redis_of(const redisAsyncContext *context)
{
    struct redis_link *link = context->data;

    return link == NULL ? NULL : CONTAINER_OF(link, struct redis, messages);
}

static void on_tracked(redisAsyncContext *context, void *raw, void *data)
{
    struct redis *redis = redis_of(context);
    struct redis_reply reply;

    (void)data;
    if (raw == NULL || redis == NULL) return;
    reply = redis_reply_of(raw);
    if (reply.kind == REDIS_ERROR)
        log_event(LOG_WARN, "redis_watch_refused", LOG_SYMBOL("prefix", redis->watch->prefix));
    else
        (void)redis_messages_tell(redis, "SUBSCRIBE", redis_watch_channel);
    redis_messages_subscribe(redis);
}

/* Its own number: what it asks for is sent to itself. */
static void on_number(redisAsyncContext *context, void *raw, void *data)
{
    struct redis *redis = redis_of(context);
    struct redis_reply reply;
    char number[24];
    const char *words[] = {
        "CLIENT", "TRACKING", "ON", "REDIRECT", number, "BCAST", "PREFIX", NULL
    };

    if (raw == NULL || redis == NULL) return;
    reply = redis_reply_of(raw);
    if (reply.kind != REDIS_NUMBER) {
        on_tracked(context, raw, data);
        return;
    }
    (void)snprintf(number, sizeof(number), "%lld", (long long)reply.number);
    words[7] = redis->watch->prefix;
    (void)redisAsyncCommandArgv(context, on_tracked, NULL, 8, words, NULL);
}

void redis_watch_begin(struct redis *redis)
{
    const char *words[] = { "CLIENT", "ID" };

    (void)redisAsyncCommandArgv(redis->messages.context, on_number, NULL, 2, words, NULL);
}

void redis_watch_message(struct redis *redis, struct str kind, const struct redis_reply *keys)
{
    if (str_is(kind, "subscribe")) {
        redis->watching = true;
        changed(redis, STR_NONE);
    } else if (keys->kind == REDIS_LIST) {
        for (size_t i = 0; i < keys->count; i++)
            changed(redis, redis_reply_item(keys, i).text);
    } else {
        changed(redis, STR_NONE); /* all of them are gone */
    }
}

void redis_watch_lost(struct redis *redis)
{
    if (!redis->watching) return;
    redis->watching = false;
    changed(redis, STR_NONE);
}

void redis_watch(struct redis *redis, struct redis_watch *watch)
{
    MC_ASSERT(redis->watch == NULL && TAILQ_EMPTY(&redis->subscriptions));
    redis->watch = watch;
    if (!redis->closing && !redis->bad_url) redis_messages_open(redis);
}

bool redis_is_watching(const struct redis *redis)
{
    return redis->watching;
}
