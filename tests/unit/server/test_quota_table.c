/* Whoever comes from ever new addresses takes no more memory, and pushes out who was not seen for
 * longest. */
#include "quota_table.h"
#include "tests/unit/check.h"

#include <stdio.h>

static struct quota_table table;

static struct quota_entry *get(int number)
{
    struct quota_key key;

    key.size = (size_t)snprintf(key.bytes, sizeof(key.bytes), "somebody %d", number);
    return quota_table_get(&table, &key);
}

static void what_is_kept_of_somebody_is_found(void **state)
{
    (void)state;
    quota_table_init(&table, 10);
    get(1)->units = 7;
    get(2)->units = 8;
    assert_int_equal(get(1)->units, 7);
    assert_int_equal(get(2)->units, 8);
    assert_int_equal(get(3)->units, 0);
    assert_int_equal(table.count, 3);
    quota_table_done(&table);
}

static void the_one_not_asked_for_longest_is_forgotten(void **state)
{
    (void)state;
    quota_table_init(&table, 3);
    for (int i = 1; i <= 3; i++)
        get(i)->units = i;
    get(1);
    get(4)->units = 4;
    assert_int_equal(table.count, 3);
    assert_int_equal(get(1)->units, 1);
    assert_int_equal(get(3)->units, 3);
    assert_int_equal(get(4)->units, 4);
    assert_int_equal(get(2)->units, 0);
    assert_int_equal(table.count, 3);
    quota_table_done(&table);
}

static void there_is_room_for_so_many_and_no_more(void **state)
{
    (void)state;
    quota_table_init(&table, 1000);
    for (int i = 0; i < 100000; i++)
        get(i)->units = i;
    assert_int_equal(table.count, 1000);
    for (int i = 99000; i < 100000; i++)
        assert_int_equal(get(i)->units, i);
    assert_int_equal(get(98999)->units, 0);
    quota_table_done(&table);
    quota_table_init(&table, 1);
    get(1)->units = 1;
    assert_int_equal(get(1)->units, 1);
    get(2);
    assert_int_equal(get(1)->units, 0);
    quota_table_done(&table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_kept_of_somebody_is_found),
        cmocka_unit_test(the_one_not_asked_for_longest_is_forgotten),
        cmocka_unit_test(there_is_room_for_so_many_and_no_more),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
