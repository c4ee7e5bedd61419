/* A document is taken out of a body as the JSON reader would have read it; what is not plain is
 * left to that reader. */
#include "server/body_document.h"
#include "tests/unit/check.h"

enum { ARENA_BYTES_MAX = 1 << 20 };

static struct arena arena;

static int begin(void **state)
{
    (void)state;
    arena_init(&arena, ARENA_BYTES_MAX);
    return 0;
}

static int end(void **state)
{
    (void)state;
    arena_done(&arena);
    return 0;
}

static bool is_taken(const char *body, const char *document, const char *rest)
{
    struct str taken, left;

    return body_take_document(str_of(body), &arena, &taken, &left) && str_is(taken, document) &&
           str_is(left, rest);
}

static void the_text_is_its_value_and_the_rest_keeps_the_members(void **state)
{
    (void)state;
    assert_true(is_taken("{\"query\":\"{a}\"}", "{a}", "{\"query\":\"\"}"));
    assert_true(is_taken(" {\n\t\"query\" : \"\" , \"variables\":{\"a\":\"\\u0031\"}} ", "",
                         "{\"query\":\"\" , \"variables\":{\"a\":\"\\u0031\"}} "));
    assert_true(is_taken("{\"query\":\"{\\n\\ta(b: \\\"\\\\c\\\")}\\r\\b\\f\",\"query\":1}",
                         "{\n\ta(b: \"\\c\")}\r\b\f", "{\"query\":\"\",\"query\":1}"));
    assert_true(is_taken("{\"query\":\"# một cửa\"}", "# một cửa", "{\"query\":\"\"}"));
}

static void what_is_not_plain_is_left(void **state)
{
    static const char *const left[] = {
        "",
        "{",
        "[{\"query\":\"{a}\"}]",
        "{\"variables\":{},\"query\":\"{a}\"}",
        "{\"query\":null}",
        "{\"query\"",
        "{\"query\":\"",
        "{\"query\":\"{a}",
        "{\"query\":\"{a}\\",
        "{\"query\":\"{a}\\\"",
        "{\"query\":\"\\u007ba}\"}",
        "{\"query\":\"\\/\"}",
        "{\"query\":\"{\na}\"}",
        "{\"query\":\"\xe1\xbb\"}",
        "{\"query\":\"\xed\xa0\x80\"}",
    };
    struct str document, rest;

    (void)state;
    for (size_t i = 0; i < sizeof(left) / sizeof(left[0]); i++)
        assert_false(body_take_document(str_of(left[i]), &arena, &document, &rest));
    assert_false(body_take_document(STR("{\"query\":\"a\0\"}"), &arena, &document, &rest));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_text_is_its_value_and_the_rest_keeps_the_members, begin,
                                        end),
        cmocka_unit_test_setup_teardown(what_is_not_plain_is_left, begin, end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
