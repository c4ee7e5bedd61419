/* A field of CSV is read back as it was, and is no formula to any spreadsheet. */
#include "base/csv_out.h"
#include "tests/unit/check.h"

static void fields_are_quoted_where_they_must_be(void **state)
{
    static const struct {
        const char *text, *field;
    } rows[] = {
        { "", "" },
        { "HS-001", "HS-001" },
        { "Số 1", "Số 1" },
        { "a b", "a b" },
        { "a,b", "\"a,b\"" },
        { "a;b", "\"a;b\"" },
        { "a\tb", "\"a\tb\"" },
        { "say \"so\"", "\"say \"\"so\"\"\"" },
        { "a\nb", "\"a\nb\"" },
        { "a\rb", "\"a\rb\"" },
        /* What a spreadsheet would compute. */
        { "=1+1", "'=1+1" },
        { "+84", "'+84" },
        { "-1", "'-1" },
        { "@SUM(A1)", "'@SUM(A1)" },
        { "\t=1", "\"'\t=1\"" },
        { "\r=1", "\"'\r=1\"" },
        { "=HYPERLINK(\"x\",\"y\")", "\"'=HYPERLINK(\"\"x\"\",\"\"y\"\")\"" },
        { "a=1", "a=1" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct buf buf;

        buf_init(&buf, 1000);
        csv_field(&buf, str_of(rows[i].text));
        assert_true(str_is(buf_str(&buf), rows[i].field));
        buf_done(&buf);
    }
}

static void an_absent_text_is_an_empty_field(void **state)
{
    struct buf buf;

    (void)state;
    buf_init(&buf, 10);
    csv_field(&buf, STR_NONE);
    assert_int_equal(buf.size, 0);
    assert_int_equal(buf_status(&buf), MC_OK);
    buf_done(&buf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fields_are_quoted_where_they_must_be),
        cmocka_unit_test(an_absent_text_is_an_empty_field),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
