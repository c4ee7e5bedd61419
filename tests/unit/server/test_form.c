/* A form is read as browsers write it, once for each name, and no longer than its limits. */
#include "base/buf.h"
#include "form.h"
#include "tests/unit/check.h"

static struct form form;

static enum status parse(struct arena *arena, struct str text)
{
    arena_init(arena, 1 << 20);
    return form_parse(&form, arena, text);
}

static void values_are_decoded(void **state)
{
    struct arena arena;

    (void)state;
    assert_int_equal(parse(&arena, STR("a=1&b=x+y%2Bz%c3%A9&&c&d=&e=f=g&=h")), MC_OK);
    assert_true(str_is(form_text(&form, "a"), "1"));
    assert_true(str_is(form_text(&form, "b"), "x y+z\xc3\xa9"));
    assert_null(form_text(&form, "c").data);
    assert_null(form_text(&form, "d").data);
    assert_true(str_is(form_text(&form, "e"), "f=g"));
    assert_null(form_text(&form, "f").data);
    arena_done(&arena);
}

static void nothing_is_an_empty_form(void **state)
{
    struct arena arena;

    (void)state;
    assert_int_equal(parse(&arena, STR_NONE), MC_OK);
    assert_int_equal(form.count, 0);
    arena_done(&arena);
}

static void broken_forms_are_refused(void **state)
{
    static const char *const texts[] = { "a=%",   "a=%4",    "a=%4g", "a=%g4",    "a=%00",
                                         "%00=a", "a=1&a=2", "a&a",   "a=1&%61=1" };
    struct arena arena;

    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        assert_int_equal(parse(&arena, str_of(texts[i])), MC_BAD_INPUT);
        arena_done(&arena);
    }
    assert_int_equal(parse(&arena, (struct str){ "a=\0", 3 }), MC_BAD_INPUT);
    arena_done(&arena);
}

static enum status parse_fields(size_t count)
{
    struct arena arena;
    struct buf text;
    enum status status;

    buf_init(&text, 1024);
    for (size_t i = 0; i < count; i++)
        buf_printf(&text, "n%zu=v&", i);
    status = parse(&arena, buf_str(&text));
    buf_done(&text);
    arena_done(&arena);
    return status;
}

static void it_has_so_many_fields(void **state)
{
    (void)state;
    assert_int_equal(parse_fields(FORM_FIELDS_MAX), MC_OK);
    assert_int_equal(parse_fields(FORM_FIELDS_MAX + 1), MC_LIMIT);
}

static void it_is_so_long(void **state)
{
    static char text[FORM_BYTES_MAX + 1];
    struct arena arena;

    (void)state;
    memset(text, 'a', sizeof(text));
    assert_int_equal(parse(&arena, (struct str){ text, FORM_BYTES_MAX }), MC_OK);
    arena_done(&arena);
    assert_int_equal(parse(&arena, (struct str){ text, FORM_BYTES_MAX + 1 }), MC_TOO_LARGE);
    arena_done(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_decoded),
        cmocka_unit_test(nothing_is_an_empty_form),
        cmocka_unit_test(broken_forms_are_refused),
        cmocka_unit_test(it_has_so_many_fields),
        cmocka_unit_test(it_is_so_long),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
