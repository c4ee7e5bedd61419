/* A limit is kept to the unit and to the microsecond, by the hands of a clock that the test turns.
 */
#include "check.h"
#include "io/gcra.h"

static const struct gcra_rate minute = { .limit = 6, .window_s = 60 };
static const struct gcra_rate day = { .limit = 100, .window_s = 86400 };
static const int64_t second_us = 1000000;
static const int64_t start_us = 1795700000000000;

static int64_t take_one(struct gcra_rate rate, int64_t *full_until_us, int64_t cost, int64_t now_us)
{
    return gcra_take(&(struct gcra_bucket){ rate, full_until_us }, 1, cost, now_us);
}

static void the_limit_fits_in_and_not_one_more(void **state)
{
    int64_t full_until_us = 0;

    (void)state;
    for (int64_t i = 0; i < minute.limit; i++) {
        assert_int_equal(gcra_room(minute, gcra_filled_us(minute, full_until_us, start_us)), 6 - i);
        assert_int_equal(take_one(minute, &full_until_us, 1, start_us), 0);
    }
    assert_int_equal(gcra_room(minute, gcra_filled_us(minute, full_until_us, start_us)), 0);
    assert_int_equal(take_one(minute, &full_until_us, 1, start_us), 10 * second_us);
}

static void the_wait_is_true_to_the_microsecond(void **state)
{
    int64_t full_until_us = 0;

    (void)state;
    assert_int_equal(take_one(minute, &full_until_us, 6, start_us), 0);
    assert_int_equal(take_one(minute, &full_until_us, 2, start_us), 20 * second_us);
    assert_int_equal(take_one(minute, &full_until_us, 2, start_us + 20 * second_us - 1), 1);
    assert_int_equal(take_one(minute, &full_until_us, 2, start_us + 20 * second_us), 0);
    assert_int_equal(take_one(minute, &full_until_us, 1, start_us + 20 * second_us),
                     10 * second_us);
}

/* Who waits for a day may not do two days' worth at once. */
static void an_empty_bucket_holds_no_more_than_its_limit(void **state)
{
    int64_t full_until_us = 0;

    (void)state;
    assert_int_equal(take_one(minute, &full_until_us, 6, start_us), 0);
    assert_int_equal(take_one(minute, &full_until_us, 6, start_us + 86400 * second_us), 0);
    assert_int_equal(take_one(minute, &full_until_us, 1, start_us + 86400 * second_us),
                     10 * second_us);
}

static void what_is_too_much_at_once_is_not_taken_in_part(void **state)
{
    int64_t full_until_us = 0;

    (void)state;
    assert_int_equal(take_one(minute, &full_until_us, 4, start_us), 0);
    assert_int_equal(take_one(minute, &full_until_us, 3, start_us), 10 * second_us);
    assert_int_equal(take_one(minute, &full_until_us, 2, start_us), 0);
}

static void all_buckets_are_charged_or_none(void **state)
{
    int64_t of_minute_us = 0, of_day_us = 0;
    struct gcra_bucket both[] = { { minute, &of_minute_us }, { day, &of_day_us } };

    (void)state;
    assert_int_equal(gcra_take(both, 2, 6, start_us), 0);
    assert_int_equal(gcra_take(both, 2, 1, start_us), 10 * second_us);
    assert_int_equal(gcra_room(day, gcra_filled_us(day, of_day_us, start_us)), 94);
    assert_int_equal(take_one(day, &of_day_us, 94, start_us), 0);
    of_minute_us = 0;
    assert_int_equal(gcra_take(both, 2, 1, start_us), 864 * second_us);
    assert_int_equal(of_minute_us, 0);
}

/* 7 in a minute is no whole number of microseconds each: rounded up, 7 fit in all the same. */
static void a_limit_that_does_not_divide_the_window_is_kept(void **state)
{
    static const int64_t limits[] = { 1, 7, 601, 59999, 1000003, GCRA_LIMIT_MAX };
    static const int64_t windows[] = { 1, 60, GCRA_WINDOW_S_MAX };

    (void)state;
    for (size_t i = 0; i < 6; i++)
        for (size_t j = 0; j < 3; j++) {
            struct gcra_rate rate = { limits[i], windows[j] };
            int64_t full_until_us = 0;

            assert_in_range(gcra_interval_us(rate) * rate.limit, rate.window_s * second_us,
                            rate.window_s * second_us + rate.limit);
            assert_int_equal(take_one(rate, &full_until_us, rate.limit, start_us), 0);
            assert_true(take_one(rate, &full_until_us, 1, start_us) > 0);
        }
}

static void a_clock_set_back_closes_a_bucket_for_one_window_at_most(void **state)
{
    int64_t full_until_us = 0, now_us = start_us - 86400 * second_us;

    (void)state;
    assert_int_equal(take_one(minute, &full_until_us, 3, start_us), 0);
    assert_int_equal(gcra_filled_us(minute, full_until_us, now_us), 60 * second_us);
    assert_int_equal(take_one(minute, &full_until_us, 1, now_us), 10 * second_us);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_limit_fits_in_and_not_one_more),
        cmocka_unit_test(the_wait_is_true_to_the_microsecond),
        cmocka_unit_test(an_empty_bucket_holds_no_more_than_its_limit),
        cmocka_unit_test(what_is_too_much_at_once_is_not_taken_in_part),
        cmocka_unit_test(all_buckets_are_charged_or_none),
        cmocka_unit_test(a_limit_that_does_not_divide_the_window_is_kept),
        cmocka_unit_test(a_clock_set_back_closes_a_bucket_for_one_window_at_most),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
