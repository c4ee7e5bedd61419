/* The plan cache keeps what comes twice, inside its limit, and never mixes two documents. */
#include "plan_cache.h"
#include "tests/unit/check.h"

static const char sdl[] = "type Query { a: Int b: Int }";

struct world {
    struct arena arena;
    struct gql_schema *schema;
    struct plan_cache cache;
};

static void world_init(struct world *world, size_t bytes_max)
{
    struct gql_source source = { "test", { sdl, sizeof(sdl) - 1 } };
    struct gql_errors errors;

    arena_init(&world->arena, 64 * 1024 * 1024);
    gql_errors_init(&errors, &world->arena, 10);
    assert_int_equal(gql_schema_build(&world->arena, &source, 1, &errors, &world->schema), MC_OK);
    plan_cache_init(&world->cache, world->schema, &gql_limits_preset, bytes_max);
}

static void world_done(struct world *world)
{
    plan_cache_done(&world->cache);
    assert_int_equal(world->cache.bytes, 0);
    arena_done(&world->arena);
}

static struct gql_plan *get(struct world *world, const char *document, const char *name)
{
    struct gql_plan *plan = NULL;
    struct str errors;

    struct gql_document asked = { str_of(document), str_of(name) };

    if (plan_cache_get(&world->cache, &asked, &world->arena, &plan, &errors) != MC_OK) return NULL;
    return plan;
}

static void a_document_is_kept_when_it_comes_again(void **state)
{
    struct world world;
    struct gql_plan *plans[3];

    (void)state;
    world_init(&world, 1024 * 1024);
    for (int i = 0; i < 3; i++)
        plans[i] = get(&world, "{ a }", NULL);
    assert_int_equal(world.cache.misses, 2);
    assert_int_equal(world.cache.hits, 1);
    assert_ptr_equal(plans[1], plans[2]);
    for (int i = 0; i < 3; i++)
        gql_plan_unref(plans[i]);
    world_done(&world);
}

static void the_operation_name_belongs_to_the_key(void **state)
{
    const char *document = "query A { a } query B { b }";
    struct world world;

    (void)state;
    world_init(&world, 1024 * 1024);
    for (int i = 0; i < 3; i++) {
        struct gql_plan *a = get(&world, document, "A"), *b = get(&world, document, "B");

        assert_true(str_is(gql_plan_operation_name(a), "A"));
        assert_true(str_is(gql_plan_operation_name(b), "B"));
        gql_plan_unref(a);
        gql_plan_unref(b);
        assert_null(get(&world, document, NULL));
    }
    world_done(&world);
}

/* Each set of conditions that is asked for makes a plan larger. */
static void a_plan_that_grows_counts_as_large_as_it_is(void **state)
{
    const char *document =
        "query($a: Boolean!, $b: Boolean!) { a @include(if: $a) b @include(if: $b) }";
    struct world world;
    struct gql_errors errors;
    struct gql_plan *plan = NULL;
    struct gql_cost cost;
    size_t before;

    (void)state;
    world_init(&world, 1024 * 1024);
    gql_errors_init(&errors, &world.arena, 10);
    for (int i = 0; i < 2; i++) {
        gql_plan_unref(plan);
        plan = get(&world, document, NULL);
    }
    before = world.cache.bytes;
    for (int i = 0; i < 4; i++) {
        json_t *variables = json_pack("{s:b, s:b}", "a", i & 1, "b", i >> 1);

        assert_int_equal(gql_plan_cost(plan, variables, &world.arena, &errors, &cost), MC_OK);
        json_decref(variables);
    }
    assert_true(gql_plan_bytes(plan) > before);
    gql_plan_unref(plan);
    plan = get(&world, document, NULL);
    assert_int_equal(world.cache.hits, 1);
    assert_true(world.cache.bytes >= gql_plan_bytes(plan));
    world.cache.bytes_max = world.cache.bytes - 1;
    gql_plan_unref(get(&world, document, NULL));
    assert_int_equal(world.cache.bytes, 0);
    gql_plan_unref(plan);
    world_done(&world);
}

static void errors_are_kept_too(void **state)
{
    struct world world;

    (void)state;
    world_init(&world, 1024 * 1024);
    for (int i = 0; i < 3; i++)
        assert_null(get(&world, "{ a ", NULL));
    assert_int_equal(world.cache.hits, 1);
    world_done(&world);
}

static void the_cache_stays_inside_its_limit(void **state)
{
    enum { LIMIT = 200 * 1024 };
    struct world world;

    (void)state;
    world_init(&world, LIMIT);
    for (int i = 0; i < 500; i++) {
        char document[64];

        (void)snprintf(document, sizeof(document), "{ a a%d: a }", i);
        for (int twice = 0; twice < 2; twice++)
            gql_plan_unref(get(&world, document, NULL));
        assert_true(world.cache.bytes <= LIMIT);
    }
    assert_true(world.cache.bytes > 0);
    world_done(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_document_is_kept_when_it_comes_again),
        cmocka_unit_test(the_operation_name_belongs_to_the_key),
        cmocka_unit_test(a_plan_that_grows_counts_as_large_as_it_is),
        cmocka_unit_test(errors_are_kept_too),
        cmocka_unit_test(the_cache_stays_inside_its_limit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
