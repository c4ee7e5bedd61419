/* One script charges several buckets at once, for whoever asks through whichever connection. */
#include "db_test.h"
#include "io/gcra.h"

#include <stdio.h>
#include <stdlib.h>

struct test_charge {
    struct gcra_ask ask;
    int done;
    enum status status;
};

static const struct gcra_rate ten = { .limit = 10, .window_s = 60 };
static const struct gcra_rate hundred = { .limit = 100, .window_s = 86400 };
static const int64_t second_us = 1000000;

static struct redis *open_redis(void)
{
    return redis_open(&test_loop, &(struct redis_settings){ .url = getenv("MOTCUA_REDIS_URL"),
                                                            .connect_timeout_ms = 2000,
                                                            .queue_max = 1000 });
}

static void close_redis(struct redis *redis)
{
    redis_close(redis, NULL, NULL);
    test_run_for(10);
}

static void on_done(struct gcra_ask *ask, enum status status)
{
    struct test_charge *charge = ask->data;

    charge->done++;
    charge->status = status;
}

static void on_command(struct redis_ask *ask, enum status status, const struct redis_reply *reply)
{
    (void)status;
    (void)reply;
    *(int *)ask->data = 1;
}

static void run(struct redis *redis, const char *word, struct str first, struct str second)
{
    struct redis_ask ask;
    int done = 0;

    redis_ask_init(&ask, TEST_TIMEOUT_MS, on_command, &done);
    redis_ask_add(&ask, str_of(word));
    redis_ask_add(&ask, first);
    if (second.data != NULL) redis_ask_add(&ask, second);
    assert_int_equal(redis_send(redis, &ask), MC_OK);
    test_run_until(&done);
}

static void start(struct redis *redis, struct test_charge *charge, int64_t cost)
{
    *charge = (struct test_charge){
        .ask = { .keys = { STR_INIT("{gcra}:minute"), STR_INIT("{gcra}:day") },
                 .rates = { ten, hundred },
                 .count = 2,
                 .cost = cost,
                 .want = charge->ask.want,
                 .share = charge->ask.share > 0 ? charge->ask.share : 1,
                 .back = charge->ask.back,
                 .timeout_ms = TEST_TIMEOUT_MS,
                 .done = on_done,
                 .data = charge },
    };
    assert_int_equal(gcra_send(redis, &charge->ask), MC_OK);
    assert_int_equal(charge->done, 0);
}

static int64_t granted(struct redis *redis, struct test_charge *charge, int64_t cost)
{
    start(redis, charge, cost);
    test_run_until(&charge->done);
    assert_int_equal(charge->status, MC_OK);
    return charge->ask.granted;
}

static struct redis *open_empty(void)
{
    struct redis *redis = open_redis();

    run(redis, "DEL", STR("{gcra}:minute"), STR("{gcra}:day"));
    return redis;
}

/* Filled by whole units, less the time that the test itself took. */
static void assert_filled(const struct test_charge *charge, size_t bucket, int64_t units)
{
    int64_t unit_us = gcra_interval_us(charge->ask.rates[bucket]);

    assert_in_range(charge->ask.filled_us[bucket], (units - 1) * unit_us + 1, units * unit_us);
}

static void ten_fit_in_and_the_eleventh_does_not(void **state)
{
    struct redis *redis = open_empty();
    struct test_charge charge = { 0 };

    (void)state;
    for (int64_t i = 1; i <= 10; i++) {
        assert_int_equal(granted(redis, &charge, 1), 1);
        assert_filled(&charge, 0, i);
        assert_filled(&charge, 1, i);
    }
    assert_int_equal(granted(redis, &charge, 1), 0);
    assert_filled(&charge, 0, 10);
    assert_filled(&charge, 1, 10);
    assert_in_range(gcra_wait_us(ten, charge.ask.filled_us[0], 1), 1, 6 * second_us);
    close_redis(redis);
}

static void two_connections_share_and_two_at_once_do_not_both_get_the_last(void **state)
{
    struct redis *one = open_empty(), *other = open_redis();
    struct test_charge left = { 0 }, right = { 0 };

    (void)state;
    assert_int_equal(granted(one, &left, 5), 5);
    assert_int_equal(granted(other, &right, 4), 4);
    start(one, &left, 1);
    start(other, &right, 1);
    test_run_until(&left.done);
    test_run_until(&right.done);
    assert_int_equal(left.ask.granted + right.ask.granted, 1);
    close_redis(one);
    close_redis(other);
}

static void more_is_taken_for_later_but_only_a_share_of_what_is_left(void **state)
{
    struct redis *redis = open_empty();
    struct test_charge charge = { .ask = { .want = 8, .share = 2 } };

    (void)state;
    assert_int_equal(granted(redis, &charge, 1), 5);
    assert_int_equal(granted(redis, &charge, 1), 2);
    assert_int_equal(granted(redis, &charge, 3), 3);
    assert_int_equal(granted(redis, &charge, 1), 0);
    close_redis(redis);
}

static void what_is_given_back_can_be_taken_again(void **state)
{
    struct redis *redis = open_empty();
    struct test_charge charge = { 0 };

    (void)state;
    assert_int_equal(granted(redis, &charge, 10), 10);
    charge.ask.back = 4;
    assert_int_equal(granted(redis, &charge, 5), 0);
    assert_filled(&charge, 0, 6);
    charge.ask.back = 0;
    assert_int_equal(granted(redis, &charge, 4), 4);
    charge.ask.back = 1000;
    assert_int_equal(granted(redis, &charge, 10), 10);
    assert_filled(&charge, 0, 10);
    close_redis(redis);
}

static void a_script_that_was_forgotten_is_sent_again(void **state)
{
    struct redis *redis = open_empty();
    struct test_charge charge = { 0 };

    (void)state;
    assert_int_equal(granted(redis, &charge, 1), 1);
    run(redis, "SCRIPT", STR("FLUSH"), STR_NONE);
    assert_int_equal(granted(redis, &charge, 1), 1);
    assert_true(charge.ask.whole);
    assert_int_equal(granted(redis, &charge, 1), 1);
    assert_false(charge.ask.whole);
    assert_filled(&charge, 0, 3);
    close_redis(redis);
}

static void what_is_no_number_counts_as_empty(void **state)
{
    struct redis *redis = open_empty();
    struct test_charge charge = { 0 };

    (void)state;
    run(redis, "SET", STR("{gcra}:minute"), STR("x"));
    run(redis, "SET", STR("{gcra}:day"), STR("99999999999999999"));
    assert_int_equal(granted(redis, &charge, 1), 0);
    assert_filled(&charge, 1, 100);
    run(redis, "DEL", STR("{gcra}:day"), STR_NONE);
    assert_int_equal(granted(redis, &charge, 1), 1);
    assert_filled(&charge, 0, 1);
    close_redis(redis);
}

static void who_leaves_is_told_so(void **state)
{
    struct redis *redis = open_empty();
    struct test_charge charge = { 0 };

    (void)state;
    start(redis, &charge, 1);
    gcra_cancel(&charge.ask);
    assert_int_equal(charge.done, 0);
    test_run_until(&charge.done);
    assert_int_equal(charge.status, MC_CANCELLED);
    close_redis(redis);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ten_fit_in_and_the_eleventh_does_not),
        cmocka_unit_test(two_connections_share_and_two_at_once_do_not_both_get_the_last),
        cmocka_unit_test(more_is_taken_for_later_but_only_a_share_of_what_is_left),
        cmocka_unit_test(what_is_given_back_can_be_taken_again),
        cmocka_unit_test(a_script_that_was_forgotten_is_sent_again),
        cmocka_unit_test(what_is_no_number_counts_as_empty),
        cmocka_unit_test(who_leaves_is_told_so),
    };

    return cmocka_run_group_tests(tests, test_loop_set_up, test_db_tear_down);
}
