#include "harness_schema.h"

#include "graphql/gql.h"
#include "graphql/type/schema_steps.h"
#include "graphql/type/sdl_check.h"

/* What graphql-js's getIntrospectionQuery asks with all its options on. */
static const char *const introspection_query =
    "query IntrospectionQuery { __schema { description queryType { name kind }"
    " mutationType { name kind } subscriptionType { name kind } types { ...FullType }"
    " directives { name description isRepeatable locations"
    " args(includeDeprecated: true) { ...InputValue } } } }"
    " fragment FullType on __Type { kind name description specifiedByURL isOneOf"
    " fields(includeDeprecated: true) { name description"
    " args(includeDeprecated: true) { ...InputValue } type { ...TypeRef }"
    " isDeprecated deprecationReason }"
    " inputFields(includeDeprecated: true) { ...InputValue } interfaces { ...TypeRef }"
    " enumValues(includeDeprecated: true) { name description isDeprecated deprecationReason }"
    " possibleTypes { ...TypeRef } }"
    " fragment InputValue on __InputValue { name description type { ...TypeRef } defaultValue"
    " isDeprecated deprecationReason }"
    " fragment TypeRef on __Type { kind name ofType { name kind ofType { name kind ofType {"
    " name kind ofType { name kind ofType { name kind ofType { name kind ofType { name kind"
    " ofType { name kind ofType { name kind } } } } } } } } } }";

enum { ARENA_BYTES_MAX = 1 << 28, REPLY_BYTES_MAX = 1 << 26, ERRORS_MAX = 1000 };

struct bench {
    struct arena arena;
    struct gql_errors errors;
    struct gql_source source[2]; /* the SDL, and what it extends */
    size_t source_count;
    struct schema_sources sources;
};

static struct gql_source source_of(const char *name, const json_t *text)
{
    return (struct gql_source){ name, { json_string_value(text), json_string_length(text) } };
}

static bool bench_init(struct bench *bench, const json_t *request)
{
    const json_t *sdl = json_object_get(request, "sdl");
    const json_t *base = json_object_get(request, "base");

    if (!json_is_string(sdl)) return false;
    arena_init(&bench->arena, ARENA_BYTES_MAX);
    gql_errors_init(&bench->errors, &bench->arena, ERRORS_MAX);
    bench->source_count = 0;
    if (json_is_string(base)) bench->source[bench->source_count++] = source_of("base", base);
    bench->source[bench->source_count++] = source_of("sdl", sdl);
    return true;
}

static json_t *location_json(struct gql_location location)
{
    return json_pack("{s:I, s:I}", "line", (json_int_t)location.line, "column",
                     (json_int_t)location.column);
}

static json_t *errors_json(const struct gql_errors *errors)
{
    json_t *list = json_array();

    for (const struct gql_error *error = errors->head; error != NULL; error = error->next) {
        json_t *locations = json_array();

        for (size_t i = 0; i < error->location_count; i++)
            json_array_append_new(locations, location_json(error->locations[i]));
        json_array_append_new(list, json_pack("{s:s%, s:o}", "message", error->message.data,
                                              error->message.size, "locations", locations));
    }
    return list;
}

/* The steps of gql_schema_build but for its refusal of operations, which graphql-js passes over.
 * *ret_schema is set as soon as there are types, though they may be wrong. */
static enum status build(struct bench *bench, struct gql_schema **ret_schema)
{
    enum status status = schema_sources_read(&bench->sources, &bench->arena, bench->source,
                                             bench->source_count, &bench->errors);

    if (status == MC_OK) status = sdl_check(&bench->sources, NULL, NULL);
    if (status == MC_OK) status = schema_make(&bench->sources, ret_schema);
    if (status == MC_OK) status = schema_check(&bench->sources, *ret_schema);
    return status == MC_OK ? schema_settle(*ret_schema) : status;
}

/* An SDL with type-system errors is printed too. */
static json_t *schema_answer(struct bench *bench)
{
    struct gql_schema *schema = NULL;
    struct buf printed;
    json_t *answer;

    if (build(bench, &schema) != MC_OK && bench->errors.count == 0)
        return json_pack("{s:s}", "harnessError", "refused without an error");
    if (schema == NULL) return json_pack("{s:o}", "errors", errors_json(&bench->errors));
    buf_init(&printed, REPLY_BYTES_MAX);
    gql_schema_print(schema, &printed);
    answer = json_pack("{s:o, s:s%}", "errors", errors_json(&bench->errors), "printed",
                       buf_str(&printed).data, printed.size);
    buf_done(&printed);
    return answer;
}

json_t *harness_schema(const json_t *request)
{
    struct bench bench;
    json_t *answer;

    if (!bench_init(&bench, request)) return NULL;
    answer = schema_answer(&bench);
    arena_done(&bench.arena);
    return answer;
}

static json_t *sdl_answer(struct bench *bench, const json_t *request)
{
    const char *rule = json_string_value(json_object_get(request, "rule"));
    const char *text = json_string_value(json_object_get(request, "baseSchema"));
    const struct gql_source base = { "baseSchema", str_of(text) };
    struct schema_sources sources;
    struct gql_schema *schema = NULL;
    enum status status;

    if (text != NULL &&
        (schema_sources_read(&sources, &bench->arena, &base, 1, &bench->errors) != MC_OK ||
         schema_make(&sources, &schema) != MC_OK))
        return json_pack("{s:s}", "harnessError", "baseSchema does not build");
    status = schema_sources_read(&bench->sources, &bench->arena, bench->source, 1, &bench->errors);
    if (status == MC_OK) status = sdl_check(&bench->sources, schema, rule);
    if (status == MC_NOT_FOUND) return json_pack("{s:s}", "harnessError", "no such rule");
    return json_pack("{s:o}", "errors", errors_json(&bench->errors));
}

json_t *harness_sdl(const json_t *request)
{
    struct bench bench;
    json_t *answer;

    if (!bench_init(&bench, request)) return NULL;
    answer = sdl_answer(&bench, request);
    arena_done(&bench.arena);
    return answer;
}

static void finished(struct gql_run *run, void *context)
{
    (void)run;
    (void)context;
}

/* Only the introspection types have resolvers here; no other field is asked for. */
static json_t *run_introspection(struct bench *bench, struct gql_schema *schema)
{
    struct gql_errors unbound;
    struct gql_limits limits = gql_limits_preset;
    struct gql_run_options options = { .arena = &bench->arena, .done = finished };
    struct gql_run run;
    struct buf reply;
    json_t *answer;

    gql_errors_init(&unbound, &bench->arena, 0);
    (void)gql_schema_bind(schema, &(struct gql_bindings){ 0 }, &unbound);
    limits.introspection = true;
    limits.depth_max = 100;
    limits.tokens_max = 10000;
    if (gql_plan_new(schema, &(struct gql_document){ .text = str_of(introspection_query) }, &limits,
                     &bench->errors, &options.plan) != MC_OK)
        return json_pack("{s:o}", "errors", errors_json(&bench->errors));
    buf_init(&reply, REPLY_BYTES_MAX);
    options.reply = &reply;
    (void)gql_run_start(&run, &options);
    answer = json_loadb(buf_str(&reply).data, reply.size, 0, NULL);
    if (answer == NULL) answer = json_pack("{s:s}", "harnessError", "the reply is not JSON");
    buf_done(&reply);
    gql_plan_unref(options.plan);
    return answer;
}

json_t *harness_introspect(const json_t *request)
{
    struct bench bench;
    struct gql_schema *schema = NULL;
    json_t *answer;

    if (!bench_init(&bench, request)) return NULL;
    if (build(&bench, &schema) == MC_OK)
        answer = run_introspection(&bench, schema);
    else
        answer = json_pack("{s:o}", "errors", errors_json(&bench.errors));
    arena_done(&bench.arena);
    return answer;
}
