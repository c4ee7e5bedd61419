/* suggest.h: which names are near, in which order, and how they are said. */
#include "graphql/type/suggest.h"
#include "world.h"

static struct suggestions near(const char *input, const char *const *names)
{
    struct suggestions suggestions = suggestions_for(str_of(input));

    for (; *names != NULL; names++)
        suggestions_offer(&suggestions, str_of(*names));
    return suggestions;
}

static void assert_said(const char *input, const char *const *names, const char *sentence)
{
    struct suggestions suggestions = near(input, names);
    struct arena arena;
    struct str text;

    arena_init(&arena, 1 << 16);
    text = suggestions_text(&suggestions, &arena, "");
    assert_int_equal(text.size, strlen(sentence));
    assert_memory_equal(text.data, sentence, text.size);
    arena_done(&arena);
}

static void near_names_come_nearest_first(void **state)
{
    (void)state;
    assert_said("dosier", (const char *const[]){ "dossiers", "dossier", "agency", NULL },
                " Did you mean \"dossier\" or \"dossiers\"?");
    assert_said("Dossier", (const char *const[]){ "dossier", NULL }, " Did you mean \"dossier\"?");
    assert_said("abcd", (const char *const[]){ "acbd", NULL }, " Did you mean \"acbd\"?");
    assert_said("dossier", (const char *const[]){ "agency", "unit", NULL }, "");
}

static void equally_near_names_come_in_natural_order(void **state)
{
    (void)state;
    assert_said("a", (const char *const[]){ "a10", "a2", "a1", NULL },
                " Did you mean \"a1\" or \"a2\"?");
    assert_said("x", (const char *const[]){ "c", "b", "a", NULL },
                " Did you mean \"a\", \"b\", or \"c\"?");
}

static void at_most_five_are_said_once_each(void **state)
{
    (void)state;
    assert_said("x", (const char *const[]){ "g", "f", "e", "a", "d", "c", "b", "a", NULL },
                " Did you mean \"a\", \"b\", \"c\", \"d\", or \"e\"?");
}

static void long_names_are_near_to_nothing(void **state)
{
    char name[SUGGEST_NAME_BYTES_MAX + 2];

    (void)state;
    memset(name, 'a', sizeof(name) - 1);
    name[sizeof(name) - 1] = '\0';
    assert_said(name, (const char *const[]){ name, "a", NULL }, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(near_names_come_nearest_first),
        cmocka_unit_test(equally_near_names_come_in_natural_order),
        cmocka_unit_test(at_most_five_are_said_once_each),
        cmocka_unit_test(long_names_are_near_to_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
