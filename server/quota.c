#include "base/memory.h"
#include "quota_internal.h"

#include <openssl/hmac.h>

enum { HELD_US = 10 * 1000000, WANT_FIRST = 8, WANT_MAX = 4096, SHARE_OF_LEFT = 16 };

/* ---- who is limited ---- */

struct str quota_blind(const struct quota *quota, const struct quota_key *key, struct arena *arena)
{
    static const char digits[] = "0123456789abcdef";
    unsigned char digest[EVP_MAX_MD_SIZE];
    char *text = arena_alloc(arena, QUOTA_BLIND_BYTES);

    MC_ASSERT(HMAC(EVP_sha256(), quota->secret, QUOTA_SECRET_BYTES,
                   (const unsigned char *)key->bytes, key->size, digest, NULL) != NULL);
    for (size_t i = 0; i < QUOTA_BLIND_BYTES / 2; i++) {
        text[2 * i] = digits[digest[i] >> 4];
        text[2 * i + 1] = digits[digest[i] & 15];
    }
    return (struct str){ text, QUOTA_BLIND_BYTES };
}

static void add(struct quota_key *key, struct str text)
{
    size_t room = QUOTA_KEY_BYTES - key->size;
    size_t size = text.size < room ? text.size : room;

    if (size > 0) memcpy(key->bytes + key->size, text.data, size);
    key->size += size;
}

/* A partner has one quota for each environment, whichever of its keys it uses. */
static struct quota_key key_of(const struct quota_charge *charge)
{
    const struct viewer *viewer = charge->viewer;
    struct quota_key key = { .size = 0 };

    switch (viewer->kind) {
    case VIEWER_NONE:
        add(&key, STR("address "));
        add(&key, (struct str){ (const char *)charge->address.bytes, charge->address.size });
        break;
    case VIEWER_PARTNER:
        add(&key, STR("partner "));
        add(&key, viewer->id);
        add(&key, viewer->environment);
        break;
    default:
        /* A test key opens as many sessions of its people as it likes, and has no more for it. */
        add(&key, viewer_in_sandbox(viewer) ? STR("sandbox ") : STR("session "));
        add(&key, viewer_in_sandbox(viewer) ? viewer->id : viewer->session);
    }
    return key;
}

/* ---- what a charge says in the end ---- */

static int64_t beside(struct gcra_rate rate, int64_t filled_us, int64_t units)
{
    filled_us -= units * gcra_interval_us(rate);
    return filled_us > 0 ? filled_us : 0;
}

static void tell(struct quota_charge *charge, size_t i, struct gcra_rate rate, int64_t filled_us)
{
    charge->left[i] = gcra_room(rate, filled_us);
    charge->reset_s[i] = quota_seconds(filled_us);
}

/* What is held here is as good as left. */
static void tell_all(struct quota_charge *charge, const struct quota_entry *entry)
{
    const struct quota_policy *policy = charge->policy;
    int64_t now_us = quota_now_us(charge->quota);

    for (size_t i = 0; i < policy->count; i++) {
        int64_t filled_us = gcra_filled_us(policy->rates[i], entry->full_until_us[i], now_us);

        tell(charge, i, policy->rates[i], beside(policy->rates[i], filled_us, entry->units));
    }
}

static void refuse(struct quota_charge *charge, int64_t wait_us)
{
    charge->status = MC_RATE;
    charge->retry_after_s = quota_seconds(wait_us);
    app_count(charge->quota->app, METRIC_QUOTA_REFUSED, 1);
}

/* 0: as far as Redis has told, it fits in. */
static int64_t known_wait_us(const struct quota_charge *charge, const struct quota_entry *entry)
{
    const struct quota_policy *policy = charge->policy;
    int64_t now_us = quota_now_us(charge->quota), longest_us = 0;

    for (size_t i = 0; i < policy->count; i++) {
        struct gcra_rate rate = policy->rates[i];
        int64_t filled_us =
            beside(rate, gcra_filled_us(rate, entry->full_until_us[i], now_us), entry->units);
        int64_t wait_us = gcra_wait_us(rate, filled_us, charge->cost);

        if (wait_us > longest_us) longest_us = wait_us;
    }
    return longest_us;
}

/* ---- without Redis ---- */

static void take_share(struct quota_charge *charge, struct quota_entry *entry)
{
    const struct quota *quota = charge->quota;
    struct gcra_bucket buckets[QUOTA_BUCKETS];
    int64_t cost = charge->cost, now_us = quota_now_us(quota), wait_us;
    size_t count = charge->policy->count;

    for (size_t i = 0; i < count; i++) {
        struct gcra_rate rate = quota_share(quota, charge->policy->rates[i]);

        buckets[i] = (struct gcra_bucket){ rate, &entry->share_until_us[i] };
        if (cost > rate.limit) cost = rate.limit;
    }
    wait_us = gcra_take(buckets, count, cost, now_us);
    if (wait_us > 0) refuse(charge, wait_us);
    for (size_t i = 0; i < count; i++)
        tell(charge, i, buckets[i].rate,
             gcra_filled_us(buckets[i].rate, entry->share_until_us[i], now_us));
    app_count(quota->app, METRIC_QUOTA_SHARED, 1);
}

/* ---- from Redis ---- */

static void settle(struct quota_charge *charge, struct quota_entry *entry)
{
    int64_t now_us = quota_now_us(charge->quota);

    for (size_t i = 0; i < charge->policy->count; i++)
        entry->full_until_us[i] = now_us + charge->ask.filled_us[i];
    if (charge->ask.granted > 0)
        entry->units += charge->ask.granted - charge->cost;
    else
        refuse(charge, known_wait_us(charge, entry));
    tell_all(charge, entry);
}

static void on_asked(struct gcra_ask *ask, enum status status)
{
    struct quota_charge *charge = ask->data;
    struct quota_entry *entry = quota_table_get(&charge->quota->table, &charge->key);

    entry->asking = false;
    if (status == MC_OK)
        settle(charge, entry);
    else if (status == MC_CANCELLED)
        charge->status = status;
    else
        take_share(charge, entry);
    charge->done(charge);
}

/* Who had a block to the end wants twice as much, who still had some of it when its time was up the
 * half: so a steady client asks Redis about once in the time of a block. */
static int64_t next_want(const struct quota_entry *entry, int64_t cost, int64_t now_us)
{
    int64_t first = WANT_FIRST * cost;

    if (now_us < entry->units_until_us) return 2 * entry->want > first ? 2 * entry->want : first;
    return now_us < entry->units_until_us + HELD_US ? entry->want / 2 : first;
}

/* Of several under way at once only one wants more than it costs: each would take its part. */
static int64_t wanted(const struct quota_charge *charge, struct quota_entry *entry, int64_t now_us)
{
    int64_t want = next_want(entry, charge->cost, now_us);

    entry->want = charge->cost;
    if (entry->asking || want <= charge->cost) return charge->cost;
    entry->want = want < WANT_MAX || charge->cost > WANT_MAX ? want : WANT_MAX;
    return entry->want;
}

/* An HMAC costs more than the rest of a charge. */
static struct str blind_of(const struct quota_charge *charge, struct quota_entry *entry)
{
    struct str blind = { entry->blind, QUOTA_BLIND_BYTES };

    if (entry->blind[0] != '\0') return blind;
    blind = quota_blind(charge->quota, &charge->key, charge->arena);
    memcpy(entry->blind, blind.data, QUOTA_BLIND_BYTES);
    return blind;
}

static enum quota_progress ask_redis(struct quota_charge *charge, struct quota_entry *entry)
{
    struct app *app = charge->quota->app;
    const struct quota_policy *policy = charge->policy;
    struct str blind = blind_of(charge, entry);
    struct gcra_ask *ask = &charge->ask;
    int64_t now_us = quota_now_us(charge->quota);

    ask->count = policy->count;
    for (size_t i = 0; i < policy->count; i++) {
        ask->keys[i] =
            arena_printf(charge->arena, "quota:{%.*s}:%s", STR_PRINT(blind), policy->names[i]);
        ask->rates[i] = policy->rates[i];
    }
    ask->cost = charge->cost;
    ask->want = wanted(charge, entry, now_us);
    ask->share = SHARE_OF_LEFT * (int64_t)app->processes;
    ask->back = entry->units;
    ask->timeout_ms = (uint32_t)app->config->redis_timeout_ms;
    ask->done = on_asked;
    ask->data = charge;
    if (gcra_send(app->redis, ask) != MC_OK) {
        take_share(charge, entry);
        return QUOTA_NOW;
    }
    entry->units = 0;
    entry->units_until_us = now_us + HELD_US;
    entry->asking = true;
    app_count(app, METRIC_QUOTA_ASKED, 1);
    return QUOTA_LATER;
}

/* ---- one charge ---- */

enum quota_progress quota_charge(struct quota *quota, struct quota_charge *charge)
{
    const struct quota_policy *policy = &quota->policies[quota_class_of(charge->viewer)];
    struct quota_entry *entry;
    int64_t wait_us;

    charge->status = MC_OK;
    charge->retry_after_s = 0;
    charge->policy = NULL;
    if (policy->count == 0) return QUOTA_NOW;
    charge->policy = policy;
    charge->quota = quota;
    if (charge->cost > policy->cost_max) charge->cost = policy->cost_max;
    charge->key = key_of(charge);
    entry = quota_table_get(&quota->table, &charge->key);
    if (entry->units >= charge->cost && quota_now_us(quota) < entry->units_until_us) {
        entry->units -= charge->cost;
        tell_all(charge, entry);
        app_count(quota->app, METRIC_QUOTA_HELD, 1);
        return QUOTA_NOW;
    }
    wait_us = known_wait_us(charge, entry);
    if (wait_us == 0) return ask_redis(charge, entry);
    refuse(charge, wait_us);
    tell_all(charge, entry);
    return QUOTA_NOW;
}

void quota_charge_cancel(struct quota_charge *charge)
{
    gcra_cancel(&charge->ask);
}

/* ---- as long as the process ---- */

struct quota *quota_new(struct app *app)
{
    static const char purpose[] = "motcua quota";
    struct str key = app->sessions.ring.keys[0].secret;
    struct quota *quota = MEM_NEW(struct quota);

    quota->app = app;
    MC_ASSERT(HMAC(EVP_sha256(), key.data, (int)key.size, (const unsigned char *)purpose,
                   sizeof(purpose) - 1, quota->secret, NULL) != NULL);
    quota_policies_read(quota);
    quota_table_init(&quota->table, (size_t)app->config->quota_principals_max);
    return quota;
}

void quota_free(struct quota *quota)
{
    quota_table_done(&quota->table);
    mem_free(quota);
}
