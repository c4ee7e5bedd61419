/* The blocking session keeps the same rules, and its check names what does not fit. */
#include "base/fault.h"
#include "db_test.h"

TEST_SQL(one, "SELECT 1 AS number, 'one' AS text");
TEST_SQL(who, "SELECT 1 AS number, current_setting('app.sub', true) AS text");
TEST_SQL(divide, "SELECT 1 / 0 AS number, '' AS text");
TEST_SQL(sleep_long, "SELECT 1 AS number, pg_sleep(2)::text AS text");
TEST_SQL(other_name, "SELECT 1::bigint AS number, 'x'::text AS note");
TEST_SQL(other_type, "SELECT 'x'::text AS number, 'x'::text AS text");
TEST_SQL(no_syntax, "SELEKT 1");
TEST_SQL(kill_itself, "SELECT pg_terminate_backend(pg_backend_pid())");

static struct db_session *open_session(void)
{
    struct db_session *session = NULL;

    assert_int_equal(db_session_open(test_url(), NULL, 5000, &session), MC_OK);
    assert_non_null(session);
    return session;
}

static enum status run(struct db_session *session, struct test_group *test,
                       const struct embedded *sql, uint32_t timeout_ms)
{
    test_group_init(test, timeout_ms);
    db_group_set(&test->group, "app.sub", STR("me"));
    test_group_ask(test, sql);
    return db_session_run(session, &test->group);
}

static void a_group_runs_under_its_identity(void **state)
{
    struct db_session *session = open_session();
    struct test_group test;

    (void)state;
    for (int i = 0; i < 3; i++) {
        assert_int_equal(run(session, &test, &who, TEST_TIMEOUT_MS), MC_OK);
        assert_int_equal(test.done, 1);
        assert_true(str_is(((struct test_row *)test.asks[0].rows)->text, "me"));
        test_group_done(&test);
    }
    test_group_init(&test, TEST_TIMEOUT_MS);
    test_group_ask(&test, &who);
    test.group.done = NULL;
    assert_int_equal(db_session_run(session, &test.group), MC_OK);
    assert_int_equal(((struct test_row *)test.asks[0].rows)->text.size, 0);
    test_group_done(&test);
    db_session_close(session);
}

static void errors_are_given_and_do_no_harm(void **state)
{
    struct db_session *session = open_session();
    struct test_group test;

    (void)state;
    assert_int_equal(run(session, &test, &divide, TEST_TIMEOUT_MS), MC_BAD_INPUT);
    assert_int_equal(test.done, 1);
    test_group_done(&test);
    assert_int_equal(run(session, &test, &one, TEST_TIMEOUT_MS), MC_OK);
    test_group_done(&test);
    db_session_close(session);
}

static void after_a_deadline_it_connects_again(void **state)
{
    struct db_session *session = open_session();
    struct test_group test;

    (void)state;
    assert_int_equal(run(session, &test, &sleep_long, 50), MC_TIMEOUT);
    assert_int_equal(test.asks[0].status, MC_TIMEOUT);
    test_group_done(&test);
    assert_int_equal(run(session, &test, &one, TEST_TIMEOUT_MS), MC_OK);
    test_group_done(&test);
    db_session_close(session);
}

static void a_lost_connection_costs_one_group(void **state)
{
    struct db_session *session = open_session();
    struct test_group test;

    (void)state;
    assert_int_equal(run(session, &test, &kill_itself, TEST_TIMEOUT_MS), MC_UNAVAILABLE);
    test_group_done(&test);
    assert_int_equal(run(session, &test, &one, TEST_TIMEOUT_MS), MC_OK);
    test_group_done(&test);
    db_session_close(session);
}

/* Cut while nobody used it: nobody notices. */
static void an_idle_connection_may_be_cut(void **state)
{
    struct db_session *session = open_session();
    struct test_group test;

    (void)state;
    test_kill_backends();
    assert_int_equal(run(session, &test, &one, TEST_TIMEOUT_MS), MC_OK);
    test_group_done(&test);
    db_session_close(session);
}

static void an_absent_server_is_unavailable(void **state)
{
    static const char *const urls[] = { "postgresql:///postgres?host=/nonexistent",
                                        "postgresql://[" };
    struct db_session *session = NULL;

    (void)state;
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(db_session_open(urls[i], NULL, 5000, &session), MC_UNAVAILABLE);
    assert_int_equal(db_session_open(test_url(), "io_nobody", 5000, &session), MC_UNAVAILABLE);
    assert_null(session);
}

static void a_check_names_what_does_not_fit(void **state)
{
    static const struct {
        const struct embedded *sql;
        enum status status;
        const char *why;
    } cases[] = {
        { &one, MC_OK, "" },
        { &other_name, MC_INVALID, "other_name: no column \"text\" among number, note" },
        { &other_type, MC_INVALID,
          "other_type: column \"number\" has type 25, which DB_I64 does not take" },
        { &no_syntax, MC_INVALID, "no_syntax: syntax error at or near \"SELEKT\"" },
    };
    struct db_session *session = open_session();
    struct test_group test;
    struct buf why;

    (void)state;
    buf_init(&why, 4096);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        buf_reset(&why);
        assert_int_equal(db_session_check(session, cases[i].sql, test_columns, &why),
                         cases[i].status);
        if (!str_is(buf_str(&why), cases[i].why)) fail_msg("%.*s", STR_PRINT(buf_str(&why)));
    }
    assert_int_equal(db_session_check(session, &other_name, NULL, &why), MC_OK);
    assert_int_equal(run(session, &test, &one, TEST_TIMEOUT_MS), MC_OK);
    test_group_done(&test);
    buf_done(&why);
    db_session_close(session);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_group_runs_under_its_identity),
        cmocka_unit_test(errors_are_given_and_do_no_harm),
        cmocka_unit_test(after_a_deadline_it_connects_again),
        cmocka_unit_test(a_lost_connection_costs_one_group),
        cmocka_unit_test(an_idle_connection_may_be_cut),
        cmocka_unit_test(an_absent_server_is_unavailable),
        cmocka_unit_test(a_check_names_what_does_not_fit),
    };

    return cmocka_run_group_tests(tests, test_db_set_up, test_db_tear_down);
}
