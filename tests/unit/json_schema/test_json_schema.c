/* The door's own promises: each limit at its edge, each keyword told by name, nothing of a document
 * in a problem. What the keywords mean is judged by test_json_schema_suite. */
#include "base/buf.h"
#include "json_schema/json_schema.h"
#include "tests/unit/check.h"

#include <stdio.h>

static struct arena arena;

static enum status parse_status(struct str text)
{
    struct json_schema *schema = NULL;
    enum status status = json_schema_parse(text, &schema);

    json_schema_free(schema);
    return status;
}

static enum status check_status(const char *schema_text, struct str document,
                                struct json_problems *ret_problems)
{
    struct json_schema *schema = NULL;
    enum status status;

    assert_int_equal(json_schema_parse(str_of(schema_text), &schema), MC_OK);
    status = json_schema_check(schema, document, &arena, ret_problems);
    json_schema_free(schema);
    return status;
}

struct problem_row {
    const char *schema, *document;
    const char *path, *keyword; /* of the only problem; NULL: it fits */
};

static const struct problem_row problem_rows[] = {
    { "{}", "1", NULL, NULL },
    { "true", "{\"a\":[1,2,null]}", NULL, NULL },
    { "false", "1", "", "schema" },
    { "{\"properties\":{\"a\":false}}", "{\"a\":1}", "/a", "properties" },
    { "{\"required\":[\"a\",\"b\"]}", "{\"a\":1}", "/b", "required" },
    { "{\"properties\":{\"a\":{\"required\":[\"b\"]}}}", "{\"a\":{}}", "/a/b", "required" },
    { "{\"properties\":{\"a\":{\"type\":\"string\"}}}", "{\"a\":1}", "/a", "type" },
    { "{\"items\":{\"type\":\"string\"}}", "[\"x\",1]", "/1", "type" },
    { "{\"additionalProperties\":false}", "{\"secret\":1}", "", "additionalProperties" },
    { "{\"additionalProperties\":{\"type\":\"null\"}}", "{\"a~b/c\":1}", "/a~0b~1c", "type" },
    { "{\"items\":[{}],\"additionalItems\":false}", "[1,2]", "", "additionalItems" },
    { "{\"enum\":[\"a\"]}", "\"b\"", "", "enum" },
    { "{\"const\":1}", "2", "", "const" },
    { "{\"minimum\":2}", "1", "", "minimum" },
    { "{\"maximum\":2}", "3", "", "maximum" },
    { "{\"exclusiveMinimum\":2}", "2", "", "exclusiveMinimum" },
    { "{\"exclusiveMaximum\":2}", "2", "", "exclusiveMaximum" },
    { "{\"minLength\":2}", "\"\\u1ea1\"", "", "minLength" },
    { "{\"maxLength\":1}", "\"\\u1ea1\"", NULL, NULL },
    { "{\"maxLength\":1}", "\"ab\"", "", "maxLength" },
    { "{\"minItems\":1}", "[]", "", "minItems" },
    { "{\"maxItems\":1}", "[1,2]", "", "maxItems" },
    { "{\"minProperties\":1}", "{}", "", "minProperties" },
    { "{\"maxProperties\":0}", "{\"a\":1}", "", "maxProperties" },
    { "{\"multipleOf\":3}", "4", "", "multipleOf" },
    { "{\"multipleOf\":3}", "1e300", NULL, NULL },
    { "{\"multipleOf\":3}", "-9223372036854775808", "", "multipleOf" },
    { "{\"multipleOf\":0.01}", "19.99", NULL, NULL },
    { "{\"uniqueItems\":true}", "[1,1]", "", "uniqueItems" },
    { "{\"contains\":{\"const\":1}}", "[2]", "", "contains" },
    { "{\"not\":{}}", "1", "", "not" },
    { "{\"allOf\":[{\"type\":\"null\"}]}", "1", "", "type" },
    { "{\"oneOf\":[{},{}]}", "1", "", "oneOf" },
    { "{\"dependencies\":{\"a\":[\"b\"]}}", "{\"a\":1}", "/b", "dependencies" },
    { "{\"dependencies\":{\"a\":{\"required\":[\"b\"]}}}", "{\"a\":1}", "/b", "required" },
    { "{\"if\":{\"type\":\"integer\"},\"then\":{\"maximum\":1}}", "2", "", "maximum" },
    { "{\"propertyNames\":{\"maxLength\":1}}", "{\"ab\":1}", "", "schema" },
    { "{\"pattern\":\"^[0-9]{12}$\"}", "\"074201000001\"", NULL, NULL },
    { "{\"pattern\":\"^[0-9]{12}$\"}", "\"074201000001\\n\"", "", "pattern" },
    { "{\"format\":\"date\"}", "\"2023-02-29\"", "", "format" },
    { "{\"format\":\"date\"}", "\"2024-02-29\"", NULL, NULL },
    { "{\"format\":\"unheard-of\"}", "\"x\"", NULL, NULL },
    { "{\"properties\":{\"n\":{\"$ref\":\"#\"}},\"required\":[\"a\"]}",
      "{\"a\":1,\"n\":{\"a\":1,\"n\":{}}}", "/n/n/a", "required" },
};

static void tells_where_and_by_which_keyword(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(problem_rows) / sizeof(problem_rows[0]); i++) {
        const struct problem_row *row = &problem_rows[i];
        struct json_problems problems = { 0 };

        print_message("%s of %s\n", row->schema, row->document);
        assert_int_equal(check_status(row->schema, str_of(row->document), &problems), MC_OK);
        assert_int_equal(problems.count, row->keyword == NULL ? 0 : 1);
        if (row->keyword == NULL) continue;
        assert_true(str_is(problems.rows[0].path, row->path));
        assert_true(str_is(problems.rows[0].keyword, row->keyword));
    }
}

static void tells_all_problems_of_a_form(void **state)
{
    struct json_problems problems;

    (void)state;
    assert_int_equal(
        check_status("{\"type\":\"object\",\"required\":[\"name\",\"day\"],\"properties\":{"
                     "\"name\":{\"type\":\"string\"},\"day\":{\"format\":\"date\"},"
                     "\"copies\":{\"type\":\"integer\",\"minimum\":1}}}",
                     STR("{\"day\":\"tomorrow\",\"copies\":0}"), &problems),
        MC_OK);
    assert_int_equal(problems.count, 3);
    assert_false(problems.more);
}

static void holds_nothing_of_the_document(void **state)
{
    static const char *schema = "{\"properties\":{\"no\":{\"type\":\"integer\",\"pattern\":\"^x$\","
                                "\"enum\":[1],\"const\":2,\"maxLength\":3,\"format\":\"date\"}},"
                                "\"additionalProperties\":false}";
    struct json_problems problems;

    (void)state;
    assert_int_equal(
        check_status(schema, STR("{\"no\":\"074201000001\",\"074201000002\":1}"), &problems),
        MC_OK);
    assert_true(problems.count >= 6);
    for (size_t i = 0; i < problems.count; i++) {
        assert_null(memmem(problems.rows[i].path.data, problems.rows[i].path.size, "0742", 4));
        assert_null(
            memmem(problems.rows[i].keyword.data, problems.rows[i].keyword.size, "0742", 4));
    }
}

static const struct {
    const char *schema;
    enum status status;
} schema_rows[] = {
    { "", MC_BAD_INPUT },
    { "{", MC_BAD_INPUT },
    { "{} {}", MC_BAD_INPUT },
    { "{\"type\":\"null\",\"type\":\"null\"}", MC_BAD_INPUT },
    { "\"\xff\"", MC_BAD_INPUT },
    { "1", MC_INVALID },
    { "{\"type\":\"nothing\"}", MC_INVALID },
    { "{\"properties\":[]}", MC_INVALID },
    { "{\"maxLength\":-1}", MC_INVALID },
    { "{\"multipleOf\":0}", MC_INVALID },
    { "{\"multipleOf\":18446744073709551615}", MC_INVALID },
    { "{\"pattern\":1}", MC_INVALID },
    { "{\"pattern\":\"(?=a)\"}", MC_INVALID },
    { "{\"pattern\":\"(a)\\\\1\"}", MC_INVALID },
    { "{\"pattern\":\"(\"}", MC_INVALID },
    { "{\"pattern\":\"((a{1,100}){1,100}){1,100}\"}", MC_INVALID },
    { "{\"patternProperties\":{\"a\":{}}}", MC_INVALID },
    { "{\"properties\":{\"a/b\":{}}}", MC_INVALID },
    /* References that leave the schema, lead nowhere, to no schema, or in a circle. */
    { "{\"$ref\":\"http://example.com/schema\"}", MC_INVALID },
    { "{\"$ref\":\"file:///etc/passwd\"}", MC_INVALID },
    { "{\"$ref\":\"other.json#/a\"}", MC_INVALID },
    { "{\"$ref\":\"#a\"}", MC_INVALID },
    { "{\"$ref\":\"#/definitions/%61\",\"definitions\":{\"a\":{}}}", MC_INVALID },
    { "{\"$ref\":\"#/definitions/b\",\"definitions\":{\"a\":{}}}", MC_INVALID },
    { "{\"$ref\":\"#/enum/0\",\"enum\":[{\"pattern\":\"(a+)+$\"}]}", MC_INVALID },
    { "{\"$ref\":\"#\"}", MC_INVALID },
    { "{\"allOf\":[{\"$ref\":\"#\"}]}", MC_INVALID },
    { "{\"not\":{\"$ref\":\"#/definitions/a\"},\"definitions\":{\"a\":{\"if\":{\"$ref\":\"#\"}}}}",
      MC_INVALID },
    { "{\"properties\":{\"a\":{\"$ref\":\"#\"}}}", MC_OK },
    { "{\"properties\":{\"pattern\":{\"type\":\"string\"},\"id\":{},\"$ref\":{}}}", MC_OK },
};

static void takes_only_what_it_can_answer_within_a_bound(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(schema_rows) / sizeof(schema_rows[0]); i++) {
        print_message("%s\n", schema_rows[i].schema);
        assert_int_equal(parse_status(str_of(schema_rows[i].schema)), schema_rows[i].status);
    }
}

/* count times piece, between head and tail. */
static struct str repeated(const char *head, const char *piece, size_t count, const char *tail)
{
    struct buf buf;
    struct str text;

    buf_init(&buf, 1 << 20);
    buf_add(&buf, str_of(head));
    for (size_t i = 0; i < count; i++)
        buf_add(&buf, str_of(piece));
    buf_add(&buf, str_of(tail));
    text = arena_str(&arena, buf_str(&buf));
    buf_done(&buf);
    return text;
}

static struct str nested(size_t depth)
{
    struct str open = repeated("", "[", depth, ""), close = repeated("", "]", depth, "");

    return arena_printf(&arena, "%.*s%.*s", STR_PRINT(open), STR_PRINT(close));
}

static void limits_of_a_document(void **state)
{
    struct json_problems problems;
    size_t filled = JSON_DOCUMENT_BYTES_MAX - 2;

    (void)state;
    assert_int_equal(check_status("{}", repeated("\"", "a", filled, "\""), &problems), MC_OK);
    assert_int_equal(check_status("{}", repeated("\"", "a", filled + 1, "\""), &problems),
                     MC_LIMIT);
    assert_int_equal(check_status("{}", nested(JSON_DOCUMENT_DEPTH_MAX), &problems), MC_OK);
    assert_int_equal(check_status("{}", nested(JSON_DOCUMENT_DEPTH_MAX + 1), &problems), MC_LIMIT);
    assert_int_equal(
        check_status("{}", repeated("[", "1,", JSON_DOCUMENT_ITEMS_MAX - 1, "1]"), &problems),
        MC_OK);
    assert_int_equal(
        check_status("{}", repeated("[", "1,", JSON_DOCUMENT_ITEMS_MAX, "1]"), &problems),
        MC_LIMIT);
    assert_int_equal(check_status("{}", STR("{\"a\":1,\"a\":1}"), &problems), MC_BAD_INPUT);
    assert_int_equal(check_status("{}", STR(""), &problems), MC_BAD_INPUT);
    assert_int_equal(check_status("{}", STR_NONE, &problems), MC_BAD_INPUT);
}

/* An object of arrays that holds exactly so many values. */
static struct str with_values(size_t values)
{
    struct buf buf;
    struct str text;

    buf_init(&buf, 1 << 20);
    buf_add(&buf, STR("{"));
    for (size_t left = values - 1, no = 0; left > 0; no++) {
        size_t ones = left > 101 ? 100 : left - 1;

        buf_printf(&buf, "%s\"m%zu\":[", no == 0 ? "" : ",", no);
        for (size_t i = 0; i < ones; i++)
            buf_add(&buf, i == 0 ? STR("1") : STR(",1"));
        buf_add(&buf, STR("]"));
        left -= ones + 1;
    }
    buf_add(&buf, STR("}"));
    text = arena_str(&arena, buf_str(&buf));
    buf_done(&buf);
    return text;
}

static void limit_of_values(void **state)
{
    struct json_problems problems;

    (void)state;
    assert_int_equal(check_status("{}", with_values(JSON_DOCUMENT_VALUES_MAX), &problems), MC_OK);
    assert_int_equal(check_status("{}", with_values(JSON_DOCUMENT_VALUES_MAX + 1), &problems),
                     MC_LIMIT);
}

static void limits_of_a_schema(void **state)
{
    struct str open = repeated("", "{\"not\":", JSON_SCHEMA_CHAIN_MAX - 1, "");
    struct str close = repeated("", "}", JSON_SCHEMA_CHAIN_MAX - 1, "");
    size_t filled = JSON_SCHEMA_BYTES_MAX - (sizeof("{\"title\":\"\"}") - 1);

    (void)state;
    assert_int_equal(parse_status(repeated("{\"title\":\"", "a", filled, "\"}")), MC_OK);
    assert_int_equal(parse_status(repeated("{\"title\":\"", "a", filled + 1, "\"}")), MC_LIMIT);
    assert_int_equal(parse_status(arena_printf(&arena, "{\"const\":%.*s}",
                                               STR_PRINT(nested(JSON_SCHEMA_DEPTH_MAX - 1)))),
                     MC_OK);
    assert_int_equal(parse_status(arena_printf(&arena, "{\"const\":%.*s}",
                                               STR_PRINT(nested(JSON_SCHEMA_DEPTH_MAX)))),
                     MC_LIMIT);
    assert_int_equal(
        parse_status(arena_printf(&arena, "%.*s{}%.*s", STR_PRINT(open), STR_PRINT(close))), MC_OK);
    assert_int_equal(parse_status(arena_printf(&arena, "{\"not\":%.*s{}%.*s}", STR_PRINT(open),
                                               STR_PRINT(close))),
                     MC_LIMIT);
    assert_int_equal(
        parse_status(repeated("{\"items\":[", "{},", JSON_SCHEMA_NODES_MAX - 2, "{}]}")), MC_OK);
    assert_int_equal(
        parse_status(repeated("{\"items\":[", "{},", JSON_SCHEMA_NODES_MAX - 1, "{}]}")), MC_LIMIT);
    assert_int_equal(parse_status(repeated("{\"allOf\":[", "{},", JSON_SCHEMA_FAN_MAX - 2, "{}]}")),
                     MC_OK);
    assert_int_equal(parse_status(repeated("{\"allOf\":[", "{},", JSON_SCHEMA_FAN_MAX - 1, "{}]}")),
                     MC_LIMIT);
    assert_int_equal(parse_status(repeated("{\"pattern\":\"", "a", JSON_SCHEMA_PATTERN_MAX, "\"}")),
                     MC_OK);
    assert_int_equal(
        parse_status(repeated("{\"pattern\":\"", "a", JSON_SCHEMA_PATTERN_MAX + 1, "\"}")),
        MC_LIMIT);
}

/* One for the whole, and as many as the items' schema asks for each item. */
static void limit_of_steps(void **state)
{
    enum { ITEMS = 105, EACH = (JSON_SCHEMA_STEPS_MAX - 1) / ITEMS };
    struct str document = repeated("[", "1,", ITEMS - 1, "1]");
    struct str fits = repeated("{\"items\":{\"allOf\":[", "{},", EACH - 2, "{}]}}");
    struct str over = repeated("{\"items\":{\"allOf\":[", "{},", EACH - 1, "{}]}}");
    struct json_problems problems;

    (void)state;
    assert_int_equal(1 + ITEMS * EACH, JSON_SCHEMA_STEPS_MAX);
    assert_int_equal(check_status(fits.data, document, &problems), MC_OK);
    assert_int_equal(check_status(over.data, document, &problems), MC_LIMIT);
}

static void limit_of_problems(void **state)
{
    struct json_problems problems;
    const char *schema = "{\"items\":{\"type\":\"null\"}}";

    (void)state;
    assert_int_equal(
        check_status(schema, repeated("[", "1,", JSON_PROBLEMS_MAX - 1, "1]"), &problems), MC_OK);
    assert_int_equal(problems.count, JSON_PROBLEMS_MAX);
    assert_false(problems.more);
    assert_int_equal(check_status(schema, repeated("[", "1,", JSON_PROBLEMS_MAX, "1]"), &problems),
                     MC_OK);
    assert_int_equal(problems.count, JSON_PROBLEMS_MAX);
    assert_true(problems.more);
}

/* What runs exponentially in a backtracking engine, and recurses once a character in std::regex. */
static void a_pattern_runs_in_linear_time(void **state)
{
    struct json_problems problems;

    (void)state;
    assert_int_equal(check_status("{\"pattern\":\"^(a+)+$\"}",
                                  repeated("\"", "a", JSON_DOCUMENT_BYTES_MAX - 3, "b\""),
                                  &problems),
                     MC_OK);
    assert_int_equal(problems.count, 1);
}

static void one_schema_checks_many_documents(void **state)
{
    struct json_schema *schema;
    struct json_problems problems;

    (void)state;
    assert_int_equal(json_schema_parse(STR("{\"pattern\":\"^a$\",\"maxLength\":3}"), &schema),
                     MC_OK);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(json_schema_check(schema, STR("\"a\""), &arena, &problems), MC_OK);
        assert_int_equal(problems.count, 0);
        assert_int_equal(json_schema_check(schema, STR("\"abcd\""), &arena, &problems), MC_OK);
        assert_int_equal(problems.count, 2);
    }
    json_schema_free(schema);
}

static int setup(void **state)
{
    (void)state;
    arena_init(&arena, 8 << 20);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_done(&arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(tells_where_and_by_which_keyword, setup, teardown),
        cmocka_unit_test_setup_teardown(tells_all_problems_of_a_form, setup, teardown),
        cmocka_unit_test_setup_teardown(holds_nothing_of_the_document, setup, teardown),
        cmocka_unit_test_setup_teardown(takes_only_what_it_can_answer_within_a_bound, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(limits_of_a_document, setup, teardown),
        cmocka_unit_test_setup_teardown(limit_of_values, setup, teardown),
        cmocka_unit_test_setup_teardown(limits_of_a_schema, setup, teardown),
        cmocka_unit_test_setup_teardown(limit_of_steps, setup, teardown),
        cmocka_unit_test_setup_teardown(limit_of_problems, setup, teardown),
        cmocka_unit_test_setup_teardown(a_pattern_runs_in_linear_time, setup, teardown),
        cmocka_unit_test_setup_teardown(one_schema_checks_many_documents, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
