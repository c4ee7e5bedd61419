/* What is kept for everybody is found by plan and variables alone, and stays within its bytes. */
#include "rendered.h"
#include "tests/unit/check.h"

static const char sdl[] =
    "directive @cacheControl(maxAge: Int) on FIELD_DEFINITION "
    "type Query { a: Int @cacheControl(maxAge: 60) b: Int @cacheControl(maxAge: 60) }";

struct world {
    struct arena arena;
    struct gql_schema *schema;
    struct rendered_cache cache;
    struct gql_plan *plans[2];
};

static enum gql_progress nothing(struct gql_batch *batch)
{
    (void)batch;
    return GQL_NOW;
}

static const struct gql_field fallback = { .resolve = nothing };

static struct gql_plan *plan_of(struct world *world, const char *text)
{
    struct gql_document document = { .text = str_of(text) };
    struct gql_errors errors;
    struct gql_plan *plan = NULL;

    gql_errors_init(&errors, &world->arena, 10);
    assert_int_equal(gql_plan_new(world->schema, &document, &gql_limits_preset, &errors, &plan),
                     MC_OK);
    return plan;
}

static void world_init(struct world *world, size_t bytes_max)
{
    struct gql_source source = { "test", { sdl, sizeof(sdl) - 1 } };
    struct gql_errors errors;

    arena_init(&world->arena, 64 * 1024 * 1024);
    gql_errors_init(&errors, &world->arena, 10);
    assert_int_equal(gql_schema_build(&world->arena, &source, 1, &errors, &world->schema), MC_OK);
    assert_int_equal(
        gql_schema_bind(world->schema, &(struct gql_bindings){ .fallback = &fallback }, &errors),
        MC_OK);
    rendered_cache_init(&world->cache, bytes_max);
    world->plans[0] = plan_of(world, "{ a }");
    world->plans[1] = plan_of(world, "{ b }");
}

static void world_done(struct world *world)
{
    rendered_cache_done(&world->cache);
    assert_int_equal(world->cache.bytes, 0);
    gql_plan_unref(world->plans[0]);
    gql_plan_unref(world->plans[1]);
    arena_done(&world->arena);
}

static bool has(struct world *world, size_t plan, const char *variables, const char *body)
{
    const struct rendered *found =
        rendered_find(&world->cache, world->plans[plan], str_of(variables));

    return found != NULL && str_is(found->bodies[CODING_IDENTITY], body);
}

static void an_answer_belongs_to_its_plan_and_variables(void **state)
{
    struct world world;

    (void)state;
    world_init(&world, 1 << 20);
    assert_non_null(rendered_put(&world.cache, world.plans[0], STR("{\"x\":1}"), STR("one")));
    assert_non_null(rendered_put(&world.cache, world.plans[0], STR("{\"x\":2}"), STR("two")));
    assert_non_null(rendered_put(&world.cache, world.plans[1], STR("{\"x\":1}"), STR("three")));
    assert_true(has(&world, 0, "{\"x\":1}", "one"));
    assert_true(has(&world, 0, "{\"x\":2}", "two"));
    assert_true(has(&world, 1, "{\"x\":1}", "three"));
    assert_null(rendered_find(&world.cache, world.plans[1], STR("{\"x\":2}")));
    world_done(&world);
}

static void the_oldest_go_and_the_bytes_hold(void **state)
{
    char variables[32], body[1200];
    struct world world;

    (void)state;
    memset(body, 'x', sizeof(body));
    world_init(&world, 8 * 1024);
    for (int i = 0; i < 100; i++) {
        (void)snprintf(variables, sizeof(variables), "{\"x\":%d}", i);
        assert_non_null(rendered_put(&world.cache, world.plans[0], str_of(variables),
                                     (struct str){ body, sizeof(body) }));
        assert_non_null(rendered_find(&world.cache, world.plans[0], str_of(variables)));
        assert_true(world.cache.bytes <= 8 * 1024);
    }
    assert_null(rendered_find(&world.cache, world.plans[0], STR("{\"x\":0}")));
    assert_non_null(rendered_find(&world.cache, world.plans[0], STR("{\"x\":99}")));
    world_done(&world);
}

static void a_body_too_large_is_not_kept(void **state)
{
    static char body[2049];
    struct world world;

    (void)state;
    memset(body, 'x', sizeof(body));
    world_init(&world, 8 * 1024);
    assert_non_null(
        rendered_put(&world.cache, world.plans[0], STR(""), (struct str){ body, 2048 }));
    rendered_cache_renew(&world.cache);
    assert_int_equal(world.cache.bytes, 0);
    assert_null(rendered_put(&world.cache, world.plans[0], STR(""), (struct str){ body, 2049 }));
    world_done(&world);
}

static void bodies_are_coded_from_1_kib_and_only_when_smaller(void **state)
{
    static char body[1024];
    const struct rendered *kept;
    struct world world;

    (void)state;
    memset(body, 'x', sizeof(body));
    world_init(&world, 1 << 20);
    (void)rendered_put(&world.cache, world.plans[0], STR("1"), (struct str){ body, 1024 });
    kept = rendered_find(&world.cache, world.plans[0], STR("1"));
    assert_non_null(kept->bodies[CODING_GZIP].data);
    assert_non_null(kept->bodies[CODING_BROTLI].data);
    (void)rendered_put(&world.cache, world.plans[0], STR("2"), (struct str){ body, 1023 });
    kept = rendered_find(&world.cache, world.plans[0], STR("2"));
    assert_null(kept->bodies[CODING_GZIP].data);
    world_done(&world);
}

/* Variables that nobody else sends are cheap to make up. */
static void an_answer_that_is_asked_for_once_is_not_coded(void **state)
{
    static char body[2048];
    const struct rendered *kept;
    struct world world;

    (void)state;
    memset(body, 'x', sizeof(body));
    world_init(&world, 1 << 20);
    kept = rendered_put(&world.cache, world.plans[0], STR("{\"x\":1}"), (struct str){ body, 2048 });
    assert_null(kept->bodies[CODING_GZIP].data);
    assert_null(kept->bodies[CODING_BROTLI].data);
    world_done(&world);
}

static void one_answer_alone_is_not_beyond_the_bytes(void **state)
{
    struct world world;
    size_t bytes;

    (void)state;
    world_init(&world, 1 << 20);
    (void)rendered_put(&world.cache, world.plans[0], STR(""), STR("body"));
    bytes = world.cache.bytes;
    rendered_cache_renew(&world.cache);
    world.cache.bytes_max = bytes - 1;
    assert_null(rendered_put(&world.cache, world.plans[0], STR(""), STR("body")));
    world.cache.bytes_max = bytes;
    assert_non_null(rendered_put(&world.cache, world.plans[0], STR(""), STR("body")));
    world_done(&world);
}

static void the_coding_most_wanted_is_chosen(void **state)
{
    static const struct {
        const char *accept;
        enum coding coding;
    } rows[] = {
        { "gzip", CODING_GZIP },
        { "br", CODING_BROTLI },
        { "gzip, br", CODING_BROTLI },
        { "gzip;q=0.9, br;q=0.8", CODING_GZIP },
        { "GZIP", CODING_GZIP },
        { "gzip;q=0.001", CODING_GZIP },
        { "gzip;q=0", CODING_IDENTITY },
        { "*;q=0.1, br;q=0", CODING_GZIP },
        { "identity;q=0", CODING_IDENTITY },
        { ",,;q=1,", CODING_IDENTITY },
    };
    unsigned all = 1u << CODING_GZIP | 1u << CODING_BROTLI;

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_int_equal(coding_choose(str_of(rows[i].accept), all), rows[i].coding);
    assert_int_equal(coding_choose(STR("br"), 1u << CODING_GZIP), CODING_IDENTITY);
    assert_int_equal(coding_choose(STR_NONE, all), CODING_IDENTITY);
}

static void an_answer_is_kept_no_longer_than_its_max_age(void **state)
{
    struct world world;

    (void)state;
    world_init(&world, 1 << 20);
    world.cache.now_s = 1000;
    assert_non_null(rendered_put(&world.cache, world.plans[0], STR(""), STR("body")));
    world.cache.now_s = 1059;
    assert_non_null(rendered_find(&world.cache, world.plans[0], STR("")));
    world.cache.now_s = 1060;
    assert_null(rendered_find(&world.cache, world.plans[0], STR("")));
    assert_int_equal(world.cache.bytes, 0);
    world_done(&world);
}

/* An answer under way is read after the cache has let go of it. */
static void what_is_held_outlives_its_entry(void **state)
{
    struct world world;
    const struct rendered *rendered;
    void *held;

    (void)state;
    world_init(&world, 1 << 20);
    rendered = rendered_put(&world.cache, world.plans[0], STR("{}"), STR("one"));
    held = rendered_hold(rendered);
    rendered_cache_renew(&world.cache);
    assert_true(str_is(rendered->bodies[CODING_IDENTITY], "one"));
    rendered_release(held);
    world_done(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_answer_belongs_to_its_plan_and_variables),
        cmocka_unit_test(the_oldest_go_and_the_bytes_hold),
        cmocka_unit_test(a_body_too_large_is_not_kept),
        cmocka_unit_test(an_answer_is_kept_no_longer_than_its_max_age),
        cmocka_unit_test(bodies_are_coded_from_1_kib_and_only_when_smaller),
        cmocka_unit_test(an_answer_that_is_asked_for_once_is_not_coded),
        cmocka_unit_test(one_answer_alone_is_not_beyond_the_bytes),
        cmocka_unit_test(what_is_held_outlives_its_entry),
        cmocka_unit_test(the_coding_most_wanted_is_chosen),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
