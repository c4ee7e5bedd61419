/* The script (lua/gcra.lua) is called by its name, which costs 40 bytes and not a kilobyte. */
#include "io/gcra.h"

#include "lua.h"

#include <openssl/evp.h>

#include <stdio.h>

static const int64_t us_per_s = 1000000;

int64_t gcra_interval_us(struct gcra_rate rate)
{
    return (rate.window_s * us_per_s + rate.limit - 1) / rate.limit;
}

/* ---- alone ---- */

static int64_t whole_us(struct gcra_rate rate)
{
    return rate.limit * gcra_interval_us(rate);
}

int64_t gcra_filled_us(struct gcra_rate rate, int64_t full_until_us, int64_t now_us)
{
    int64_t filled_us = full_until_us - now_us;

    if (filled_us < 0) return 0;
    return filled_us < whole_us(rate) ? filled_us : whole_us(rate);
}

int64_t gcra_room(struct gcra_rate rate, int64_t filled_us)
{
    return (whole_us(rate) - filled_us) / gcra_interval_us(rate);
}

int64_t gcra_wait_us(struct gcra_rate rate, int64_t filled_us, int64_t cost)
{
    int64_t wait_us = cost * gcra_interval_us(rate) - (whole_us(rate) - filled_us);

    return wait_us > 0 ? wait_us : 0;
}

int64_t gcra_take(const struct gcra_bucket *buckets, size_t count, int64_t cost, int64_t now_us)
{
    int64_t filled_us[GCRA_BUCKETS_MAX];
    int64_t longest_us = 0;

    MC_ASSERT(count <= GCRA_BUCKETS_MAX);
    for (size_t i = 0; i < count; i++) {
        int64_t wait_us;

        filled_us[i] = gcra_filled_us(buckets[i].rate, *buckets[i].full_until_us, now_us);
        wait_us = gcra_wait_us(buckets[i].rate, filled_us[i], cost);
        if (wait_us > longest_us) longest_us = wait_us;
    }
    for (size_t i = 0; i < count && longest_us == 0; i++)
        *buckets[i].full_until_us =
            now_us + filled_us[i] + cost * gcra_interval_us(buckets[i].rate);
    return longest_us;
}

/* ---- in Redis ---- */

enum { NAME_BYTES = 40, NUMBERS_BYTES_MAX = (4 + 2 * GCRA_BUCKETS_MAX) * 21 };

/* SHA-1, as Redis names scripts. */
static struct str script_name(void)
{
    static const char digits[] = "0123456789abcdef";
    static char name[NAME_BYTES];
    unsigned char digest[NAME_BYTES / 2];

    if (name[0] != '\0') return (struct str){ name, NAME_BYTES };
    MC_ASSERT(EVP_Digest(LUA_GCRA->text, LUA_GCRA->text_bytes, digest, NULL, EVP_sha1(), NULL) ==
              1);
    for (size_t i = 0; i < sizeof(digest); i++) {
        name[2 * i] = digits[digest[i] >> 4];
        name[2 * i + 1] = digits[digest[i] & 15];
    }
    return (struct str){ name, NAME_BYTES };
}

static struct str script_text(void)
{
    return (struct str){ LUA_GCRA->text, LUA_GCRA->text_bytes };
}

static struct str numbers_of(const struct gcra_ask *ask, char text[NUMBERS_BYTES_MAX])
{
    int size = snprintf(text, NUMBERS_BYTES_MAX, "%lld %lld %lld %lld", (long long)ask->cost,
                        (long long)ask->want, (long long)ask->back, (long long)ask->share);

    for (size_t i = 0; i < ask->count; i++)
        size +=
            snprintf(text + size, NUMBERS_BYTES_MAX - (size_t)size, " %lld %lld",
                     (long long)ask->rates[i].limit, (long long)gcra_interval_us(ask->rates[i]));
    return (struct str){ text, (size_t)size };
}

static void on_reply(struct redis_ask *command, enum status status,
                     const struct redis_reply *reply);

static enum status send_command(struct gcra_ask *ask)
{
    char numbers[NUMBERS_BYTES_MAX];
    char count = (char)('0' + ask->count);

    redis_ask_init(&ask->command, ask->timeout_ms, on_reply, ask);
    redis_ask_add(&ask->command, ask->whole ? STR("EVAL") : STR("EVALSHA"));
    redis_ask_add(&ask->command, ask->whole ? script_text() : script_name());
    redis_ask_add(&ask->command, (struct str){ &count, 1 });
    for (size_t i = 0; i < ask->count; i++)
        redis_ask_add(&ask->command, ask->keys[i]);
    redis_ask_add(&ask->command, numbers_of(ask, numbers));
    return redis_send(ask->redis, &ask->command);
}

static enum status read_reply(struct gcra_ask *ask, const struct redis_reply *reply)
{
    if (reply->kind != REDIS_LIST || reply->count != ask->count + 1) return MC_INTERNAL;
    ask->granted = redis_reply_item(reply, 0).number;
    for (size_t i = 0; i < ask->count; i++)
        ask->filled_us[i] = redis_reply_item(reply, i + 1).number;
    return MC_OK;
}

static void on_reply(struct redis_ask *command, enum status status, const struct redis_reply *reply)
{
    struct gcra_ask *ask = command->data;

    if (status == MC_NOT_FOUND && !ask->whole) {
        ask->whole = true;
        status = send_command(ask);
        if (status == MC_OK) return;
    } else if (status == MC_OK) {
        status = read_reply(ask, reply);
    }
    ask->done(ask, status);
}

enum status gcra_send(struct redis *redis, struct gcra_ask *ask)
{
    MC_ASSERT(ask->count > 0 && ask->count <= GCRA_BUCKETS_MAX && ask->share > 0);
    ask->redis = redis;
    ask->whole = false;
    return send_command(ask);
}

void gcra_cancel(struct gcra_ask *ask)
{
    redis_cancel(&ask->command);
}
