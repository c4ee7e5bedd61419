/* What each answer of a provider means, and where a subscription may point. */
#include "channels/channel.h"
#include "channels/webpush.h"
#include "check.h"

#include <stdlib.h>
#include <unistd.h>

static enum channel_class judge(const struct channel *channel, void *state, int http,
                                const char *body)
{
    struct http2_request answer;
    enum channel_class class;

    http2_request_init(&answer, 4096);
    answer.http = http;
    buf_add(&answer.answer, str_of(body));
    class = channel->judge(state, &answer).class;
    http2_request_done(&answer);
    return class;
}

static void web_push_answers(void **state)
{
    const struct {
        int http;
        enum channel_class class;
    } cases[] = {
        { 200, CHANNEL_OK },       { 201, CHANNEL_OK },     { 202, CHANNEL_OK },
        { 404, CHANNEL_PRUNE },    { 410, CHANNEL_PRUNE },  { 413, CHANNEL_DEAD },
        { 429, CHANNEL_THROTTLE }, { 400, CHANNEL_CONFIG }, { 401, CHANNEL_CONFIG },
        { 403, CHANNEL_CONFIG },   { 500, CHANNEL_RETRY },  { 502, CHANNEL_RETRY },
        { 503, CHANNEL_RETRY },    { 301, CHANNEL_DEAD },   { 418, CHANNEL_DEAD },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        assert_int_equal(judge(&channel_webpush, NULL, cases[i].http, ""), cases[i].class);
}

#define FCM_ERROR(code)                                                                            \
    "{\"error\":{\"code\":0,\"message\":\"m\",\"status\":\"X\",\"details\":[{\"@type\":"           \
    "\"type.googleapis.com/google.rpc.Help\"},{\"@type\":\"type.googleapis.com/"                   \
    "google.firebase.fcm.v1.FcmError\",\"errorCode\":\"" code "\"}]}}"

static void fcm_answers(void **state)
{
    const struct {
        int http;
        const char *body;
        enum channel_class class;
    } cases[] = {
        { 200, "{\"name\":\"projects/p/messages/1\"}", CHANNEL_OK },
        { 404, FCM_ERROR("UNREGISTERED"), CHANNEL_PRUNE },
        { 404, "", CHANNEL_CONFIG }, /* our address is wrong, not the device's */
        { 400, FCM_ERROR("INVALID_ARGUMENT"), CHANNEL_DEAD },
        { 400,
          "{\"error\":{\"status\":\"INVALID_ARGUMENT\",\"message\":\"The registration token is not "
          "a valid FCM registration token\"}}",
          CHANNEL_PRUNE },
        { 403, FCM_ERROR("SENDER_ID_MISMATCH"), CHANNEL_DEAD },
        { 401, FCM_ERROR("THIRD_PARTY_AUTH_ERROR"), CHANNEL_CONFIG },
        { 401, "{\"error\":{\"status\":\"UNAUTHENTICATED\"}}", CHANNEL_CONFIG },
        { 429, FCM_ERROR("QUOTA_EXCEEDED"), CHANNEL_THROTTLE },
        { 429, "", CHANNEL_THROTTLE },
        { 503, FCM_ERROR("UNAVAILABLE"), CHANNEL_RETRY },
        { 500, FCM_ERROR("INTERNAL"), CHANNEL_RETRY },
        { 502, "<html>", CHANNEL_RETRY },
        { 400, "not json", CHANNEL_DEAD },
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        assert_int_equal(judge(&channel_fcm, *state, cases[i].http, cases[i].body), cases[i].class);
}

static struct worker_config config;

static void changed(void *data)
{
    (void)data;
}

static int open_fcm(void **state)
{
    static char path[] = "/tmp/motcua-key-XXXXXX";
    const char key[] = "{\"client_email\":\"a@b\",\"token_uri\":\"https://localhost/token\","
                       "\"project_id\":\"p\",\"private_key_id\":\"k\",\"private_key\":\"x\"}";
    const struct channel_host host = { .config = &config,
                                       .clock = &clock_system,
                                       .changed = changed };
    int file = mkstemp(path);
    struct buf why;
    enum status status;

    if (file < 0 || write(file, key, sizeof(key) - 1) != sizeof(key) - 1) return -1;
    (void)close(file);
    config.fcm_key_file = path;
    buf_init(&why, 4096);
    status = channel_fcm.open(&host, &why, state);
    buf_done(&why);
    (void)unlink(path);
    return status == MC_OK ? 0 : -1;
}

static int close_fcm(void **state)
{
    channel_fcm.close(*state);
    return 0;
}

static void a_channel_without_its_key_is_left_out_and_a_wrong_key_named(void **state)
{
    const struct channel_host host = { .config = &config, .clock = &clock_system };
    struct buf why;
    void *opened;

    (void)state;
    buf_init(&why, 4096);
    config.vapid_key_file = config.fcm_key_file = "";
    assert_int_equal(channel_webpush.open(&host, &why, &opened), MC_NOT_FOUND);
    assert_int_equal(channel_fcm.open(&host, &why, &opened), MC_NOT_FOUND);
    assert_int_equal(why.size, 0);
    config.vapid_key_file = config.fcm_key_file = "/dev/null";
    assert_int_equal(channel_webpush.open(&host, &why, &opened), MC_BAD_INPUT);
    assert_int_equal(channel_fcm.open(&host, &why, &opened), MC_BAD_INPUT);
    assert_non_null(memmem(why.data, why.size, "MOTCUA_VAPID_KEY_FILE", 21));
    assert_non_null(memmem(why.data, why.size, "MOTCUA_FCM_KEY_FILE", 19));
    buf_done(&why);
}

static void a_subscription_points_only_to_push_servers(void **state)
{
    const struct str hosts = STR("push.services.mozilla.com, fcm.googleapis.com,localhost:*");
    const struct {
        const char *endpoint;
        enum status status;
        const char *origin, *path;
    } cases[] = {
        { "https://updates.push.services.mozilla.com/wpush/v2/a?b", MC_OK,
          "https://updates.push.services.mozilla.com", "/wpush/v2/a?b" },
        { "https://fcm.googleapis.com:443/fcm/send/x", MC_OK, "https://fcm.googleapis.com:443",
          "/fcm/send/x" },
        { "https://FCM.googleapis.com/x#y", MC_OK, "https://FCM.googleapis.com", "/x" },
        { "https://localhost:4711/x", MC_OK, "https://localhost:4711", "/x" },
        { "https://fcm.googleapis.com:8080/x", MC_FORBIDDEN, NULL, NULL },
        { "https://evilfcm.googleapis.com.attacker.example/x", MC_FORBIDDEN, NULL, NULL },
        { "https://notfcm.googleapis.com@10.0.0.1/x", MC_BAD_INPUT, NULL, NULL },
        { "https://xfcm.googleapis.com/x", MC_FORBIDDEN, NULL, NULL },
        { "https://10.0.0.1/x", MC_FORBIDDEN, NULL, NULL },
        { "https://[::1]/x", MC_FORBIDDEN, NULL, NULL },
        { "http://fcm.googleapis.com/x", MC_BAD_INPUT, NULL, NULL },
        { "https://fcm.googleapis.com\r\nx: y/", MC_BAD_INPUT, NULL, NULL },
        { "https://10.0.0.1\\.fcm.googleapis.com/x", MC_BAD_INPUT, NULL, NULL },
        { "https://10.0.0.1?.fcm.googleapis.com/x", MC_BAD_INPUT, NULL, NULL },
        { "https://10.0.0.1#.fcm.googleapis.com/x", MC_FORBIDDEN, NULL, NULL },
        { "https:///x", MC_BAD_INPUT, NULL, NULL },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct webpush_place place;

        assert_int_equal(webpush_place_of(str_of(cases[i].endpoint), hosts, &place),
                         cases[i].status);
        if (cases[i].status != MC_OK) continue;
        assert_true(str_is(place.origin, cases[i].origin));
        assert_true(str_is(place.path, cases[i].path));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(web_push_answers),
        cmocka_unit_test_setup_teardown(fcm_answers, open_fcm, close_fcm),
        cmocka_unit_test(a_channel_without_its_key_is_left_out_and_a_wrong_key_named),
        cmocka_unit_test(a_subscription_points_only_to_push_servers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
