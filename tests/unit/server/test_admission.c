/* What may not run is refused before it runs: here, an operation that signs in more than once. */
#include "admission.h"
#include "base/memory.h"
#include "tests/unit/check.h"

static const char sdl[] =
    "directive @cost(weight: String!) on ARGUMENT_DEFINITION | FIELD_DEFINITION | OBJECT "
    "directive @listSize(assumedSize: Int, slicingArguments: [String!], sizedFields: [String!], "
    "requireOneSlicingArgument: Boolean = true) on FIELD_DEFINITION "
    "type Query { signIn: Int books: [Book!]! @listSize(assumedSize: 70) } "
    "type Book { name: String } "
    "type Mutation { signIn: Int stepUp: Int refreshSession: Int endSession: Int } ";

static struct app app;
static struct server_config config;
static struct operation operation;
static struct gql_errors errors;
static struct arena schema_arena;

static enum gql_progress nothing(struct gql_batch *batch)
{
    (void)batch;
    return GQL_NOW;
}

static const struct gql_field fallback = { .resolve = nothing };
static const struct carrier alone = { .in_batch = false }, in_batch = { .in_batch = true };

static int set_up(void **state)
{
    struct gql_source source = { "test", { sdl, sizeof(sdl) - 1 } };
    static char loaded;

    (void)state;
    arena_init(&schema_arena, 16 * 1024 * 1024);
    gql_errors_init(&errors, &schema_arena, 10);
    assert_int_equal(gql_schema_build(&schema_arena, &source, 1, &errors, &app.schema), MC_OK);
    assert_int_equal(
        gql_schema_bind(app.schema, &(struct gql_bindings){ .fallback = &fallback, .list_max = 50 },
                        &errors),
        MC_OK);
    config.request_bytes_max = 1024 * 1024;
    config.reply_bytes_max = 1024 * 1024;
    app.config = &config;
    app.metrics = MEM_NEW(struct metrics);
    app.reference = (struct reference *)(void *)&loaded;
    return metrics_open(app.metrics, counter_rows, COUNTERS) == MC_OK ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    metrics_close(app.metrics);
    mem_free(app.metrics);
    arena_done(&schema_arena);
    return 0;
}

static enum status admitted(const char *document, const struct carrier *carrier)
{
    struct gql_document text = { .text = str_of(document) };
    enum status status;

    operation = (struct operation){ .policy.cost_max = 1000 };
    operation_init(&operation, &app, carrier);
    gql_errors_init(&errors, &operation.arena, 10);
    assert_int_equal(gql_plan_new(app.schema, &text, &gql_limits_preset, &errors, &operation.plan),
                     MC_OK);
    status = admit(&operation, &errors);
    gql_plan_unref(operation.plan);
    buf_done(&operation.reply);
    arena_done(&operation.arena);
    return status;
}

static void one_attempt_an_operation(void **state)
{
    static const char *const refused[] = {
        "mutation { a: signIn b: signIn }",
        "mutation { signIn refreshSession }",
        "mutation { stepUp endSession again: stepUp }",
        "mutation { ... on Mutation { a: signIn } ...F } fragment F on Mutation { b: signIn }",
        "mutation { ...F stepUp } fragment F on Mutation { a: stepUp }",
        "mutation { a: signIn b: refreshSession @include(if: true) }",
    };
    static const char *const passed[] = {
        "mutation { signIn }",
        "mutation { signIn signIn }",
        "mutation { a: signIn endSession __typename }",
        "mutation { a: signIn b: signIn @skip(if: true) }",
        "mutation { a: endSession b: endSession }",
        "query { a: signIn b: signIn }",
    };

    (void)state;
    for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
        assert_int_equal(admitted(refused[i], &alone), MC_LIMIT);
    for (size_t i = 0; i < sizeof(passed) / sizeof(passed[0]); i++)
        assert_int_equal(admitted(passed[i], &alone), MC_OK);
}

static void none_in_a_batch(void **state)
{
    (void)state;
    assert_int_equal(admitted("mutation { signIn }", &in_batch), MC_LIMIT);
    assert_int_equal(admitted("mutation { x: refreshSession }", &in_batch), MC_LIMIT);
    assert_int_equal(admitted("mutation { endSession }", &in_batch), MC_OK);
    assert_int_equal(admitted("{ signIn }", &in_batch), MC_OK);
}

static void what_will_be_charged_is_known(void **state)
{
    (void)state;
    assert_int_equal(admitted("{ __typename }", &alone), MC_OK);
    assert_int_equal(operation.cost, 1);
    assert_int_equal(admitted("{ books { name } }", &alone), MC_OK);
    assert_int_equal(operation.cost, 70);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_attempt_an_operation),
        cmocka_unit_test(none_in_a_batch),
        cmocka_unit_test(what_will_be_charged_is_known),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
