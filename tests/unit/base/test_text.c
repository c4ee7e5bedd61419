/* str, buf, utf8, json_out, base64: bytes go in and come out as their standards say. */
#include "base/base64.h"
#include "base/json_out.h"
#include "base/utf8.h"
#include "base/uuid.h"
#include "tests/unit/check.h"

static void numbers_are_read_whole_or_not_at_all(void **state)
{
    static const struct {
        const char *text;
        bool good;
        int64_t value;
    } rows[] = {
        { "0", true, 0 },
        { "-12", true, -12 },
        { "9223372036854775807", true, INT64_MAX },
        { "-9223372036854775808", true, INT64_MIN },
        { "9223372036854775808", false, 0 },
        { "-9223372036854775809", false, 0 },
        { "", false, 0 },
        { "-", false, 0 },
        { "1x", false, 0 },
        { " 1", false, 0 },
        { "+1", false, 0 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        int64_t value = 77;
        enum status status = str_to_i64(str_of(rows[i].text), &value);

        assert_int_equal(status, rows[i].good ? MC_OK : MC_BAD_INPUT);
        assert_int_equal(value, rows[i].good ? rows[i].value : 77);
    }
}

static void a_split_tells_an_empty_rest_from_none(void **state)
{
    struct str rest = STR("a,,b");

    (void)state;
    assert_true(str_is(str_split(&rest, ','), "a"));
    assert_true(str_is(str_split(&rest, ','), ""));
    assert_true(str_is(str_split(&rest, ','), "b"));
    assert_null(rest.data);
    assert_int_equal(str_split(&rest, ',').size, 0);
}

static void a_buffer_stops_at_its_limit_and_says_so(void **state)
{
    struct buf buf;

    (void)state;
    buf_init(&buf, 5);
    buf_add(&buf, STR("12345"));
    assert_int_equal(buf_status(&buf), MC_OK);
    buf_add_char(&buf, '6');
    assert_int_equal(buf_status(&buf), MC_LIMIT);
    buf_add(&buf, STR("7"));
    assert_int_equal(buf.size, 5);
    buf_reset(&buf);
    buf_add_i64(&buf, -1234);
    assert_true(str_is(buf_str(&buf), "-1234"));
    buf_consume(&buf, 2);
    assert_true(str_is(buf_str(&buf), "234"));
    buf_done(&buf);
}

static void the_smallest_number_is_written(void **state)
{
    struct buf buf;

    (void)state;
    buf_init(&buf, 100);
    buf_add_i64(&buf, INT64_MIN);
    assert_true(str_is(buf_str(&buf), "-9223372036854775808"));
    buf_done(&buf);
}

static void utf8_is_strict(void **state)
{
    static const struct {
        const char *bytes;
        size_t good; /* bytes before the first bad one */
    } rows[] = {
        { "Đăng ký \xf0\x9f\x98\x80", 15 },
        { "a\xc0\x80", 1 },        /* overlong */
        { "ab\xed\xa0\x80", 2 },   /* surrogate */
        { "\xf4\x90\x80\x80", 0 }, /* beyond U+10FFFF */
        { "abc\xe1\x80", 3 },      /* cut */
        { "\xff", 0 },
        { "\x80", 0 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_int_equal(utf8_check(str_of(rows[i].bytes)), rows[i].good);
}

static void every_scalar_survives_utf8(void **state)
{
    static const uint32_t scalars[] = { 0,      0x7f,   0x80,   0x7ff,   0x800,
                                        0xd7ff, 0xe000, 0xffff, 0x10000, 0x10ffff };

    (void)state;
    for (size_t i = 0; i < sizeof(scalars) / sizeof(scalars[0]); i++) {
        char bytes[4];
        struct str text = { bytes, utf8_encode(scalars[i], bytes) };
        size_t at = 0;

        assert_int_equal(utf8_next(text, &at), scalars[i]);
        assert_int_equal(at, text.size);
    }
}

static void json_puts_commas_and_escapes(void **state)
{
    struct buf buf;
    struct json_out json = json_out(&buf);

    (void)state;
    buf_init(&buf, 1000);
    json_object_open(&json);
    json_key(&json, "a");
    json_array_open(&json);
    json_i64(&json, 1);
    json_bool(&json, true);
    json_put_null(&json);
    json_array_close(&json);
    json_key(&json, "b\"");
    json_str(&json, STR("x\n\t\\\x01 ế"));
    json_key(&json, "c");
    json_str(&json, STR_NONE);
    json_object_close(&json);
    assert_true(str_is(buf_str(&buf),
                       "{\"a\":[1,true,null],\"b\\\"\":\"x\\n\\t\\\\\\u0001 ế\",\"c\":null}"));
    buf_done(&buf);
}

static void base64url_has_one_spelling(void **state)
{
    static const char *const bad[] = { "A",    "AB",   "AAB",  "AA=",  "AA==",
                                       "A+AA", "A/AA", "A AA", "AAA\n" };
    struct arena arena;
    struct str bytes = STR_NONE;

    (void)state;
    arena_init(&arena, 10000);
    assert_true(str_is(base64url_encode(&arena, STR("\xfb\xff\xfe")), "-__-"));
    assert_true(str_is(base64url_encode(&arena, STR("f")), "Zg"));
    assert_int_equal(base64url_decode(&arena, STR("Zm8"), &bytes), MC_OK);
    assert_true(str_is(bytes, "fo"));
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_int_equal(base64url_decode(&arena, str_of(bad[i]), &bytes), MC_BAD_INPUT);
    arena_done(&arena);
}

/* RFC 9562, section 5.4. */
static void a_random_uuid_says_its_version_and_comes_once(void **state)
{
    struct str last = STR_NONE;
    struct arena arena;

    (void)state;
    arena_init(&arena, 1 << 20);
    for (int i = 0; i < 1000; i++) {
        struct str uuid = uuid_random(&arena);

        assert_int_equal(uuid.size, 36);
        for (size_t at = 0; at < uuid.size; at++)
            assert_non_null(strchr(at == 8 || at == 13 || at == 18 || at == 23 ? "-"
                                   : at == 14                                  ? "4"
                                   : at == 19                                  ? "89ab"
                                                                               : "0123456789abcdef",
                                   uuid.data[at]));
        assert_false(str_eq(uuid, last));
        last = uuid;
    }
    arena_done(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_read_whole_or_not_at_all),
        cmocka_unit_test(a_split_tells_an_empty_rest_from_none),
        cmocka_unit_test(a_buffer_stops_at_its_limit_and_says_so),
        cmocka_unit_test(the_smallest_number_is_written),
        cmocka_unit_test(utf8_is_strict),
        cmocka_unit_test(every_scalar_survives_utf8),
        cmocka_unit_test(json_puts_commas_and_escapes),
        cmocka_unit_test(base64url_has_one_spelling),
        cmocka_unit_test(a_random_uuid_says_its_version_and_comes_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
