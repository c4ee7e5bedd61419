/* A memo answers for the same bytes only, and keeps no more than it has room for. */
#include "base/arena.h"
#include "memo.h"
#include "tests/unit/check.h"

static struct memo memo;

static void the_last_value_of_a_key_is_found(void **state)
{
    (void)state;
    assert_null(memo_find(&memo, STR("a")).data);
    memo_keep(&memo, STR("a"), STR("1"));
    memo_keep(&memo, STR("b"), STR("2"));
    memo_keep(&memo, STR("a"), STR("3"));
    assert_true(str_is(memo_find(&memo, STR("a")), "3"));
    assert_true(str_is(memo_find(&memo, STR("b")), "2"));
    assert_null(memo_find(&memo, STR("")).data);
    memo_done(&memo);
    assert_null(memo_find(&memo, STR("a")).data);
}

/* Whoever sends ever new keys pushes out others and takes no more memory. */
static void there_is_room_for_so_many(void **state)
{
    struct arena arena;
    size_t found = 0;

    (void)state;
    arena_init(&arena, 1 << 24);
    for (int i = 0; i < 2 * MEMO_WAYS * MEMO_PLACES; i++) {
        memo_keep(&memo, arena_printf(&arena, "key %d", i), STR("value"));
        assert_true(str_is(memo_find(&memo, arena_printf(&arena, "key %d", i)), "value"));
    }
    for (int i = 0; i < 2 * MEMO_WAYS * MEMO_PLACES; i++)
        if (memo_find(&memo, arena_printf(&arena, "key %d", i)).data != NULL) found++;
    assert_in_range(found, MEMO_WAYS * MEMO_PLACES / 2, MEMO_WAYS * MEMO_PLACES);
    memo_done(&memo);
    arena_done(&arena);
}

/* As many as ask within some minutes, in turn: each must be found when its turn comes again. */
static void those_who_ask_in_turn_are_found(void **state)
{
    struct arena arena;
    int missed = 0;

    (void)state;
    arena_init(&arena, 1 << 24);
    for (int i = 0; i < 2 * MEMO_PLACES; i++) {
        struct str key = arena_printf(&arena, "key %d", i % MEMO_PLACES);

        if (memo_find(&memo, key).data != NULL) continue;
        if (i >= MEMO_PLACES) missed++;
        memo_keep(&memo, key, STR("value"));
    }
    assert_in_range(missed, 0, MEMO_PLACES / 20);
    memo_done(&memo);
    arena_done(&arena);
}

static void what_is_too_large_is_not_kept(void **state)
{
    static const char bytes[MEMO_KEY_BYTES_MAX + 1] = "k";
    const struct str fits = { bytes, MEMO_KEY_BYTES_MAX }, large = { bytes, sizeof(bytes) };

    (void)state;
    memo_keep(&memo, fits, fits);
    assert_int_equal(memo_find(&memo, fits).size, MEMO_VALUE_BYTES_MAX);
    memo_keep(&memo, large, STR("value"));
    assert_null(memo_find(&memo, large).data);
    memo_keep(&memo, STR("key"), large);
    assert_null(memo_find(&memo, STR("key")).data);
    memo_done(&memo);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_last_value_of_a_key_is_found),
        cmocka_unit_test(there_is_room_for_so_many),
        cmocka_unit_test(those_who_ask_in_turn_are_found),
        cmocka_unit_test(what_is_too_large_is_not_kept),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
