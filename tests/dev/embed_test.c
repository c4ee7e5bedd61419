/* What tools/embed.c writes is, byte for byte, what the files hold. */
#include "probe.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* cmocka.h needs the above to have been there. */
#include <cmocka.h>

static void every_file_is_a_row_in_order_of_name(void **state)
{
    (void)state;
    assert_int_equal(test_embed_probe_count, 3);
    assert_string_equal(test_embed_probe[0].name, "awkward");
    assert_string_equal(test_embed_probe[1].name, "empty");
    assert_string_equal(test_embed_probe[2].name, "two-words");
}

static void the_symbol_is_the_name_in_capitals(void **state)
{
    static const struct embedded *const in_a_table[] = { PROBE_TWO_WORDS };

    (void)state;
    assert_ptr_equal(in_a_table[0], &test_embed_probe[2]);
    assert_string_equal(PROBE_TWO_WORDS->text, "SELECT 1;\n");
}

static void quotes_escapes_digits_and_utf8_come_back_unchanged(void **state)
{
    static char kept[4096];
    FILE *file = fopen(PROBE_DIRECTORY "/awkward.probe", "rb");

    (void)state;
    assert_non_null(file);
    size_t kept_bytes = fread(kept, 1, sizeof(kept), file);
    fclose(file);
    assert_int_equal(PROBE_AWKWARD->text_bytes, kept_bytes);
    assert_memory_equal(PROBE_AWKWARD->text, kept, kept_bytes);
    assert_int_equal(PROBE_AWKWARD->text[kept_bytes], '\0');
}

static void an_empty_file_is_an_empty_text(void **state)
{
    (void)state;
    assert_string_equal(PROBE_EMPTY->text, "");
    assert_int_equal(PROBE_EMPTY->text_bytes, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_file_is_a_row_in_order_of_name),
        cmocka_unit_test(the_symbol_is_the_name_in_capitals),
        cmocka_unit_test(quotes_escapes_digits_and_utf8_come_back_unchanged),
        cmocka_unit_test(an_empty_file_is_an_empty_text),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
