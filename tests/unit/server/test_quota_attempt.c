/* Attempts to sign in, and looks at a dossier, are counted by whom and what they are for, with
 * Redis and without. */
#include "app.h"
#include "base/memory.h"
#include "quota.h"
#include "tests/unit/io/db_test.h"

#include <stdio.h>
#include <stdlib.h>

static struct app app;
static struct server_config config = {
    .quota_principals_max = 100,
    .redis_timeout_ms = 5000,
    .sign_in_limit_number_hour = 4,
    .sign_in_limit_device_hour = 6,
    .sign_in_limit_address_hour = 8,
    .sign_in_limit_all_minute = 100,
    .token_limit_client_hour = 4,
    .token_limit_address_hour = 6,
    .token_limit_all_minute = 100,
    .look_up_limit_dossier_hour = 4,
    .look_up_limit_address_hour = 6,
    .look_up_limit_all_minute = 100,
};
static int done;

/* A ring of its own, so that nothing of an earlier run counts. */
static int open_with(const char *url)
{
    static char secret[32];
    uint64_t drawn = uv_hrtime();

    memcpy(secret, &drawn, sizeof(drawn));
    /* A copy of the loop tells the time, and that stands still. */
    app = (struct app){ .config = &config, .loop = test_loop, .processes = 2 };
    app.sessions.ring.keys[0].secret = (struct str){ secret, sizeof(secret) };
    app.metrics = MEM_NEW(struct metrics);
    if (metrics_open(app.metrics, counter_rows, COUNTERS) != MC_OK) return -1;
    arena_init(&app.arena, 1024 * 1024);
    app.redis = redis_open(
        &test_loop,
        &(struct redis_settings){ .url = url, .connect_timeout_ms = 2000, .queue_max = 100 });
    app.quota = quota_new(&app);
    return 0;
}

static int open_redis(void **state)
{
    (void)state;
    return open_with(getenv("MOTCUA_REDIS_URL"));
}

static int open_nothing(void **state)
{
    (void)state;
    return open_with("unix:///nowhere/at/all.sock");
}

static int close_all(void **state)
{
    (void)state;
    redis_close(app.redis, NULL, NULL);
    test_run_for(10);
    quota_free(app.quota);
    metrics_close(app.metrics);
    mem_free(app.metrics);
    arena_done(&app.arena);
    return 0;
}

static void on_done(struct quota_attempt *sign_in)
{
    (void)sign_in;
    done = 1;
}

static struct http_address address_of(unsigned char last)
{
    return (struct http_address){ .bytes = { 192, 0, 2, last }, .size = 4 };
}

/* After how many seconds it may be tried again; 0: it may be made. */
static int64_t seconds_of(struct quota_attempt of)
{
    struct arena arena;

    arena_init(&arena, 64 * 1024);
    of.arena = &arena;
    of.done = on_done;
    done = 0;
    if (quota_attempt(app.quota, &of) == QUOTA_LATER) test_run_until(&done);
    arena_done(&arena);
    assert_true(of.status == MC_OK || of.status == MC_RATE);
    assert_int_equal(of.status == MC_RATE, of.retry_after_s > 0);
    return of.retry_after_s;
}

static int64_t attempt(const char *number, const char *device, unsigned char last)
{
    struct quota_attempt sign_in = { .in_all = true };

    if (number != NULL) sign_in.number = str_of(number);
    if (device != NULL) sign_in.device = str_of(device);
    if (last > 0) sign_in.address = address_of(last);
    return seconds_of(sign_in);
}

/* 4 of one number in an hour: one each quarter of it. */
static void a_number_is_limited_wherever_it_is_tried_from(void **state)
{
    (void)state;
    for (unsigned char i = 1; i <= 4; i++) {
        char device[16];

        (void)snprintf(device, sizeof(device), "device %d", i);
        assert_int_equal(attempt("001300000001", device, i), 0);
    }
    assert_in_range(attempt("001300000001", "another", 9), 890, 900);
    assert_int_equal(attempt("001300000002", "another", 9), 0);
}

static void a_device_is_limited_whatever_number_it_tries(void **state)
{
    (void)state;
    for (int i = 1; i <= 6; i++) {
        char number[32];

        (void)snprintf(number, sizeof(number), "00130000000%d", i);
        assert_int_equal(attempt(number, "a device", 0), 0);
    }
    assert_in_range(attempt("001300000009", "a device", 0), 590, 600);
    assert_int_equal(attempt("001300000009", "another device", 0), 0);
}

/* Who is refused for one of them has not used up the others. */
static void all_are_counted_or_none(void **state)
{
    (void)state;
    for (int i = 0; i < 8; i++)
        assert_int_equal(attempt(NULL, NULL, 7), 0);
    for (int i = 0; i < 10; i++)
        assert_true(attempt("001300000001", "a device", 7) > 0);
    assert_int_equal(attempt("001300000001", "a device", 8), 0);
}

static void everybody_together_is_limited(void **state)
{
    (void)state;
    config.sign_in_limit_all_minute = 3;
    for (int i = 0; i < 3; i++)
        assert_int_equal(attempt(NULL, NULL, 0), 0);
    assert_in_range(attempt(NULL, NULL, 0), 10, 20);
    config.sign_in_limit_all_minute = 100;
}

static void no_limit_is_none(void **state)
{
    struct server_config kept = config;

    (void)state;
    config.sign_in_limit_number_hour = config.sign_in_limit_device_hour = 0;
    config.sign_in_limit_address_hour = config.sign_in_limit_all_minute = 0;
    for (int i = 0; i < 200; i++)
        assert_int_equal(attempt("001300000001", "a device", 1), 0);
    config = kept;
}

static int64_t ask_token(const char *client, unsigned char last)
{
    return seconds_of((struct quota_attempt){
        .client = str_of(client), .address = address_of(last), .in_all = true });
}

/* Nobody uses up what another client, or the same one elsewhere, may ask for. */
static void a_client_is_limited_at_its_address(void **state)
{
    (void)state;
    for (int i = 0; i < 4; i++)
        assert_int_equal(ask_token("a client", 1), 0);
    assert_in_range(ask_token("a client", 1), 890, 900);
    assert_int_equal(ask_token("a client", 2), 0);
    assert_int_equal(ask_token("another client", 1), 0);
    assert_int_equal(ask_token("a third client", 1), 0);
    assert_in_range(ask_token("a fourth client", 1), 590, 600);
    assert_int_equal(attempt(NULL, NULL, 1), 0);
}

static int64_t look_up(const char *dossier, unsigned char last)
{
    return seconds_of((struct quota_attempt){
        .dossier = str_of(dossier), .address = address_of(last), .in_all = true });
}

/* Whoever looks in vain does not lock out who holds the receipt. */
static void a_dossier_is_looked_at_so_often_from_each_address(void **state)
{
    (void)state;
    for (int i = 1; i <= 4; i++)
        assert_int_equal(look_up("H29-261127-0001", 5), 0);
    assert_in_range(look_up("H29-261127-0001", 5), 890, 900);
    assert_int_equal(look_up("H29-261127-0001", 6), 0);
    assert_int_equal(look_up("H29-261127-0002", 5), 0);
    assert_int_equal(attempt(NULL, NULL, 5), 0);
}

static void an_address_looks_so_often_at_whatever(void **state)
{
    (void)state;
    for (int i = 1; i <= 6; i++) {
        char dossier[32];

        (void)snprintf(dossier, sizeof(dossier), "H29-261127-000%d", i);
        assert_int_equal(look_up(dossier, 1), 0);
    }
    assert_in_range(look_up("H29-261127-0009", 1), 590, 600);
    assert_int_equal(look_up("H29-261127-0009", 2), 0);
}

/* Of two processes each gives half. */
static void without_redis_looks_are_shared_out(void **state)
{
    (void)state;
    for (int i = 1; i <= 2; i++)
        assert_int_equal(look_up("H29-261127-0001", 1), 0);
    assert_true(look_up("H29-261127-0001", 1) > 0);
    assert_int_equal(look_up("H29-261127-0001", 2), 0);
}

static void all_clients_together_are_limited(void **state)
{
    (void)state;
    config.token_limit_all_minute = 3;
    for (unsigned char i = 1; i <= 3; i++)
        assert_int_equal(ask_token("a client", i), 0);
    assert_in_range(ask_token("a client", 4), 10, 20);
    assert_int_equal(attempt(NULL, NULL, 0), 0);
    config.token_limit_all_minute = 0;
    for (int i = 0; i < 200; i++)
        assert_int_equal(ask_token("a client", (unsigned char)(i + 1)), 0);
    config.token_limit_all_minute = 100;
}

/* Sign-in goes on: two processes give half each. */
static void without_redis_each_process_gives_its_share(void **state)
{
    (void)state;
    assert_int_equal(attempt("001300000001", "a device", 1), 0);
    assert_int_equal(attempt("001300000001", "a device", 1), 0);
    assert_in_range(attempt("001300000001", "a device", 1), 1790, 1800);
    assert_int_equal(attempt("001300000002", "a device", 1), 0);
    assert_true(attempt("001300000003", "a device", 1) > 0);
    assert_int_equal(attempt("001300000003", "another device", 1), 0);
    assert_true(attempt("001300000004", "a third device", 1) > 0);
}

#define WITH_REDIS(test) cmocka_unit_test_setup_teardown(test, open_redis, close_all)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_REDIS(a_number_is_limited_wherever_it_is_tried_from),
        WITH_REDIS(a_device_is_limited_whatever_number_it_tries),
        WITH_REDIS(all_are_counted_or_none),
        WITH_REDIS(everybody_together_is_limited),
        WITH_REDIS(no_limit_is_none),
        WITH_REDIS(a_client_is_limited_at_its_address),
        WITH_REDIS(all_clients_together_are_limited),
        WITH_REDIS(a_dossier_is_looked_at_so_often_from_each_address),
        WITH_REDIS(an_address_looks_so_often_at_whatever),
        cmocka_unit_test_setup_teardown(without_redis_looks_are_shared_out, open_nothing,
                                        close_all),
        cmocka_unit_test_setup_teardown(without_redis_each_process_gives_its_share, open_nothing,
                                        close_all),
    };

    return cmocka_run_group_tests(tests, test_loop_set_up, test_db_tear_down);
}
