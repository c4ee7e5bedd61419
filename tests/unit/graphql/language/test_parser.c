/* The parser's limits hold at their edges, and what is printed parses again. */
#include "graphql/language/parser.h"
#include "graphql/language/printer.h"
#include "tests/unit/check.h"

struct
try {
    struct arena arena;
    struct gql_errors errors;
    struct ast_document *document;
    enum status status;
};

static void try_parse(struct try *try, struct str source, const struct parser_limits *limits)
{
    arena_init(&try->arena, 64 * 1024 * 1024);
    gql_errors_init(&try->errors, &try->arena, 5);
    try->document = NULL;
    try->status = parse_document(&try->arena, source, limits, &try->errors, &try->document);
}

static void try_done(struct try *try)
{
    arena_done(&try->arena);
}

static enum status outcome(struct str source, const struct parser_limits *limits)
{
    struct try try;

    try_parse(&try, source, limits);
    try_done(&try);
    return try.status;
}

static struct parser_limits narrow(void)
{
    return (struct parser_limits){ .source_bytes_max = 1000,
                                   .tokens_max = 100,
                                   .depth_max = 10,
                                   .directives_per_location_max = 3 };
}

static void bytes_are_limited(void **state)
{
    struct parser_limits limits = narrow();

    (void)state;
    limits.source_bytes_max = 5;
    assert_int_equal(outcome(STR("{ a }"), &limits), MC_OK);
    assert_int_equal(outcome(STR("{ a } "), &limits), MC_LIMIT);
}

static void tokens_are_limited(void **state)
{
    struct parser_limits limits = narrow();

    (void)state;
    limits.tokens_max = 4;
    assert_int_equal(outcome(STR("{ a b }"), &limits), MC_OK);
    assert_int_equal(outcome(STR("{ a b c }"), &limits), MC_LIMIT);
}

static void depth_is_limited_in_everything_that_nests(void **state)
{
    struct parser_limits limits = narrow();

    (void)state;
    for (int deep = 9; deep <= 11; deep++) {
        struct buf source;

        buf_init(&source, 1000);
        for (int i = 0; i < deep; i++)
            buf_add(&source, STR("{a"));
        for (int i = 0; i < deep; i++)
            buf_add(&source, STR("}"));
        assert_int_equal(outcome(buf_str(&source), &limits), deep <= 10 ? MC_OK : MC_LIMIT);
        buf_done(&source);
    }
    assert_int_equal(outcome(STR("{a(b:[[[[[[[[[[1]]]]]]]]]])}"), &limits), MC_LIMIT);
    assert_int_equal(outcome(STR("query($a:[[[[[[[[[[[Int]]]]]]]]]]]){a}"), &limits), MC_LIMIT);
    assert_int_equal(outcome(STR("{a(b:{c:{d:{e:{f:{g:{h:{i:{j:{k:1}}}}}}}}})}"), &limits),
                     MC_LIMIT);
}

static void a_million_brackets_do_not_exhaust_the_stack(void **state)
{
    struct buf source;
    struct parser_limits limits = parser_limits_wide;

    (void)state;
    buf_init(&source, 2000000);
    buf_add(&source, STR("{a(b:"));
    for (int i = 0; i < 1000000; i++)
        buf_add_char(&source, '[');
    assert_int_equal(outcome(buf_str(&source), &limits), MC_LIMIT);
    buf_done(&source);
}

static void directives_are_limited(void **state)
{
    struct parser_limits limits = narrow();

    (void)state;
    assert_int_equal(outcome(STR("{a @a @b @c}"), &limits), MC_OK);
    assert_int_equal(outcome(STR("{a @a @b @c @d}"), &limits), MC_LIMIT);
}

static void bad_bytes_are_refused_before_anything(void **state)
{
    (void)state;
    assert_int_equal(outcome(STR("{ a(b: \"\xc3\x28\") }"), &parser_limits_wide), MC_SYNTAX);
    assert_int_equal(outcome(STR(""), &parser_limits_wide), MC_SYNTAX);
    assert_int_equal(outcome(STR_NONE, &parser_limits_wide), MC_SYNTAX);
}

static void an_error_says_where_in_utf16(void **state)
{
    struct try try;

    (void)state;
    try_parse(&try, STR("# \xf0\x9f\x98\x80\r\n{ a(b: \"\xf0\x9f\x98\x80\") ? }"),
              &parser_limits_wide);
    assert_int_equal(try.status, MC_SYNTAX);
    assert_true(str_is(try.errors.head->message, "Syntax Error: Unexpected character: \"?\"."));
    assert_int_equal(try.errors.head->locations[0].line, 2);
    assert_int_equal(try.errors.head->locations[0].column, 14);
    try_done(&try);
}

static void print(struct str source, struct buf *out)
{
    struct try try;

    try_parse(&try, source, &parser_limits_wide);
    assert_int_equal(try.status, MC_OK);
    print_document(out, try.document);
    try_done(&try);
}

static void what_is_printed_prints_the_same_again(void **state)
{
    static const char *const sources[] = {
        "query Q($a: [Int!]! = [1 2] @d) @x { b: c(d: {e: \"f\\u{1F600}\\n\"}) { ...F ... on T "
        "@skip(if: true) { g } } } fragment F on T { h }",
        "\"\"\"\n  What it is:\n    indented\n\"\"\" type A implements B & C @d { \"f\" f(a: Int = "
        "1, \"b\" b: String): [A!] @deprecated }",
        "schema @a { query: Q } extend type A { b: C } union U = | A | B enum E { X Y @d } input I "
        "{ a: Int = 1 } directive @d(a: Int) repeatable on FIELD | OBJECT scalar S interface N "
        "implements M { a: Int }",
        "{ longFieldName(argumentNumberOne: \"text that is long\", argumentNumberTwo: \"text that "
        "is longer still\") }",
        "subscription S { a } mutation { b }",
    };

    (void)state;
    for (size_t i = 0; i < sizeof(sources) / sizeof(sources[0]); i++) {
        struct buf once, twice;

        buf_init(&once, 100000);
        buf_init(&twice, 100000);
        print(str_of(sources[i]), &once);
        print(buf_str(&once), &twice);
        assert_true(str_eq(buf_str(&once), buf_str(&twice)));
        buf_done(&once);
        buf_done(&twice);
    }
}

static void nest(struct buf *out, const char *open, const char *close, int deep)
{
    for (int i = 0; i < deep; i++)
        buf_add(out, str_of(open));
    buf_add(out, STR("a"));
    for (int i = 0; i < deep; i++)
        buf_add(out, str_of(close));
}

/* The widest depth is one that the printer's own recursion survives, at its edge and not beyond. */
static void what_is_as_deep_as_can_be_is_printed(void **state)
{
    static const struct {
        const char *before, *open, *close, *after;
        int deep; /* the deepest that parses */
    } table[] = {
        { "{", "a{", "}", "}", 999 },
        { "{", "...on A{", "}", "}", 999 },
        { "{a(b:", "[", "]", ")}", 998 },
        { "{a(b:", "{c:", "}", ")}", 998 },
        { "{a@d(b:", "[", "]", ")}", 998 },
        { "query($b:", "[", "]", "){a}", 999 },
        { "query($b:", "[", "]!", "){a}", 999 },
        { "query($b:A=", "[", "]", "){a}", 999 },
        { "type T{f:", "[", "]", "}", 999 },
        { "input I{f:A=", "[", "]", "}", 999 },
        { "extend scalar S@d(b:", "{c:", "}", ")", 999 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        for (int more = 0; more <= 1; more++) {
            struct buf source, printed;

            buf_init(&source, 1 << 20);
            buf_init(&printed, 1 << 24);
            buf_add(&source, str_of(table[i].before));
            nest(&source, table[i].open, table[i].close, table[i].deep + more);
            buf_add(&source, str_of(table[i].after));
            if (more == 0) print(buf_str(&source), &printed);
            if (more == 1)
                assert_int_equal(outcome(buf_str(&source), &parser_limits_wide), MC_LIMIT);
            assert_int_equal(buf_status(&printed), MC_OK);
            buf_done(&printed);
            buf_done(&source);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_are_limited),
        cmocka_unit_test(tokens_are_limited),
        cmocka_unit_test(depth_is_limited_in_everything_that_nests),
        cmocka_unit_test(a_million_brackets_do_not_exhaust_the_stack),
        cmocka_unit_test(directives_are_limited),
        cmocka_unit_test(bad_bytes_are_refused_before_anything),
        cmocka_unit_test(an_error_says_where_in_utf16),
        cmocka_unit_test(what_is_printed_prints_the_same_again),
        cmocka_unit_test(what_is_as_deep_as_can_be_is_printed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
