#include "request_log.h"

#include "base/hash.h"
#include "base/log.h"
#include "operation.h"

#include <openssl/evp.h>

enum { FIELDS_MAX = 16 };

struct line {
    struct log_field fields[FIELDS_MAX];
    size_t count;
};

static void add(struct line *line, struct log_field field)
{
    MC_ASSERT(line->count < FIELDS_MAX);
    line->fields[line->count++] = field;
}

#define ADD(line, ...) add((line), (struct log_field)__VA_ARGS__)

static const char *principal_of(enum viewer_kind kind)
{
    return kind == VIEWER_NONE ? "NONE" : viewer_kind_name(kind);
}

static const char *kind_of(const struct gql_plan *plan)
{
    enum gql_operation_kind kind = gql_plan_kind(plan);

    return kind == GQL_SUBSCRIPTION ? "subscription" : kind == GQL_MUTATION ? "mutation" : "query";
}

void request_log_key(struct app *app)
{
    struct str keys = str_of(app->secrets.token_keys);
    unsigned char digest[EVP_MAX_MD_SIZE];

    MC_ASSERT(EVP_Digest(keys.data, keys.size, digest, NULL, EVP_sha256(), NULL) == 1);
    memcpy(app->operation_key, digest, sizeof(app->operation_key));
}

static void add_operation(struct line *line, const struct operation *operation)
{
    struct str name;

    if (operation->plan == NULL) return;
    ADD(line, LOG_SYMBOL("kind", kind_of(operation->plan)));
    name = gql_plan_operation_name(operation->plan);
    if (name.size == 0) return;
    if (operation->is_trusted)
        ADD(line, LOG_OURS("operation", log_ours(name)));
    else
        ADD(line, LOG_HEX("operation_hash", hash_keyed(operation->app->operation_key, name)));
}

void request_log_operation(const struct operation *operation)
{
    const struct request_line *facts = &operation->line;
    const struct request *request = &operation->request;
    uint64_t ms = (uv_hrtime() - facts->began_ns) / 1000000;
    struct line line = { .count = 0 };

    if (facts->id == 0 || !operation->app->config->log_requests) return;
    ADD(&line, LOG_HEX("id", facts->id));
    if (facts->part > 0) ADD(&line, LOG_I64("part", facts->part));
    ADD(&line, LOG_SYMBOL("over", operation->carrier->name));
    ADD(&line, LOG_SYMBOL("principal", principal_of(request->viewer.kind)));
    add_operation(&line, operation);
    ADD(&line, LOG_I64("levels", request->group_count));
    ADD(&line, LOG_I64("statements", request->ask_count));
    ADD(&line, LOG_I64("ms", ms));
    ADD(&line, LOG_I64("bytes", facts->bytes));
    ADD(&line, LOG_SYMBOL("status", status_name(operation->gone ? MC_CANCELLED : facts->status)));
    if (facts->http > 0) ADD(&line, LOG_I64("http", facts->http));
    log_fields(LOG_INFO, "request", line.fields, line.count);
}

void request_log_exchange(const struct app *app, const struct http_end *end)
{
    struct line line = { .count = 0 };

    if (!app->config->log_requests) return;
    ADD(&line, LOG_HEX("id", end->id));
    ADD(&line, LOG_SYMBOL("over", "http"));
    ADD(&line, LOG_SYMBOL("route", end->route == NULL ? "none" : end->route));
    ADD(&line, LOG_I64("ms", end->us / 1000));
    ADD(&line, LOG_I64("bytes", end->bytes));
    if (end->status > 0)
        ADD(&line, LOG_I64("http", end->status));
    else
        ADD(&line, LOG_SYMBOL("status", "MC_CANCELLED"));
    log_fields(LOG_INFO, "request", line.fields, line.count);
}
