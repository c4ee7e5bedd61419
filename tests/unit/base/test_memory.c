/* arena and hash map: memory has one lifetime and a limit, names find their values. */
#include "base/hash.h"
#include "tests/unit/check.h"

static void an_arena_marks_that_it_went_over(void **state)
{
    struct arena arena;

    (void)state;
    arena_init(&arena, 64);
    (void)arena_alloc(&arena, 64);
    assert_int_equal(arena_status(&arena), MC_OK);
    (void)arena_alloc(&arena, 1);
    assert_int_equal(arena_status(&arena), MC_LIMIT);
    arena_reset(&arena);
    assert_int_equal(arena_status(&arena), MC_OK);
    arena_done(&arena);
}

static void pieces_are_zeroed_and_aligned_also_after_reset(void **state)
{
    struct arena arena;

    (void)state;
    arena_init(&arena, 10 * 1024 * 1024);
    for (int round = 0; round < 2; round++) {
        for (size_t size = 1; size < 300000; size = size * 3 + 1) {
            unsigned char *piece = arena_alloc(&arena, size);

            assert_int_equal((uintptr_t)piece % _Alignof(max_align_t), 0);
            for (size_t i = 0; i < size; i++)
                assert_int_equal(piece[i], 0);
            memset(piece, 0xee, size);
        }
        arena_reset(&arena);
    }
    arena_done(&arena);
}

static void absent_text_stays_absent(void **state)
{
    struct arena arena;

    (void)state;
    arena_init(&arena, 1000);
    assert_null(arena_str(&arena, STR_NONE).data);
    assert_non_null(arena_str(&arena, STR("")).data);
    assert_true(str_is(arena_printf(&arena, "%d-%s", 7, "x"), "7-x"));
    arena_done(&arena);
}

static void texts_are_joined_with_a_sign_between(void **state)
{
    const struct str parts[] = { STR_INIT("a"), STR_NONE, STR_INIT("bc"), STR_INIT("") };
    struct arena arena;

    (void)state;
    arena_init(&arena, 1024);
    assert_true(str_is(arena_join(&arena, parts, 4, '|'), "a||bc|"));
    assert_true(str_is(arena_join(&arena, parts, 1, '|'), "a"));
    assert_true(str_is(arena_join(&arena, parts, 0, '|'), ""));
    arena_done(&arena);
}

static void a_map_finds_each_of_many_names(void **state)
{
    enum { NAMES = 1000 };
    static int values[NAMES];
    struct arena arena;
    struct hash_map map;

    (void)state;
    arena_init(&arena, 10 * 1024 * 1024);
    hash_map_init(&map, &arena);
    assert_null(hash_map_get(&map, STR("none")));
    for (int i = 0; i < NAMES; i++)
        assert_null(hash_map_put(&map, arena_printf(&arena, "name%d", i), &values[i]));
    for (int i = 0; i < NAMES; i++)
        assert_ptr_equal(hash_map_get(&map, arena_printf(&arena, "name%d", i)), &values[i]);
    assert_ptr_equal(hash_map_put(&map, STR("name7"), &values[0]), &values[7]);
    assert_ptr_equal(hash_map_get(&map, STR("name7")), &values[0]);
    assert_int_equal(map.count, NAMES);
    arena_done(&arena);
}

static uint64_t hash_of_name(struct str name)
{
    return hash_name(name);
}

static void check_every_byte(uint64_t (*hash)(struct str bytes))
{
    char text[64] = { 0 };

    for (size_t size = 1; size < sizeof(text); size++) {
        uint64_t before = hash((struct str){ text, size });

        assert_true(hash((struct str){ text, size - 1 }) != before);
        for (size_t i = 0; i < size; i++) {
            text[i] ^= 1;
            assert_true(hash((struct str){ text, size }) != before);
            text[i] ^= 1;
        }
        assert_true(hash((struct str){ text, size }) == before);
    }
}

static void a_hash_depends_on_every_byte(void **state)
{
    (void)state;
    check_every_byte(hash_bytes);
    check_every_byte(hash_of_name);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_arena_marks_that_it_went_over),
        cmocka_unit_test(pieces_are_zeroed_and_aligned_also_after_reset),
        cmocka_unit_test(absent_text_stays_absent),
        cmocka_unit_test(texts_are_joined_with_a_sign_between),
        cmocka_unit_test(a_map_finds_each_of_many_names),
        cmocka_unit_test(a_hash_depends_on_every_byte),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
