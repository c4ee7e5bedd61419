/* gql_schema_print: a printed schema builds again and prints the same. */
#include "world.h"

static const char *const sdl =
    "\"\"\"The whole.\"\"\"\n"
    "schema {\n  query: Q\n}\n\n"
    "directive @tag(\n  \"\"\"Which.\"\"\"\n  name: String = \"x\"\n) repeatable on OBJECT | "
    "FIELD_DEFINITION\n\n"
    "scalar Date @specifiedBy(url: \"https://example.org/date\")\n\n"
    "interface Node {\n  id: ID!\n}\n\n"
    "\"\"\"\nOne file at the counter.\nTwo lines.\n\"\"\"\n"
    "type Q implements Node {\n  id: ID!\n\n  \"\"\"Said.\"\"\"\n"
    "  list(first: Int = 20, in: In = { a: [1, 2] }): [Hit!]! @deprecated\n}\n\n"
    "union Hit = Q\n\n"
    "enum E {\n  A\n  B @deprecated(reason: \"use A\")\n}\n\n"
    "input In @oneOf {\n  a: [Int]\n  e: E\n}";

static void prints_what_it_was_built_from(void **state)
{
    struct world world;

    (void)state;
    world_new(&world, sdl);
    gql_schema_print(world.schema, &world.text);
    buf_add_char(&world.text, '\0');
    assert_string_equal(world.text.data, sdl);
    world_done(&world);
}

static void descriptions_that_fit_no_block_are_quoted(void **state)
{
    struct world world;

    (void)state;
    world_new(&world, "\" \\u0007 bell\" type Query { a: Int }");
    gql_schema_print(world.schema, &world.text);
    buf_add_char(&world.text, '\0');
    assert_string_equal(world.text.data, "\" \\u0007 bell\"\ntype Query {\n  a: Int\n}");
    world_done(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(prints_what_it_was_built_from),
        cmocka_unit_test(descriptions_that_fit_no_block_are_quoted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
