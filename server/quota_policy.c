/* The limits as the settings give them. */
#include "quota_internal.h"

#define SETTING(name) offsetof(struct server_config, name)

/* Of one part of RateLimit: its names and marks; a number. */
enum { QUOTA_WORDS_BYTES = 32, QUOTA_NUMBER_BYTES = 20 };

static const size_t no_setting = SIZE_MAX;

static const struct {
    const char *name;
    int64_t window_s;
} windows[QUOTA_BUCKETS] = { { "minute", 60 }, { "day", 86400 } };

static const size_t limits[QUOTA_CLASSES][QUOTA_BUCKETS] = {
    [QUOTA_ANONYMOUS] = { SETTING(quota_anonymous_minute), no_setting },
    [QUOTA_CITIZEN] = { SETTING(quota_citizen_minute), no_setting },
    [QUOTA_OFFICER] = { SETTING(quota_officer_minute), no_setting },
    [QUOTA_LIVE] = { SETTING(quota_partner_live_minute), SETTING(quota_partner_live_day) },
    [QUOTA_TEST] = { SETTING(quota_partner_test_minute), SETTING(quota_partner_test_day) },
    [QUOTA_TEAM] = { SETTING(quota_partner_team_minute), SETTING(quota_partner_team_day) },
};

static int64_t limit_of(const struct server_config *config, size_t offset)
{
    if (offset == no_setting) return 0;
    return *(const int64_t *)(const void *)((const char *)config + offset);
}

static struct quota_policy read_policy(const struct server_config *config, size_t class)
{
    struct quota_policy policy = { .cost_max = INT64_MAX };

    for (size_t i = 0; i < QUOTA_BUCKETS; i++) {
        int64_t limit = limit_of(config, limits[class][i]);

        if (limit == 0) continue;
        policy.names[policy.count] = windows[i].name;
        policy.rates[policy.count++] = (struct gcra_rate){ limit, windows[i].window_s };
        if (limit < policy.cost_max) policy.cost_max = limit;
    }
    return policy;
}

void quota_policies_read(struct quota *quota)
{
    for (size_t class = 0; class < QUOTA_CLASSES; class ++) {
        struct quota_policy *policy = &quota->policies[class];

        *policy = read_policy(quota->app->config, class);
        policy->text = STR("");
        for (size_t i = 0; i < policy->count; i++)
            policy->text = arena_printf(&quota->app->arena, "%.*s%s\"%s\";q=%lld;w=%lld",
                                        STR_PRINT(policy->text), i > 0 ? ", " : "",
                                        policy->names[i], (long long)policy->rates[i].limit,
                                        (long long)policy->rates[i].window_s);
    }
}

enum quota_class quota_class_of(const struct viewer *viewer)
{
    switch (viewer->kind) {
    case VIEWER_CITIZEN:
        return QUOTA_CITIZEN;
    case VIEWER_OFFICER:
        return QUOTA_OFFICER;
    case VIEWER_PARTNER:
        if (str_is(viewer->environment, "TEST")) return QUOTA_TEST;
        return str_is(viewer->environment, "TEAM") ? QUOTA_TEAM : QUOTA_LIVE;
    default:
        return QUOTA_ANONYMOUS;
    }
}

struct gcra_rate quota_share(const struct quota *quota, struct gcra_rate rate)
{
    rate.limit /= (int64_t)quota->app->processes;
    if (rate.limit < 1) rate.limit = 1;
    return rate;
}

/* On every answer: without printf, which costs as much as all the rest of a charge. */
static char *put_text(char *at, struct str text)
{
    memcpy(at, text.data, text.size);
    return at + text.size;
}

static char *put_number(char *at, int64_t number)
{
    char digits[QUOTA_NUMBER_BYTES];
    size_t from = sizeof(digits);

    do {
        digits[--from] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    memcpy(at, digits + from, sizeof(digits) - from);
    return at + sizeof(digits) - from;
}

size_t quota_headers(const struct quota_charge *charge, struct http_header ret_headers[2])
{
    const struct quota_policy *policy = charge->policy;
    char *text, *at;

    if (policy == NULL) return 0;
    text = at = arena_alloc(charge->arena,
                            QUOTA_BUCKETS * (size_t)(QUOTA_WORDS_BYTES + 2 * QUOTA_NUMBER_BYTES));
    for (size_t i = 0; i < policy->count; i++) {
        at = put_text(put_text(at, i > 0 ? STR(", \"") : STR("\"")), str_of(policy->names[i]));
        at = put_number(put_text(at, STR("\";r=")), charge->left[i]);
        at = put_number(put_text(at, STR(";t=")), charge->reset_s[i]);
    }
    ret_headers[0] = (struct http_header){ STR("ratelimit-policy"), policy->text };
    ret_headers[1] =
        (struct http_header){ STR("ratelimit"), (struct str){ text, (size_t)(at - text) } };
    return 2;
}
