/* Versions are compared by their numbers, and what is no version is refused. */
#include "resolvers/partner/client_status.h"
#include "tests/unit/check.h"

static void versions_are_compared_by_their_numbers(void **state)
{
    static const struct {
        const char *a, *b;
        int order;
    } rows[] = {
        { "1.0", "1.0", 0 },        { "1", "1.0.0.0", 0 },       { "1.9", "1.12", -1 },
        { "2.0", "1.99.99", 1 },    { "1.0.1", "1.0", 1 },       { "01.2", "1.2", 0 },
        { "1.2-beta.7", "1.2", 0 }, { "1.2.3+412", "1.2.3", 0 }, { "999999", "1", 1 },
    };
    int64_t a[VERSION_PARTS], b[VERSION_PARTS];

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        assert_int_equal(version_read(str_of(rows[i].a), a), MC_OK);
        assert_int_equal(version_read(str_of(rows[i].b), b), MC_OK);
        assert_int_equal(version_compare(a, b), rows[i].order);
        assert_int_equal(version_compare(b, a), -rows[i].order);
    }
}

static void what_is_no_version_is_refused(void **state)
{
    static const char *const texts[] = {
        "",   ".",     "1.", ".1",   "1..2",     "1.2.3.4.5",           "1000000", "one", "1.x",
        "-1", "-beta", " 1", "1.2 ", "1.2.3.4.", "99999999999999999999"
    };
    int64_t parts[VERSION_PARTS];

    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        assert_int_equal(version_read(str_of(texts[i]), parts), MC_BAD_INPUT);
    assert_int_equal(version_read(STR_NONE, parts), MC_BAD_INPUT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(versions_are_compared_by_their_numbers),
        cmocka_unit_test(what_is_no_version_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
