/* PostgreSQL goes away and comes back: what was under way fails once, the rest serves again. Runs
 * alone, because it kills the server that the other tests share. */
#include "db_test.h"

#include <stdlib.h>

TEST_SQL(one, "SELECT 1 AS number, 'one' AS text");
TEST_SQL(sleep_long, "SELECT 1 AS number, pg_sleep(20)::text AS text");

static struct db_pool *open_pool(void)
{
    struct db_pool_settings settings = test_settings();

    return db_pool_new(&test_loop, &settings);
}

static enum status run_until_ok(struct db_pool *pool)
{
    enum status status = MC_UNAVAILABLE;

    for (int i = 0; i < 200 && status != MC_OK; i++) {
        status = test_run_one(pool, &one);
        assert_true(status == MC_OK || status == MC_UNAVAILABLE);
        if (status != MC_OK) test_run_for(50);
    }
    return status;
}

/* A terminated backend: its groups fail whole, the statements are prepared anew on the next. */
static void a_terminated_backend_is_replaced(void **state)
{
    struct db_pool *pool = open_pool();
    struct test_group waiting[3];

    (void)state;
    assert_int_equal(test_run_one(pool, &one), MC_OK);
    for (size_t i = 0; i < 3; i++) {
        test_group_init(&waiting[i], TEST_TIMEOUT_MS);
        test_group_ask(&waiting[i], &one);
        test_group_ask(&waiting[i], i == 0 ? &sleep_long : &one);
        assert_int_equal(db_pool_send(pool, &waiting[i].group), MC_OK);
    }
    test_run_for(100);
    test_kill_backends();
    for (size_t i = 0; i < 3; i++) {
        test_run_until(&waiting[i].done);
        assert_int_equal(waiting[i].done, 1);
        assert_int_equal(waiting[i].asks[0].status, MC_UNAVAILABLE);
        assert_null(waiting[i].asks[0].rows);
        assert_int_equal(waiting[i].asks[1].status, MC_UNAVAILABLE);
        test_group_done(&waiting[i]);
    }
    assert_int_equal(test_run_one(pool, &one), MC_OK);
    assert_int_equal(db_pool_count(pool).reconnects, 1);
    test_close_pool(pool);
}

/* An idle connection that is cut costs nobody anything. */
static void an_idle_connection_may_be_cut(void **state)
{
    struct db_pool *pool = open_pool();

    (void)state;
    assert_int_equal(test_run_one(pool, &one), MC_OK);
    test_kill_backends();
    for (int i = 0; i < 200 && db_pool_count(pool).connections > 0; i++)
        test_run_for(10);
    assert_int_equal(db_pool_count(pool).connections, 0);
    assert_int_equal(test_run_one(pool, &one), MC_OK);
    assert_int_equal(db_pool_count(pool).failures, 0);
    test_close_pool(pool);
}

static void a_killed_server_is_survived(void **state)
{
    struct db_pool *pool = open_pool();
    struct test_group flying;

    (void)state;
    if (getenv("MOTCUA_SERVICES") == NULL) skip();
    assert_int_equal(test_run_one(pool, &one), MC_OK);
    test_group_init(&flying, TEST_TIMEOUT_MS);
    test_group_ask(&flying, &sleep_long);
    assert_int_equal(db_pool_send(pool, &flying.group), MC_OK);
    test_run_for(50);
    assert_true(test_services("kill-pg"));
    test_run_until(&flying.done);
    assert_int_equal(flying.asks[0].status, MC_UNAVAILABLE);
    test_group_done(&flying);
    test_run_for(200);
    assert_int_equal(test_run_one(pool, &one), MC_UNAVAILABLE);
    assert_true(test_services("start"));
    assert_int_equal(run_until_ok(pool), MC_OK);
    test_close_pool(pool);
}

static void a_restarted_server_is_survived(void **state)
{
    struct db_pool *pool = open_pool();

    (void)state;
    if (getenv("MOTCUA_SERVICES") == NULL) skip();
    assert_int_equal(test_run_one(pool, &one), MC_OK);
    assert_true(test_services("restart-pg"));
    assert_int_equal(run_until_ok(pool), MC_OK);
    test_close_pool(pool);
}

/* ---- listeners ---- */

struct heard {
    int gaps, notified;
    char channel[32], payload[32];
};

static void on_gap(void *data)
{
    ((struct heard *)data)->gaps++;
}

static void on_notified(void *data, const char *channel, const char *payload)
{
    struct heard *heard = data;

    heard->notified++;
    strncpy(heard->channel, channel, sizeof(heard->channel) - 1);
    strncpy(heard->payload, payload, sizeof(heard->payload) - 1);
}

static struct db_listener *listen_to(const char *const *channels, struct heard *heard)
{
    struct db_listener_settings settings = { .url = test_url(),
                                             .channels = channels,
                                             .notified = on_notified,
                                             .gap = on_gap,
                                             .data = heard };

    return db_listener_new(&test_loop, &settings);
}

static void on_closed(void *data)
{
    ++*(int *)data;
}

static void close_listener(struct db_listener *listener)
{
    int closed = 0;

    db_listener_close(listener, on_closed, &closed);
    assert_int_equal(closed, 0);
    test_run_until(&closed);
}

/* Channels are names, not SQL: one with a quote in it is heard as it is. */
static void a_listener_hears_its_channels(void **state)
{
    static const char *const channels[] = { "io_first", "io \"second\"", NULL };
    struct heard heard = { 0 };
    struct db_listener *listener = listen_to(channels, &heard);

    (void)state;
    test_run_until(&heard.gaps);
    assert_int_equal(heard.gaps, 1);
    test_admin("NOTIFY io_first, 'hello'");
    test_run_until(&heard.notified);
    assert_string_equal(heard.channel, "io_first");
    assert_string_equal(heard.payload, "hello");
    heard.notified = 0;
    test_admin("NOTIFY \"io \"\"second\"\"\"");
    test_run_until(&heard.notified);
    assert_string_equal(heard.channel, "io \"second\"");
    assert_string_equal(heard.payload, "");
    close_listener(listener);
}

static void a_listener_tells_the_gap_after_a_lost_connection(void **state)
{
    static const char *const channels[] = { "io_gap", NULL };
    struct heard heard = { 0 };
    struct db_listener *listener = listen_to(channels, &heard);

    (void)state;
    test_run_until(&heard.gaps);
    heard.gaps = 0;
    test_kill_backends();
    test_run_until(&heard.gaps);
    assert_int_equal(heard.gaps, 1);
    test_admin("NOTIFY io_gap");
    test_run_until(&heard.notified);
    close_listener(listener);
}

static void a_listener_may_be_closed_while_it_waits(void **state)
{
    static const char *const channels[] = { "io_gap", NULL };
    struct heard heard = { 0 };
    struct db_listener_settings settings = { .url = "postgresql:///postgres?host=/nonexistent",
                                             .channels = channels,
                                             .notified = on_notified,
                                             .gap = on_gap,
                                             .data = &heard };
    struct db_listener *listener = db_listener_new(&test_loop, &settings);

    (void)state;
    test_run_for(120);
    assert_int_equal(heard.gaps, 0);
    close_listener(listener);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_terminated_backend_is_replaced),
        cmocka_unit_test(an_idle_connection_may_be_cut),
        cmocka_unit_test(a_killed_server_is_survived),
        cmocka_unit_test(a_restarted_server_is_survived),
        cmocka_unit_test(a_listener_hears_its_channels),
        cmocka_unit_test(a_listener_tells_the_gap_after_a_lost_connection),
        cmocka_unit_test(a_listener_may_be_closed_while_it_waits),
    };

    return cmocka_run_group_tests(tests, test_db_set_up, test_db_tear_down);
}
