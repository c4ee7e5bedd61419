#include "admission.h"

static enum status fail(struct gql_errors *errors, enum status status, const char *why)
{
    gql_errors_add(errors, status, STR_NONE, NULL, 0, "%s", why);
    return status;
}

static enum status readiness(const struct operation *operation, struct gql_errors *errors)
{
    if (operation->app->reference != NULL) return MC_OK;
    return fail(errors, MC_UNAVAILABLE, status_sentence(MC_UNAVAILABLE));
}

static enum status method(const struct operation *operation, struct gql_errors *errors)
{
    enum gql_operation_kind kind = gql_plan_kind(operation->plan);

    if (!operation->carrier->queries_only || kind == GQL_QUERY) return MC_OK;
    if (kind == GQL_SUBSCRIPTION && operation->carrier->stream != NULL) return MC_OK;
    return fail(errors, MC_METHOD, "A mutation is sent by POST.");
}

static enum status carriage(const struct operation *operation, struct gql_errors *errors)
{
    if (gql_plan_kind(operation->plan) != GQL_SUBSCRIPTION) return MC_OK;
    if (operation->carrier->stream != NULL) return MC_OK;
    return fail(errors, MC_NOT_ACCEPTABLE, "A subscription is answered as text/event-stream.");
}

static enum status (*const rules[])(const struct operation *operation,
                                    struct gql_errors *errors) = { readiness, method, carriage };

enum status admit(const struct operation *operation, struct gql_errors *errors)
{
    enum status status = MC_OK;

    for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]) && status == MC_OK; i++)
        status = rules[i](operation, errors);
    return status;
}
