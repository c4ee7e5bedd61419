/* Groups over a real PostgreSQL: identities, errors, limits and deadlines keep to themselves. */
#include "base/fault.h"
#include "db_test.h"

#include <inttypes.h>
#include <stdio.h>

TEST_SQL(one, "SELECT 1 AS number, 'one' AS text");
TEST_SQL(who, "SELECT $1::bigint AS number, current_setting('app.sub', true) AS text");
TEST_SQL(divide, "SELECT 1 / $1::int AS number, '' AS text");
TEST_SQL(sleep_long, "SELECT 1 AS number, pg_sleep(1)::text AS text");
TEST_SQL(no_table, "SELECT number, text FROM io_pool.not_yet");
TEST_SQL(all_columns, "SELECT * FROM io_pool.changing");
TEST_SQL(insert, "INSERT INTO io_pool.kept (number) VALUES ($1)");
TEST_SQL(count, "SELECT count(*) AS number, '' AS text FROM io_pool.kept");
TEST_SQL(raise_state, "SELECT io_pool.raise($1) AS number, '' AS text");
TEST_SQL(deferred, "INSERT INTO io_pool.child (parent) VALUES (7)");
TEST_SQL(begin_one, "BEGIN");
TEST_SQL(bad_setting, "SELECT set_config($1, 'x', true) AS text, 1::bigint AS number");

static struct test_row *row_of(const struct db_ask *ask)
{
    return ask->rows;
}

static struct db_pool *pool_of(void (*change)(struct db_pool_settings *settings))
{
    struct db_pool_settings settings = test_settings();

    if (change != NULL) change(&settings);
    return db_pool_new(&test_loop, &settings);
}

/* ---- the property test ---- */

enum { GROUPS = 2000, WAVE = 100 };

struct property {
    struct test_group tests[GROUPS];
    char identities[GROUPS][24];
    bool cancelled[GROUPS];
    size_t cancelled_in_flight;
    uint64_t random;
};

static uint64_t draw(struct property *property, uint64_t below)
{
    property->random = property->random * 6364136223846793005u + 1442695040888963407u;
    return (property->random >> 33) % below;
}

static void send_one(struct property *property, struct db_pool *pool, size_t i)
{
    struct test_group *test = &property->tests[i];
    size_t asks = 1 + draw(property, 3);

    test_group_init(test, TEST_TIMEOUT_MS);
    (void)snprintf(property->identities[i], sizeof(property->identities[i]), "viewer-%zu", i);
    db_group_set(&test->group, "app.sub", str_of(property->identities[i]));
    if (draw(property, 2) == 0) db_group_set(&test->group, "app.viewer", STR("citizen"));
    for (size_t k = 0; k < asks; k++)
        db_bind_i64(test_group_ask(test, &who), (int64_t)i);
    if (draw(property, 20) == 0) db_bind_i64(test_group_ask(test, &divide), 0);
    assert_int_equal(db_pool_send(pool, &test->group), MC_OK);
}

static void cancel_some(struct property *property, size_t first, size_t end)
{
    for (size_t i = first; i < end; i++) {
        if (property->tests[i].done > 0 || draw(property, 10) != 0) continue;
        property->cancelled[i] = true;
        db_group_cancel(&property->tests[i].group);
    }
}

/* Of all that has left and has no answer yet: few at a time, so they are looked for everywhere. */
static void cancel_some_in_flight(struct property *property, size_t end)
{
    for (size_t i = 0; i < end; i++) {
        struct test_group *test = &property->tests[i];

        if (test->done > 0 || test->group.state != DB_GROUP_IN_FLIGHT || draw(property, 20) != 0)
            continue;
        property->cancelled[i] = true;
        property->cancelled_in_flight++;
        db_group_cancel(&test->group);
    }
}

static void check_group(struct property *property, size_t i)
{
    struct test_group *test = &property->tests[i];

    assert_int_equal(test->done, 1);
    for (size_t k = 0; k < test->ask_count; k++) {
        struct db_ask *ask = &test->asks[k];

        if (property->cancelled[i] && ask->status == MC_CANCELLED) continue;
        if (ask->sql == &divide) {
            assert_int_equal(ask->status, MC_BAD_INPUT);
            assert_string_equal(ask->sqlstate, "22012");
            continue;
        }
        assert_int_equal(ask->status, MC_OK);
        assert_int_equal(ask->row_count, 1);
        assert_int_equal(row_of(ask)->number, i);
        assert_true(str_is(row_of(ask)->text, property->identities[i]));
    }
    test_group_done(test);
}

static bool all_done(const struct property *property, size_t end)
{
    for (size_t i = 0; i < end; i++)
        if (property->tests[i].done == 0) return false;
    return true;
}

/* Two thousand groups, each under an identity of its own, some of them failing and some cancelled
 * at random before or after they leave, over two connections: each sees its own identity only. */
static void identities_never_mix(void **state)
{
    static struct property property = { .random = 20261126 };
    struct db_pool *pool = pool_of(NULL);

    (void)state;
    assert_int_equal(test_run_one(pool, &one), MC_OK);
    for (size_t first = 0; first < GROUPS; first += WAVE) {
        for (size_t i = first; i < first + WAVE; i++)
            send_one(&property, pool, i);
        cancel_some(&property, first, first + WAVE);
        (void)uv_run(&test_loop, UV_RUN_NOWAIT);
        cancel_some_in_flight(&property, first + WAVE);
    }
    for (int turns = 0; !all_done(&property, GROUPS) && turns < 1000000; turns++)
        (void)uv_run(&test_loop, UV_RUN_ONCE);
    assert_int_equal(db_pool_count(pool).connections, 2);
    assert_true(property.cancelled_in_flight > 0);
    for (size_t i = 0; i < GROUPS; i++)
        check_group(&property, i);
    test_close_pool(pool);
}

/* ---- errors ---- */

static void an_error_stays_in_its_group(void **state)
{
    struct db_pool *pool = pool_of(NULL);
    struct test_group bad, good;
    struct db_ask *asks[3];

    (void)state;
    test_group_init(&bad, TEST_TIMEOUT_MS);
    test_group_init(&good, TEST_TIMEOUT_MS);
    asks[0] = test_group_ask(&bad, &one);
    asks[1] = test_group_ask(&bad, &divide);
    asks[2] = test_group_ask(&bad, &one);
    db_bind_i64(asks[1], 0);
    test_group_ask(&good, &one);
    assert_int_equal(db_pool_send(pool, &bad.group), MC_OK);
    assert_int_equal(db_pool_send(pool, &good.group), MC_OK);
    test_run_until(&good.done);
    assert_int_equal(bad.done, 1);
    assert_int_equal(asks[0]->status, MC_OK);
    assert_int_equal(asks[1]->status, MC_BAD_INPUT);
    assert_int_equal(asks[2]->status, MC_CANCELLED);
    assert_int_equal(good.asks[0].status, MC_OK);
    assert_true(str_is(row_of(&good.asks[0])->text, "one"));
    assert_int_equal(db_pool_count(pool).failures, 1);
    test_group_done(&bad);
    test_group_done(&good);
    test_close_pool(pool);
}

/* A statement that cannot be prepared fails alone, also for groups sent behind it in the same turn,
 * and is tried again once it can be. */
static void a_statement_that_does_not_parse_is_tried_again(void **state)
{
    struct db_pool *pool = pool_of(NULL);
    struct test_group tests[3];

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        test_group_init(&tests[i], TEST_TIMEOUT_MS);
        test_group_ask(&tests[i], i == 2 ? &one : &no_table);
        assert_int_equal(db_pool_send(pool, &tests[i].group), MC_OK);
    }
    test_run_until(&tests[2].done);
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(tests[i].asks[0].status, MC_INTERNAL);
        assert_string_equal(tests[i].asks[0].sqlstate, "42P01");
    }
    assert_int_equal(tests[2].asks[0].status, MC_OK);
    test_admin("CREATE TABLE io_pool.not_yet (number bigint, text text)");
    assert_int_equal(test_run_one(pool, &no_table), MC_OK);
    for (size_t i = 0; i < 3; i++)
        test_group_done(&tests[i]);
    test_close_pool(pool);
}

/* After a migration changed a table, one request fails and the connection is replaced. */
static void a_changed_table_costs_one_answer(void **state)
{
    struct db_pool *pool = pool_of(NULL);

    (void)state;
    assert_int_equal(test_run_one(pool, &all_columns), MC_OK);
    test_admin("ALTER TABLE io_pool.changing ADD COLUMN more text");
    assert_int_equal(test_run_one(pool, &all_columns), MC_INTERNAL);
    assert_int_equal(test_run_one(pool, &all_columns), MC_OK);
    test_close_pool(pool);
}

static void sqlstates_of_a_function_become_statuses(void **state)
{
    static const struct {
        const char *sqlstate;
        enum status status;
    } cases[] = { { "42501", MC_FORBIDDEN }, { "23505", MC_CONFLICT }, { "40001", MC_CONFLICT },
                  { "23514", MC_BAD_INPUT }, { "55P03", MC_TIMEOUT },  { "MC001", MC_INTERNAL } };
    struct db_pool *pool = pool_of(NULL);

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct test_group test;

        test_group_init(&test, TEST_TIMEOUT_MS);
        db_bind_text(test_group_ask(&test, &raise_state), str_of(cases[i].sqlstate));
        assert_int_equal(db_pool_send(pool, &test.group), MC_OK);
        test_run_until(&test.done);
        assert_int_equal(test.asks[0].status, cases[i].status);
        assert_string_equal(test.asks[0].sqlstate, cases[i].sqlstate);
        test_group_done(&test);
    }
    test_close_pool(pool);
}

/* What fails only at the commit fails every ask of its group. */
static void a_failed_commit_fails_the_group(void **state)
{
    struct db_pool *pool = pool_of(NULL);
    struct test_group test;

    (void)state;
    test_group_init(&test, TEST_TIMEOUT_MS);
    test_group_ask(&test, &one);
    test_group_ask(&test, &deferred)->columns = NULL;
    assert_int_equal(db_pool_send(pool, &test.group), MC_OK);
    test_run_until(&test.done);
    assert_int_equal(test.asks[0].status, MC_INTERNAL);
    assert_int_equal(test.asks[1].status, MC_INTERNAL);
    assert_string_equal(test.asks[1].sqlstate, "23503");
    assert_int_equal(test_run_one(pool, &one), MC_OK);
    test_group_done(&test);
    test_close_pool(pool);
}

/* An identity that cannot be set is the failure of all asks, and none of them ran. */
static void a_refused_identity_fails_the_group(void **state)
{
    struct db_pool *pool = pool_of(NULL);
    struct test_group test;

    (void)state;
    test_group_init(&test, TEST_TIMEOUT_MS);
    db_group_set(&test.group, "statement_timeout", STR("nonsense"));
    test_group_ask(&test, &one);
    test_group_ask(&test, &one);
    assert_int_equal(db_pool_send(pool, &test.group), MC_OK);
    test_run_until(&test.done);
    assert_int_equal(test.asks[0].status, MC_BAD_INPUT);
    assert_int_equal(test.asks[1].status, MC_BAD_INPUT);
    assert_null(test.asks[0].rows);
    test_group_done(&test);
    test_close_pool(pool);
}

/* A statement that leaves a transaction open would hand its identity on: its connection goes. */
static void a_connection_left_inside_a_transaction_is_closed(void **state)
{
    struct db_pool *pool = pool_of(NULL);

    (void)state;
    (void)test_run_one(pool, &begin_one);
    test_run_for(1);
    assert_int_equal(db_pool_count(pool).connections, 0);
    assert_int_equal(test_run_one(pool, &one), MC_OK);
    test_close_pool(pool);
}

/* An identity set by one group is gone for the next one on the same connection. */
static void an_identity_ends_with_its_group(void **state)
{
    struct db_pool *pool = pool_of(NULL);
    struct test_group first, second;

    (void)state;
    test_group_init(&first, TEST_TIMEOUT_MS);
    test_group_init(&second, TEST_TIMEOUT_MS);
    db_group_set(&first.group, "app.sub", STR("somebody"));
    db_bind_text(test_group_ask(&first, &bad_setting), STR("app.role"));
    db_bind_i64(test_group_ask(&second, &who), 1);
    assert_int_equal(db_pool_send(pool, &first.group), MC_OK);
    assert_int_equal(db_pool_send(pool, &second.group), MC_OK);
    test_run_until(&second.done);
    assert_int_equal(second.asks[0].status, MC_OK);
    assert_int_equal(row_of(&second.asks[0])->text.size, 0);
    test_group_done(&first);
    test_group_done(&second);
    test_close_pool(pool);
}

/* ---- limits and deadlines ---- */

static void one_at_a_time(struct db_pool_settings *settings)
{
    settings->connections_max = 1;
    settings->pipeline_max = 1;
    settings->queue_max = 2;
    settings->statement_timeout_ms = 300;
}

static void a_full_queue_is_busy(void **state)
{
    struct db_pool *pool = pool_of(one_at_a_time);
    struct test_group tests[4];

    (void)state;
    for (size_t i = 0; i < 4; i++) {
        test_group_init(&tests[i], TEST_TIMEOUT_MS);
        test_group_ask(&tests[i], &one);
    }
    assert_int_equal(db_pool_send(pool, &tests[0].group), MC_OK);
    assert_int_equal(db_pool_send(pool, &tests[1].group), MC_OK);
    assert_int_equal(db_pool_send(pool, &tests[2].group), MC_BUSY);
    test_run_until(&tests[1].done);
    assert_int_equal(db_pool_send(pool, &tests[3].group), MC_OK);
    test_run_until(&tests[3].done);
    assert_int_equal(tests[3].asks[0].status, MC_OK);
    assert_int_equal(tests[2].done, 0);
    for (size_t i = 0; i < 4; i++)
        test_group_done(&tests[i]);
    test_close_pool(pool);
}

/* The first is cut by the server, the second waits behind it longer than it may. */
static void a_deadline_holds_in_the_queue(void **state)
{
    struct db_pool *pool = pool_of(one_at_a_time);
    struct test_group slow, waiting;

    (void)state;
    assert_int_equal(test_run_one(pool, &one), MC_OK);
    test_group_init(&slow, TEST_TIMEOUT_MS);
    test_group_ask(&slow, &sleep_long);
    test_group_init(&waiting, 50);
    test_group_ask(&waiting, &one);
    assert_int_equal(db_pool_send(pool, &slow.group), MC_OK);
    assert_int_equal(db_pool_send(pool, &waiting.group), MC_OK);
    test_run_until(&waiting.done);
    assert_int_equal(waiting.asks[0].status, MC_TIMEOUT);
    assert_int_equal(slow.done, 0);
    test_run_until(&slow.done);
    assert_int_equal(slow.asks[0].status, MC_TIMEOUT);
    assert_string_equal(slow.asks[0].sqlstate, "57014");
    assert_int_equal(test_run_one(pool, &one), MC_OK);
    test_group_done(&slow);
    test_group_done(&waiting);
    test_close_pool(pool);
}

/* The caller is free at its deadline; the connection serves again once the server is through. */
static void a_deadline_holds_in_flight(void **state)
{
    struct db_pool *pool = pool_of(one_at_a_time);
    struct test_group slow;

    (void)state;
    assert_int_equal(test_run_one(pool, &one), MC_OK);
    test_group_init(&slow, 50);
    test_group_ask(&slow, &sleep_long);
    assert_int_equal(db_pool_send(pool, &slow.group), MC_OK);
    test_run_until(&slow.done);
    assert_int_equal(slow.asks[0].status, MC_TIMEOUT);
    assert_string_equal(slow.asks[0].sqlstate, "");
    test_group_done(&slow);
    assert_int_equal(test_run_one(pool, &one), MC_OK);
    assert_int_equal(db_pool_count(pool).connections, 1);
    assert_int_equal(db_pool_count(pool).reconnects, 0);
    test_close_pool(pool);
}

/* Sent and cancelled in one turn: the server never hears of it. */
static void what_is_cancelled_at_once_never_leaves(void **state)
{
    struct db_pool *pool = pool_of(NULL);
    struct test_group test, counted;

    (void)state;
    test_group_init(&test, TEST_TIMEOUT_MS);
    db_bind_i64(test_group_ask(&test, &insert), 1);
    test.asks[0].columns = NULL;
    assert_int_equal(db_pool_send(pool, &test.group), MC_OK);
    db_group_cancel(&test.group);
    db_group_cancel(&test.group);
    assert_int_equal(test.done, 0);
    test_run_until(&test.done);
    assert_int_equal(test.asks[0].status, MC_CANCELLED);
    test_group_init(&counted, TEST_TIMEOUT_MS);
    test_group_ask(&counted, &count);
    assert_int_equal(db_pool_send(pool, &counted.group), MC_OK);
    test_run_until(&counted.done);
    assert_int_equal(row_of(&counted.asks[0])->number, 0);
    assert_int_equal(test.done, 1);
    test_group_done(&test);
    test_group_done(&counted);
    test_close_pool(pool);
}

static void a_group_that_failed_to_bind_is_not_sent(void **state)
{
    struct db_pool *pool = pool_of(NULL);
    struct test_group test;

    (void)state;
    test_group_init(&test, TEST_TIMEOUT_MS);
    db_bind_text(test_group_ask(&test, &raise_state), STR("\0"));
    assert_int_equal(db_pool_send(pool, &test.group), MC_BAD_INPUT);
    test_run_for(1);
    assert_int_equal(test.done, 0);
    test_group_done(&test);
    test_close_pool(pool);
}

/* An empty group asks whether anybody is there. */
static void a_group_without_asks_is_a_ping(void **state)
{
    struct db_pool *pool = pool_of(NULL);
    struct test_group test;

    (void)state;
    test_group_init(&test, TEST_TIMEOUT_MS);
    assert_int_equal(db_pool_send(pool, &test.group), MC_OK);
    test_run_until(&test.done);
    assert_int_equal(db_pool_count(pool).idle, 1);
    test_close_pool(pool);
}

/* ---- opening and closing ---- */

static void nobody_there(struct db_pool_settings *settings)
{
    settings->url = "postgresql:///postgres?host=/nonexistent";
}

static void an_unreadable_url(struct db_pool_settings *settings)
{
    settings->url = "postgresql://[";
}

static void a_role_unknown(struct db_pool_settings *settings)
{
    settings->role = "io_nobody";
}

/* The first group learns it, the next ones are refused at once while it is too early to try. */
static void an_absent_server_is_unavailable(void **state)
{
    void (*const changes[])(struct db_pool_settings *) = { nobody_there, an_unreadable_url,
                                                           a_role_unknown };

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        struct db_pool *pool = pool_of(changes[i]);
        struct test_group test;

        assert_int_equal(test_run_one(pool, &one), MC_UNAVAILABLE);
        test_group_init(&test, TEST_TIMEOUT_MS);
        assert_int_equal(db_pool_send(pool, &test.group), MC_UNAVAILABLE);
        test_run_for(150);
        assert_int_equal(test_run_one(pool, &one), MC_UNAVAILABLE);
        assert_int_equal(test.done, 0);
        test_group_done(&test);
        test_close_pool(pool);
    }
}

static void closing_fails_what_is_queued_and_in_flight(void **state)
{
    struct db_pool *pool = pool_of(one_at_a_time);
    struct test_group flying, queued;

    (void)state;
    assert_int_equal(test_run_one(pool, &one), MC_OK);
    test_group_init(&flying, TEST_TIMEOUT_MS);
    test_group_ask(&flying, &sleep_long);
    test_group_init(&queued, TEST_TIMEOUT_MS);
    test_group_ask(&queued, &one);
    assert_int_equal(db_pool_send(pool, &flying.group), MC_OK);
    (void)uv_run(&test_loop, UV_RUN_NOWAIT);
    assert_int_equal(db_pool_count(pool).in_flight, 1);
    assert_int_equal(db_pool_send(pool, &queued.group), MC_OK);
    test_close_pool(pool);
    assert_int_equal(flying.done, 1);
    assert_int_equal(queued.done, 1);
    assert_int_equal(flying.asks[0].status, MC_UNAVAILABLE);
    assert_int_equal(queued.asks[0].status, MC_UNAVAILABLE);
    test_group_done(&flying);
    test_group_done(&queued);
}

static int pools_closed;

static void on_pool_closed(void *data)
{
    (void)data;
    pools_closed++;
}

static void close_from_callback(struct db_group *group)
{
    ((struct test_group *)group->data)->done++;
    db_pool_close(((struct test_group *)group->data)->group.pool, on_pool_closed, NULL);
}

/* A callback may close the pool that is calling it. */
static void a_pool_may_be_closed_from_a_callback(void **state)
{
    struct db_pool *pool = pool_of(NULL);
    struct test_group first, second;

    (void)state;
    test_group_init(&first, TEST_TIMEOUT_MS);
    test_group_ask(&first, &one);
    first.group.done = close_from_callback;
    test_group_init(&second, TEST_TIMEOUT_MS);
    test_group_ask(&second, &sleep_long);
    assert_int_equal(db_pool_send(pool, &first.group), MC_OK);
    assert_int_equal(db_pool_send(pool, &second.group), MC_OK);
    test_run_until(&pools_closed);
    assert_int_equal(first.done, 1);
    assert_int_equal(second.done, 1);
    assert_int_equal(second.asks[0].status, MC_UNAVAILABLE);
    test_group_done(&first);
    test_group_done(&second);
}

static void closes_soon(struct db_pool_settings *settings)
{
    settings->idle_close_ms = 30;
}

static void an_idle_pool_closes_its_connections(void **state)
{
    struct db_pool *pool = pool_of(closes_soon);

    (void)state;
    assert_int_equal(test_run_one(pool, &one), MC_OK);
    assert_int_equal(db_pool_count(pool).connections, 1);
    for (int i = 0; i < 200 && db_pool_count(pool).connections > 0; i++)
        test_run_for(20);
    assert_int_equal(db_pool_count(pool).connections, 0);
    assert_int_equal(test_run_one(pool, &one), MC_OK);
    test_close_pool(pool);
}

/* Sent to a server that has just gone: the write tells, not the deadline. */
static void a_write_to_a_dead_server_is_noticed(void **state)
{
    struct db_pool *pool = pool_of(NULL);

    (void)state;
    assert_int_equal(test_run_one(pool, &one), MC_OK);
    test_kill_backends();
    assert_int_equal(test_run_one(pool, &one), MC_UNAVAILABLE);
    assert_int_equal(test_run_one(pool, &one), MC_OK);
    test_close_pool(pool);
}

/* ---- what goes in comes out ---- */

TEST_SQL(types,
         "SELECT $1::text AS text, $2::int8 AS i64, $3::bool AS yes, $4::timestamptz AS at, "
         "$5::bytea AS bytes, $6::int8[] AS numbers, ($7::text[])[2] AS second, "
         "$8::date AS day, $9::uuid AS uuid, $10::jsonb AS json, $1::varchar AS \"varchar\", "
         "$2::int4 AS i32, NULL::timestamptz AS never");

struct types_row {
    struct str text, bytes, second, uuid, json, varchar_text;
    int64_t i64, at, never;
    int32_t day, i32;
    bool yes;
    struct db_i64_array numbers;
};

static const struct db_column types_columns[] = {
    DB_COLUMN(struct types_row, text, DB_TEXT),
    DB_COLUMN(struct types_row, bytes, DB_BYTES),
    DB_COLUMN(struct types_row, second, DB_TEXT),
    DB_COLUMN(struct types_row, uuid, DB_UUID),
    DB_COLUMN(struct types_row, json, DB_TEXT),
    DB_COLUMN_AS("varchar", struct types_row, varchar_text, DB_TEXT),
    DB_COLUMN(struct types_row, i64, DB_I64),
    DB_COLUMN(struct types_row, at, DB_TIME),
    DB_COLUMN(struct types_row, never, DB_TIME),
    DB_COLUMN(struct types_row, day, DB_DATE),
    DB_COLUMN(struct types_row, i32, DB_I32),
    DB_COLUMN(struct types_row, yes, DB_BOOL),
    DB_COLUMN(struct types_row, numbers, DB_I64_ARRAY),
    DB_COLUMNS_END,
};

static void bind_types(struct db_ask *ask, int64_t at)
{
    static const int64_t numbers[] = { -1, 0, INT64_MAX };
    static const struct str texts[] = { STR_INIT("a"), STR_INIT("b\"\\,{} \xc4\x91") };

    db_bind_text(ask, STR("H\xe1\xbb\x93 s\xc6\xa1 '\"\\"));
    db_bind_i64(ask, -42);
    db_bind_bool(ask, true);
    db_bind_time(ask, at);
    db_bind_bytes(ask, STR("\0\1\xff"));
    db_bind_i64_array(ask, numbers, 3);
    db_bind_text_array(ask, texts, 2);
    db_bind_text(ask, STR("1969-12-31"));
    db_bind_text(ask, STR("01234567-89ab-cdef-0123-456789abcdef"));
    db_bind_text(ask, STR("{\"a\":1}"));
}

static void every_type_makes_the_round_trip(void **state)
{
    static const int64_t times[] = { 0, -1, 951782400000001, 253402300799999999 };
    struct db_pool *pool = pool_of(NULL);

    (void)state;
    for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
        struct test_group test;
        struct db_ask *ask;
        struct types_row *row;

        test_group_init(&test, TEST_TIMEOUT_MS);
        ask = test_group_ask(&test, &types);
        ask->columns = types_columns;
        ask->row_size = sizeof(struct types_row);
        bind_types(ask, times[i]);
        assert_int_equal(db_pool_send(pool, &test.group), MC_OK);
        test_run_until(&test.done);
        assert_int_equal(ask->status, MC_OK);
        row = ask->rows;
        assert_true(str_is(row->text, "H\xe1\xbb\x93 s\xc6\xa1 '\"\\"));
        assert_true(str_eq(row->varchar_text, row->text));
        assert_true(row->i64 == -42 && row->i32 == -42 && row->yes);
        assert_true(row->at == times[i] && row->never == INT64_MIN);
        assert_true(row->bytes.size == 3 && memcmp(row->bytes.data, "\0\1\xff", 3) == 0);
        assert_true(row->numbers.count == 3 && row->numbers.items[2] == INT64_MAX);
        assert_true(str_is(row->second, "b\"\\,{} \xc4\x91"));
        assert_int_equal(row->day, -1);
        assert_true(str_is(row->uuid, "01234567-89ab-cdef-0123-456789abcdef"));
        assert_true(str_is(row->json, "{\"a\": 1}"));
        test_group_done(&test);
    }
    test_close_pool(pool);
}

/* ---- faults ---- */

/* Wherever the connection breaks, what was under way is MC_UNAVAILABLE and the rest is fine. */
static void every_fault_is_unavailable_once(void **state)
{
#ifdef MOTCUA_FAULTS
    static const char *const plans[] = { "db.connect:1", "db.send:1", "db.send:2", "db.read:1",
                                         "db.read:2" };

    (void)state;
    for (size_t i = 0; i < sizeof(plans) / sizeof(plans[0]); i++) {
        struct db_pool *pool = pool_of(NULL);
        int failures = 0;

        fault_plan(plans[i]);
        for (int k = 0; k < 4; k++) {
            enum status status = test_run_one(pool, &one);

            assert_true(status == MC_OK || status == MC_UNAVAILABLE);
            failures += status == MC_UNAVAILABLE;
            test_run_for(100);
        }
        assert_int_equal(failures, 1);
        assert_int_equal(db_pool_count(pool).reconnects, 1);
        test_close_pool(pool);
    }
    fault_plan("");
#else
    (void)state;
    skip();
#endif
}

static int set_up(void **state)
{
    if (test_db_set_up(state) != 0) return -1;
    test_admin("DROP SCHEMA IF EXISTS io_pool CASCADE; CREATE SCHEMA io_pool;"
               "CREATE TABLE io_pool.changing (number bigint, text text);"
               "CREATE TABLE io_pool.kept (number bigint);"
               "CREATE TABLE io_pool.parent (id bigint PRIMARY KEY);"
               "CREATE TABLE io_pool.child (parent bigint REFERENCES io_pool.parent"
               " DEFERRABLE INITIALLY DEFERRED);"
               "CREATE FUNCTION io_pool.raise(state text) RETURNS bigint LANGUAGE plpgsql AS "
               "$$BEGIN RAISE EXCEPTION USING ERRCODE = state; END$$");
    return 0;
}

static int tear_down(void **state)
{
    test_admin("DROP SCHEMA io_pool CASCADE");
    return test_db_tear_down(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(identities_never_mix),
        cmocka_unit_test(an_error_stays_in_its_group),
        cmocka_unit_test(a_statement_that_does_not_parse_is_tried_again),
        cmocka_unit_test(a_changed_table_costs_one_answer),
        cmocka_unit_test(sqlstates_of_a_function_become_statuses),
        cmocka_unit_test(a_failed_commit_fails_the_group),
        cmocka_unit_test(a_refused_identity_fails_the_group),
        cmocka_unit_test(a_connection_left_inside_a_transaction_is_closed),
        cmocka_unit_test(an_identity_ends_with_its_group),
        cmocka_unit_test(a_full_queue_is_busy),
        cmocka_unit_test(a_deadline_holds_in_the_queue),
        cmocka_unit_test(a_deadline_holds_in_flight),
        cmocka_unit_test(what_is_cancelled_at_once_never_leaves),
        cmocka_unit_test(a_group_that_failed_to_bind_is_not_sent),
        cmocka_unit_test(a_group_without_asks_is_a_ping),
        cmocka_unit_test(an_absent_server_is_unavailable),
        cmocka_unit_test(closing_fails_what_is_queued_and_in_flight),
        cmocka_unit_test(a_pool_may_be_closed_from_a_callback),
        cmocka_unit_test(an_idle_pool_closes_its_connections),
        cmocka_unit_test(a_write_to_a_dead_server_is_noticed),
        cmocka_unit_test(every_type_makes_the_round_trip),
        cmocka_unit_test(every_fault_is_unavailable_once),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
