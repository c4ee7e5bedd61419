/* A client of graphql-transport-ws says what its protocol has, and nothing else is taken. */
#include "graphql_request.h"
#include "graphql_ws_message.h"
#include "tests/unit/check.h"

static enum status read_message(const char *text, struct graphql_ws_message *message)
{
    return graphql_ws_message_read(str_of(text), 1000, message);
}

static void test_each_message_is_known_by_its_type(void **state)
{
    static const struct {
        const char *text;
        enum graphql_ws_type type;
    } rows[] = {
        { "{\"type\":\"connection_init\"}", GRAPHQL_WS_CONNECTION_INIT },
        { "{\"type\":\"connection_init\",\"payload\":{\"authorization\":\"x\"}}",
          GRAPHQL_WS_CONNECTION_INIT },
        { "{\"type\":\"ping\",\"payload\":{}}", GRAPHQL_WS_PING },
        { "{\"type\":\"pong\"}", GRAPHQL_WS_PONG },
        { "{\"id\":\"a\",\"type\":\"subscribe\",\"payload\":{\"query\":\"{ a }\"}}",
          GRAPHQL_WS_SUBSCRIBE },
        { "{\"id\":\"a\",\"type\":\"complete\"}", GRAPHQL_WS_COMPLETE },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct graphql_ws_message message;

        assert_int_equal(read_message(rows[i].text, &message), MC_OK);
        assert_int_equal(message.type, rows[i].type);
        graphql_ws_message_done(&message);
    }
}

static void test_what_the_protocol_does_not_have_is_refused(void **state)
{
    static const char *const texts[] = {
        "",
        "{",
        "[]",
        "\"ping\"",
        "{}",
        "{\"type\":7}",
        "{\"type\":\"start\"}",
        "{\"type\":\"PING\"}",
        "{\"type\":\"connection_ack\"}",
        "{\"type\":\"ping\",\"type\":\"pong\"}",
        "{\"type\":\"ping\",\"payload\":null}",
        "{\"type\":\"ping\",\"payload\":\"x\"}",
        "{\"type\":\"connection_init\",\"payload\":[]}",
        "{\"type\":\"subscribe\",\"payload\":{}}",
        "{\"id\":\"\",\"type\":\"subscribe\",\"payload\":{}}",
        "{\"id\":7,\"type\":\"subscribe\",\"payload\":{}}",
        "{\"id\":\"a\",\"type\":\"subscribe\"}",
        "{\"id\":\"a\",\"type\":\"subscribe\",\"payload\":[]}",
        "{\"type\":\"complete\"}",
        "{\"id\":\"\\ud800\",\"type\":\"complete\"}",
    };

    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        struct graphql_ws_message message;

        assert_int_equal(read_message(texts[i], &message), MC_BAD_INPUT);
    }
}

static void complete_with_id(size_t id_bytes, enum status expected)
{
    char text[512] = "{\"type\":\"complete\",\"id\":\"";
    size_t size = strlen(text);
    struct graphql_ws_message message;

    memset(text + size, 'x', id_bytes);
    memcpy(text + size + id_bytes, "\"}", 3);
    assert_int_equal(read_message(text, &message), expected);
    if (expected != MC_OK) return;
    assert_int_equal(message.id.size, id_bytes);
    graphql_ws_message_done(&message);
}

static void test_an_id_is_as_long_as_its_limit(void **state)
{
    (void)state;
    complete_with_id(GRAPHQL_WS_ID_BYTES_MAX, MC_OK);
    complete_with_id(GRAPHQL_WS_ID_BYTES_MAX + 1, MC_BAD_INPUT);
}

static void ping_with_depth(size_t depth, enum status expected)
{
    char text[512] = "{\"type\":\"ping\",\"payload\":{\"a\":";
    size_t size = strlen(text), lists = depth - 2;
    struct graphql_ws_message message;

    memset(text + size, '[', lists);
    memset(text + size + lists, ']', lists);
    memcpy(text + size + 2 * lists, "}}", 3);
    assert_int_equal(read_message(text, &message), expected);
    if (expected == MC_OK) graphql_ws_message_done(&message);
}

static void test_json_is_as_deep_as_its_limit(void **state)
{
    (void)state;
    ping_with_depth(GRAPHQL_JSON_DEPTH_MAX, MC_OK);
    ping_with_depth(GRAPHQL_JSON_DEPTH_MAX + 1, MC_BAD_INPUT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_message_is_known_by_its_type),
        cmocka_unit_test(test_what_the_protocol_does_not_have_is_refused),
        cmocka_unit_test(test_an_id_is_as_long_as_its_limit),
        cmocka_unit_test(test_json_is_as_deep_as_its_limit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
