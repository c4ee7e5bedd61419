/* clock: moments are written and read as RFC 3339, in any year. */
#include "base/clock.h"
#include "tests/unit/check.h"

static void moments_are_written_with_their_offset(void **state)
{
    static const struct {
        int64_t us;
        int offset;
        const char *text;
    } rows[] = {
        { 0, 420, "1970-01-01T07:00:00+07:00" },
        { 1764204600000000, 420, "2025-11-27T07:50:00+07:00" },
        { 1764204600123456, 0, "2025-11-27T00:50:00.123456+00:00" },
        { -1, 0, "1969-12-31T23:59:59.999999+00:00" },
        { 1709164800000000, -210, "2024-02-28T20:30:00-03:30" },
        { 253402300799000000, 0, "9999-12-31T23:59:59+00:00" },
        { -62135596800000000, 0, "0001-01-01T00:00:00+00:00" },
        { 253402300800000000, 0, "10000-01-01T00:00:00+00:00" },
        { 1764204600000007, 0, "2025-11-27T00:50:00.000007+00:00" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct buf buf;

        buf_init(&buf, 100);
        clock_rfc3339(&buf, rows[i].us, rows[i].offset);
        buf_add_char(&buf, '\0');
        assert_string_equal(buf.data, rows[i].text);
        buf_done(&buf);
    }
}

static void what_is_written_is_read_back(void **state)
{
    (void)state;
    for (int64_t us = -62135596800000000; us < 253402300799000000; us += 86399999999989 * 7) {
        struct buf buf;
        int64_t read = 0;

        buf_init(&buf, 100);
        clock_rfc3339(&buf, us, 420);
        assert_int_equal(clock_parse_rfc3339(buf_str(&buf), &read), MC_OK);
        assert_int_equal(read, us);
        buf_done(&buf);
    }
}

static void what_is_no_moment_is_refused(void **state)
{
    static const char *const bad[] = {
        "",
        "2026-11-26",
        "2026-11-26T10:00:00",
        "2026-13-01T00:00:00Z",
        "2026-02-29T00:00:00Z",
        "1900-02-29T00:00:00Z",
        "2026-11-26T24:00:00Z",
        "2026-11-26T10:60:00Z",
        "2026-11-26T10:00:00+7:00",
        "2026-11-26T10:00:00.Z",
        "2026-11-26T10:00:00Zx",
        "2026-11-26T10:00:00+24:00",
        "2026-11-26X10:00:00Z",
    };
    int64_t at = 77;

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_int_equal(clock_parse_rfc3339(str_of(bad[i]), &at), MC_BAD_INPUT);
    assert_int_equal(at, 77);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(moments_are_written_with_their_offset),
        cmocka_unit_test(what_is_written_is_read_back),
        cmocka_unit_test(what_is_no_moment_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
