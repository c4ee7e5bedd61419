/* coerce.h: literals, variables and arguments to values; input.h and gql.h's input helpers. */
#include "graphql/type/coerce.h"
#include "graphql/type/input.h"
#include "world.h"

static const char *const sdl =
    "directive @max(n: Int!) on ARGUMENT_DEFINITION | INPUT_FIELD_DEFINITION\n"
    "enum E { A B } scalar Any\n"
    "input In { a: Int = 7 b: String! c: [In!] } input One @oneOf { i: Int s: String }\n"
    "input Page { first: Int @max(n: 10) }\n"
    "type Query { q(first: Int = 20 @max(n: 100), ids: [ID!] @max(n: 2), in: In, need: Int!,\n"
    " page: Page): Int half: Float }";

/* The JSON of a literal read as a type, or the first error. */
static const char *read(struct world *world, const char *type, const char *literal)
{
    const struct gql_input *value = NULL;
    const struct coercion with = { .arena = &world->arena,
                                   .errors = &world->errors,
                                   .status = MC_INVALID };

    gql_errors_init(&world->errors, &world->arena, 10);
    if (coercion_literal(&with, STR_NONE, world_ref(world, type), world_literal(world, literal),
                         &value) != MC_OK)
        return world_error(world);
    return world_json(world, value);
}

static void literals_become_values(void **state)
{
    static const char *const rows[][3] = {
        { "Int", "-5", "-5" },
        { "Float", "1e3", "1000" },
        { "Float", "9007199254740993", "9007199254740992" },
        { "ID", "12345678901234567890", "\"12345678901234567890\"" },
        { "[Int]", "3", "[3]" },
        { "[[Int]]", "[1, [2]]", "[[1],[2]]" },
        { "E", "A", "\"A\"" },
        { "In", "{ b: \"x\" }", "{\"a\":7,\"b\":\"x\"}" },
        { "In", "{ c: { b: \"y\", a: null }, b: \"x\" }",
          "{\"a\":7,\"b\":\"x\",\"c\":[{\"a\":null,\"b\":\"y\"}]}" },
        { "Any", "{ a: [1, 2.5, X, \"t\", null, true] }", "{\"a\":[1,2.5,\"X\",\"t\",null,true]}" },
    };
    struct world world;

    (void)state;
    world_new(&world, sdl);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_string_equal(read(&world, rows[i][0], rows[i][1]), rows[i][2]);
    world_done(&world);
}

static void wrong_literals_are_told_why(void **state)
{
    static const char *const rows[][3] = {
        { "Int", "2147483648", "Int cannot represent non 32-bit signed integer value: 2147483648" },
        { "Int", "1.0", "Int cannot represent non-integer value: 1.0" },
        { "Int!", "null", "Expected value of non-null type \"Int!\" not to be null." },
        { "String", "A", "String cannot represent a non string value: A" },
        { "E", "C",
          "Value \"C\" does not exist in \"E\" enum. Did you mean the enum value \"A\" or \"B\"?" },
        { "In", "{ a: 1 }",
          "Expected value of type \"In\" to include required field \"b\", found: { a: 1 }." },
        { "In", "{ b: \"x\", z: 1 }",
          "Expected value of type \"In\" not to include unknown field \"z\". Did you mean \"a\", "
          "\"b\", or \"c\"? Found: { b: \"x\", z: 1 }." },
        { "One", "{ i: 1, s: \"x\" }",
          "Within OneOf Input Object type \"One\", exactly one field must be specified, and the "
          "value for that field must be non-null." },
        { "Page", "{ first: 11 }", "Expected a number of at most 10, found: 11." },
    };
    struct world world;

    (void)state;
    world_new(&world, sdl);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_string_equal(read(&world, rows[i][0], rows[i][1]), rows[i][2]);
    world_done(&world);
}

struct request {
    struct coercion with;
    struct world world;
    const struct ast_definition *operation;
    const struct coerce_variables *variables;
    json_t *json;
};

static enum status request_new(struct request *request, const char *query, const char *json)
{
    struct ast_document *document = NULL;
    struct gql_errors *errors = &request->world.errors;

    world_new(&request->world, sdl);
    assert_int_equal(parse_document(&request->world.arena, str_of(query), &parser_limits_wide,
                                    errors, &document),
                     MC_OK);
    request->operation = document->definitions;
    request->json = json_loads(json, JSON_DECODE_ANY, NULL);
    request->with = (struct coercion){ .arena = &request->world.arena,
                                       .errors = errors,
                                       .status = MC_BAD_INPUT,
                                       .source = document->source };
    return coercion_variables(&request->with, request->world.schema, request->operation->variables,
                              request->json, &request->variables);
}

static void request_done(struct request *request)
{
    json_decref(request->json);
    world_done(&request->world);
}

static void variables_become_values(void **state)
{
    static const char *const rows[][3] = {
        { "query($v: [Int!]) { a }", "{\"v\": 1}", "[1]" },
        { "query($v: Float) { a }", "{\"v\": 2}", "2" },
        { "query($v: ID) { a }", "{\"v\": -1}", "\"-1\"" },
        { "query($v: ID) { a }", "{\"v\": 1e308}", "\"1e+308\"" },
        { "query($v: Int) { a }", "{\"v\": 3.0}", "3" },
        { "query($v: In) { a }", "{\"v\": {\"c\": {\"b\": \"y\"}, \"b\": \"x\"}}",
          "{\"a\":7,\"b\":\"x\",\"c\":[{\"a\":7,\"b\":\"y\"}]}" },
        { "query($v: Int = 3) { a }", "{}", "3" },
        { "query($v: Int = 3) { a }", "{\"v\": null}", "null" },
        { "query($v: Int) { a }", "{}", "ABSENT" },
        { "query($a: Int $b: Int $c: Int $d: Int $e: Int $f: Int $g: Int $h: Int $v: Int) { a }",
          "{\"v\": 9, \"h\": 8}", "9" },
        { "query($v: Any) { a }", "{\"v\": {\"z\": [true, 1.5]}}", "{\"z\":[true,1.5]}" },
    };
    struct request request;

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        assert_int_equal(request_new(&request, rows[i][0], rows[i][1]), MC_OK);
        assert_string_equal(
            world_json(&request.world, coerce_variable_value(request.variables, STR("v"))),
            rows[i][2]);
        request_done(&request);
    }
}

static void wrong_variables_are_told_where_and_why(void **state)
{
    static const char *const rows[][3] = {
        { "query($v: Int) { a }", "{\"v\": \"1\"}",
          "Variable \"$v\" has invalid value: Int cannot represent non-integer value: \"1\"" },
        { "query($v: Int!) { a }", "{}",
          "Variable \"$v\" has invalid value: Expected a value of non-null type \"Int!\" to be "
          "provided." },
        { "query($v: In) { a }", "{\"v\": {\"b\": \"x\", \"c\": [null]}}",
          "Variable \"$v\" has invalid value at .c[0]: Expected value of non-null type \"In!\" not "
          "to be null." },
        { "query($v: One) { a }", "{\"v\": {\"i\": null}}",
          "Variable \"$v\" has invalid value at .i: Within OneOf Input Object type \"One\", "
          "exactly "
          "one field must be specified, and the value for that field must be non-null." },
        { "query($v: Page) { a }", "{\"v\": {\"first\": 99}}",
          "Variable \"$v\" has invalid value at .first: Expected a number of at most 10, found: "
          "99." },
        { "query($v: Query) { a }", "{}",
          "Variable \"$v\" expected value of type \"Query\" which cannot be used as an input "
          "type." },
    };
    struct request request;

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        assert_int_equal(request_new(&request, rows[i][0], rows[i][1]), MC_BAD_INPUT);
        assert_string_equal(world_error(&request.world), rows[i][2]);
        /* At the variable; a type that is none for input, where that is written. */
        assert_int_equal(request.world.errors.head->locations[0].column,
                         strstr(rows[i][2], "input type") == NULL ? 7 : 11);
        request_done(&request);
    }
}

static void deep_json_is_refused(void **state)
{
    struct request request;
    struct buf json;

    (void)state;
    for (int depth = INPUT_DEPTH_MAX - 1; depth <= INPUT_DEPTH_MAX + 1; depth++) {
        buf_init(&json, 1 << 16);
        buf_add(&json, STR("{\"v\": "));
        for (int i = 0; i < depth; i++)
            buf_add_char(&json, '[');
        for (int i = 0; i < depth; i++)
            buf_add_char(&json, ']');
        buf_add_char(&json, '}');
        buf_add_char(&json, '\0');
        assert_int_equal(request_new(&request, "query($v: Any) { a }", json.data),
                         depth > INPUT_DEPTH_MAX ? MC_BAD_INPUT : MC_OK);
        request_done(&request);
        buf_done(&json);
    }
}

/* The arguments of { q(...) } as "first ids in need page", or the first error. */
static const char *arguments(struct request *request, const char *query, const char *json)
{
    const struct gql_input *const *values;
    const struct schema_field *field;
    struct buf text;
    static char shown[512];

    assert_int_equal(request_new(request, query, json), MC_OK);
    field = &request->world.schema->query->fields[0];
    request->with.variables = request->variables;
    if (coercion_field(&request->with, field, request->operation->selections->arguments, &values) !=
        MC_OK) {
        (void)snprintf(shown, sizeof(shown), "%s", world_error(&request->world));
        return shown;
    }
    buf_init(&text, sizeof(shown) - 1);
    for (size_t i = 0; i < field->argument_count; i++)
        buf_printf(&text, "%s%s", i == 0 ? "" : " ", world_json(&request->world, values[i]));
    (void)snprintf(shown, sizeof(shown), "%.*s", STR_PRINT(buf_str(&text)));
    buf_done(&text);
    return shown;
}

static void arguments_take_literals_variables_and_defaults(void **state)
{
    static const char *const rows[][3] = {
        { "{ q(need: 1) }", "{}", "20 ABSENT ABSENT 1 ABSENT" },
        { "query($f: Int, $n: Int!) { q(first: $f, need: $n) }", "{\"n\": 4}",
          "20 ABSENT ABSENT 4 ABSENT" },
        { "query($f: Int) { q(first: $f, need: 1) }", "{\"f\": null}",
          "null ABSENT ABSENT 1 ABSENT" },
        { "query($b: String!, $a: Int) { q(in: {b: $b, a: $a}, need: 1) }", "{\"b\": \"x\"}",
          "20 ABSENT {\"a\":7,\"b\":\"x\"} 1 ABSENT" },
        { "query($i: ID!) { q(ids: [\"a\", $i], need: 1) }", "{\"i\": 5}",
          "20 [\"a\",\"5\"] ABSENT 1 ABSENT" },
        { "{ q(first: 101, need: 1) }", "{}",
          "Argument \"Query.q(first:)\" has invalid value: Expected a number of at most 100, "
          "found: "
          "101." },
        { "query($f: Int) { q(first: $f, need: 1) }", "{\"f\": 1000}",
          "Argument \"Query.q(first:)\" has invalid value: Expected a number of at most 100, "
          "found: "
          "1000." },
        { "{ q(ids: [1, 2, 3], need: 1) }", "{}",
          "Argument \"Query.q(ids:)\" has invalid value: Expected at most 2 items, found: 3." },
        { "{ q }", "{}",
          "Argument \"Query.q(need:)\" of required type \"Int!\" was not provided." },
        { "query($n: Int) { q(need: $n) }", "{}",
          "Argument \"Query.q(need:)\" has invalid value: Expected variable \"$n\" provided to "
          "type "
          "\"Int!\" to provide a runtime value." },
    };
    struct request request;

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        assert_string_equal(arguments(&request, rows[i][0], rows[i][1]), rows[i][2]);
        request_done(&request);
    }
}

static void values_in_error_texts_are_cut(void **state)
{
    struct request request;
    struct buf json;

    (void)state;
    buf_init(&json, 1 << 20);
    buf_add(&json, STR("{\"v\": \""));
    for (int i = 0; i < 100000; i++)
        buf_add_char(&json, 'x');
    buf_add(&json, STR("\"}"));
    buf_add_char(&json, '\0');
    assert_int_equal(request_new(&request, "query($v: Int) { a }", json.data), MC_BAD_INPUT);
    assert_true(request.world.errors.head->message.size < 2 * INPUT_SHOWN_BYTES_MAX);
    request_done(&request);
    buf_done(&json);
}

static void a_short_list_that_needs_much_is_stopped_early(void **state)
{
    struct request request;
    struct coercion with = { .status = MC_BAD_INPUT };
    struct gql_input *value;
    struct arena small;
    json_t *list = json_array();

    (void)state;
    assert_int_equal(request_new(&request, "query($v: Int) { a }", "{}"), MC_OK);
    for (int i = 0; i < 50000; i++)
        json_array_append_new(list, json_pack("{s:s}", "b", "x"));
    arena_init(&small, 1 << 24);
    with.arena = &small;
    assert_int_equal(input_from_json(&small, list, &value), MC_OK);
    small.bytes_max = small.used_bytes + 10000;
    assert_int_equal(coercion_value(&with, STR_NONE, 0, world_ref(&request.world, "[In!]"), value),
                     MC_LIMIT);
    assert_true(small.used_bytes < small.bytes_max + 1000);
    arena_done(&small);
    json_decref(list);
    request_done(&request);
}

static void helpers_look_into_objects(void **state)
{
    struct world world;
    const struct gql_input *value = NULL;

    (void)state;
    world_new(&world, sdl);
    struct coercion reading = { .arena = &world.arena, .status = MC_INVALID };

    assert_int_equal(coercion_literal(&reading, STR_NONE, world_ref(&world, "In"),
                                      world_literal(&world, "{ b: \"x\" }"), &value),
                     MC_OK);
    assert_true(str_is(gql_input_text(value, "b"), "x"));
    assert_null(gql_input_text(value, "a").data);
    assert_null(gql_input_field(value, "c"));
    assert_int_equal(gql_input_field(value, "a")->integer, 7);
    assert_null(gql_input_field(NULL, "a"));
    world_done(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(literals_become_values),
        cmocka_unit_test(wrong_literals_are_told_why),
        cmocka_unit_test(variables_become_values),
        cmocka_unit_test(wrong_variables_are_told_where_and_why),
        cmocka_unit_test(deep_json_is_refused),
        cmocka_unit_test(arguments_take_literals_variables_and_defaults),
        cmocka_unit_test(values_in_error_texts_are_cut),
        cmocka_unit_test(a_short_list_that_needs_much_is_stopped_early),
        cmocka_unit_test(helpers_look_into_objects),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
