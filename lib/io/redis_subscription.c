/* A connection that has subscribed takes no other command, so messages have one of their own. It is
 * kept open as long as there is a subscription or a watch. */
#include "base/memory.h"
#include "io/redis_internal.h"

static struct redis_subscription *find(struct redis *redis, struct str channel)
{
    struct redis_subscription *subscription;

    TAILQ_FOREACH(subscription, &redis->subscriptions, link)
    if (str_is(channel, subscription->channel)) return subscription;
    return NULL;
}

/* ["subscribe", channel, count] or ["message", channel, payload]. */
static void on_message(redisAsyncContext *context, void *raw, void *data)
{
    struct redis *redis = data;
    struct redis_reply reply, kind, channel, payload;
    struct redis_subscription *subscription;

    if (raw == NULL || context->data == NULL) return;
    reply = redis_reply_of(raw);
    if (reply.kind != REDIS_LIST || reply.count != 3) return;
    kind = redis_reply_item(&reply, 0);
    channel = redis_reply_item(&reply, 1);
    payload = redis_reply_item(&reply, 2);
    if (str_is(channel.text, redis_watch_channel)) redis_watch_message(redis, kind.text, &payload);
    subscription = find(redis, channel.text);
    if (subscription == NULL) return;
    if (str_is(kind.text, "subscribe"))
        subscription->gap(subscription);
    else if (str_is(kind.text, "message"))
        subscription->message(subscription, payload.text);
}

bool redis_messages_tell(struct redis *redis, const char *command, const char *channel)
{
    const char *words[2] = { command, channel };

    return redisAsyncCommandArgv(redis->messages.context, on_message, redis, 2, words, NULL) ==
           REDIS_OK;
}

static void on_timer(uv_timer_t *timer);

static void retry_later(struct redis *redis)
{
    uint64_t now_ms = uv_now(redis->loop);

    redis_back_off_more(&redis->messages_back_off, now_ms);
    (void)uv_timer_start(&redis->messages_timer, on_timer,
                         redis->messages_back_off.retry_at_ms - now_ms, 0);
}

void redis_messages_subscribe(struct redis *redis)
{
    struct redis_subscription *subscription;

    redis->subscribing = true;
    TAILQ_FOREACH(subscription, &redis->subscriptions, link)
    if (!redis_messages_tell(redis, "SUBSCRIBE", subscription->channel)) return;
}

static void on_event(struct redis_link *link, enum redis_link_event event)
{
    struct redis *redis = CONTAINER_OF(link, struct redis, messages);

    redis->subscribing = false;
    if (event == REDIS_LINK_LOST) {
        redis_watch_lost(redis);
        retry_later(redis);
        return;
    }
    redis->messages_back_off = (struct redis_back_off){ 0 };
    (void)uv_timer_stop(&redis->messages_timer);
    if (redis->watch != NULL)
        redis_watch_begin(redis);
    else
        redis_messages_subscribe(redis);
}

/* Opens; while it opens, gives up and tries again later. */
static void on_timer(uv_timer_t *timer)
{
    struct redis *redis = timer->data;

    if (redis->messages.context != NULL) {
        redis_link_close(&redis->messages);
        retry_later(redis);
    } else if (redis_link_open(&redis->messages) != MC_OK) {
        retry_later(redis);
    } else {
        (void)uv_timer_start(&redis->messages_timer, on_timer, redis->settings.connect_timeout_ms,
                             0);
    }
}

void redis_messages_init(struct redis *redis)
{
    redis->messages =
        (struct redis_link){ .loop = redis->loop, .address = &redis->address, .event = on_event };
    TAILQ_INIT(&redis->subscriptions);
    (void)uv_timer_init(redis->loop, &redis->messages_timer);
    redis->messages_timer.data = redis;
}

void redis_messages_close(struct redis *redis)
{
    (void)uv_timer_stop(&redis->messages_timer);
    redis->subscribing = false;
    redis_link_close(&redis->messages);
}

void redis_messages_open(struct redis *redis)
{
    if (redis->messages.context == NULL && !uv_is_active((uv_handle_t *)&redis->messages_timer))
        (void)uv_timer_start(&redis->messages_timer, on_timer, 0, 0);
}

void redis_subscribe(struct redis *redis, struct redis_subscription *subscription)
{
    MC_ASSERT(find(redis, str_of(subscription->channel)) == NULL);
    TAILQ_INSERT_TAIL(&redis->subscriptions, subscription, link);
    if (redis->closing || redis->bad_url) return;
    if (redis->subscribing)
        (void)redis_messages_tell(redis, "SUBSCRIBE", subscription->channel);
    else
        redis_messages_open(redis);
}

/* Without a subscription or a watch the connection has nothing to do. */
void redis_unsubscribe(struct redis *redis, struct redis_subscription *subscription)
{
    TAILQ_REMOVE(&redis->subscriptions, subscription, link);
    if (redis->closing) return;
    if (TAILQ_EMPTY(&redis->subscriptions) && redis->watch == NULL)
        redis_messages_close(redis);
    else if (redis->subscribing)
        (void)redis_messages_tell(redis, "UNSUBSCRIBE", subscription->channel);
}
