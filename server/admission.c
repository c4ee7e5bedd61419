#include "admission.h"

static enum status fail(struct gql_errors *errors, enum status status, const char *why)
{
    gql_errors_add(errors, status, STR_NONE, NULL, 0, "%s", why);
    return status;
}

static enum status readiness(struct operation *operation, struct gql_errors *errors)
{
    if (operation->app->reference != NULL) return MC_OK;
    return fail(errors, MC_UNAVAILABLE, status_sentence(MC_UNAVAILABLE));
}

static enum status method(struct operation *operation, struct gql_errors *errors)
{
    enum gql_operation_kind kind = gql_plan_kind(operation->plan);

    if (!operation->carrier->queries_only || kind == GQL_QUERY) return MC_OK;
    if (kind == GQL_SUBSCRIPTION && operation->carrier->stream != NULL) return MC_OK;
    return fail(errors, MC_METHOD, "A mutation is sent by POST.");
}

static enum status carriage(struct operation *operation, struct gql_errors *errors)
{
    if (gql_plan_kind(operation->plan) != GQL_SUBSCRIPTION) return MC_OK;
    if (operation->carrier->stream != NULL) return MC_OK;
    return fail(errors, MC_NOT_ACCEPTABLE, "A subscription is answered as text/event-stream.");
}

/* Both of its costs stay below the client's limit. */
static enum status cost(struct operation *operation, struct gql_errors *errors)
{
    struct gql_cost found;
    double dearer;
    enum status status = gql_plan_cost(operation->plan, operation->graphql.variables,
                                       &operation->arena, errors, &found);

    if (status != MC_OK) return status;
    dearer = found.types > found.fields ? found.types : found.fields;
    app_count(operation->app, METRIC_COST, (int64_t)dearer);
    if (dearer <= (double)operation->policy.cost_max) {
        operation->cost = dearer < 1 ? 1 : (int64_t)dearer;
        return MC_OK;
    }
    gql_errors_add(errors, MC_COST, STR_NONE, NULL, 0,
                   "The operation may cost %.0f; this client's limit is %lld. Ask for shorter "
                   "lists, or for less of each item.",
                   dearer, (long long)operation->policy.cost_max);
    return MC_COST;
}

/* Each attempt to sign in is a request of its own, so that limits count what is tried: neither
 * aliases nor a batch carry more. */
static bool is_sign_in(struct str field)
{
    static const char *const fields[] = { "signIn", "stepUp", "refreshSession", "sandboxSignIn" };
    size_t i = 0;

    while (i < sizeof(fields) / sizeof(fields[0]) && !str_is(field, fields[i]))
        i++;
    return i < sizeof(fields) / sizeof(fields[0]);
}

static enum status sign_in(struct operation *operation, struct gql_errors *errors)
{
    struct gql_root_fields roots;
    enum status status;
    size_t count = 0;

    if (gql_plan_kind(operation->plan) != GQL_MUTATION) return MC_OK;
    status = gql_plan_root_fields(operation->plan, operation->graphql.variables, &operation->arena,
                                  errors, &roots);
    for (size_t i = 0; status == MC_OK && i < roots.count; i++)
        count += is_sign_in(roots.names[i]);
    if (status != MC_OK || count == 0) return status;
    if (operation->carrier->in_batch)
        return fail(errors, MC_LIMIT, "A mutation that signs in is not sent in a batch.");
    if (count == 1) return MC_OK;
    return fail(errors, MC_LIMIT, "An operation signs in, steps up or refreshes once.");
}

static enum status (*const rules[])(struct operation *operation,
                                    struct gql_errors *errors) = { readiness, method, carriage,
                                                                   cost, sign_in };

enum status admit(struct operation *operation, struct gql_errors *errors)
{
    enum status status = MC_OK;

    for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]) && status == MC_OK; i++)
        status = rules[i](operation, errors);
    return status;
}
