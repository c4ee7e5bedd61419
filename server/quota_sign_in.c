/* Attempts to sign in, and requests for a token. Their buckets are of different people, so all lie
 * in one hash slot. */
#include "quota_internal.h"
#include "sha256.h"

#include <stdio.h>

enum { MINUTE_S = 60, HOUR_S = 3600 };

struct part {
    const char *name;
    struct str value;
    int64_t limit, window_s;
};

static const char *what(const struct quota_sign_in *sign_in)
{
    return sign_in->client.data == NULL ? "sign_in" : "token";
}

static struct quota_key key_of(const char *what, const struct part *part)
{
    struct quota_key key;
    char digest[SHA256_TEXT_BYTES];
    struct str text = sha256_text(part->value, digest);
    int size = snprintf(key.bytes, sizeof(key.bytes), "%s %s ", what, part->name);

    /* A value may be longer than a key. */
    key.size = (size_t)size;
    memcpy(key.bytes + key.size, text.data, QUOTA_BLIND_BYTES);
    key.size += QUOTA_BLIND_BYTES;
    return key;
}

static void add(struct quota_sign_in *sign_in, const struct part *part)
{
    struct gcra_ask *ask = &sign_in->ask;
    struct quota_key *key = &sign_in->keys[ask->count];
    struct str blind;

    if (part->value.data == NULL || part->limit == 0) return;
    *key = key_of(what(sign_in), part);
    blind = quota_blind(sign_in->quota, key, sign_in->arena);
    ask->rates[ask->count] = (struct gcra_rate){ part->limit, part->window_s };
    ask->keys[ask->count++] = arena_printf(sign_in->arena, "quota:{%s}:%s:%.*s", what(sign_in),
                                           part->name, STR_PRINT(blind));
}

static struct str bytes_of(const struct http_address *address)
{
    if (address->size == 0) return STR_NONE;
    return (struct str){ (const char *)address->bytes, address->size };
}

static void add_people(struct quota_sign_in *sign_in)
{
    const struct server_config *config = sign_in->quota->app->config;
    const struct part parts[] = {
        { "number", sign_in->number, config->sign_in_limit_number_hour, HOUR_S },
        { "device", sign_in->device, config->sign_in_limit_device_hour, HOUR_S },
        { "address", bytes_of(&sign_in->address), config->sign_in_limit_address_hour, HOUR_S },
        { "all", sign_in->in_all ? STR("") : STR_NONE, config->sign_in_limit_all_minute, MINUTE_S },
    };

    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
        add(sign_in, &parts[i]);
}

/* The address first: its length is one of two, so that no two pairs read alike. */
static struct str client_here(const struct quota_sign_in *sign_in)
{
    size_t address_bytes = sign_in->address.size;
    size_t size = address_bytes + sign_in->client.size;
    char *bytes = arena_alloc(sign_in->arena, size);

    memcpy(bytes, sign_in->address.bytes, address_bytes);
    memcpy(bytes + address_bytes, sign_in->client.data, sign_in->client.size);
    return (struct str){ bytes, size };
}

static void add_client(struct quota_sign_in *sign_in)
{
    const struct server_config *config = sign_in->quota->app->config;
    struct str address = bytes_of(&sign_in->address);
    struct str here = client_here(sign_in);
    const struct part parts[] = {
        { "client", here, config->token_limit_client_hour, HOUR_S },
        { "address", address, config->token_limit_address_hour, HOUR_S },
        { "all", sign_in->in_all ? STR("") : STR_NONE, config->token_limit_all_minute, MINUTE_S },
    };

    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
        add(sign_in, &parts[i]);
}

static void refuse(struct quota_sign_in *sign_in, int64_t wait_us)
{
    sign_in->status = MC_RATE;
    sign_in->retry_after_s = quota_seconds(wait_us);
    app_count(sign_in->quota->app, METRIC_QUOTA_REFUSED, 1);
}

/* An entry lives until the next is asked for: times are taken out and put back. */
static void take_share(struct quota_sign_in *sign_in)
{
    struct quota *quota = sign_in->quota;
    struct gcra_bucket buckets[GCRA_BUCKETS_MAX];
    int64_t until_us[GCRA_BUCKETS_MAX], wait_us;
    size_t count = sign_in->ask.count;

    for (size_t i = 0; i < count; i++) {
        until_us[i] = quota_table_get(&quota->table, &sign_in->keys[i])->share_until_us[0];
        buckets[i] =
            (struct gcra_bucket){ quota_share(quota, sign_in->ask.rates[i]), &until_us[i] };
    }
    wait_us = gcra_take(buckets, count, 1, quota_now_us(quota));
    for (size_t i = 0; i < count && wait_us == 0; i++)
        quota_table_get(&quota->table, &sign_in->keys[i])->share_until_us[0] = until_us[i];
    if (wait_us > 0) refuse(sign_in, wait_us);
    app_count(quota->app, METRIC_QUOTA_SHARED, 1);
}

static int64_t longest_wait_us(const struct gcra_ask *ask)
{
    int64_t longest_us = 0;

    for (size_t i = 0; i < ask->count; i++) {
        int64_t wait_us = gcra_wait_us(ask->rates[i], ask->filled_us[i], 1);

        if (wait_us > longest_us) longest_us = wait_us;
    }
    return longest_us;
}

static void on_asked(struct gcra_ask *ask, enum status status)
{
    struct quota_sign_in *sign_in = ask->data;

    if (status == MC_CANCELLED)
        sign_in->status = status;
    else if (status != MC_OK)
        take_share(sign_in);
    else if (ask->granted == 0)
        refuse(sign_in, longest_wait_us(ask));
    sign_in->done(sign_in);
}

enum quota_progress quota_sign_in(struct quota *quota, struct quota_sign_in *sign_in)
{
    struct gcra_ask *ask = &sign_in->ask;

    sign_in->quota = quota;
    sign_in->status = MC_OK;
    sign_in->retry_after_s = 0;
    ask->count = 0;
    if (sign_in->client.data == NULL)
        add_people(sign_in);
    else
        add_client(sign_in);
    if (ask->count == 0) return QUOTA_NOW;
    ask->cost = ask->want = ask->share = 1;
    ask->back = 0;
    ask->timeout_ms = (uint32_t)quota->app->config->redis_timeout_ms;
    ask->done = on_asked;
    ask->data = sign_in;
    if (gcra_send(quota->app->redis, ask) == MC_OK) {
        app_count(quota->app, METRIC_QUOTA_ASKED, 1);
        return QUOTA_LATER;
    }
    take_share(sign_in);
    return QUOTA_NOW;
}

void quota_sign_in_cancel(struct quota_sign_in *sign_in)
{
    gcra_cancel(&sign_in->ask);
}
