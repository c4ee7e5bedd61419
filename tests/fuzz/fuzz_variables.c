/*
 * A document and, behind a NUL, the JSON of its variables: planned and run against a schema with
 * every shape of input and output. A field's name says what its resolver answers, so that the same
 * request is answered the same again; every answer is JSON in UTF-8.
 */
#include "graphql/gql.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t data_bytes);

enum { REPLY_BYTES_MAX = 1 << 20, ARENA_BYTES_MAX = 1 << 24, ITEMS = 2 };

static const char sdl[] =
    "scalar Any enum E { A B C }\n"
    "input I { a: Int, b: Int! = 1, c: [Int!]! = [1, 2], d: [[E]], e: I, f: [I!], g: Any, h: ID\n"
    "  i: Float, j: Boolean, k: String = \"k\", l: O }\n"
    "input O @oneOf { a: Int, b: [String], c: O, d: I }\n"
    "interface N { text(i: I, o: O, n: Int! = 3): String, node: N!, list: [N!] }\n"
    "type A implements N { text(i: I, o: O, n: Int! = 3): String, node: N!, list: [N!], error: Int!"
    "  args(a: Int, b: Float, c: String, d: Boolean, e: ID, f: E, g: Any, h: [[Int!]]!, i: I!\n"
    "    j: [I], k: O! = { a: 1 }): String! }\n"
    "type B implements N { text(i: I, o: O, n: Int! = 3): String, node: N!, list: [N!]\n"
    "  error: Int, number: Int! }\n"
    "union U = A | B\n"
    "type Query { text(i: I, o: O, n: Int! = 3): String, object: A!, node: N!, list: [[A!]!]\n"
    "  union: U, error: Int, number: Float\n"
    "  args(a: Int, b: Float, c: String, d: Boolean, e: ID, f: E, g: Any, h: [[Int!]]\n"
    "    i: I, j: [I], k: O! = { a: 1 }): String! }\n"
    "type Mutation { text(i: I): String!, number: Int, error: Int!, object: A }\n"
    "type Subscription { number(i: I, o: O): Int }\n";

static void text(struct gql_batch *batch, size_t i)
{
    struct buf arguments;

    buf_init(&arguments, REPLY_BYTES_MAX);
    gql_arguments_json(&arguments, batch);
    gql_set_text(batch, i, arena_str(gql_arena(batch), buf_str(&arguments)));
    buf_done(&arguments);
}

static void number(struct gql_batch *batch, size_t i)
{
    gql_set_int(batch, i, (int64_t)i);
}

static void node(struct gql_batch *batch, size_t i)
{
    gql_set_object_of(batch, i, i % 2 == 0 ? "A" : "B", batch);
}

static void object(struct gql_batch *batch, size_t i)
{
    gql_set_object(batch, i, batch);
}

/* Of objects, of possible types or of one; or of lists of them. */
static void list(struct gql_batch *batch, size_t i)
{
    bool nested = str_is(gql_type_name(batch), "Query");
    struct gql_cell *items = gql_set_list(batch, i, ITEMS);

    for (size_t j = 0; j < ITEMS; j++) {
        items[j] = gql_cell_object(batch);
        items[j].type = gql_type_named(batch, j == 0 ? "A" : "B");
        if (!nested) continue;
        items[j] = (struct gql_cell){ .kind = GQL_LIST, .size = 1 };
        items[j].items = ARENA_NEW(gql_arena(batch), struct gql_cell);
        items[j].items[0] = gql_cell_object(batch);
    }
}

static void error(struct gql_batch *batch, size_t i)
{
    gql_fail(batch, i, MC_INTERNAL, "It broke.");
}

static const struct {
    const char *field;
    void (*answer)(struct gql_batch *batch, size_t i);
} answers[] = {
    { "text", text },  { "args", text },     { "number", number }, { "node", node },
    { "union", node }, { "object", object }, { "list", list },     { "error", error },
};

static enum gql_progress resolve(struct gql_batch *batch)
{
    for (size_t a = 0; a < sizeof(answers) / sizeof(answers[0]); a++)
        for (size_t i = 0; str_is(gql_field_name(batch), answers[a].field) && i < gql_count(batch);
             i++)
            answers[a].answer(batch, i);
    return GQL_NOW;
}

static const struct gql_schema *schema_of(void)
{
    static const struct gql_field fallback = { .resolve = resolve };
    static struct arena arena;
    static struct gql_schema *schema;
    const struct gql_source source = { "fuzz", { sdl, sizeof(sdl) - 1 } };
    struct gql_errors errors;

    if (schema != NULL) return schema;
    arena_init(&arena, ARENA_BYTES_MAX);
    gql_errors_init(&errors, &arena, 1);
    MC_ASSERT(gql_schema_build(&arena, &source, 1, &errors, &schema) == MC_OK);
    MC_ASSERT(gql_schema_bind(schema, &(struct gql_bindings){ .fallback = &fallback }, &errors) ==
              MC_OK);
    return schema;
}

static void finished(struct gql_run *run, void *context)
{
    (void)run;
    (void)context;
}

static void run(struct gql_plan *plan, const json_t *variables, struct buf *reply)
{
    struct arena arena;
    struct gql_run run;
    const struct gql_run_options options = {
        .plan = plan, .variables = variables, .arena = &arena, .reply = reply, .done = finished
    };

    arena_init(&arena, ARENA_BYTES_MAX);
    MC_ASSERT(gql_run_start(&run, &options) == GQL_NOW);
    MC_ASSERT(run.status != MC_OK || run.error_count > 0 || !run.data_is_null);
    arena_done(&arena);
}

static void check_reply(const struct buf *reply)
{
    json_t *json;

    if (buf_status(reply) != MC_OK || reply->size == 0) return;
    json = json_loadb(reply->data, reply->size, 0, NULL);
    MC_ASSERT(json_is_object(json));
    json_decref(json);
}

static void run_twice(struct gql_plan *plan, const json_t *variables)
{
    struct buf first, second;

    buf_init(&first, REPLY_BYTES_MAX);
    buf_init(&second, REPLY_BYTES_MAX);
    run(plan, variables, &first);
    run(plan, variables, &second);
    check_reply(&first);
    MC_ASSERT(str_eq(buf_str(&first), buf_str(&second)));
    buf_done(&second);
    buf_done(&first);
}

static void source_of(const struct gql_plan *plan, const json_t *variables)
{
    struct gql_event_source source;
    struct gql_errors errors;
    struct arena arena;

    arena_init(&arena, ARENA_BYTES_MAX);
    gql_errors_init(&errors, &arena, 10);
    if (gql_subscription_source(plan, variables, &arena, &errors, &source) != MC_OK)
        MC_ASSERT(errors.count > 0 || arena_status(&arena) != MC_OK);
    arena_done(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t data_bytes)
{
    const char *start = (const char *)data;
    const char *end = data_bytes == 0 ? NULL : memchr(start, 0, data_bytes);
    size_t document_bytes = end == NULL ? data_bytes : (size_t)(end - start);
    const struct gql_document document = { .text = { start, document_bytes } };
    json_t *variables = NULL;
    struct gql_plan *plan = NULL;
    struct gql_errors errors;
    struct arena arena;

    if (end != NULL)
        variables = json_loadb(end + 1, data_bytes - document_bytes - 1, JSON_ALLOW_NUL, NULL);
    if (!json_is_object(variables)) {
        json_decref(variables);
        variables = NULL;
    }
    arena_init(&arena, ARENA_BYTES_MAX);
    gql_errors_init(&errors, &arena, 200);
    if (gql_plan_new(schema_of(), &document, &gql_limits_preset, &errors, &plan) == MC_OK) {
        if (gql_plan_kind(plan) == GQL_SUBSCRIPTION)
            source_of(plan, variables);
        else
            run_twice(plan, variables);
        gql_plan_unref(plan);
    } else {
        MC_ASSERT(errors.count > 0);
    }
    arena_done(&arena);
    json_decref(variables);
    return 0;
}
