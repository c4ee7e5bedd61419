/* gql_schema_build: SDL to types, and what it refuses. */
#include "world.h"

static void merges_files_and_extensions(void **state)
{
    const struct gql_source sources[] = {
        { "query.graphql", STR_INIT("type Query { a: A }") },
        { "a.graphql", STR_INIT("type A { x: Int }\nenum E { ONE }") },
        { "more.graphql", STR_INIT("extend type A { e(of: E = TWO): E }\nextend enum E { TWO }") },
    };
    struct world world;
    const struct schema_type *a;

    (void)state;
    world_init(&world);
    assert_int_equal(gql_schema_build(&world.arena, sources, 3, &world.errors, &world.schema),
                     MC_OK);
    a = schema_type(world.schema, STR("A"));
    assert_int_equal(a->field_count, 2);
    assert_string_equal(world_json(&world, a->fields[1].arguments[0].default_value), "\"TWO\"");
    world_done(&world);
}

static void errors_of_files_name_them_and_their_own_lines(void **state)
{
    const struct gql_source sources[] = {
        { "query.graphql", STR_INIT("type Query {\n a: A\n}\n") },
        { "a.graphql", STR_INIT("\ntype A {\n x: Nope }") },
    };
    struct world world;

    (void)state;
    world_init(&world);
    assert_int_equal(gql_schema_build(&world.arena, sources, 2, &world.errors, &world.schema),
                     MC_INVALID);
    assert_string_equal(world_error(&world), "a.graphql: Unknown type \"Nope\".");
    assert_int_equal(world.errors.head->locations[0].line, 3);
    assert_int_equal(world.errors.head->locations[0].column, 5);
    world_done(&world);
}

static void a_default_value_s_error_has_its_own_line_too(void **state)
{
    const struct gql_source sources[] = {
        { "query.graphql", STR_INIT("type Query {\n a: A\n}\n") },
        { "a.graphql", STR_INIT("type A {\n x(n: Int = true): Int }") },
    };
    struct world world;

    (void)state;
    world_init(&world);
    assert_int_equal(gql_schema_build(&world.arena, sources, 2, &world.errors, &world.schema),
                     MC_INVALID);
    assert_string_equal(world_error(&world),
                        "a.graphql: A.x(n:) has invalid default value: Int cannot represent "
                        "non-integer value: true");
    assert_int_equal(world.errors.head->locations[0].line, 2);
    world_done(&world);
}

static void a_syntax_error_is_its_file_s_alone(void **state)
{
    const struct gql_source sources[] = {
        { "good.graphql", STR_INIT("type Query { a: Int }") },
        { "bad.graphql", STR_INIT("type A {\n x: \"\"\"never closed") },
        { "last.graphql", STR_INIT("\"\"\"an end\"\"\" type B { x: Int }") },
    };
    struct world world;

    (void)state;
    world_init(&world);
    assert_int_equal(gql_schema_build(&world.arena, sources, 3, &world.errors, &world.schema),
                     MC_SYNTAX);
    assert_memory_equal(world_error(&world), "bad.graphql: Syntax Error", 25);
    assert_int_equal(world.errors.head->locations[0].line, 2);
    world_done(&world);
}

static void root_types_by_definition_and_by_name(void **state)
{
    struct world world;

    (void)state;
    world_new(&world, "schema { query: Q } type Q { a: Int } type Mutation { b: Int }");
    assert_true(str_is(world.schema->query->name, "Q"));
    assert_null(world.schema->mutation);
    world_done(&world);
    world_new(&world, "type Query { a: Int } type Mutation { b: Int }");
    assert_true(str_is(world.schema->mutation->name, "Mutation"));
    assert_null(world.schema->subscription);
    world_done(&world);
}

static void deprecation_limits_and_links_are_read(void **state)
{
    struct world world;
    const struct schema_type *query, *scalar;

    (void)state;
    world_new(&world, "directive @max(n: Int!) on ARGUMENT_DEFINITION | INPUT_FIELD_DEFINITION\n"
                      "scalar Date @specifiedBy(url: \"https://example.org/date\")\n"
                      "type Query { a(first: Int = 20 @max(n: 100)): Date @deprecated\n"
                      " b: Int @deprecated(reason: \"use a\") c: Int }");
    query = world.schema->query;
    scalar = schema_type(world.schema, STR("Date"));
    assert_int_equal(query->fields[0].arguments[0].items_max, 100);
    assert_true(query->fields[0].deprecated);
    assert_true(str_is(query->fields[0].deprecation_reason, "No longer supported"));
    assert_true(str_is(query->fields[1].deprecation_reason, "use a"));
    assert_false(query->fields[2].deprecated);
    assert_true(str_is(scalar->specified_by, "https://example.org/date"));
    world_done(&world);
    assert_refused("directive @max(n: Int!) on ARGUMENT_DEFINITION\n"
                   "type Query { a(first: Int @max(n: 0)): Int }",
                   "@max needs an argument \"n\" of at least 1.");
    assert_refused("directive @max(n: Int!) on ARGUMENT_DEFINITION\n"
                   "type Query { a(first: Int = 9 @max(n: 5)): Int }",
                   "Query.a(first:) has a default value above its own @max.");
    assert_refused("type Query { a: Int @deprecated(reason: 3) }",
                   "Argument \"@deprecated(reason:)\" has invalid value: String cannot represent a "
                   "non string value: 3");
}

static void defaults_fill_what_they_leave_out(void **state)
{
    struct world world;

    (void)state;
    world_new(&world, "input A { b: B = {}, n: Int = 1 } input B { c: C = { y: [2] } }\n"
                      "input C { x: Float = 1, y: [Int] } type Query { q(a: A = {}): Int }");
    assert_string_equal(world_json(&world, world.schema->query->fields[0].arguments->default_value),
                        "{\"b\":{\"c\":{\"x\":1,\"y\":[2]}},\"n\":1}");
    world_done(&world);
}

static void refuses_what_is_not_a_type_system(void **state)
{
    (void)state;
    assert_refused("type Query { a: Nope }", "Unknown type \"Nope\".");
    assert_refused("type Query { a: Int } type Query { b: Int }",
                   "There can be only one type named \"Query\".");
    assert_refused("type Query { a: Int a: Int }", "Field \"Query.a\" can only be defined once.");
    assert_refused("type Query { a: Int } query { a }",
                   "An operation or fragment is not part of a schema.");
    assert_refused("type Query { a: Int @nope }", "Unknown directive \"@nope\".");
    assert_refused("type A { a: Int }", "Query root type must be provided.");
    assert_refused("type Query { a: Int } type Empty",
                   "Type Empty must define one or more fields.");
    assert_refused("type Query { a(b: Query): Int }",
                   "The type of Query.a(b:) must be Input Type but got: Query.");
    assert_refused("type Query { a: [I!] } input I { a: Int }",
                   "The type of Query.a must be Output Type but got: [I!].");
    assert_refused("interface N { id: ID! } type Query implements N { id: ID }",
                   "Interface field N.id expects type ID! but Query.id is type ID.");
    assert_refused("type Query { a(i: I): Int } input I { i: I! }",
                   "Input Object I cannot be provided a finite value because it references itself "
                   "through fields: I.i.");
    assert_refused("type Query { a(i: I): Int } input I { i: I = {} }",
                   "Invalid circular reference. The default value of Input Object field I.i "
                   "references itself.");
    assert_refused("type Query { __a: Int }",
                   "Name \"__a\" must not begin with \"__\", which is reserved by GraphQL "
                   "introspection.");
}

static void long_chains_of_inputs_are_refused_not_followed(void **state)
{
    struct world world;
    struct buf sdl;

    (void)state;
    buf_init(&sdl, 1 << 22);
    buf_add(&sdl, STR("type Query { a(i: I0): Int } "));
    for (int i = 0; i < 3000; i++)
        buf_printf(&sdl, "input I%d { i: I%d = {}, j: I%d! } ", i, (i + 1) % 3000, (i + 1) % 3000);
    buf_add_char(&sdl, '\0');
    assert_int_equal(world_build(&world, sdl.data), MC_INVALID);
    world_done(&world);
    buf_done(&sdl);
}

static void add_deep_input(struct buf *sdl, int i)
{
    buf_printf(sdl, "input I%d { s: I%d n: I%d = ", i, i, i + 1);
    for (int deep = 0; deep < 900; deep++)
        buf_add(sdl, STR("{n:null s:"));
    buf_add(sdl, STR("{}"));
    for (int deep = 0; deep < 900; deep++)
        buf_add(sdl, STR("}"));
    buf_add(sdl, STR("} "));
}

/* Each default value is nearly as deep as the parser lets it be, and its end needs the next one:
 * together they would be deeper than the stack. Whichever is looked at first. */
static void deep_defaults_that_need_deep_defaults_are_refused_not_followed(void **state)
{
    struct world world;
    struct buf sdl;

    (void)state;
    for (int backward = 0; backward <= 1; backward++) {
        buf_init(&sdl, 1 << 22);
        buf_add(&sdl, STR("type Query { a(i: I0 = {}): Int } input I40 { s: I40 n: Int } "));
        for (int i = 0; i < 40; i++)
            add_deep_input(&sdl, backward ? 39 - i : i);
        buf_add_char(&sdl, '\0');
        assert_int_equal(world_build(&world, sdl.data), MC_INVALID);
        assert_non_null(strstr(world_error(&world), "nested deeper than 1000."));
        world_done(&world);
        buf_done(&sdl);
    }
}

/* An object of 999 defaults, each in the one before, is 1000 deep. */
static void a_chain_of_defaults_is_as_long_as_the_limit_and_no_longer(void **state)
{
    (void)state;
    for (int defaults = 999; defaults <= 1000; defaults++) {
        struct world world;
        struct buf sdl;

        buf_init(&sdl, 1 << 20);
        buf_printf(&sdl, "type Query { a: Int } input I%d { n: Int } ", defaults);
        for (int i = defaults - 1; i >= 0; i--)
            buf_printf(&sdl, "input I%d { n: I%d = {} } ", i, i + 1);
        buf_add_char(&sdl, '\0');
        assert_int_equal(world_build(&world, sdl.data), defaults == 999 ? MC_OK : MC_INVALID);
        if (defaults == 1000)
            assert_string_equal(world_error(&world),
                                "The default value of I0.n and those it is needed "
                                "by are nested deeper than 1000.");
        world_done(&world);
        buf_done(&sdl);
    }
}

static void many(struct buf *out, const char *piece, int count)
{
    for (int i = 0; i < count; i++)
        buf_add(out, str_of(piece));
}

/* What is as deep as the parser allows is built, shown and printed without exhausting the stack. */
static void types_and_values_as_deep_as_can_be_are_built(void **state)
{
    struct world world;
    struct buf sdl, printed;

    (void)state;
    buf_init(&sdl, 1 << 20);
    buf_init(&printed, 1 << 22);
    buf_add(&sdl, STR("type Query { a(deep: "));
    many(&sdl, "[", 999);
    buf_add(&sdl, STR("Int"));
    many(&sdl, "]", 999);
    buf_add(&sdl, STR(" = "));
    many(&sdl, "[", 999);
    buf_add(&sdl, STR("1"));
    many(&sdl, "]", 999);
    buf_add(&sdl, STR("): Int }"));
    buf_add_char(&sdl, '\0');
    world_new(&world, sdl.data);
    gql_schema_print(world.schema, &printed);
    assert_int_equal(buf_status(&printed), MC_OK);
    world_done(&world);
    buf_done(&printed);
    buf_done(&sdl);
}

static void ten_thousand_extensions_of_a_type_are_one_type(void **state)
{
    struct world world;
    struct buf sdl;

    (void)state;
    buf_init(&sdl, 1 << 22);
    buf_add(&sdl, STR("type Query { a: Int } "));
    for (int i = 0; i < 10000; i++)
        buf_printf(&sdl, "extend type Query { f%d: Int } ", i);
    buf_add_char(&sdl, '\0');
    world_new(&world, sdl.data);
    assert_int_equal(world.schema->query->field_count, 10001);
    world_done(&world);
    buf_done(&sdl);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(merges_files_and_extensions),
        cmocka_unit_test(errors_of_files_name_them_and_their_own_lines),
        cmocka_unit_test(a_default_value_s_error_has_its_own_line_too),
        cmocka_unit_test(a_syntax_error_is_its_file_s_alone),
        cmocka_unit_test(root_types_by_definition_and_by_name),
        cmocka_unit_test(deprecation_limits_and_links_are_read),
        cmocka_unit_test(defaults_fill_what_they_leave_out),
        cmocka_unit_test(refuses_what_is_not_a_type_system),
        cmocka_unit_test(long_chains_of_inputs_are_refused_not_followed),
        cmocka_unit_test(deep_defaults_that_need_deep_defaults_are_refused_not_followed),
        cmocka_unit_test(a_chain_of_defaults_is_as_long_as_the_limit_and_no_longer),
        cmocka_unit_test(types_and_values_as_deep_as_can_be_are_built),
        cmocka_unit_test(ten_thousand_extensions_of_a_type_are_one_type),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
