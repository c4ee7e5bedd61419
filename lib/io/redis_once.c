#include "io/redis_internal.h"

#include <sys/time.h>

static redisContext *connect_to(const struct redis_address *address, uint32_t timeout_ms)
{
    struct timeval limit = { .tv_sec = timeout_ms / 1000,
                             .tv_usec = (suseconds_t)(timeout_ms % 1000) * 1000 };
    redisContext *context = address->port > 0
                                ? redisConnectWithTimeout(address->place, address->port, limit)
                                : redisConnectUnixWithTimeout(address->place, limit);

    if (context != NULL && context->err == 0 && redisSetTimeout(context, limit) == REDIS_OK)
        return context;
    if (context != NULL) redisFree(context);
    return NULL;
}

static bool greet(redisContext *context, const struct redis_address *address)
{
    const char *words[3];
    size_t count;

    for (size_t i = 0; (count = redis_greeting(address, i, words)) > 0; i++) {
        redisReply *reply = redisCommandArgv(context, (int)count, words, NULL);
        bool good = reply != NULL && reply->type != REDIS_REPLY_ERROR;

        freeReplyObject(reply);
        if (!good) return false;
    }
    return true;
}

static enum status run(redisContext *context, const struct str *words, size_t word_count,
                       struct arena *arena, struct redis_reply *ret_reply)
{
    const char *texts[REDIS_WORDS_MAX];
    size_t sizes[REDIS_WORDS_MAX];
    redisReply *raw;

    for (size_t i = 0; i < word_count; i++) {
        texts[i] = words[i].data == NULL ? "" : words[i].data;
        sizes[i] = words[i].size;
    }
    raw = redisCommandArgv(context, (int)word_count, texts, sizes);
    if (raw == NULL) return MC_UNAVAILABLE;
    *ret_reply = redis_reply_of(raw);
    ret_reply->text = arena_str(arena, ret_reply->text);
    ret_reply->count = 0;
    ret_reply->list = NULL;
    freeReplyObject(raw);
    return redis_reply_status(ret_reply);
}

enum status redis_run_once(const struct redis_settings *settings, const struct str *words,
                           size_t word_count, struct arena *arena, struct redis_reply *ret_reply)
{
    struct redis_address address;
    redisContext *context;
    enum status status = MC_UNAVAILABLE;

    MC_ASSERT(word_count > 0 && word_count <= REDIS_WORDS_MAX);
    if (redis_address_parse(settings->url, &address) != MC_OK) return MC_BAD_INPUT;
    context = connect_to(&address, settings->connect_timeout_ms);
    if (context == NULL) return MC_UNAVAILABLE;
    if (greet(context, &address)) status = run(context, words, word_count, arena, ret_reply);
    redisFree(context);
    return status;
}
