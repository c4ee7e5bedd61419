/* A plan's cost is what its directives say, whatever the variables, and its cache policy the least
 * of all that it selects. */
#include "graphql/gql.h"
#include "tests/unit/check.h"

static const char sdl[] =
    "directive @cost(weight: String!) on ARGUMENT_DEFINITION | FIELD_DEFINITION | OBJECT "
    "directive @listSize(assumedSize: Int, slicingArguments: [String!], sizedFields: [String!], "
    "requireOneSlicingArgument: Boolean = true) on FIELD_DEFINITION "
    "directive @max(n: Int!) on ARGUMENT_DEFINITION "
    "enum CacheControlScope { PUBLIC PRIVATE } "
    "directive @cacheControl(maxAge: Int, scope: CacheControlScope, inheritMaxAge: Boolean) on "
    "FIELD_DEFINITION | OBJECT "
    "type Query { "
    "  books(first: Int, last: Int): [Book!]! @listSize(assumedSize: 30, slicingArguments: "
    "[\"first\", \"last\"]) @cacheControl(maxAge: 60) "
    "  shelf(first: Int): Shelf! @listSize(assumedSize: 10, slicingArguments: [\"first\"], "
    "sizedFields: [\"items\"], requireOneSlicingArgument: false) @cacheControl(maxAge: 90) "
    "  named(names: [String!] @max(n: 60)): [Book!]! @listSize(assumedSize: 30, slicingArguments: "
    "[\"names\"], requireOneSlicingArgument: false) "
    "  thing: Thing @cacheControl(maxAge: 40) now: Int "
    "  dear(deep: Boolean @cost(weight: \"5\")): Int @cost(weight: \"2.5\") } "
    "extend type Query { old(way: Int @deprecated(reason: \"x\")): Int @deprecated } "
    "type Shelf @cacheControl(inheritMaxAge: true) { items: [Book!]! total: Int! } "
    "type Book @cacheControl(maxAge: 30) { title: String author: Author! } "
    "type Author @cost(weight: \"3\") { name: String secret: String @cacheControl(scope: PRIVATE) "
    "} "
    "union Thing = Book | Pen type Pen { name: String } ";

struct world {
    struct arena arena;
    struct gql_schema *schema;
    struct gql_errors errors;
};

static enum gql_progress nothing(struct gql_batch *batch)
{
    (void)batch;
    return GQL_NOW;
}

static const struct gql_field fallback = { .resolve = nothing };

static void world_init(struct world *world)
{
    struct gql_source source = { "test", { sdl, sizeof(sdl) - 1 } };

    arena_init(&world->arena, 64 * 1024 * 1024);
    gql_errors_init(&world->errors, &world->arena, 10);
    assert_int_equal(gql_schema_build(&world->arena, &source, 1, &world->errors, &world->schema),
                     MC_OK);
    assert_int_equal(
        gql_schema_bind(world->schema,
                        &(struct gql_bindings){ .fallback = &fallback, .list_max = 50 },
                        &world->errors),
        MC_OK);
}

static struct gql_plan *plan_of(struct world *world, const char *text)
{
    struct gql_document document = { .text = str_of(text) };
    struct gql_plan *plan = NULL;

    assert_int_equal(
        gql_plan_new(world->schema, &document, &gql_limits_preset, &world->errors, &plan), MC_OK);
    return plan;
}

static void costs_are_counted_before_anything_runs(void **state)
{
    static const struct {
        const char *document, *variables;
        double types, fields;
    } rows[] = {
        /* Leaves cost nothing, an object 1, a list as many as its slicing argument says. */
        { "{ now }", NULL, 0, 0 },
        { "{ books(first: 4) { title } }", NULL, 4, 1 },
        { "{ books(first: 4) { title author { name } } }", NULL, 4 + 4 * 3, 1 + 4 },
        { "query($n: Int) { books(last: $n) { title } }", "{\"n\": 7}", 7, 1 },
        /* A connection counts itself, and the lists that it sizes. */
        { "{ shelf { total items { title } } }", NULL, 1 + 10, 1 + 1 },
        { "{ shelf(first: 3) { items { title author { name } } } }", NULL, 1 + 3 + 9, 1 + 1 + 3 },
        { "query($n: Int) { shelf(first: $n) { items { title } } }", NULL, 1 + 10, 2 },
        { "query($n: Int) { shelf(first: $n) { items { title } } }", "{\"n\": 50}", 51, 2 },
        /* Or by the length of a list of what is asked for. */
        { "{ named(names: [\"a\", \"b\"]) { title } }", NULL, 2, 1 },
        { "{ named(names: []) { title } }", NULL, 0, 1 },
        { "{ named { title } }", NULL, 30, 1 },
        { "query($n: [String!]) { named(names: $n) { title } }", "{\"n\": [\"a\"]}", 1, 1 },
        /* The dearest of what it may be; what is aliased counts again. */
        { "{ thing { ... on Book { author { name } } ... on Pen { name } } }", NULL, 1 + 3, 2 },
        { "{ a: books(first: 2) { title } b: books(first: 3) { title } }", NULL, 5, 2 },
        /* Weights may be fractions, and an argument has one of its own. */
        { "{ dear }", NULL, 0, 2.5 },
        { "{ dear(deep: true) }", NULL, 0, 7.5 },
        { "{ __schema { types { name fields { name } } } __typename }", NULL, 0, 0 },
    };
    struct world world;

    (void)state;
    world_init(&world);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct gql_plan *plan = plan_of(&world, rows[i].document);
        json_t *variables =
            rows[i].variables == NULL ? NULL : json_loads(rows[i].variables, 0, NULL);
        struct gql_cost cost = { -1, -1 };

        for (int again = 0; again < 2; again++) {
            assert_int_equal(gql_plan_cost(plan, variables, &world.arena, &world.errors, &cost),
                             MC_OK);
            assert_true(cost.types == rows[i].types);
            assert_true(cost.fields == rows[i].fields);
        }
        json_decref(variables);
        gql_plan_unref(plan);
    }
    arena_done(&world.arena);
}

static void exactly_one_slicing_argument_where_one_is_required(void **state)
{
    static const char *const documents[] = { "{ books { title } }",
                                             "{ books(first: 1, last: 1) { title } }" };
    struct world world;
    struct gql_cost cost;

    (void)state;
    world_init(&world);
    for (size_t i = 0; i < 2; i++) {
        struct gql_plan *plan = plan_of(&world, documents[i]);

        assert_int_equal(gql_plan_cost(plan, NULL, &world.arena, &world.errors, &cost),
                         MC_BAD_INPUT);
        gql_plan_unref(plan);
    }
    assert_string_equal(world.errors.head->message.data,
                        "Field \"books\" takes exactly one of its slicing arguments.");
    arena_done(&world.arena);
}

static void lists_within_lists_multiply(void **state)
{
    struct gql_cost cost;
    struct world world;
    struct gql_plan *plan;

    (void)state;
    world_init(&world);
    plan = plan_of(&world, "{ shelf(first: 50) { items { author { name } } } }");
    assert_int_equal(gql_plan_cost(plan, NULL, &world.arena, &world.errors, &cost), MC_OK);
    assert_true(cost.types == 1 + 50 + 150);
    gql_plan_unref(plan);
    arena_done(&world.arena);
}

static void the_policy_is_the_least_of_all(void **state)
{
    static const struct {
        const char *document;
        int32_t max_age_s;
        bool is_public, is_introspection;
    } rows[] = {
        { "{ shelf { total } }", 90, true, false },
        { "{ books(first: 1) { title } }", 60, true, false },
        { "{ shelf { items { title } } }", 30, true, false },
        { "{ shelf { items { author { name } } } }", 0, false, false },
        { "{ now }", 0, false, false },
        { "{ shelf { total } now }", 0, false, false },
        { "{ __schema { queryType { name } } }", 0, false, true },
        { "{ __typename }", 0, false, true },
    };
    struct world world;

    (void)state;
    world_init(&world);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct gql_plan *plan = plan_of(&world, rows[i].document);
        struct gql_cache_policy policy = gql_plan_cache_policy(plan);

        assert_int_equal(policy.max_age_s, rows[i].max_age_s);
        assert_int_equal(policy.is_public, rows[i].is_public);
        assert_int_equal(policy.is_introspection, rows[i].is_introspection);
        gql_plan_unref(plan);
    }
    arena_done(&world.arena);
}

static bool uses(const struct gql_plan *plan, const char *coordinate)
{
    for (const struct gql_use *use = gql_plan_deprecated(plan); use != NULL; use = use->next)
        if (str_is(use->coordinate, coordinate)) return true;
    return false;
}

static void a_plan_knows_what_it_uses_that_is_deprecated(void **state)
{
    struct world world;
    struct gql_plan *plan;

    (void)state;
    world_init(&world);
    plan = plan_of(&world, "{ a: old b: old(way: 1) now }");
    assert_true(uses(plan, "Query.old"));
    assert_true(uses(plan, "Query.old(way:)"));
    assert_null(gql_plan_deprecated(plan)->next->next);
    gql_plan_unref(plan);
    plan = plan_of(&world, "{ now }");
    assert_null(gql_plan_deprecated(plan));
    gql_plan_unref(plan);
    arena_done(&world.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(costs_are_counted_before_anything_runs),
        cmocka_unit_test(exactly_one_slicing_argument_where_one_is_required),
        cmocka_unit_test(lists_within_lists_multiply),
        cmocka_unit_test(the_policy_is_the_least_of_all),
        cmocka_unit_test(a_plan_knows_what_it_uses_that_is_deprecated),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
