/* When a push is tried again, and when a push server is left alone. */
#include "check.h"
#include "retry.h"

enum { S = 1000000 };

static void back_off_is_full_jitter_between_one_and_the_doubled_wait(void **state)
{
    const struct retry_limits limits = { 1000, 900000 };

    (void)state;
    for (int64_t attempts = 1; attempts < 60; attempts++) {
        int64_t most = attempts <= 10 ? 1000LL << (attempts - 1) : 900000, seen_most = 0;

        if (most > 900000) most = 900000;
        for (uint32_t chance = 0; chance < 4000000000U - 7919U * 500U; chance += 7919U * 500U) {
            int64_t wait_ms = retry_backoff_ms(&limits, attempts, chance);

            assert_in_range(wait_ms, 1, most);
            if (wait_ms > seen_most) seen_most = wait_ms;
        }
        assert_true(seen_most > most / 2); /* the whole range is used */
    }
}

static void retry_after_is_held_between_a_second_and_an_hour(void **state)
{
    const struct {
        const char *field;
        int64_t ms;
    } cases[] = {
        { "120", 120000 },
        { " 7 ", 7000 },
        { "0", 1000 },
        { "999999999999", 3600000 },
        { "-5", -1 },
        { "soon", -1 },
        { "", -1 },
        { "Thu, 26 Nov 2026 10:00:30 GMT", 30000 },
        { "Thu, 26 Nov 2026 09:00:00 GMT", 1000 },
        { "Fri, 27 Nov 2026 10:00:00 GMT", 3600000 },
    };
    const int64_t ten_oclock_us = 1795687200LL * S;

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        assert_int_equal(retry_after_ms(str_of(cases[i].field), ten_oclock_us), cases[i].ms);
    assert_int_equal(retry_after_ms(STR_NONE, ten_oclock_us), -1);
}

static void ten_failures_in_a_row_open_the_circuit_and_one_probe_closes_it(void **state)
{
    struct circuit circuit = { .samples = 0 };
    int64_t now_us = 1000 * (int64_t)S;

    (void)state;
    for (int i = 0; i < 9; i++)
        assert_false(circuit_result(&circuit, true, now_us, 5000));
    assert_true(circuit_allows(&circuit, now_us));
    assert_true(circuit_result(&circuit, true, now_us, 5000));
    assert_false(circuit_allows(&circuit, now_us + 4999 * 1000));
    assert_true(circuit_allows(&circuit, now_us + 5 * S));
    assert_false(circuit_allows(&circuit, now_us + 5 * S)); /* one probe */
    assert_false(circuit_result(&circuit, false, now_us + 6 * S, 5000));
    assert_true(circuit_allows(&circuit, now_us + 6 * S));
    assert_true(circuit_allows(&circuit, now_us + 6 * S));
}

static void a_failed_probe_doubles_the_wait_to_twelve_times(void **state)
{
    struct circuit circuit = { .samples = 0 };
    int64_t now_us = S;
    const int64_t waits_s[] = { 5, 10, 20, 40, 60, 60 };

    (void)state;
    for (int i = 0; i < CIRCUIT_IN_A_ROW; i++)
        (void)circuit_result(&circuit, true, now_us, 5000);
    for (size_t i = 0; i < sizeof(waits_s) / sizeof(waits_s[0]); i++) {
        assert_false(circuit_allows(&circuit, now_us + waits_s[i] * S - 1));
        now_us += waits_s[i] * S;
        assert_true(circuit_allows(&circuit, now_us));
        assert_true(circuit_result(&circuit, true, now_us, 5000));
    }
}

static void half_of_fifty_opens_it_but_not_of_ten(void **state)
{
    struct circuit circuit = { .samples = 0 };

    (void)state;
    for (int i = 0; i < 18; i++)
        assert_false(circuit_result(&circuit, i % 2 == 1, S, 5000));
    assert_false(circuit_result(&circuit, false, S, 5000));
    assert_true(circuit_result(&circuit, true, S, 5000)); /* ten of twenty */
}

static void what_was_under_way_when_it_opened_neither_closes_nor_reopens_it(void **state)
{
    struct circuit circuit = { .samples = 0 };

    (void)state;
    for (int i = 0; i < CIRCUIT_IN_A_ROW; i++)
        (void)circuit_result(&circuit, true, S, 5000);
    assert_false(circuit_result(&circuit, false, S, 5000));
    assert_false(circuit_result(&circuit, true, S, 5000));
    assert_false(circuit_allows(&circuit, 2 * S));
    assert_true(circuit_allows(&circuit, 6 * S));
}

static void a_pause_the_server_asked_for_is_kept(void **state)
{
    struct circuit circuit = { .samples = 0 };

    (void)state;
    circuit_pause(&circuit, S, 30000);
    assert_false(circuit_allows(&circuit, 30 * S));
    assert_int_equal(circuit_wait_ms(&circuit, S), 30000);
    assert_true(circuit_allows(&circuit, 31 * S));
}

static void a_server_asks_for_a_pause_by_its_answer(void **state)
{
    static const struct {
        long http_status;
        int64_t retry_after_s, pause_ms;
    } cases[] = {
        { 429, 30, 30000 },        { 503, 30, 30000 }, { 503, 60, 60000 }, { 503, 61, 60000 },
        { 429, INT64_MAX, 60000 }, { 503, 0, 0 },      { 500, 30, 0 },     { 200, 30, 0 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct circuit circuit = { .samples = 0 };
        int64_t end_us = S + cases[i].pause_ms * 1000;

        assert_int_equal(
            circuit_heed(&circuit, S, cases[i].http_status, cases[i].retry_after_s, 60000),
            cases[i].pause_ms);
        assert_int_equal(circuit_rests(&circuit, end_us - 1), cases[i].pause_ms > 0);
        assert_false(circuit_rests(&circuit, end_us));
        assert_true(circuit_allows(&circuit, end_us));
    }
}

static void the_brake_holds_when_devices_vanish_by_the_hundred(void **state)
{
    struct brake brake = { .slice_number = 0 };
    int64_t now_us = 5000 * (int64_t)S;

    (void)state;
    for (int i = 0; i < 1000; i++)
        brake_sent(&brake, i < 100, now_us);
    assert_false(brake_holds(&brake)); /* not more than a hundred */
    brake_sent(&brake, true, now_us);
    assert_true(brake_holds(&brake));
    for (int i = 0; i < 1100; i++)
        brake_sent(&brake, false, now_us + 60 * S);
    assert_false(brake_holds(&brake)); /* less than one in twenty */
    brake_sent(&brake, false, now_us + 700 * S);
    assert_false(brake_holds(&brake)); /* ten minutes are over */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(back_off_is_full_jitter_between_one_and_the_doubled_wait),
        cmocka_unit_test(retry_after_is_held_between_a_second_and_an_hour),
        cmocka_unit_test(ten_failures_in_a_row_open_the_circuit_and_one_probe_closes_it),
        cmocka_unit_test(a_failed_probe_doubles_the_wait_to_twelve_times),
        cmocka_unit_test(half_of_fifty_opens_it_but_not_of_ten),
        cmocka_unit_test(what_was_under_way_when_it_opened_neither_closes_nor_reopens_it),
        cmocka_unit_test(a_pause_the_server_asked_for_is_kept),
        cmocka_unit_test(a_server_asks_for_a_pause_by_its_answer),
        cmocka_unit_test(the_brake_holds_when_devices_vanish_by_the_hundred),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
