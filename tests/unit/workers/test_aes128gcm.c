/* What is encrypted for a browser can be read by that browser: RFC 8291's own example, byte for
 * byte, and what is refused instead of being sent wrong. */
#include "base/base64.h"
#include "channels/aes128gcm.h"
#include "check.h"

static struct arena arena;

static int setup(void **state)
{
    (void)state;
    arena_init(&arena, 1 << 20);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_done(&arena);
    return 0;
}

static struct str bytes(const char *text)
{
    struct str raw = STR_NONE;

    assert_int_equal(base64url_decode(&arena, str_of(text), &raw), MC_OK);
    return raw;
}

static struct aes128gcm_reader reader(void)
{
    return (struct aes128gcm_reader){
        bytes("BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-"
              "AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"),
        bytes("BTBZMqHH6r4Tts7J_aSIgg"),
    };
}

static void the_rfcs_example_comes_out_byte_for_byte(void **state)
{
    const struct aes128gcm_reader to = reader();
    const struct aes128gcm_sender from = { bytes("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"),
                                           bytes("DGv6ra1nlYgDCS1FRnbzlw") };
    struct str body;

    (void)state;
    assert_int_equal(aes128gcm_seal_as(&from, &to, STR("When I grow up, I want to be a watermelon"),
                                       &arena, &body),
                     MC_OK);
    assert_string_equal(
        base64url_encode(&arena, body).data,
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWA"
        "mS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxs"
        "j_Qulcy4a-fN");
}

static void two_messages_share_no_key_and_no_salt(void **state)
{
    const struct aes128gcm_reader to = reader();
    struct str one, two;

    (void)state;
    assert_int_equal(aes128gcm_seal(&to, STR("same"), &arena, &one), MC_OK);
    assert_int_equal(aes128gcm_seal(&to, STR("same"), &arena, &two), MC_OK);
    assert_int_equal(one.size, two.size);
    assert_memory_not_equal(one.data, two.data, AES128GCM_SALT_BYTES);
    assert_memory_not_equal(one.data + 22, two.data + 22, AES128GCM_POINT_BYTES - 1);
    assert_memory_not_equal(one.data + AES128GCM_HEADER_BYTES, two.data + AES128GCM_HEADER_BYTES,
                            4);
}

static void the_longest_text_fills_4096_bytes_and_one_more_is_refused(void **state)
{
    static char text[AES128GCM_TEXT_BYTES_MAX + 1];
    const struct aes128gcm_reader to = reader();
    struct str body;

    (void)state;
    assert_int_equal(
        aes128gcm_seal(&to, (struct str){ text, AES128GCM_TEXT_BYTES_MAX }, &arena, &body), MC_OK);
    assert_int_equal(body.size, 4096);
    assert_int_equal(aes128gcm_seal(&to, (struct str){ text, sizeof(text) }, &arena, &body),
                     MC_BAD_INPUT);
}

static void a_key_that_is_no_point_of_the_curve_is_refused(void **state)
{
    char wrong[AES128GCM_POINT_BYTES];
    struct aes128gcm_reader to = reader();
    struct str body;

    (void)state;
    memcpy(wrong, to.point.data, sizeof(wrong));
    wrong[64] ^= 1;
    to.point.data = wrong;
    assert_int_equal(aes128gcm_seal(&to, STR("x"), &arena, &body), MC_BAD_INPUT);
    to.point.size = 33;
    assert_int_equal(aes128gcm_seal(&to, STR("x"), &arena, &body), MC_BAD_INPUT);
    to = reader();
    to.auth.size = 15;
    assert_int_equal(aes128gcm_seal(&to, STR("x"), &arena, &body), MC_BAD_INPUT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_rfcs_example_comes_out_byte_for_byte, setup, teardown),
        cmocka_unit_test_setup_teardown(two_messages_share_no_key_and_no_salt, setup, teardown),
        cmocka_unit_test_setup_teardown(the_longest_text_fills_4096_bytes_and_one_more_is_refused,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(a_key_that_is_no_point_of_the_curve_is_refused, setup,
                                        teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
