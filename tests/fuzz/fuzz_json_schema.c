/* Schemas and documents of strangers: "SCHEMA\0DOCUMENT". Nothing thrown, no answer without bound,
 * and a document that fits has no problems while one that does not has some, each at a pointer. */
#include "json_schema/json_schema.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t data_bytes);

static void check(struct json_schema *schema, struct str document)
{
    struct json_problems problems;
    struct arena arena;

    arena_init(&arena, 1 << 20);
    if (json_schema_check(schema, document, &arena, &problems) == MC_OK) {
        MC_ASSERT(problems.count <= JSON_PROBLEMS_MAX);
        for (size_t i = 0; i < problems.count; i++) {
            MC_ASSERT(problems.rows[i].path.size == 0 || problems.rows[i].path.data[0] == '/');
            MC_ASSERT(problems.rows[i].keyword.size > 0);
        }
    }
    arena_done(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t data_bytes)
{
    struct str rest = { (const char *)data, data_bytes }, text = str_split(&rest, '\0');
    struct json_schema *schema;

    if (json_schema_parse(text, &schema) != MC_OK) return 0;
    check(schema, rest);
    check(schema, STR("{}"));
    check(schema, text);
    json_schema_free(schema);
    return 0;
}
