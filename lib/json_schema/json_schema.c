/* The C side of the door: sizes, statuses, and problems into the caller's arena. */
#include "json_schema.h"

#include "base/memory.h"
#include "validator.h"

struct json_schema {
    struct validator *validator;
};

struct told {
    struct arena *arena;
    struct json_problems problems;
};

static const struct validator_limits limits = {
    .schema_depth = JSON_SCHEMA_DEPTH_MAX,
    .schema_nodes = JSON_SCHEMA_NODES_MAX,
    .schema_chain = JSON_SCHEMA_CHAIN_MAX,
    .schema_fan = JSON_SCHEMA_FAN_MAX,
    .pattern_bytes = JSON_SCHEMA_PATTERN_MAX,
    .document_depth = JSON_DOCUMENT_DEPTH_MAX,
    .document_values = JSON_DOCUMENT_VALUES_MAX,
    .document_items = JSON_DOCUMENT_ITEMS_MAX,
    .steps = JSON_SCHEMA_STEPS_MAX,
};

static enum status status_of(enum validator_outcome outcome)
{
    switch (outcome) {
    case VALIDATOR_OK:
        return MC_OK;
    case VALIDATOR_NOT_JSON:
        return MC_BAD_INPUT;
    case VALIDATOR_NOT_A_SCHEMA:
        return MC_INVALID;
    case VALIDATOR_LIMIT:
        return MC_LIMIT;
    }
    return MC_INTERNAL;
}

enum status json_schema_parse(struct str text, struct json_schema **ret_schema)
{
    struct validator *validator;
    enum status status;

    if (text.data == NULL) return MC_BAD_INPUT;
    if (text.size > JSON_SCHEMA_BYTES_MAX) return MC_LIMIT;
    status = status_of(validator_new(text.data, text.size, &limits, &validator));
    if (status != MC_OK) return status;
    *ret_schema = MEM_NEW(struct json_schema);
    (*ret_schema)->validator = validator;
    return MC_OK;
}

static void tell(void *context, const char *path, size_t path_bytes, const char *keyword)
{
    struct told *told = context;
    struct json_problem *row;

    if (told->problems.count == JSON_PROBLEMS_MAX) {
        told->problems.more = true;
        return;
    }
    row = &told->problems.rows[told->problems.count++];
    row->path = arena_str(told->arena, (struct str){ path, path_bytes });
    row->keyword = str_of(keyword);
}

enum status json_schema_check(struct json_schema *schema, struct str text, struct arena *arena,
                              struct json_problems *ret_problems)
{
    struct told told = { .arena = arena };
    enum status status;

    if (text.data == NULL) return MC_BAD_INPUT;
    if (text.size > JSON_DOCUMENT_BYTES_MAX) return MC_LIMIT;
    told.problems.rows = ARENA_ARRAY(arena, JSON_PROBLEMS_MAX, struct json_problem);
    status = status_of(validator_check(schema->validator, text.data, text.size, tell, &told));
    if (status == MC_OK) status = arena_status(arena);
    if (status == MC_OK) *ret_problems = told.problems;
    return status;
}

void json_schema_free(struct json_schema *schema)
{
    if (schema == NULL) return;
    validator_free(schema->validator);
    mem_free(schema);
}
