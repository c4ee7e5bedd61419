/* Commands and messages over a real Redis, also when it goes away. */
#include "base/fault.h"
#include "db_test.h"
#include "io/redis.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

struct test_ask {
    struct redis_ask ask;
    int done;
    enum status status;
    enum redis_kind kind;
    char text[256];
    size_t text_size;
    int64_t number;
    size_t count;
};

static void on_done(struct redis_ask *ask, enum status status, const struct redis_reply *reply)
{
    struct test_ask *test = ask->data;

    test->done++;
    test->status = status;
    if (reply == NULL) return;
    test->kind = reply->kind;
    test->number = reply->number;
    test->count = reply->count;
    test->text_size = reply->text.size;
    assert_true(reply->text.size < sizeof(test->text));
    if (reply->text.size > 0) memcpy(test->text, reply->text.data, reply->text.size);
}

#define TEST_WORDS_MAX 8

static enum status send_words(struct redis *redis, struct test_ask *test, const struct str *words)
{
    uint32_t timeout_ms = test->ask.timeout_ms > 0 ? test->ask.timeout_ms : TEST_TIMEOUT_MS;

    *test = (struct test_ask){ 0 };
    redis_ask_init(&test->ask, timeout_ms, on_done, test);
    for (; words->data != NULL; words++)
        redis_ask_add(&test->ask, *words);
    return redis_send(redis, &test->ask);
}

#define SEND(redis, test, ...)                                                                     \
    send_words((redis), (test), (const struct str[]){ __VA_ARGS__, STR_NONE })

#define RUN(redis, test, ...)                                                                      \
    run_words((redis), (test), (const struct str[]){ __VA_ARGS__, STR_NONE })

static enum status run_words(struct redis *redis, struct test_ask *test, const struct str *words)
{
    enum status status = send_words(redis, test, words);

    if (status != MC_OK) return status;
    assert_int_equal(test->done, 0);
    test_run_until(&test->done);
    return test->status;
}

static struct redis_settings settings_of_test(void)
{
    return (struct redis_settings){ .url = getenv("MOTCUA_REDIS_URL"),
                                    .connect_timeout_ms = 2000,
                                    .queue_max = 1000 };
}

static struct redis *open_redis(void)
{
    struct redis_settings settings = settings_of_test();

    return redis_open(&test_loop, &settings);
}

static void on_closed(void *data)
{
    ++*(int *)data;
}

static void close_redis(struct redis *redis)
{
    int closed = 0;

    redis_close(redis, on_closed, &closed);
    assert_int_equal(closed, 0);
    test_run_until(&closed);
}

/* ---- commands ---- */

static void what_is_set_is_got(void **state)
{
    struct redis *redis = open_redis();
    struct test_ask test = { 0 };

    (void)state;
    assert_int_equal(
        RUN(redis, &test, STR("SETEX"), STR("io:\0 key"), STR("60"), STR("a\0b\r\n%b")), MC_OK);
    assert_memory_equal(test.text, "OK", 2);
    assert_int_equal(RUN(redis, &test, STR("GET"), STR("io:\0 key")), MC_OK);
    assert_int_equal(test.kind, REDIS_TEXT);
    assert_int_equal(test.text_size, 7);
    assert_memory_equal(test.text, "a\0b\r\n%b", 7);
    assert_int_equal(RUN(redis, &test, STR("DEL"), STR("io:\0 key")), MC_OK);
    assert_int_equal(test.kind, REDIS_NUMBER);
    assert_int_equal(test.number, 1);
    assert_int_equal(RUN(redis, &test, STR("GET"), STR("io:\0 key")), MC_OK);
    assert_int_equal(test.kind, REDIS_NIL);
    assert_int_equal(RUN(redis, &test, STR("MGET"), STR("io:1"), STR("io:2")), MC_OK);
    assert_int_equal(test.kind, REDIS_LIST);
    assert_int_equal(test.count, 2);
    close_redis(redis);
}

static void an_error_reply_is_ours(void **state)
{
    struct redis *redis = open_redis();
    struct test_ask test = { 0 };

    (void)state;
    assert_int_equal(RUN(redis, &test, STR("NOSUCHCOMMAND")), MC_INTERNAL);
    assert_int_equal(test.kind, REDIS_ERROR);
    assert_int_equal(RUN(redis, &test, STR("EVALSHA"),
                         STR("0000000000000000000000000000000000000000"), STR("0")),
                     MC_NOT_FOUND);
    assert_int_equal(RUN(redis, &test, STR("PING")), MC_OK);
    close_redis(redis);
}

static void many_are_answered_in_order(void **state)
{
    static struct test_ask tests[500];
    struct redis *redis = open_redis();

    (void)state;
    for (int i = 0; i < 500; i++) {
        char text[16];

        (void)snprintf(text, sizeof(text), "%d", i);
        assert_int_equal(SEND(redis, &tests[i], STR("ECHO"), str_of(text)), MC_OK);
        memset(text, 0, sizeof(text));
    }
    for (int i = 0; i < 500; i += 7)
        redis_cancel(&tests[i].ask);
    test_run_until(&tests[499].done);
    for (int i = 0; i < 500; i++) {
        int64_t number;

        assert_int_equal(tests[i].done, 1);
        assert_int_equal(tests[i].status, i % 7 == 0 ? MC_CANCELLED : MC_OK);
        if (i % 7 == 0) continue;
        assert_int_equal(str_to_i64((struct str){ tests[i].text, tests[i].text_size }, &number),
                         MC_OK);
        assert_int_equal(number, i);
    }
    assert_int_equal(redis_count(redis).in_flight, 0);
    close_redis(redis);
}

static void a_full_queue_is_busy(void **state)
{
    struct redis_settings settings = settings_of_test();
    struct redis *redis;
    struct test_ask tests[3] = { 0 };

    (void)state;
    settings.queue_max = 2;
    redis = redis_open(&test_loop, &settings);
    assert_int_equal(SEND(redis, &tests[0], STR("PING")), MC_OK);
    assert_int_equal(SEND(redis, &tests[1], STR("PING")), MC_OK);
    assert_int_equal(SEND(redis, &tests[2], STR("PING")), MC_BUSY);
    test_run_until(&tests[1].done);
    assert_int_equal(RUN(redis, &tests[2], STR("PING")), MC_OK);
    close_redis(redis);
}

/* The one that waits too long is MC_TIMEOUT, what stands behind it MC_UNAVAILABLE, and the next
 * finds a new connection. */
static void a_deadline_gives_the_connection_up(void **state)
{
    struct redis *redis = open_redis();
    struct test_ask slow = { .ask.timeout_ms = 50 }, behind = { 0 };

    (void)state;
    assert_int_equal(SEND(redis, &slow, STR("BLPOP"), STR("io:nobody"), STR("5")), MC_OK);
    assert_int_equal(SEND(redis, &behind, STR("PING")), MC_OK);
    test_run_until(&behind.done);
    assert_int_equal(slow.status, MC_TIMEOUT);
    assert_int_equal(behind.status, MC_UNAVAILABLE);
    assert_int_equal(RUN(redis, &behind, STR("PING")), MC_UNAVAILABLE);
    test_run_for(150);
    assert_int_equal(RUN(redis, &behind, STR("PING")), MC_OK);
    assert_int_equal(redis_count(redis).reconnects, 1);
    assert_int_equal(slow.done, 1);
    close_redis(redis);
}

static void closing_fails_what_is_under_way(void **state)
{
    struct redis *redis = open_redis();
    struct test_ask test = { 0 };

    (void)state;
    assert_int_equal(SEND(redis, &test, STR("PING")), MC_OK);
    close_redis(redis);
    assert_int_equal(test.done, 1);
    assert_int_equal(test.status, MC_UNAVAILABLE);
}

static int closed_in_callback;

static void close_in_callback(struct redis_ask *ask, enum status status,
                              const struct redis_reply *reply)
{
    (void)status;
    (void)reply;
    redis_close(ask->redis, on_closed, &closed_in_callback);
}

static void it_may_be_closed_from_a_callback(void **state)
{
    struct redis *redis = open_redis();
    struct test_ask first = { 0 }, second = { 0 };

    (void)state;
    assert_int_equal(SEND(redis, &first, STR("PING")), MC_OK);
    first.ask.done = close_in_callback;
    assert_int_equal(SEND(redis, &second, STR("PING")), MC_OK);
    test_run_until(&closed_in_callback);
    assert_int_equal(second.done, 1);
    assert_int_equal(second.status, MC_UNAVAILABLE);
}

static void nobody_there_is_unavailable(void **state)
{
    static const char *const urls[] = { "unix:///nonexistent/redis.sock", "redis://127.0.0.1:1",
                                        "nonsense" };

    (void)state;
    for (size_t i = 0; i < sizeof(urls) / sizeof(urls[0]); i++) {
        struct redis_settings settings = settings_of_test();
        struct redis *redis;
        struct test_ask test = { 0 };

        settings.url = urls[i];
        redis = redis_open(&test_loop, &settings);
        assert_int_equal(RUN(redis, &test, STR("PING")), MC_UNAVAILABLE);
        assert_int_equal(RUN(redis, &test, STR("PING")), MC_UNAVAILABLE);
        close_redis(redis);
    }
}

/* A password Redis does not know: the connection is no good, the caller hears so. */
static void a_refused_greeting_is_unavailable(void **state)
{
    struct redis_settings settings = settings_of_test();
    struct redis *redis;
    struct test_ask test = { 0 };
    char url[512];

    (void)state;
    (void)snprintf(url, sizeof(url), "unix://nobody:wrong@%s", settings.url + strlen("unix://"));
    settings.url = url;
    redis = redis_open(&test_loop, &settings);
    assert_int_equal(RUN(redis, &test, STR("PING")), MC_UNAVAILABLE);
    close_redis(redis);
}

static void every_fault_is_unavailable_once(void **state)
{
#ifdef MOTCUA_FAULTS
    static const char *const plans[] = { "redis.connect:1", "redis.send:2", "redis.read:1",
                                         "redis.read:4" };

    (void)state;
    for (size_t i = 0; i < sizeof(plans) / sizeof(plans[0]); i++) {
        struct redis *redis = open_redis();
        int failures = 0;

        fault_plan(plans[i]);
        for (int k = 0; k < 4; k++) {
            struct test_ask test = { 0 };
            enum status status = RUN(redis, &test, STR("PING"));

            assert_true(status == MC_OK || status == MC_UNAVAILABLE);
            failures += status == MC_UNAVAILABLE;
            test_run_for(100);
        }
        assert_int_equal(failures, 1);
        close_redis(redis);
    }
    fault_plan("");
#else
    (void)state;
    skip();
#endif
}

/* ---- messages ---- */

struct heard {
    struct redis_subscription subscription;
    int gaps, messages;
    char last[64];
};

static void on_message(struct redis_subscription *subscription, struct str payload)
{
    struct heard *heard = subscription->data;

    assert_true(payload.size < sizeof(heard->last));
    memcpy(heard->last, payload.data, payload.size);
    heard->last[payload.size] = '\0';
    heard->messages++;
}

static void on_gap(struct redis_subscription *subscription)
{
    ((struct heard *)subscription->data)->gaps++;
}

static void hear(struct redis *redis, struct heard *heard, const char *channel)
{
    *heard = (struct heard){
        .subscription = { .channel = channel, .message = on_message, .gap = on_gap, .data = heard }
    };
    redis_subscribe(redis, &heard->subscription);
}

static void messages_come_to_their_channel(void **state)
{
    struct redis *redis = open_redis();
    struct heard first, second;
    struct test_ask test = { 0 };

    (void)state;
    hear(redis, &first, "io:first");
    hear(redis, &second, "io:second");
    test_run_until(&second.gaps);
    assert_int_equal(first.gaps, 1);
    assert_int_equal(RUN(redis, &test, STR("PUBLISH"), STR("io:first"), STR("to one")), MC_OK);
    assert_int_equal(test.number, 1);
    assert_int_equal(RUN(redis, &test, STR("PUBLISH"), STR("io:second"), STR("to two")), MC_OK);
    test_run_until(&second.messages);
    assert_int_equal(first.messages, 1);
    assert_string_equal(first.last, "to one");
    assert_string_equal(second.last, "to two");
    redis_unsubscribe(redis, &first.subscription);
    assert_int_equal(RUN(redis, &test, STR("PUBLISH"), STR("io:second"), STR("again")), MC_OK);
    for (int i = 0; i < 200 && second.messages < 2; i++)
        test_run_for(10);
    assert_int_equal(second.messages, 2);
    redis_unsubscribe(redis, &second.subscription);
    hear(redis, &first, "io:first");
    test_run_until(&first.gaps);
    close_redis(redis);
}

/* Killed connections come back by themselves: the subscriber is told of the gap. */
static void a_gap_is_told_after_a_lost_connection(void **state)
{
    struct redis *redis = open_redis();
    struct heard heard;
    struct test_ask test = { 0 };

    (void)state;
    hear(redis, &heard, "io:gap");
    test_run_until(&heard.gaps);
    heard.gaps = 0;
    assert_int_equal(RUN(redis, &test, STR("CLIENT"), STR("KILL"), STR("TYPE"), STR("pubsub")),
                     MC_OK);
    test_run_until(&heard.gaps);
    assert_int_equal(heard.gaps, 1);
    assert_int_equal(RUN(redis, &test, STR("PUBLISH"), STR("io:gap"), STR("x")), MC_OK);
    test_run_until(&heard.messages);
    close_redis(redis);
}

struct watched {
    struct redis_watch watch;
    int changes, all;
    char last[64];
};

static void on_change(struct redis_watch *watch, struct str key)
{
    struct watched *watched = watch->data;

    if (key.data == NULL) {
        watched->all++;
        return;
    }
    assert_true(key.size < sizeof(watched->last));
    memcpy(watched->last, key.data, key.size);
    watched->last[key.size] = '\0';
    watched->changes++;
}

static void watch(struct redis *redis, struct watched *watched)
{
    *watched = (struct watched){
        .watch = { .prefix = "io:watched:", .changed = on_change, .data = watched }
    };
    redis_watch(redis, &watched->watch);
    assert_false(redis_is_watching(redis));
}

/* Whoever is answered that a key has changed finds that the watcher was told before. */
static void a_changed_key_is_told_however_it_changed(void **state)
{
    struct redis *redis = open_redis(), *other = open_redis();
    struct watched watched;
    struct heard heard;
    struct test_ask test = { 0 };

    (void)state;
    watch(redis, &watched);
    hear(redis, &heard, "io:watch");
    test_run_until(&heard.gaps);
    assert_true(redis_is_watching(redis));
    assert_int_equal(watched.all, 1);
    assert_int_equal(RUN(other, &test, STR("SET"), STR("io:watched:1"), STR("a")), MC_OK);
    assert_int_equal(watched.changes, 1);
    assert_int_equal(RUN(other, &test, STR("SET"), STR("io:other"), STR("a")), MC_OK);
    assert_int_equal(RUN(other, &test, STR("GET"), STR("io:watched:1")), MC_OK);
    assert_int_equal(watched.changes, 1);
    assert_int_equal(RUN(other, &test, STR("DEL"), STR("io:watched:1"), STR("io:other")), MC_OK);
    assert_int_equal(watched.changes, 2);
    assert_string_equal(watched.last, "io:watched:1");
    assert_int_equal(
        RUN(other, &test, STR("SET"), STR("io:watched:2"), STR("a"), STR("PX"), STR("20")), MC_OK);
    watched.changes = 0;
    test_run_until(&watched.changes);
    assert_string_equal(watched.last, "io:watched:2");
    assert_int_equal(RUN(other, &test, STR("PUBLISH"), STR("io:watch"), STR("x")), MC_OK);
    test_run_until(&heard.messages);
    close_redis(other);
    close_redis(redis);
}

static void a_lost_watch_is_told_and_begins_again(void **state)
{
    struct redis *redis = open_redis();
    struct watched watched;
    struct test_ask test = { 0 };

    (void)state;
    watch(redis, &watched);
    test_run_until(&watched.all);
    watched.all = 0;
    assert_int_equal(RUN(redis, &test, STR("CLIENT"), STR("KILL"), STR("TYPE"), STR("pubsub")),
                     MC_OK);
    test_run_until(&watched.all);
    assert_false(redis_is_watching(redis));
    watched.all = 0;
    test_run_until(&watched.all);
    assert_true(redis_is_watching(redis));
    close_redis(redis);
}

/* Messages come where Redis' access rules let nobody watch. */
static void a_refused_watch_is_no_watch(void **state)
{
    struct redis *redis = open_redis(), *guest;
    struct redis_settings settings = settings_of_test();
    struct watched watched;
    struct heard heard;
    struct test_ask test = { 0 };
    char url[512];

    (void)state;
    assert_int_equal(RUN(redis, &test, STR("ACL"), STR("SETUSER"), STR("io-guest"), STR("on"),
                         STR(">io-word"), STR("&*"), STR("+subscribe")),
                     MC_OK);
    (void)snprintf(url, sizeof(url), "unix://io-guest:io-word@%s",
                   strchr(settings.url, ':') + strlen("://"));
    settings.url = url;
    guest = redis_open(&test_loop, &settings);
    watch(guest, &watched);
    hear(guest, &heard, "io:guest");
    test_run_until(&heard.gaps);
    assert_false(redis_is_watching(guest));
    assert_int_equal(watched.all, 0);
    close_redis(guest);
    assert_int_equal(RUN(redis, &test, STR("ACL"), STR("DELUSER"), STR("io-guest")), MC_OK);
    close_redis(redis);
}

/* The server dies and comes back: asks fail at once in between and work again afterwards. */
static void a_killed_server_is_survived(void **state)
{
    struct redis *redis = open_redis();
    struct heard heard;
    struct test_ask test = { 0 };
    enum status status = MC_UNAVAILABLE;

    (void)state;
    if (getenv("MOTCUA_SERVICES") == NULL) skip();
    hear(redis, &heard, "io:killed");
    test_run_until(&heard.gaps);
    heard.gaps = 0;
    assert_int_equal(SEND(redis, &test, STR("BLPOP"), STR("io:nobody"), STR("20")), MC_OK);
    test_run_for(20);
    assert_true(test_services("kill-redis"));
    test_run_until(&test.done);
    assert_int_equal(test.status, MC_UNAVAILABLE);
    test_run_for(100);
    assert_int_equal(RUN(redis, &test, STR("PING")), MC_UNAVAILABLE);
    assert_true(test_services("start"));
    for (int i = 0; i < 100 && status != MC_OK; i++) {
        status = RUN(redis, &test, STR("PING"));
        if (status != MC_OK) test_run_for(100);
    }
    assert_int_equal(status, MC_OK);
    test_run_until(&heard.gaps);
    close_redis(redis);
}

/* ---- without a loop ---- */

static void once_without_a_loop(void **state)
{
    struct redis_settings settings = settings_of_test();
    const struct str words[] = { STR_INIT("ECHO"), STR_INIT("a\0b") };
    struct redis_reply reply;
    struct arena arena;

    (void)state;
    arena_init(&arena, 4096);
    assert_int_equal(redis_run_once(&settings, words, 2, &arena, &reply), MC_OK);
    assert_int_equal(reply.text.size, 3);
    assert_memory_equal(reply.text.data, "a\0b", 3);
    assert_int_equal(redis_run_once(&settings, words, 1, &arena, &reply), MC_INTERNAL);
    assert_int_equal(reply.kind, REDIS_ERROR);
    settings.url = "unix:///nonexistent";
    assert_int_equal(redis_run_once(&settings, words, 2, &arena, &reply), MC_UNAVAILABLE);
    settings.url = "nonsense";
    assert_int_equal(redis_run_once(&settings, words, 2, &arena, &reply), MC_BAD_INPUT);
    arena_done(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_set_is_got),
        cmocka_unit_test(an_error_reply_is_ours),
        cmocka_unit_test(many_are_answered_in_order),
        cmocka_unit_test(a_full_queue_is_busy),
        cmocka_unit_test(a_deadline_gives_the_connection_up),
        cmocka_unit_test(closing_fails_what_is_under_way),
        cmocka_unit_test(it_may_be_closed_from_a_callback),
        cmocka_unit_test(nobody_there_is_unavailable),
        cmocka_unit_test(a_refused_greeting_is_unavailable),
        cmocka_unit_test(every_fault_is_unavailable_once),
        cmocka_unit_test(messages_come_to_their_channel),
        cmocka_unit_test(a_gap_is_told_after_a_lost_connection),
        cmocka_unit_test(a_changed_key_is_told_however_it_changed),
        cmocka_unit_test(a_lost_watch_is_told_and_begins_again),
        cmocka_unit_test(a_refused_watch_is_no_watch),
        cmocka_unit_test(a_killed_server_is_survived),
        cmocka_unit_test(once_without_a_loop),
    };

    if (getenv("MOTCUA_REDIS_URL") == NULL) {
        (void)fprintf(stderr, "SKIPPED: MOTCUA_REDIS_URL names no Redis\n");
        return EXIT_SUCCESS;
    }
    (void)signal(SIGPIPE, SIG_IGN);
    return cmocka_run_group_tests(tests, test_loop_set_up, test_db_tear_down);
}
