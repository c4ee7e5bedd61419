/* A tracking code is 128 bits as a person writes them; anything else is none. */
#include "server/tracking_code.h"
#include "tests/unit/check.h"

static enum status read_text(const char *text, unsigned char bytes[TRACKING_CODE_BYTES])
{
    return tracking_code_read(str_of(text), bytes);
}

static void the_ends_of_the_range_are_written_and_read(void **state)
{
    unsigned char lowest[TRACKING_CODE_BYTES] = { 0 }, highest[TRACKING_CODE_BYTES];
    unsigned char bytes[TRACKING_CODE_BYTES];
    char text[TRACKING_CODE_TEXT_BYTES];

    (void)state;
    memset(highest, 0xff, sizeof(highest));
    assert_true(str_is(tracking_code_write(lowest, text), "0000-0000-0000-0000-0000-0000-00"));
    assert_true(str_is(tracking_code_write(highest, text), "7ZZZ-ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZ"));
    assert_int_equal(read_text("7ZZZ-ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZ", bytes), MC_OK);
    assert_memory_equal(bytes, highest, sizeof(bytes));
    assert_int_equal(read_text("8000-0000-0000-0000-0000-0000-00", bytes), MC_BAD_INPUT);
}

static void a_person_may_write_it_as_it_looks(void **state)
{
    unsigned char bytes[TRACKING_CODE_BYTES], same[TRACKING_CODE_BYTES];

    (void)state;
    assert_int_equal(read_text("01AB-CDEF-GHJK-MNPQ-RSTV-WXYZ-01", bytes), MC_OK);
    assert_int_equal(read_text(" oiabcdefghjkmnpqrstvwxyzOL--", same), MC_OK);
    assert_memory_equal(bytes, same, sizeof(bytes));
}

static void anything_else_is_none(void **state)
{
    static const char *const none[] = {
        "",
        "0",
        "0000-0000-0000-0000-0000-0000-0",
        "0000-0000-0000-0000-0000-0000-000",
        "U000-0000-0000-0000-0000-0000-00",
        "0000_0000_0000_0000_0000_0000_00",
        "ễ",
    };
    unsigned char bytes[TRACKING_CODE_BYTES];

    (void)state;
    for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
        assert_int_equal(read_text(none[i], bytes), MC_BAD_INPUT);
    assert_int_equal(tracking_code_read((struct str){ "0\0", 2 }, bytes), MC_BAD_INPUT);
}

static void two_are_never_alike_and_a_digest_is_of_what_is_shown(void **state)
{
    struct tracking_code one, other;
    struct arena arena;

    (void)state;
    arena_init(&arena, 64 * 1024);
    tracking_code_new(&arena, &one);
    tracking_code_new(&arena, &other);
    assert_false(str_eq(one.shown, other.shown));
    assert_true(str_eq(tracking_code_digest(one.shown, &arena), one.digest));
    assert_false(str_eq(one.digest, other.digest));
    assert_true(
        str_eq(tracking_code_digest(STR("x"), &arena), tracking_code_digest(STR("y"), &arena)));
    arena_done(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_ends_of_the_range_are_written_and_read),
        cmocka_unit_test(a_person_may_write_it_as_it_looks),
        cmocka_unit_test(anything_else_is_none),
        cmocka_unit_test(two_are_never_alike_and_a_digest_is_of_what_is_shown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
