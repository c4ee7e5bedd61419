/* A transaction is whole or nothing, and its connection comes back clean or not at all. */
#include "base/fault.h"
#include "db_test.h"

TEST_SQL(insert, "INSERT INTO io_tx.kept (number) VALUES ($1)");
TEST_SQL(insert_again, "INSERT INTO io_tx.kept (number) VALUES ($1) RETURNING number, 'x' AS text");
TEST_SQL(deferred, "INSERT INTO io_tx.child (parent) VALUES (7)");
TEST_SQL(count, "SELECT count(*) AS number, '' AS text FROM io_tx.kept");
TEST_SQL(who, "SELECT 1::bigint AS number, current_setting('app.sub', true) AS text");
TEST_SQL(no_table, "SELECT number, text FROM io_tx.nowhere");
TEST_SQL(sleep_long, "SELECT 1 AS number, pg_sleep(2)::text AS text");
TEST_SQL(kill_itself, "SELECT pg_terminate_backend(pg_backend_pid())");

enum last_word { COMMIT, ROLLBACK, ROLLBACK_WHILE_ASKING, NOTHING };

/* A transaction that asks its asks one after the other and then says its last word. */
struct test_tx {
    struct arena arena;
    struct db_tx tx;
    struct db_ask asks[TEST_ASKS_MAX];
    size_t ask_count, asked;
    enum last_word last_word;
    bool stop_at_failure;
    int ready, answered, ended;
    enum status status;
};

static void next_step(struct test_tx *test)
{
    if (test->asked < test->ask_count) {
        db_tx_ask(&test->tx, &test->asks[test->asked++]);
        if (test->last_word == ROLLBACK_WHILE_ASKING) db_tx_rollback(&test->tx);
        return;
    }
    if (test->last_word == COMMIT) db_tx_commit(&test->tx);
    if (test->last_word == ROLLBACK) db_tx_rollback(&test->tx);
}

static void on_ready(struct db_tx *tx, enum status status)
{
    struct test_tx *test = tx->data;

    assert_int_equal(status, MC_OK);
    test->ready++;
    next_step(test);
}

static void on_answered(struct db_tx *tx, struct db_ask *ask)
{
    struct test_tx *test = tx->data;

    assert_ptr_equal(ask, &test->asks[test->answered]);
    test->answered++;
    if (ask->status != MC_OK && test->stop_at_failure)
        db_tx_rollback(tx);
    else
        next_step(test);
}

static void on_ended(struct db_tx *tx, enum status status)
{
    struct test_tx *test = tx->data;

    test->ended++;
    test->status = status;
}

static void init(struct test_tx *test, enum last_word last_word)
{
    memset(test, 0, sizeof(*test));
    arena_init(&test->arena, 1 << 20);
    test->last_word = last_word;
    test->stop_at_failure = true;
    test->tx = (struct db_tx){ .timeout_ms = TEST_TIMEOUT_MS,
                               .data = test,
                               .ready = on_ready,
                               .answered = on_answered,
                               .ended = on_ended };
}

static struct db_ask *add(struct test_tx *test, const struct embedded *sql)
{
    struct db_ask *ask = &test->asks[test->ask_count++];

    db_ask_init(ask, sql, &test->arena);
    return ask;
}

static void with_rows(struct db_ask *ask)
{
    ask->columns = test_columns;
    ask->row_size = sizeof(struct test_row);
}

static enum status run(struct db_pool *pool, struct test_tx *test)
{
    assert_int_equal(db_tx_begin(&test->tx, pool), MC_OK);
    assert_int_equal(test->ended, 0);
    test_run_until(&test->ended);
    assert_int_equal(test->ended, 1);
    arena_done(&test->arena);
    return test->status;
}

static struct db_pool *write_lane(void)
{
    struct db_pool_settings settings = test_settings();

    settings.connections_max = 1;
    settings.pipeline_max = 1;
    settings.queue_max = 4;
    settings.lock_timeout_ms = 1000;
    return db_pool_new(&test_loop, &settings);
}

static int64_t count_kept(struct db_pool *pool)
{
    struct test_group test;
    int64_t number;

    test_group_init(&test, TEST_TIMEOUT_MS);
    test_group_ask(&test, &count);
    assert_int_equal(db_pool_send(pool, &test.group), MC_OK);
    test_run_until(&test.done);
    assert_int_equal(test.asks[0].status, MC_OK);
    number = ((struct test_row *)test.asks[0].rows)->number;
    test_group_done(&test);
    return number;
}

/* The connection serves on, under nobody's identity and outside any transaction. */
static void assert_clean(struct db_pool *pool)
{
    struct test_group test;

    test_group_init(&test, TEST_TIMEOUT_MS);
    test_group_ask(&test, &who);
    assert_int_equal(db_pool_send(pool, &test.group), MC_OK);
    test_run_until(&test.done);
    assert_int_equal(test.asks[0].status, MC_OK);
    assert_int_equal(((struct test_row *)test.asks[0].rows)->text.size, 0);
    assert_int_equal(db_pool_count(pool).connections, 1);
    assert_int_equal(db_pool_count(pool).reconnects, 0);
    test_group_done(&test);
}

static int empty_tables(void **state)
{
    (void)state;
    test_admin("DELETE FROM io_tx.kept");
    return 0;
}

static void a_commit_keeps_all_steps(void **state)
{
    struct db_pool *pool = write_lane();
    struct test_tx test;

    (void)state;
    init(&test, COMMIT);
    test.tx.settings[test.tx.setting_count++] = (struct db_setting){ "app.sub", STR("me") };
    db_bind_i64(add(&test, &insert), 1);
    db_bind_i64(add(&test, &insert), 2);
    with_rows(add(&test, &who));
    assert_int_equal(run(pool, &test), MC_OK);
    assert_int_equal(test.ready, 1);
    assert_int_equal(test.answered, 3);
    assert_int_equal(test.asks[0].affected, 1);
    assert_int_equal(test.asks[2].status, MC_OK);
    assert_int_equal(test.asks[2].row_count, 1);
    assert_int_equal(count_kept(pool), 2);
    assert_clean(pool);
    test_close_pool(pool);
}

static void a_rollback_keeps_nothing(void **state)
{
    struct db_pool *pool = write_lane();
    struct test_tx test;

    (void)state;
    init(&test, ROLLBACK);
    db_bind_i64(add(&test, &insert), 1);
    db_bind_i64(add(&test, &insert), 2);
    assert_int_equal(run(pool, &test), MC_CANCELLED);
    assert_int_equal(test.answered, 2);
    assert_int_equal(count_kept(pool), 0);
    assert_clean(pool);
    test_close_pool(pool);
}

static void a_failed_step_rolls_back(void **state)
{
    struct db_pool *pool = write_lane();
    struct test_tx test;

    (void)state;
    init(&test, COMMIT);
    db_bind_i64(add(&test, &insert), 1);
    db_bind_i64(add(&test, &insert), 1);
    db_bind_i64(add(&test, &insert), 2);
    assert_int_equal(run(pool, &test), MC_CONFLICT);
    assert_int_equal(test.answered, 2);
    assert_string_equal(test.asks[1].sqlstate, "23505");
    assert_int_equal(count_kept(pool), 0);
    assert_clean(pool);
    test_close_pool(pool);
}

/* A caller that does not look: later steps are cancelled and the commit is a rollback. */
static void a_commit_after_a_failure_is_a_rollback(void **state)
{
    struct db_pool *pool = write_lane();
    struct test_tx test;

    (void)state;
    init(&test, COMMIT);
    test.stop_at_failure = false;
    db_bind_i64(add(&test, &insert), 1);
    db_bind_i64(add(&test, &insert), 1);
    db_bind_i64(add(&test, &insert_again), 2);
    assert_int_equal(run(pool, &test), MC_CONFLICT);
    assert_int_equal(test.answered, 3);
    assert_int_equal(test.asks[2].status, MC_CANCELLED);
    assert_int_equal(count_kept(pool), 0);
    assert_clean(pool);
    test_close_pool(pool);
}

static void a_step_that_does_not_parse_rolls_back(void **state)
{
    struct db_pool *pool = write_lane();
    struct test_tx test;

    (void)state;
    init(&test, COMMIT);
    db_bind_i64(add(&test, &insert), 1);
    with_rows(add(&test, &no_table));
    assert_int_equal(run(pool, &test), MC_INTERNAL);
    assert_string_equal(test.asks[1].sqlstate, "42P01");
    assert_int_equal(count_kept(pool), 0);
    assert_clean(pool);
    test_close_pool(pool);
}

static void a_step_that_does_not_bind_rolls_back(void **state)
{
    struct db_pool *pool = write_lane();
    struct test_tx test;

    (void)state;
    init(&test, COMMIT);
    test.stop_at_failure = false;
    db_bind_i64(add(&test, &insert), 1);
    db_bind_text(add(&test, &insert), STR("\0"));
    assert_int_equal(run(pool, &test), MC_BAD_INPUT);
    assert_int_equal(test.answered, 2);
    assert_int_equal(count_kept(pool), 0);
    assert_clean(pool);
    test_close_pool(pool);
}

static void a_commit_that_fails_says_so(void **state)
{
    struct db_pool *pool = write_lane();
    struct test_tx test;

    (void)state;
    init(&test, COMMIT);
    add(&test, &deferred);
    assert_int_equal(run(pool, &test), MC_INTERNAL);
    assert_int_equal(test.asks[0].status, MC_OK);
    assert_clean(pool);
    test_close_pool(pool);
}

static void an_identity_that_is_refused_ends_it(void **state)
{
    struct db_pool *pool = write_lane();
    struct test_tx test;

    (void)state;
    init(&test, COMMIT);
    test.tx.settings[test.tx.setting_count++] = (struct db_setting){ "lock_timeout", STR("x") };
    add(&test, &who);
    assert_int_equal(run(pool, &test), MC_BAD_INPUT);
    assert_int_equal(test.ready, 0);
    assert_clean(pool);
    test_close_pool(pool);
}

/* The client is gone in the middle of a step: the step is answered no more and nothing stays. */
static void a_rollback_may_come_while_a_step_runs(void **state)
{
    struct db_pool *pool = write_lane();
    struct test_tx test;

    (void)state;
    init(&test, ROLLBACK_WHILE_ASKING);
    db_bind_i64(add(&test, &insert), 1);
    assert_int_equal(run(pool, &test), MC_CANCELLED);
    assert_int_equal(test.answered, 0);
    assert_int_equal(count_kept(pool), 0);
    assert_clean(pool);
    test_close_pool(pool);
}

static void a_rollback_before_it_began_is_the_end(void **state)
{
    struct db_pool *pool = write_lane();
    struct test_tx test;

    (void)state;
    init(&test, COMMIT);
    assert_int_equal(db_tx_begin(&test.tx, pool), MC_OK);
    db_tx_rollback(&test.tx);
    db_tx_rollback(&test.tx);
    assert_int_equal(test.ended, 0);
    test_run_until(&test.ended);
    assert_int_equal(test.status, MC_CANCELLED);
    assert_int_equal(test.ready, 0);
    arena_done(&test.arena);
    test_close_pool(pool);
}

/* One after the other on the one connection, groups between them; the queue has its limit. */
static void transactions_take_turns(void **state)
{
    struct db_pool *pool = write_lane();
    struct test_tx tests[5];

    (void)state;
    for (size_t i = 0; i < 5; i++) {
        init(&tests[i], COMMIT);
        db_bind_i64(add(&tests[i], &insert), (int64_t)i);
        assert_int_equal(db_tx_begin(&tests[i].tx, pool), i < 4 ? MC_OK : MC_BUSY);
    }
    for (size_t i = 0; i < 4; i++) {
        test_run_until(&tests[i].ended);
        assert_int_equal(tests[i].status, MC_OK);
    }
    assert_int_equal(count_kept(pool), 4);
    assert_clean(pool);
    for (size_t i = 0; i < 5; i++)
        arena_done(&tests[i].arena);
    test_close_pool(pool);
}

/* The deadline ends it wherever it is; its connection is given up, because it holds locks. */
static void a_deadline_ends_it(void **state)
{
    enum { IN_QUEUE, IN_STEP, BETWEEN_STEPS, PLACES };

    (void)state;
    for (int place = 0; place < PLACES; place++) {
        struct db_pool *pool = write_lane();
        struct test_tx holder, test;

        init(&holder, NOTHING);
        init(&test, NOTHING);
        if (place == IN_QUEUE) {
            assert_int_equal(db_tx_begin(&holder.tx, pool), MC_OK);
            test_run_until(&holder.ready);
        } else {
            assert_int_equal(count_kept(pool), 0);
        }
        test.tx.timeout_ms = 100;
        db_bind_i64(add(&test, &insert), 1);
        if (place == IN_STEP) add(&test, &sleep_long);
        assert_int_equal(run(pool, &test), MC_TIMEOUT);
        assert_int_equal(test.ready, place == IN_QUEUE ? 0 : 1);
        if (place == IN_QUEUE) {
            db_tx_rollback(&holder.tx);
            test_run_until(&holder.ended);
        }
        assert_int_equal(count_kept(pool), 0);
        arena_done(&holder.arena);
        test_close_pool(pool);
    }
}

static void a_lost_connection_ends_it(void **state)
{
    struct db_pool *pool = write_lane();
    struct test_tx test;

    (void)state;
    init(&test, COMMIT);
    db_bind_i64(add(&test, &insert), 30); /* the test before may still hold its own number */
    add(&test, &kill_itself);
    assert_int_equal(run(pool, &test), MC_UNAVAILABLE);
    assert_int_equal(count_kept(pool), 0);
    test_close_pool(pool);
}

static void kill_then_ask(struct db_tx *tx, enum status status)
{
    struct test_tx *test = tx->data;

    assert_int_equal(status, MC_OK);
    test_kill_backends();
    next_step(test);
}

/* Asked of a server that has just gone: the write tells, not the deadline. */
static void a_write_to_a_dead_server_is_noticed(void **state)
{
    struct db_pool *pool = write_lane();
    struct test_tx test;

    (void)state;
    init(&test, COMMIT);
    test.tx.ready = kill_then_ask;
    db_bind_i64(add(&test, &insert), 40);
    assert_int_equal(run(pool, &test), MC_UNAVAILABLE);
    assert_int_equal(count_kept(pool), 0);
    test_close_pool(pool);
}

static void closing_the_pool_ends_it(void **state)
{
    struct db_pool *pool = write_lane();
    struct test_tx open, queued;

    (void)state;
    init(&open, NOTHING);
    init(&queued, NOTHING);
    assert_int_equal(db_tx_begin(&open.tx, pool), MC_OK);
    assert_int_equal(db_tx_begin(&queued.tx, pool), MC_OK);
    test_run_until(&open.ready);
    test_close_pool(pool);
    assert_int_equal(open.ended, 1);
    assert_int_equal(queued.ended, 1);
    assert_int_equal(open.status, MC_UNAVAILABLE);
    assert_int_equal(queued.status, MC_UNAVAILABLE);
    arena_done(&open.arena);
    arena_done(&queued.arena);
}

/* Wherever the connection breaks, the end is told once, and nothing is kept that was not said to
 * be: only a break at the commit itself leaves it open. */
static void every_fault_is_one_end(void **state)
{
#ifdef MOTCUA_FAULTS
    static const char *const plans[] = { "db.connect:1", "db.send:1", "db.send:2", "db.send:3",
                                         "db.send:4",    "db.read:1", "db.read:2", "db.read:3" };

    (void)state;
    for (size_t i = 0; i < sizeof(plans) / sizeof(plans[0]); i++) {
        struct db_pool *pool = write_lane();
        struct test_tx test;

        fault_plan(plans[i]);
        init(&test, COMMIT);
        test.tx.settings[test.tx.setting_count++] = (struct db_setting){ "app.sub", STR("me") };
        db_bind_i64(add(&test, &insert), 31);
        db_bind_i64(add(&test, &insert), 32);
        assert_int_equal(run(pool, &test), MC_UNAVAILABLE);
        fault_plan("");
        test_run_for(100);
        assert_int_equal(count_kept(pool), 0);
        test_close_pool(pool);
    }
#else
    (void)state;
    skip();
#endif
}

static int set_up(void **state)
{
    if (test_db_set_up(state) != 0) return -1;
    test_admin("DROP SCHEMA IF EXISTS io_tx CASCADE; CREATE SCHEMA io_tx;"
               "CREATE TABLE io_tx.kept (number bigint PRIMARY KEY);"
               "CREATE TABLE io_tx.parent (id bigint PRIMARY KEY);"
               "CREATE TABLE io_tx.child (parent bigint REFERENCES io_tx.parent"
               " DEFERRABLE INITIALLY DEFERRED)");
    return 0;
}

static int tear_down(void **state)
{
    test_admin("DROP SCHEMA io_tx CASCADE");
    return test_db_tear_down(state);
}

#define CASE(test) cmocka_unit_test_setup(test, empty_tables)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_commit_keeps_all_steps),
        CASE(a_rollback_keeps_nothing),
        CASE(a_failed_step_rolls_back),
        CASE(a_commit_after_a_failure_is_a_rollback),
        CASE(a_step_that_does_not_parse_rolls_back),
        CASE(a_step_that_does_not_bind_rolls_back),
        CASE(a_commit_that_fails_says_so),
        CASE(an_identity_that_is_refused_ends_it),
        CASE(a_rollback_may_come_while_a_step_runs),
        CASE(a_rollback_before_it_began_is_the_end),
        CASE(transactions_take_turns),
        CASE(a_deadline_ends_it),
        CASE(a_lost_connection_ends_it),
        CASE(a_write_to_a_dead_server_is_noticed),
        CASE(closing_the_pool_ends_it),
        CASE(every_fault_is_one_end),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
