/* scalars.h: what the built-in scalars write; input.h: numbers as JSON has them. */
#include "graphql/type/input.h"
#include "graphql/type/scalars.h"
#include "world.h"

#include <math.h>

static void numbers_are_written_short_and_as_javascript_does(void **state)
{
    static const struct {
        double number;
        const char *text;
    } rows[] = {
        { 0, "0" },
        { -0.0, "0" },
        { 1, "1" },
        { -1.5, "-1.5" },
        { 0.1, "0.1" },
        { 1e21, "1e+21" },
        { 1e20, "100000000000000000000" },
        { 123456.789, "123456.789" },
        { 1e-6, "0.000001" },
        { 1.5e-7, "1.5e-7" },
        { 1.7976931348623157e308, "1.7976931348623157e+308" },
        { 5e-324, "5e-324" },
        { 0.1 + 0.2, "0.30000000000000004" },
        { INFINITY, "null" },
        { NAN, "null" },
    };
    struct buf out;

    (void)state;
    buf_init(&out, 1024);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        buf_reset(&out);
        number_print(&out, rows[i].number);
        buf_add_char(&out, '\0');
        assert_string_equal(out.data, rows[i].text);
    }
    buf_done(&out);
}

static struct gql_cell real(double number)
{
    return (struct gql_cell){ .kind = GQL_FLOAT, .real = number };
}

static void cells_are_written_as_their_scalar(void **state)
{
    const struct {
        const char *scalar;
        struct gql_cell cell;
        const char *text; /* NULL: refused */
    } rows[] = {
        { "Int", gql_cell_int(-3), "-3" },
        { "Int", gql_cell_int(2147483648), NULL },
        { "Int", real(2.0), "2" },
        { "Int", real(2.5), NULL },
        { "Int", gql_cell_bool(true), "1" },
        { "Int", gql_cell_text(STR("x")), NULL },
        { "Float", gql_cell_int(9007199254740993), "9007199254740993" },
        { "Float", real(0.5), "0.5" },
        { "Float", real(NAN), NULL },
        { "String", gql_cell_text(STR("a\"b\n")), "\"a\\\"b\\n\"" },
        { "String", gql_cell_int(5), "\"5\"" },
        { "String", gql_cell_bool(false), "\"false\"" },
        { "Boolean", gql_cell_bool(true), "true" },
        { "Boolean", gql_cell_text(STR("true")), NULL },
        { "ID", gql_cell_int(12), "\"12\"" },
        { "ID", gql_cell_text(STR("d1")), "\"d1\"" },
        { "ID", real(1.5), NULL },
    };
    struct buf out;

    (void)state;
    buf_init(&out, 1024);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct builtin_scalar *builtin = builtin_scalar_named(str_of(rows[i].scalar));

        buf_reset(&out);
        assert_int_equal(builtin->scalar.write(&out, &rows[i].cell),
                         rows[i].text == NULL ? MC_INTERNAL : MC_OK);
        buf_add_char(&out, '\0');
        assert_string_equal(out.data, rows[i].text == NULL ? "" : rows[i].text);
    }
    buf_done(&out);
}

static void parse_says_why_in_one_sentence(void **state)
{
    const struct builtin_scalar *builtin = builtin_scalar_named(STR("Int"));
    struct gql_input value = { .kind = GQL_INPUT_FLOAT, .real = 1.5 };
    struct str why = STR_NONE;
    struct arena arena;

    (void)state;
    arena_init(&arena, 1 << 16);
    assert_int_equal(builtin->scalar.parse(&arena, &value, &why), MC_BAD_INPUT);
    assert_true(str_is(why, "Int cannot represent non-integer value: 1.5"));
    value = (struct gql_input){ .kind = GQL_INPUT_FLOAT, .real = 4 };
    assert_int_equal(builtin->scalar.parse(&arena, &value, &why), MC_OK);
    assert_int_equal(value.kind, GQL_INPUT_INT);
    assert_int_equal(value.integer, 4);
    arena_done(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_written_short_and_as_javascript_does),
        cmocka_unit_test(cells_are_written_as_their_scalar),
        cmocka_unit_test(parse_says_why_in_one_sentence),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
