#include "harness_validate.h"

#include "graphql/gql.h"
#include "graphql/language/parser.h"
#include "graphql/type/schema_steps.h"
#include "graphql/validation/validate.h"

enum { ARENA_BYTES_MAX = 1 << 28, ERRORS_MAX = 1000, WIDE = 1 << 20 };

static json_t *errors_json(const struct gql_errors *errors)
{
    json_t *list = json_array();

    for (const struct gql_error *error = errors->head; error != NULL; error = error->next) {
        json_t *locations = json_array();

        for (size_t i = 0; i < error->location_count; i++)
            json_array_append_new(
                locations, json_pack("{s:I, s:I}", "line", (json_int_t)error->locations[i].line,
                                     "column", (json_int_t)error->locations[i].column));
        json_array_append_new(list, json_pack("{s:s%, s:o}", "message", error->message.data,
                                              error->message.size, "locations", locations));
    }
    return list;
}

/* Without the type system's own rules, as the judge builds it. */
static struct gql_schema *build(struct arena *arena, const char *sdl, struct gql_errors *errors)
{
    const struct gql_source source = { "schema", str_of(sdl) };
    struct schema_sources sources;
    struct gql_schema *schema = NULL;

    if (schema_sources_read(&sources, arena, &source, 1, errors) != MC_OK) return NULL;
    if (schema_make(&sources, &schema) != MC_OK) return NULL;
    return schema_settle(schema) == MC_OK ? schema : NULL;
}

/* As a service asks, with its presets for limits. */
static void plan(const struct gql_schema *schema, struct str source, struct gql_errors *errors)
{
    struct gql_plan *made = NULL;

    (void)gql_plan_new(schema, &(struct gql_document){ .text = source }, &gql_limits_preset, errors,
                       &made);
    gql_plan_unref(made);
}

static json_t *answer(struct arena *arena, const json_t *request)
{
    const json_t *query = json_object_get(request, "query");
    struct validate_options options = {
        .suggestions = !json_is_true(json_object_get(request, "hideSuggestions")),
        .only_rule = json_string_value(json_object_get(request, "rule")),
        .any_introspection = true,
        .fragment_visits_max = WIDE,
        .merge_comparisons_max = WIDE,
    };
    struct str source = { json_string_value(query), json_string_length(query) };
    const char *sdl = json_string_value(json_object_get(request, "schema"));
    struct ast_document *document;
    struct gql_errors errors;
    struct gql_schema *schema;

    gql_errors_init(&errors, arena, ERRORS_MAX);
    schema = build(arena, sdl, &errors);
    if (schema == NULL) return json_pack("{s:s}", "harnessError", "the schema does not build");
    if (json_is_true(json_object_get(request, "limits"))) {
        plan(schema, source, &errors);
        return json_pack("{s:o}", "errors", errors_json(&errors));
    }
    if (parse_document(arena, source, &parser_limits_wide, &errors, &document) == MC_OK &&
        validate_document(schema, document, &options, arena, &errors) == MC_NOT_FOUND)
        return json_pack("{s:s}", "harnessError", "no such rule");
    return json_pack("{s:o}", "errors", errors_json(&errors));
}

json_t *harness_validate(const json_t *request)
{
    struct arena arena;
    json_t *answered;

    if (!json_is_string(json_object_get(request, "schema")) ||
        !json_is_string(json_object_get(request, "query")))
        return NULL;
    arena_init(&arena, ARENA_BYTES_MAX);
    answered = answer(&arena, request);
    arena_done(&arena);
    return answered;
}
