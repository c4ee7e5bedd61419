/* What is bound arrives in PostgreSQL's text formats, and what cannot be said in them is refused.
 */
#include "check.h"
#include "io/db_internal.h"

static const struct embedded sql = { "bind", "SELECT 1", 8 };

struct bound {
    struct arena arena;
    struct db_ask ask;
};

static int set_up(void **state)
{
    static struct bound bound;

    arena_init(&bound.arena, 1 << 20);
    db_ask_init(&bound.ask, &sql, &bound.arena);
    *state = &bound;
    return 0;
}

static int tear_down(void **state)
{
    arena_done(&((struct bound *)*state)->arena);
    return 0;
}

static struct db_ask *ask_of(void **state)
{
    return &((struct bound *)*state)->ask;
}

static void numbers_and_nulls(void **state)
{
    struct db_ask *ask = ask_of(state);

    db_bind_null(ask);
    db_bind_i64(ask, INT64_MIN);
    db_bind_i64(ask, INT64_MAX);
    db_bind_i64(ask, -1);
    db_bind_bool(ask, true);
    db_bind_bool(ask, false);
    assert_int_equal(ask->status, MC_OK);
    assert_int_equal(ask->value_count, 6);
    assert_null(ask->values[0]);
    assert_null(ask->values[1]);
    assert_string_equal(ask->values[2], "9223372036854775807");
    assert_string_equal(ask->values[3], "-1");
    assert_string_equal(ask->values[4], "t");
    assert_string_equal(ask->values[5], "f");
}

static void a_text_is_copied_whole(void **state)
{
    struct db_ask *ask = ask_of(state);
    char text[] = "a'b\\c\"{}";

    db_bind_text(ask, (struct str){ text, sizeof(text) - 1 });
    db_bind_text(ask, STR_NONE);
    db_bind_text(ask, STR(""));
    memset(text, 'x', sizeof(text) - 1);
    assert_string_equal(ask->values[0], "a'b\\c\"{}");
    assert_null(ask->values[1]);
    assert_string_equal(ask->values[2], "");
}

static void a_nul_byte_is_bad_input_and_sticks(void **state)
{
    struct db_ask *ask = ask_of(state);

    db_bind_text(ask, STR("a\0b"));
    db_bind_i64(ask, 1);
    assert_int_equal(ask->status, MC_BAD_INPUT);
    assert_int_equal(ask->value_count, 0);
}

static void a_nul_byte_in_an_array_is_bad_input(void **state)
{
    const struct str items[] = { STR_INIT("a"), STR_INIT("b\0") };

    db_bind_text_array(ask_of(state), items, 2);
    assert_int_equal(ask_of(state)->status, MC_BAD_INPUT);
}

static void one_parameter_too_many_is_our_own_fault(void **state)
{
    struct db_ask *ask = ask_of(state);

    for (int i = 0; i < DB_PARAMS_MAX; i++)
        db_bind_i64(ask, i);
    assert_int_equal(ask->status, MC_OK);
    db_bind_i64(ask, 0);
    assert_int_equal(ask->status, MC_INTERNAL);
}

static void times_keep_their_microseconds_and_their_range(void **state)
{
    struct db_ask *ask = ask_of(state);

    db_bind_time(ask, 0);
    db_bind_time(ask, -1);
    db_bind_time(ask, INT64_MIN);
    assert_string_equal(ask->values[0], "1970-01-01T00:00:00+00:00");
    assert_string_equal(ask->values[1], "1969-12-31T23:59:59.999999+00:00");
    assert_null(ask->values[2]);
    db_bind_time(ask, INT64_MAX);
    assert_int_equal(ask->status, MC_BAD_INPUT);
}

static void bytes_are_hexadecimal(void **state)
{
    struct db_ask *ask = ask_of(state);

    db_bind_bytes(ask, STR("\0\xff\x10"));
    db_bind_bytes(ask, STR(""));
    db_bind_bytes(ask, STR_NONE);
    assert_string_equal(ask->values[0], "\\x00ff10");
    assert_string_equal(ask->values[1], "\\x");
    assert_null(ask->values[2]);
}

static void arrays_quote_what_they_must(void **state)
{
    struct db_ask *ask = ask_of(state);
    const int64_t numbers[] = { 1, -2, INT64_MIN, INT64_MAX };
    const struct str texts[] = {
        STR_INIT("a"), STR_INIT(""), STR_INIT("NULL"), STR_INIT("x\"\\,{}"), { NULL, 0 }
    };

    db_bind_i64_array(ask, numbers, 4);
    db_bind_i64_array(ask, NULL, 0);
    db_bind_text_array(ask, texts, 5);
    assert_string_equal(ask->values[0], "{1,-2,NULL,9223372036854775807}");
    assert_string_equal(ask->values[1], "{}");
    assert_string_equal(ask->values[2], "{\"a\",\"\",\"NULL\",\"x\\\"\\\\,{}\",NULL}");
}

/* An ask that failed to bind, or whose arena is over its limit, keeps its group at home. */
static void a_group_is_checked_before_it_goes(void **state)
{
    struct bound *bound = *state;
    struct db_group group;

    db_group_init(&group, 1000, NULL, NULL);
    db_group_add(&group, &bound->ask);
    assert_int_equal(db_group_check(&group), MC_OK);
    bound->arena.bytes_max = 1;
    db_bind_i64(&bound->ask, 7);
    assert_int_equal(db_group_check(&group), MC_LIMIT);
    bound->arena.bytes_max = 1 << 20;
    db_bind_text(&bound->ask, STR("\0"));
    assert_int_equal(db_group_check(&group), MC_BAD_INPUT);
}

static void sqlstates_become_statuses(void **state)
{
    (void)state;
    assert_int_equal(db_status_of("57014"), MC_TIMEOUT);
    assert_int_equal(db_status_of("55P03"), MC_TIMEOUT);
    assert_int_equal(db_status_of("23505"), MC_CONFLICT);
    assert_int_equal(db_status_of("40001"), MC_CONFLICT);
    assert_int_equal(db_status_of("40P01"), MC_CONFLICT);
    assert_int_equal(db_status_of("42501"), MC_FORBIDDEN);
    assert_int_equal(db_status_of("22P02"), MC_BAD_INPUT);
    assert_int_equal(db_status_of("23514"), MC_BAD_INPUT);
    assert_int_equal(db_status_of("57P01"), MC_UNAVAILABLE);
    assert_int_equal(db_status_of("08006"), MC_UNAVAILABLE);
    assert_int_equal(db_status_of("53300"), MC_UNAVAILABLE);
    assert_int_equal(db_status_of("42P01"), MC_INTERNAL);
    assert_int_equal(db_status_of("XX000"), MC_INTERNAL);
    assert_int_equal(db_status_of(NULL), MC_UNAVAILABLE);
}

/* Two files of one name, and one of a name longer than the server keeps, stay apart. */
static void statements_have_names_of_their_own(void **state)
{
    static const struct embedded same = { "bind", "SELECT 2", 8 };
    static const struct embedded other = {
        "a_very_long_name_that_goes_on_and_on_until_the_server_would_cut_it_1", "SELECT 3", 8
    };
    static const struct embedded another = {
        "a_very_long_name_that_goes_on_and_on_until_the_server_would_cut_it_2", "SELECT 4", 8
    };
    struct db_statements statements = { 0 };
    struct db_statement *first = db_statements_get(&statements, &sql);

    (void)state;
    assert_string_equal(first->name, "bind");
    assert_string_not_equal(db_statements_get(&statements, &same)->name, "bind");
    assert_string_not_equal(db_statements_get(&statements, &other)->name,
                            db_statements_get(&statements, &another)->name);
    assert_true(strlen(db_statements_get(&statements, &another)->name) < 64);
    assert_ptr_equal(db_statements_get(&statements, &sql), first);
    db_statements_done(&statements);
}

static void a_thousand_statements_are_found_again(void **state)
{
    static struct embedded many[1000];
    struct db_statements statements = { 0 };

    (void)state;
    for (size_t i = 0; i < 1000; i++) {
        many[i] = (struct embedded){ "same", "SELECT 1", 8 };
        (void)db_statements_get(&statements, &many[i]);
    }
    assert_int_equal(statements.count, 1000);
    for (size_t i = 0; i < 1000; i++)
        assert_ptr_equal(db_statements_get(&statements, &many[i])->sql, &many[i]);
    assert_int_equal(statements.count, 1000);
    db_statements_done(&statements);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(numbers_and_nulls, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_text_is_copied_whole, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_nul_byte_is_bad_input_and_sticks, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_nul_byte_in_an_array_is_bad_input, set_up, tear_down),
        cmocka_unit_test_setup_teardown(one_parameter_too_many_is_our_own_fault, set_up, tear_down),
        cmocka_unit_test_setup_teardown(times_keep_their_microseconds_and_their_range, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(bytes_are_hexadecimal, set_up, tear_down),
        cmocka_unit_test_setup_teardown(arrays_quote_what_they_must, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_group_is_checked_before_it_goes, set_up, tear_down),
        cmocka_unit_test(sqlstates_become_statuses),
        cmocka_unit_test(statements_have_names_of_their_own),
        cmocka_unit_test(a_thousand_statements_are_found_again),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
