/* config, metrics, fault, status: what an operator sets and sees. */
#include "base/config.h"
#include "base/fault.h"
#include "base/metrics.h"
#include "tests/unit/check.h"

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

struct settings {
    int64_t unit_port;
    bool unit_on;
    const char *unit_secret;
};

static const struct config_row rows[] = {
    CONFIG_ROW(struct settings, unit_port, I64, "8443", 0, 65535, "", "a port")
        CONFIG_ROW(struct settings, unit_on, BOOL, "yes", 0, 0, "", "a switch")
            CONFIG_ROW(struct settings, unit_secret, TEXT, "", 0, 0, "", "a secret")
};

enum { ROWS = sizeof(rows) / sizeof(rows[0]) };

static void settings_come_from_the_environment_or_the_presets(void **state)
{
    struct settings settings;
    struct buf out;

    (void)state;
    buf_init(&out, 10000);
    setenv("MOTCUA_UNIT_PORT", "1", 1);
    setenv("MOTCUA_UNIT_SECRET", "hunter2", 1);
    assert_int_equal(config_load(rows, ROWS, &settings, &out), MC_OK);
    assert_int_equal(settings.unit_port, 1);
    assert_true(settings.unit_on);
    config_print(rows, ROWS, &settings, &out);
    buf_add_char(&out, '\0');
    assert_non_null(strstr(out.data, "MOTCUA_UNIT_PORT=1"));
    assert_null(strstr(out.data, "hunter2"));
    buf_done(&out);
}

static void a_bad_setting_is_named_with_what_it_takes(void **state)
{
    static const char *const bad[] = { "65536", "-1", "x", "" };

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct settings settings;
        struct buf out;

        buf_init(&out, 10000);
        setenv("MOTCUA_UNIT_PORT", bad[i], 1);
        assert_int_equal(config_load(rows, ROWS, &settings, &out), MC_BAD_INPUT);
        buf_add_char(&out, '\0');
        assert_non_null(strstr(out.data, "MOTCUA_UNIT_PORT"));
        assert_non_null(strstr(out.data, "65535"));
        buf_done(&out);
    }
    setenv("MOTCUA_UNIT_PORT", "65535", 1);
}

static const struct metric_row metric_rows[] = {
    { "unit_total", "{a=\"1\"}", METRIC_COUNTER, "A counter." },
    { "unit_total", "{a=\"2\"}", METRIC_COUNTER, "A counter." },
    { "unit_now", "", METRIC_GAUGE, "A gauge." },
};

static void counters_of_processes_are_summed_and_outlive_them(void **state)
{
    struct metrics metrics;
    struct buf out;
    pid_t child;

    (void)state;
    assert_int_equal(metrics_open(&metrics, metric_rows, 3), MC_OK);
    metrics_add(&metrics, 0, 0, 2);
    child = fork();
    if (child == 0) {
        metrics_add(&metrics, 1, 0, 5);
        metrics_set(&metrics, 1, 2, 9);
        _exit(0);
    }
    waitpid(child, NULL, 0);
    assert_int_equal(metrics_total(&metrics, 0), 7);
    assert_int_equal(metrics_total(&metrics, 2), 9);
    metrics_clear_gauges(&metrics, 1);
    assert_int_equal(metrics_total(&metrics, 0), 7);
    assert_int_equal(metrics_total(&metrics, 2), 0);
    buf_init(&out, 10000);
    metrics_print(&metrics, &out);
    assert_true(str_is(buf_str(&out),
                       "# HELP unit_total A counter.\n# TYPE unit_total counter\n"
                       "unit_total{a=\"1\"} 7\nunit_total{a=\"2\"} 0\n"
                       "# HELP unit_now A gauge.\n# TYPE unit_now gauge\nunit_now 0\n"));
    buf_done(&out);
    metrics_close(&metrics);
}

static void a_fault_comes_at_its_pass(void **state)
{
    (void)state;
    fault_plan("a:2,b:3+");
    assert_false(fault_hit("a"));
    assert_true(fault_hit("a"));
    assert_false(fault_hit("a"));
    assert_false(fault_hit("b"));
    assert_false(fault_hit("b"));
    assert_true(fault_hit("b"));
    assert_true(fault_hit("b"));
    assert_false(fault_hit("c"));
    fault_plan("");
}

static void every_status_has_its_words(void **state)
{
    (void)state;
    for (int i = 0; i < MC_STATUS_COUNT; i++) {
        assert_non_null(status_name((enum status)i));
        assert_true(strlen(status_sentence((enum status)i)) > 4);
        assert_true(status_http((enum status)i) >= 200 && status_http((enum status)i) < 600);
    }
    assert_true(status_retryable(MC_UNAVAILABLE));
    assert_false(status_retryable(MC_FORBIDDEN));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(settings_come_from_the_environment_or_the_presets),
        cmocka_unit_test(a_bad_setting_is_named_with_what_it_takes),
        cmocka_unit_test(counters_of_processes_are_summed_and_outlive_them),
        cmocka_unit_test(a_fault_comes_at_its_pass),
        cmocka_unit_test(every_status_has_its_words),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
