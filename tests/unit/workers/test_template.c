/* A push says that something happened to the dossier with this tail, and nothing else. */
#include "base/utf8.h"
#include "check.h"
#include "template.h"

static const char *text_of(const struct push_template *row, size_t number)
{
    const char *const texts[] = { row->vi.title, row->vi.body, row->en.title, row->en.body };

    return texts[number];
}

static void no_text_has_room_for_anything_but_the_tail(void **state)
{
    (void)state;
    for (size_t i = 0; i < template_count; i++)
        for (size_t number = 0; number < 4; number++) {
            const char *text = text_of(&templates[i], number);
            const char *place = strchr(text, '{');

            assert_int_equal(utf8_check(str_of(text)), strlen(text));
            assert_null(strpbrk(text, "%$<0123456789"));
            if (place == NULL) continue;
            assert_memory_equal(place, "{tail}", 6);
            assert_null(strchr(place + 6, '{'));
        }
}

static void every_text_is_filled_in_both_languages(void **state)
{
    struct arena arena;

    (void)state;
    arena_init(&arena, 1 << 16);
    for (size_t i = 0; i < template_count; i++) {
        struct template_words vi = template_fill(&templates[i], STR("vi"), STR("…-0975"), &arena);
        struct template_words en = template_fill(&templates[i], STR("en"), STR("…-0975"), &arena);

        /* Of a dossier they say of which; of an account, and of what is restricted, they do not. */
        bool tail = !str_starts(str_of(templates[i].id), STR("account.")) &&
                    strcmp(templates[i].id, "dossier.restricted") != 0;

        assert_int_equal(memmem(vi.body.data, vi.body.size, "…-0975", strlen("…-0975")) != NULL,
                         tail);
        assert_int_equal(memmem(en.body.data, en.body.size, "…-0975", strlen("…-0975")) != NULL,
                         tail);
        assert_null(memchr(vi.body.data, '{', vi.body.size));
        assert_null(memchr(en.title.data, '{', en.title.size));
        assert_false(str_eq(vi.title, en.title));
    }
    arena_done(&arena);
}

static void an_id_of_a_newer_migration_says_that_something_changed(void **state)
{
    (void)state;
    assert_string_equal(template_find(STR("dossier.accepted"))->id, "dossier.accepted");
    assert_string_equal(template_find(STR("dossier.brandNew"))->id, "dossier.updated");
    assert_string_equal(template_find(STR_NONE)->id, "dossier.updated");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_text_has_room_for_anything_but_the_tail),
        cmocka_unit_test(every_text_is_filled_in_both_languages),
        cmocka_unit_test(an_id_of_a_newer_migration_says_that_something_changed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
