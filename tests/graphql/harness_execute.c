#include "harness_execute.h"

#include "graphql/execution/plan.h"
#include "graphql/type/schema_steps.h"

#include <string.h>

enum { ARENA_BYTES_MAX = 1 << 28, REPLY_BYTES_MAX = 1 << 26, ERRORS_MAX = 1000, WAITING_MAX = 256 };

/* What all resolvers of one request look into. */
struct replay {
    struct arena arena;
    const json_t *trace, *types;
    bool later;
    const char *echo; /* the argument that is the answer; NULL: none */
    struct gql_batch *waiting[WAITING_MAX];
    size_t waiting_count;
    uint32_t chance;
    const char *wrong_arguments; /* the path of a field that got others than written down */
    bool done;
};

/* An object of the replay is its own response path, as the start of a JSON array. */
static struct str path_of(const struct gql_batch *batch, size_t i)
{
    const char *parent = gql_parent(batch, i);

    return arena_printf(gql_arena(batch), "%s%s\"%.*s\"", parent == NULL ? "[" : parent,
                        parent == NULL ? "" : ",", STR_PRINT(gql_response_key(batch)));
}

static struct gql_cell error_cell(struct arena *arena, const json_t *value, const char *member)
{
    struct gql_failure *failure = ARENA_NEW(arena, struct gql_failure);

    failure->status = MC_INTERNAL;
    failure->message = arena_str(arena, str_of(json_string_value(json_object_get(value, member))));
    failure->extensions = json_object_get(value, "$ext");
    return (struct gql_cell){ .kind = GQL_ERROR, .failure = failure };
}

static struct gql_cell leaf_cell(const json_t *leaf)
{
    switch (json_typeof(leaf)) {
    case JSON_NULL:
        return (struct gql_cell){ .kind = GQL_NULL };
    case JSON_TRUE:
    case JSON_FALSE:
        return gql_cell_bool(json_is_true(leaf));
    case JSON_INTEGER:
        return gql_cell_int(json_integer_value(leaf));
    case JSON_REAL:
        return (struct gql_cell){ .kind = GQL_FLOAT, .real = json_real_value(leaf) };
    case JSON_STRING:
        return gql_cell_text((struct str){ json_string_value(leaf), json_string_length(leaf) });
    default:
        return gql_cell_json(leaf);
    }
}

static struct gql_cell object_cell(const struct gql_batch *batch, const struct replay *replay,
                                   struct str path)
{
    struct str whole = arena_printf(gql_arena(batch), "%.*s]", STR_PRINT(path));
    const char *type = json_string_value(json_object_get(replay->types, whole.data));
    struct gql_cell cell = gql_cell_object((void *)(uintptr_t)path.data);

    if (type != NULL) cell.type = gql_type_named(batch, type);
    return cell;
}

/* NOLINTNEXTLINE(misc-no-recursion): as deep as the vector's lists. */
static struct gql_cell cell_of(const struct gql_batch *batch, const struct replay *replay,
                               struct str path, const json_t *value)
{
    const json_t *list = json_object_get(value, "$list");
    size_t count = json_array_size(list);
    struct gql_cell *items;

    if (value == NULL || json_is_null(value)) return (struct gql_cell){ .kind = GQL_NULL };
    if (json_is_string(value)) return leaf_cell(value);
    if (json_object_get(value, "$leaf") != NULL) return leaf_cell(json_object_get(value, "$leaf"));
    if (json_object_get(value, "$throw") != NULL)
        return error_cell(gql_arena(batch), value, "$throw");
    if (json_object_get(value, "$error") != NULL)
        return error_cell(gql_arena(batch), value, "$error");
    if (list == NULL) return object_cell(batch, replay, path);
    items = ARENA_ARRAY(gql_arena(batch), count, struct gql_cell);
    for (size_t i = 0; i < count; i++)
        items[i] =
            cell_of(batch, replay, arena_printf(gql_arena(batch), "%.*s,%zu", STR_PRINT(path), i),
                    json_array_get(list, i));
    return (struct gql_cell){ .kind = GQL_LIST, .size = (uint32_t)count, .items = items };
}

/* Are the arguments those that the reference's resolver was given? */
static void check_arguments(const struct gql_batch *batch, struct replay *replay, struct str path,
                            const json_t *want)
{
    struct buf text;
    json_t *have;

    buf_init(&text, REPLY_BYTES_MAX);
    gql_arguments_json(&text, batch);
    have = json_loadb(text.data, text.size, JSON_DECODE_ANY, NULL);
    if (want != NULL && !json_equal(have, want)) replay->wrong_arguments = path.data;
    json_decref(have);
    buf_done(&text);
}

/* The argument of this name as JSON text, or ABSENT. */
static void echo(struct gql_batch *batch, const char *argument)
{
    const struct gql_input *value = gql_arg(batch, argument);
    struct buf text;

    if (value == NULL) {
        gql_set_text(batch, 0, STR("ABSENT"));
        return;
    }
    buf_init(&text, REPLY_BYTES_MAX);
    gql_input_json(&text, value);
    gql_set_text(batch, 0, arena_str(gql_arena(batch), buf_str(&text)));
    buf_done(&text);
}

static void answer(struct gql_batch *batch, struct replay *replay)
{
    if (replay->echo != NULL) {
        echo(batch, replay->echo);
        return;
    }
    for (size_t i = 0; i < gql_count(batch); i++) {
        struct str path = path_of(batch, i);
        struct str whole = arena_printf(gql_arena(batch), "%.*s]", STR_PRINT(path));
        const json_t *step = json_object_get(replay->trace, whole.data);

        if (step != NULL) check_arguments(batch, replay, whole, json_object_get(step, "args"));
        gql_set(batch, i, cell_of(batch, replay, path, json_object_get(step, "v")));
    }
}

static enum gql_progress resolve(struct gql_batch *batch)
{
    struct replay *replay = gql_context(batch);

    if (replay->later && replay->waiting_count < WAITING_MAX) {
        replay->waiting[replay->waiting_count++] = batch;
        return GQL_LATER;
    }
    answer(batch, replay);
    return GQL_NOW;
}

static void done(struct gql_run *run, void *context)
{
    struct replay *replay = context;

    (void)run;
    replay->done = true;
}

static void answer_one_waiting(struct replay *replay)
{
    size_t which;
    struct gql_batch *batch;

    replay->chance = replay->chance * 1664525 + 1013904223;
    which = (replay->chance >> 8) % replay->waiting_count;
    batch = replay->waiting[which];
    replay->waiting[which] = replay->waiting[--replay->waiting_count];
    answer(batch, replay);
    gql_batch_done(batch);
}

static const struct gql_limits wide = {
    .document_bytes_max = 1 << 20,
    .tokens_max = 1 << 20,
    .depth_max = 100,
    .aliases_max = 1 << 20,
    .root_fields_max = 1 << 20,
    .directives_max = 1 << 20,
    .plan_fields_max = 1 << 20,
    .errors_max = ERRORS_MAX,
    .introspection = true,
};

static json_t *errors_answer(const struct gql_errors *errors)
{
    struct buf text;
    json_t *answered;

    buf_init(&text, REPLY_BYTES_MAX);
    gql_errors_json(&text, errors);
    answered = json_loadb(text.data, text.size, 0, NULL);
    buf_done(&text);
    return answered;
}

static json_t *run(struct replay *replay, struct gql_plan *plan, const json_t *variables)
{
    struct buf reply;
    struct gql_run_options options = { .plan = plan,
                                       .variables = variables,
                                       .context = replay,
                                       .arena = &replay->arena,
                                       .reply = &reply,
                                       .done = done };
    struct gql_run run;
    json_t *answered;

    buf_init(&reply, REPLY_BYTES_MAX);
    if (gql_run_start(&run, &options) == GQL_LATER)
        while (!replay->done)
            answer_one_waiting(replay);
    answered = json_loadb(reply.data, reply.size, 0, NULL);
    buf_done(&reply);
    if (replay->wrong_arguments == NULL) return answered;
    json_decref(answered);
    return json_pack("{s:s, s:s}", "harnessError", "a resolver got other arguments", "at",
                     replay->wrong_arguments);
}

/* The schema as it stands, without the type system's own rules, as the judge builds it. */
static struct gql_schema *build(struct arena *arena, const json_t *request,
                                struct gql_errors *errors)
{
    static const struct gql_field fallback = { .resolve = resolve };
    const struct gql_source source = { "schema", str_of(json_string_value(
                                                     json_object_get(request, "schema"))) };
    struct schema_sources sources;
    struct gql_schema *schema = NULL;

    if (schema_sources_read(&sources, arena, &source, 1, errors) != MC_OK) return NULL;
    if (schema_make(&sources, &schema) != MC_OK || schema_settle(schema) != MC_OK) return NULL;
    return gql_schema_bind(schema, &(struct gql_bindings){ .fallback = &fallback }, errors) == MC_OK
               ? schema
               : NULL;
}

static json_t *execute(struct replay *replay, const json_t *request)
{
    const json_t *query = json_object_get(request, "query");
    const char *name = json_string_value(json_object_get(request, "operationName"));
    struct gql_document document = { { json_string_value(query), json_string_length(query) },
                                     name == NULL ? STR_NONE : str_of(name) };
    struct gql_errors errors;
    struct gql_schema *schema;
    struct gql_plan *plan;
    enum status status;
    json_t *answered;

    gql_errors_init(&errors, &replay->arena, ERRORS_MAX);
    schema = build(&replay->arena, request, &errors);
    if (schema == NULL) return json_pack("{s:s}", "harnessError", "the schema does not build");
    status = json_is_false(json_object_get(request, "validates"))
                 ? plan_new_unchecked(schema, &document, &wide, &errors, &plan)
                 : gql_plan_new(schema, &document, &wide, &errors, &plan);
    if (status != MC_OK) return errors_answer(&errors);
    answered = run(replay, plan, json_object_get(request, "variables"));
    gql_plan_unref(plan);
    return answered;
}

json_t *harness_execute(const json_t *request)
{
    struct replay replay = { .trace = json_object_get(request, "trace"),
                             .types = json_object_get(request, "types"),
                             .echo = json_string_value(json_object_get(request, "echo")),
                             .later = json_is_true(json_object_get(request, "later")),
                             .chance = 20250901 };
    json_t *answered;

    if (!json_is_string(json_object_get(request, "schema")) ||
        !json_is_string(json_object_get(request, "query")))
        return NULL;
    arena_init(&replay.arena, ARENA_BYTES_MAX);
    answered = execute(&replay, request);
    arena_done(&replay.arena);
    return answered;
}
