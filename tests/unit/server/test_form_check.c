/* Forms and what was declared: schemas are kept, read again when their text changes, and bounded.
 */
#include "server/form_check.h"
#include "tests/unit/check.h"

static const char *const text_required = "{\"required\":[\"name\"]}";

static struct form_checks checks;
static struct arena arena;

static enum status ask(int64_t form, const char *schema, const char *document,
                       struct form_check *ret_check)
{
    *ret_check = (struct form_check){ form, str_of(schema), str_of(document), NULL, 0 };
    return form_checks_ask(&checks, ret_check, &arena);
}

static void tells_the_problems(void **state)
{
    struct form_check check;

    (void)state;
    assert_int_equal(ask(1, text_required, "{\"name\":1}", &check), MC_OK);
    assert_int_equal(check.problem_count, 0);
    assert_int_equal(ask(1, text_required, "{}", &check), MC_OK);
    assert_int_equal(check.problem_count, 1);
    assert_true(str_is(check.problems[0].path, "/name"));
    assert_true(str_is(check.problems[0].keyword, "required"));
    assert_int_equal(checks.count, 1);
}

static void reads_a_form_again_when_its_text_has_changed(void **state)
{
    struct form_check check;

    (void)state;
    assert_int_equal(ask(1, text_required, "{}", &check), MC_OK);
    assert_int_equal(check.problem_count, 1);
    assert_int_equal(ask(1, "{}", "{}", &check), MC_OK);
    assert_int_equal(check.problem_count, 0);
    assert_int_equal(checks.count, 1);
}

static void a_form_that_is_no_schema_is_told_and_not_kept(void **state)
{
    struct form_check check;

    (void)state;
    assert_int_equal(ask(1, "{", "{}", &check), MC_INVALID);
    assert_int_equal(ask(1, "{\"patternProperties\":{}}", "{}", &check), MC_INVALID);
    assert_int_equal(checks.count, 0);
    assert_int_equal(ask(1, text_required, "{", &check), MC_BAD_INPUT);
}

static void keeps_so_many_and_no_more(void **state)
{
    struct form_check check;

    (void)state;
    for (int64_t form = 1; form <= FORM_CHECKS_MAX; form++)
        assert_int_equal(ask(form, text_required, "{}", &check), MC_OK);
    assert_int_equal(checks.count, FORM_CHECKS_MAX);
    assert_int_equal(ask(FORM_CHECKS_MAX + 1, text_required, "{}", &check), MC_OK);
    assert_int_equal(check.problem_count, 1);
    assert_int_equal(checks.count, 1);
}

static int setup(void **state)
{
    (void)state;
    arena_init(&arena, 16 << 20);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    form_checks_done(&checks);
    arena_done(&arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(tells_the_problems, setup, teardown),
        cmocka_unit_test_setup_teardown(reads_a_form_again_when_its_text_has_changed, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_form_that_is_no_schema_is_told_and_not_kept, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(keeps_so_many_and_no_more, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
