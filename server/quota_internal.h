/*
 * quota_internal.h - what the files of quota.h share.
 */
#ifndef SERVER_QUOTA_INTERNAL_H
#define SERVER_QUOTA_INTERNAL_H

#include "app.h"
#include "quota.h"

enum quota_class {
    QUOTA_ANONYMOUS,
    QUOTA_CITIZEN,
    QUOTA_OFFICER,
    QUOTA_LIVE,
    QUOTA_TEST,
    QUOTA_TEAM,
    QUOTA_CLASSES
};

enum { QUOTA_SECRET_BYTES = 32 };

struct quota {
    struct app *app;
    unsigned char secret[QUOTA_SECRET_BYTES];
    struct quota_policy policies[QUOTA_CLASSES];
    struct quota_table table;
};

/* By the loop's clock, which stands still within a turn. */
static inline int64_t quota_now_us(const struct quota *quota)
{
    return (int64_t)uv_now(&quota->app->loop) * 1000;
}

/* Rounded up: what is due within the second is due in one. */
static inline int64_t quota_seconds(int64_t us)
{
    return (us + 999999) / 1000000;
}

/* What one process alone gives of it. */
struct gcra_rate quota_share(const struct quota *quota, struct gcra_rate rate);

/* Hex of the first half of the key's HMAC: the same in every process, and told to nobody. */
struct str quota_blind(const struct quota *quota, const struct quota_key *key, struct arena *arena);

void quota_policies_read(struct quota *quota);
enum quota_class quota_class_of(const struct viewer *viewer);

#endif
