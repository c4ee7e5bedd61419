/* A URL says where Redis is and with what greeting; what it cannot mean is refused. */
#include "check.h"
#include "io/redis_internal.h"

static void good_urls(void **state)
{
    static const struct {
        const char *url, *place;
        int port;
        const char *user, *password, *database;
    } cases[] = {
        { "unix:///run/redis.sock", "/run/redis.sock", 0, "", "", "" },
        { "unix:///run/redis.sock?db=3", "/run/redis.sock", 0, "", "", "3" },
        { "unix://:se%40cret@/run/redis.sock", "/run/redis.sock", 0, "", "se@cret", "" },
        { "redis://127.0.0.1", "127.0.0.1", 6379, "", "", "" },
        { "redis://127.0.0.1:7000", "127.0.0.1", 7000, "", "", "" },
        { "redis://127.0.0.1/2", "127.0.0.1", 6379, "", "", "2" },
        { "redis://127.0.0.1:7000/0", "127.0.0.1", 7000, "", "", "" },
        { "redis://me:a:b@c@[::1]:7000/15", "::1", 7000, "me", "a:b@c", "15" },
        { "redis://[::1]", "::1", 6379, "", "", "" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct redis_address address;

        assert_int_equal(redis_address_parse(cases[i].url, &address), MC_OK);
        assert_string_equal(address.place, cases[i].place);
        assert_int_equal(address.port, cases[i].port);
        assert_string_equal(address.user, cases[i].user);
        assert_string_equal(address.password, cases[i].password);
        assert_string_equal(address.database, cases[i].database);
    }
}

static void bad_urls(void **state)
{
    static const char *const urls[] = {
        "",
        "http://x",
        "redis://",
        "redis://:7000",
        "redis://h:0",
        "redis://h:65536",
        "redis://h:x",
        "redis://h/x",
        "redis://h/-1",
        "redis://nopassword@h",
        "redis://@h",
        "redis://:%4@h",
        "redis://:%zz@h",
        "redis://:%00@h",
        "redis://[::1]x",
        "unix://",
        "unix://relative",
        "unix:///s?dc=1",
        "unix:///s?db=x",
    };

    (void)state;
    for (size_t i = 0; i < sizeof(urls) / sizeof(urls[0]); i++) {
        struct redis_address address;

        if (redis_address_parse(urls[i], &address) != MC_BAD_INPUT) fail_msg("taken: %s", urls[i]);
    }
}

static void a_text_too_long_is_refused(void **state)
{
    char url[2 * REDIS_URL_BYTES_MAX];
    struct redis_address address;

    (void)state;
    memset(url, 'x', sizeof(url));
    memcpy(url, "unix:///", 8);
    url[sizeof(url) - 1] = '\0';
    assert_int_equal(redis_address_parse(url, &address), MC_BAD_INPUT);
}

/* AUTH comes before SELECT, and nothing comes that was not asked for. */
static void greetings_come_in_order(void **state)
{
    struct redis_address address;
    const char *words[3];

    (void)state;
    assert_int_equal(redis_address_parse("redis://h", &address), MC_OK);
    assert_int_equal(redis_greeting(&address, 0, words), 0);
    assert_int_equal(redis_address_parse("redis://h/4", &address), MC_OK);
    assert_int_equal(redis_greeting(&address, 0, words), 2);
    assert_string_equal(words[0], "SELECT");
    assert_int_equal(redis_greeting(&address, 1, words), 0);
    assert_int_equal(redis_address_parse("redis://me:pw@h/4", &address), MC_OK);
    assert_int_equal(redis_greeting(&address, 0, words), 3);
    assert_string_equal(words[2], "pw");
    assert_int_equal(redis_greeting(&address, 1, words), 2);
    assert_string_equal(words[1], "4");
    assert_int_equal(redis_greeting(&address, 2, words), 0);
}

static void error_replies_become_statuses(void **state)
{
    static const struct {
        const char *text;
        enum status status;
    } cases[] = { { "LOADING Redis is loading", MC_UNAVAILABLE },
                  { "NOSCRIPT No matching script", MC_NOT_FOUND },
                  { "READONLY You can't write", MC_UNAVAILABLE },
                  { "WRONGTYPE Operation", MC_INTERNAL },
                  { "LOADINGX", MC_INTERNAL } };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct redis_reply reply = { .kind = REDIS_ERROR, .text = str_of(cases[i].text) };

        assert_int_equal(redis_reply_status(&reply), cases[i].status);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_urls),
        cmocka_unit_test(bad_urls),
        cmocka_unit_test(a_text_too_long_is_refused),
        cmocka_unit_test(greetings_come_in_order),
        cmocka_unit_test(error_replies_become_statuses),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
