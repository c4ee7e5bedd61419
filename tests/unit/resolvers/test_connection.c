/* Pages: cursors are read back or refused, a page knows whether there is more. */
#include "connection.h"
#include "tests/unit/check.h"

static void a_cursor_is_read_back_by_its_own_list_only(void **state)
{
    static const struct place places[] = {
        { 0, 0 }, { -1, INT64_MAX }, { INT64_MIN, 1 }, { 1764204600123456, 42 }
    };
    struct arena arena;
    struct place place;

    (void)state;
    arena_init(&arena, 100000);
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        struct str cursor = cursor_write(&arena, CURSOR_DOSSIER, places[i]);

        assert_int_equal(cursor_read(&arena, CURSOR_DOSSIER, cursor, &place), MC_OK);
        assert_int_equal(place.major, places[i].major);
        assert_int_equal(place.minor, places[i].minor);
        assert_int_equal(cursor_read(&arena, CURSOR_FEED, cursor, &place), MC_BAD_INPUT);
    }
    arena_done(&arena);
}

static void what_is_no_cursor_is_refused(void **state)
{
    static const char *const bad[] = { "",
                                       "x",
                                       "ZgAAAAAABH8-AAAAAAAAAA",
                                       "ZgAAAAAABH8-AAAAAAAAAAAAA",
                                       "not a cursor!",
                                       "ZgAAAAAABH8-AAAAAAAAAAB" };
    struct arena arena;
    struct place place;

    (void)state;
    arena_init(&arena, 100000);
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_int_equal(cursor_read(&arena, CURSOR_FEED, str_of(bad[i]), &place), MC_BAD_INPUT);
    arena_done(&arena);
}

static struct place place_of(const void *node)
{
    return (struct place){ *(const int64_t *)node, 0 };
}

static const struct list_order order = { CURSOR_FEED, place_of };

static void a_page_is_in_the_lists_order_both_ways(void **state)
{
    static int64_t numbers[] = { 1, 2, 3, 4 };
    void *rows[] = { &numbers[0], &numbers[1], &numbers[2], &numbers[3] };
    void *reversed[] = { &numbers[3], &numbers[2], &numbers[1], &numbers[0] };
    struct page page = { .limit = 3 };
    struct connection *connection;
    struct arena arena;

    (void)state;
    arena_init(&arena, 100000);
    connection = connection_new(&arena, &page, &order, rows, 4);
    assert_int_equal(connection->count, 3);
    assert_ptr_equal(connection->nodes[0], &numbers[0]);
    assert_true(connection->has_next);
    assert_false(connection->has_previous);
    page = (struct page){ .limit = 3, .backward = true };
    connection = connection_new(&arena, &page, &order, reversed, 4);
    assert_int_equal(connection->count, 3);
    assert_ptr_equal(connection->nodes[0], &numbers[1]);
    assert_ptr_equal(connection->nodes[2], &numbers[3]);
    assert_false(connection->has_next);
    assert_true(connection->has_previous);
    page = (struct page){ .limit = 4, .has_after = true };
    connection = connection_new(&arena, &page, &order, rows, 4);
    assert_int_equal(connection->count, 4);
    assert_false(connection->has_next);
    assert_true(connection->has_previous);
    arena_done(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cursor_is_read_back_by_its_own_list_only),
        cmocka_unit_test(what_is_no_cursor_is_refused),
        cmocka_unit_test(a_page_is_in_the_lists_order_both_ways),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
