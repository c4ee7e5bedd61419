#include "status_profile.h"

enum { HTTP_OK = 200, HTTP_PARTIAL = 294, HTTP_UNPROCESSABLE = 422 };

static const char *const names[PROFILE_COUNT] = { "audit", "draft2026" };

/* What was refused before it ran, where the profiles differ from the status's own. */
static const struct {
    enum status status;
    int audit_json, audit_reply, draft;
} refused[] = {
    { MC_SYNTAX, HTTP_OK, 400, 400 },
    { MC_INVALID, HTTP_OK, 400, HTTP_UNPROCESSABLE },
    { MC_BAD_INPUT, HTTP_OK, 400, HTTP_UNPROCESSABLE },
    { MC_LIMIT, HTTP_OK, 400, HTTP_UNPROCESSABLE },
    { MC_COST, HTTP_OK, 400, HTTP_UNPROCESSABLE },
    { MC_DOCUMENT_UNKNOWN, HTTP_OK, 404, 404 },
    { MC_DOCUMENT_REFUSED, HTTP_OK, 403, 403 },
};

enum status status_profile_named(const char *name, enum status_profile *ret_profile)
{
    for (size_t i = 0; i < PROFILE_COUNT; i++) {
        if (strcmp(name, names[i]) != 0) continue;
        *ret_profile = (enum status_profile)i;
        return MC_OK;
    }
    return MC_BAD_INPUT;
}

/* What cannot be answered now is a 503 in every profile, so that a client (and a balancer) tries
 * again. */
static int status_of_executed(enum status_profile profile, const struct outcome *outcome)
{
    if (status_http(outcome->worst) == 503) return 503;
    if (outcome->worst == MC_OK || profile == PROFILE_AUDIT) return HTTP_OK;
    return HTTP_PARTIAL;
}

int profile_status_of_outcome(enum status_profile profile, bool of_json,
                              const struct outcome *outcome)
{
    if (outcome->executed) return status_of_executed(profile, outcome);
    for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
        if (refused[i].status != outcome->status) continue;
        if (profile == PROFILE_DRAFT2026) return refused[i].draft;
        return of_json ? refused[i].audit_json : refused[i].audit_reply;
    }
    return status_http(outcome->status);
}

int profile_status_of_refusal(enum status_profile profile, enum status status)
{
    if (profile == PROFILE_DRAFT2026 && status == MC_BAD_INPUT) return HTTP_UNPROCESSABLE;
    return status_http(status);
}
