/* Attempts to sign in, requests for a token, looks at a dossier without a session. Their buckets
 * are of different people, so all of a kind lie in one hash slot. */
#include "quota_internal.h"
#include "sha256.h"

#include <stdio.h>

enum { MINUTE_S = 60, HOUR_S = 3600 };

struct part {
    const char *name;
    struct str value;
    int64_t limit, window_s;
};

static const char *what(const struct quota_attempt *attempt)
{
    if (attempt->dossier.data != NULL) return "look_up";
    return attempt->client.data == NULL ? "sign_in" : "token";
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

static void add(struct quota_attempt *attempt, const struct part *part)
{
    struct gcra_ask *ask = &attempt->ask;
    struct quota_key *key = &attempt->keys[ask->count];
    struct str blind;

    if (part->value.data == NULL || part->limit == 0) return;
    *key = key_of(what(attempt), part);
    blind = quota_blind(attempt->quota, key, attempt->arena);
    ask->rates[ask->count] = (struct gcra_rate){ part->limit, part->window_s };
    ask->keys[ask->count++] = arena_printf(attempt->arena, "quota:{%s}:%s:%.*s", what(attempt),
                                           part->name, STR_PRINT(blind));
}

static struct str bytes_of(const struct http_address *address)
{
    if (address->size == 0) return STR_NONE;
    return (struct str){ (const char *)address->bytes, address->size };
}

static void add_people(struct quota_attempt *attempt)
{
    const struct server_config *config = attempt->quota->app->config;
    const struct part parts[] = {
        { "number", attempt->number, config->sign_in_limit_number_hour, HOUR_S },
        { "device", attempt->device, config->sign_in_limit_device_hour, HOUR_S },
        { "address", bytes_of(&attempt->address), config->sign_in_limit_address_hour, HOUR_S },
        { "all", attempt->in_all ? STR("") : STR_NONE, config->sign_in_limit_all_minute, MINUTE_S },
    };

    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
        add(attempt, &parts[i]);
}

/* The address first: its length is one of two, so that no two pairs read alike. */
static struct str at_address(const struct quota_attempt *attempt, struct str what)
{
    size_t address_bytes = attempt->address.size;
    size_t size = address_bytes + what.size;
    char *bytes = arena_alloc(attempt->arena, size);

    memcpy(bytes, attempt->address.bytes, address_bytes);
    memcpy(bytes + address_bytes, what.data, what.size);
    return (struct str){ bytes, size };
}

static void add_client(struct quota_attempt *attempt)
{
    const struct server_config *config = attempt->quota->app->config;
    struct str address = bytes_of(&attempt->address);
    struct str here = at_address(attempt, attempt->client);
    const struct part parts[] = {
        { "client", here, config->token_limit_client_hour, HOUR_S },
        { "address", address, config->token_limit_address_hour, HOUR_S },
        { "all", attempt->in_all ? STR("") : STR_NONE, config->token_limit_all_minute, MINUTE_S },
    };

    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
        add(attempt, &parts[i]);
}

/* Counted alike whether there is such a dossier or not. */
static void add_dossier(struct quota_attempt *attempt)
{
    const struct server_config *config = attempt->quota->app->config;
    struct str here = at_address(attempt, attempt->dossier);
    const struct part parts[] = {
        { "dossier", here, config->look_up_limit_dossier_hour, HOUR_S },
        { "address", bytes_of(&attempt->address), config->look_up_limit_address_hour, HOUR_S },
        { "all", attempt->in_all ? STR("") : STR_NONE, config->look_up_limit_all_minute, MINUTE_S },
    };

    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
        add(attempt, &parts[i]);
}

static void refuse(struct quota_attempt *attempt, int64_t wait_us)
{
    attempt->status = MC_RATE;
    attempt->retry_after_s = quota_seconds(wait_us);
    app_count(attempt->quota->app, METRIC_QUOTA_REFUSED, 1);
}

/* An entry lives until the next is asked for: times are taken out and put back. */
static void take_share(struct quota_attempt *attempt)
{
    struct quota *quota = attempt->quota;
    struct gcra_bucket buckets[GCRA_BUCKETS_MAX];
    int64_t until_us[GCRA_BUCKETS_MAX], wait_us;
    size_t count = attempt->ask.count;

    for (size_t i = 0; i < count; i++) {
        until_us[i] = quota_table_get(&quota->table, &attempt->keys[i])->share_until_us[0];
        buckets[i] =
            (struct gcra_bucket){ quota_share(quota, attempt->ask.rates[i]), &until_us[i] };
    }
    wait_us = gcra_take(buckets, count, 1, quota_now_us(quota));
    for (size_t i = 0; i < count && wait_us == 0; i++)
        quota_table_get(&quota->table, &attempt->keys[i])->share_until_us[0] = until_us[i];
    if (wait_us > 0) refuse(attempt, wait_us);
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
    struct quota_attempt *attempt = ask->data;

    if (status == MC_CANCELLED)
        attempt->status = status;
    else if (status != MC_OK)
        take_share(attempt);
    else if (ask->granted == 0)
        refuse(attempt, longest_wait_us(ask));
    attempt->done(attempt);
}

enum quota_progress quota_attempt(struct quota *quota, struct quota_attempt *attempt)
{
    struct gcra_ask *ask = &attempt->ask;

    attempt->quota = quota;
    attempt->status = MC_OK;
    attempt->retry_after_s = 0;
    ask->count = 0;
    if (attempt->dossier.data != NULL)
        add_dossier(attempt);
    else if (attempt->client.data != NULL)
        add_client(attempt);
    else
        add_people(attempt);
    if (ask->count == 0) return QUOTA_NOW;
    ask->cost = ask->want = ask->share = 1;
    ask->back = 0;
    ask->timeout_ms = (uint32_t)quota->app->config->redis_timeout_ms;
    ask->done = on_asked;
    ask->data = attempt;
    if (gcra_send(quota->app->redis, ask) == MC_OK) {
        app_count(quota->app, METRIC_QUOTA_ASKED, 1);
        return QUOTA_LATER;
    }
    take_share(attempt);
    return QUOTA_NOW;
}

void quota_attempt_cancel(struct quota_attempt *attempt)
{
    gcra_cancel(&attempt->ask);
}
