/* Tallies add up over processes, and no number of labels takes more memory than was set aside. */
#include "base/tallies.h"
#include "tests/unit/check.h"

#include <stdio.h>

static const struct tally_family families[] = { { "a_total", "A." }, { "b_total", "B." } };

static void the_same_labels_add_up_over_slots_and_not_over_families(void **state)
{
    struct tallies tallies;
    struct buf out;

    (void)state;
    assert_int_equal(tallies_open(&tallies, families, 2), MC_OK);
    for (size_t slot = 0; slot < 3; slot++)
        tallies_add(&tallies, slot, 0, STR("x=\"1\""));
    tallies_add(&tallies, 0, 0, STR("x=\"2\""));
    tallies_add(&tallies, 0, 1, STR("x=\"1\""));
    assert_int_equal(tallies_total(&tallies, 0, STR("x=\"1\"")), 3);
    assert_int_equal(tallies_total(&tallies, 1, STR("x=\"1\"")), 1);
    assert_int_equal(tallies_total(&tallies, 1, STR("x=\"2\"")), 0);
    buf_init(&out, 4096);
    tallies_print(&tallies, &out);
    assert_non_null(strstr(out.data, "# TYPE a_total counter\n"));
    assert_non_null(strstr(out.data, "a_total{x=\"1\"} 3\n"));
    assert_non_null(strstr(out.data, "b_total{x=\"1\"} 1\n"));
    assert_ptr_equal(strstr(out.data, "a_total{x=\"1\"}"),
                     strstr(strstr(out.data, "a_total{x=\"1\"}"), "a_total{x=\"1\"}"));
    buf_done(&out);
    tallies_close(&tallies);
}

static void labels_beyond_the_room_and_too_long_are_other(void **state)
{
    enum { MANY = 1000, OWN = TALLIES_MAX - TALLY_FAMILIES_MAX };
    char labels[TALLY_BYTES_MAX + 2];
    struct tallies tallies;

    (void)state;
    assert_int_equal(tallies_open(&tallies, families, 2), MC_OK);
    for (int i = 0; i < MANY; i++) {
        (void)snprintf(labels, sizeof(labels), "n=\"%d\"", i);
        tallies_add(&tallies, 0, 0, str_of(labels));
    }
    assert_int_equal(tallies_total(&tallies, 0, STR("n=\"0\"")), 1);
    assert_int_equal(tallies_total(&tallies, 0, STR("other=\"\"")), MANY - OWN);
    memset(labels, 'x', sizeof(labels));
    tallies_add(&tallies, 1, 1, (struct str){ labels, TALLY_BYTES_MAX });
    tallies_add(&tallies, 1, 1, (struct str){ labels, TALLY_BYTES_MAX + 1 });
    assert_int_equal(tallies_total(&tallies, 1, (struct str){ labels, TALLY_BYTES_MAX }), 1);
    assert_int_equal(tallies_total(&tallies, 1, STR("other=\"\"")), 1);
    tallies_close(&tallies);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_labels_add_up_over_slots_and_not_over_families),
        cmocka_unit_test(labels_beyond_the_room_and_too_long_are_other),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
