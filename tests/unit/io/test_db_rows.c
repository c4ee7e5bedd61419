/* Binary values become members of a struct; a value or column that does not fit is an error. */
#include "check.h"
#include "io/db_internal.h"

static const struct embedded sql = { "rows", "SELECT 1", 8 };

struct row {
    int64_t i64;
    int32_t i32;
    bool yes;
    struct str text;
    struct db_i64_array array;
};

struct read {
    struct arena arena;
    struct db_ask ask;
    struct db_shape shape;
    PGresult *result;
};

static int set_up(void **state)
{
    static struct read read;

    read = (struct read){ 0 };
    arena_init(&read.arena, 1 << 20);
    db_ask_init(&read.ask, &sql, &read.arena);
    read.ask.row_size = sizeof(struct row);
    read.result = PQmakeEmptyPGresult(NULL, PGRES_TUPLES_OK);
    *state = &read;
    return 0;
}

static int tear_down(void **state)
{
    struct read *read = *state;

    PQclear(read->result);
    db_shape_done(&read->shape);
    arena_done(&read->arena);
    return 0;
}

/* One column "v" of the type, with these bytes; size -1 is NULL. */
static void give(struct read *read, Oid oid, const char *bytes, int size)
{
    char name[] = "v";
    PGresAttDesc column = { .name = name, .format = 1, .typid = oid };
    char copy[256];

    if (PQnfields(read->result) == 0) assert_true(PQsetResultAttrs(read->result, 1, &column));
    if (size > 0) memcpy(copy, bytes, (size_t)size);
    assert_true(PQsetvalue(read->result, PQntuples(read->result), 0, size < 0 ? NULL : copy, size));
}

static struct row *read_as(struct read *read, const struct db_column *columns)
{
    read->ask.columns = columns;
    db_rows_read(&read->ask, &read->shape, read->result);
    return read->ask.rows;
}

#define AS(member, type)                                                                           \
    ((const struct db_column[]){ { "v", type, offsetof(struct row, member) }, DB_COLUMNS_END })

static int64_t read_i64(void **state, Oid oid, enum db_type type, const char *bytes, int size)
{
    struct read *read = *state;
    struct row *row;

    give(read, oid, bytes, size);
    row = read_as(read, AS(i64, type));
    assert_int_equal(read->ask.status, MC_OK);
    assert_int_equal(read->ask.row_count, 1);
    return row->i64;
}

static void int8_of_both_signs(void **state)
{
    assert_int_equal(read_i64(state, 20, DB_I64, "\xff\xff\xff\xff\xff\xff\xff\xfe", 8), -2);
}

static void int4_widens_with_its_sign(void **state)
{
    assert_int_equal(read_i64(state, 23, DB_I64, "\x80\0\0\0", 4), INT32_MIN);
}

static void int2_widens_with_its_sign(void **state)
{
    assert_int_equal(read_i64(state, 21, DB_I64, "\xff\xff", 2), -1);
}

static void a_null_number_is_the_smallest(void **state)
{
    assert_int_equal(read_i64(state, 20, DB_I64, "", -1), INT64_MIN);
}

static void int2_fits_i32(void **state)
{
    give(*state, 21, "\x80\0", 2);
    assert_int_equal(read_as(*state, AS(i32, DB_I32))->i32, INT16_MIN);
}

static void int8_does_not_fit_i32(void **state)
{
    struct read *read = *state;

    give(read, 20, "\0\0\0\0\0\0\0\1", 8);
    assert_null(read_as(read, AS(i32, DB_I32)));
    assert_int_equal(read->ask.status, MC_INTERNAL);
    assert_string_equal(read->ask.sqlstate, "42804");
}

static void booleans(void **state)
{
    struct row *rows;

    give(*state, 16, "\1", 1);
    give(*state, 16, "\0", 1);
    give(*state, 16, "", -1);
    rows = read_as(*state, AS(yes, DB_BOOL));
    assert_true(rows[0].yes);
    assert_false(rows[1].yes);
    assert_false(rows[2].yes);
}

/* -1 microsecond before 2000-01-01 is still 1999. */
static void times_before_2000(void **state)
{
    assert_true(read_i64(state, 1184, DB_TIME, "\xff\xff\xff\xff\xff\xff\xff\xff", 8) ==
                946684799999999);
}

/* 1969-12-31 23:59:59.5 is 946684800.5 s before 2000. */
static void times_before_1970(void **state)
{
    uint64_t value = (uint64_t)(int64_t)-946684800500000;
    char bytes[8];

    for (int i = 0; i < 8; i++)
        bytes[i] = (char)(value >> (56 - 8 * i));
    assert_true(read_i64(state, 1184, DB_TIME, bytes, 8) == -500000);
}

static void infinite_times_are_not_null(void **state)
{
    struct row *rows;

    give(*state, 1184, "\x7f\xff\xff\xff\xff\xff\xff\xff", 8);
    give(*state, 1184, "\x80\0\0\0\0\0\0\0", 8);
    give(*state, 1184, "", -1);
    rows = read_as(*state, AS(i64, DB_TIME));
    assert_true(rows[0].i64 == INT64_MAX);
    assert_true(rows[1].i64 == INT64_MIN + 1);
    assert_true(rows[2].i64 == INT64_MIN);
}

static void dates_before_2000_and_before_1970(void **state)
{
    struct row *rows;

    give(*state, 1082, "\xff\xff\xff\xff", 4); /* 1999-12-31 */
    give(*state, 1082, "\xff\xff\xd5\x32", 4); /* 1969-12-31: -10958 */
    give(*state, 1082, "\0\0\0\0", 4);
    give(*state, 1082, "\x7f\xff\xff\xff", 4);
    give(*state, 1082, "", -1);
    rows = read_as(*state, AS(i32, DB_DATE));
    assert_int_equal(rows[0].i32, 10956);
    assert_int_equal(rows[1].i32, -1);
    assert_int_equal(rows[2].i32, 10957);
    assert_int_equal(rows[3].i32, INT32_MAX);
    assert_int_equal(rows[4].i32, INT32_MIN);
}

static void texts_are_views_into_the_arena(void **state)
{
    struct row *rows;

    give(*state, 25, "ch\xc6\xb0", 4);
    give(*state, 25, "", 0);
    give(*state, 25, "", -1);
    rows = read_as(*state, AS(text, DB_TEXT));
    assert_true(str_is(rows[0].text, "ch\xc6\xb0"));
    assert_non_null(rows[1].text.data);
    assert_int_equal(rows[1].text.size, 0);
    assert_null(rows[2].text.data);
}

static void an_enum_is_its_label(void **state)
{
    give(*state, 20000, "submitted", 9);
    assert_true(str_is(read_as(*state, AS(text, DB_TEXT))->text, "submitted"));
}

static void a_composite_is_no_text(void **state)
{
    struct read *read = *state;

    give(read, 20001, "\0\0\0\1\0\0\0\x17\0\0\0\4\0\0\0\7", 16);
    assert_null(read_as(read, AS(text, DB_TEXT)));
    assert_int_equal(read->ask.status, MC_INTERNAL);
}

static void jsonb_loses_its_version_byte(void **state)
{
    give(*state, 3802, "\1{\"a\": 1}", 9);
    assert_true(str_is(read_as(*state, AS(text, DB_TEXT))->text, "{\"a\": 1}"));
}

static void jsonb_of_another_version_is_refused(void **state)
{
    struct read *read = *state;

    give(read, 3802, "\2{}", 3);
    assert_null(read_as(read, AS(text, DB_TEXT)));
    assert_int_equal(read->ask.status, MC_INTERNAL);
}

static void a_uuid_is_36_characters(void **state)
{
    struct row *rows;

    give(*state, 2950, "\x01\x23\x45\x67\x89\xab\xcd\xef\x01\x23\x45\x67\x89\xab\xcd\xef", 16);
    rows = read_as(*state, AS(text, DB_UUID));
    assert_true(str_is(rows[0].text, "01234567-89ab-cdef-0123-456789abcdef"));
}

static void bytes_may_hold_nul(void **state)
{
    struct row *rows;

    give(*state, 17, "a\0b", 3);
    rows = read_as(*state, AS(text, DB_BYTES));
    assert_int_equal(rows[0].text.size, 3);
    assert_memory_equal(rows[0].text.data, "a\0b", 3);
}

#define ARRAY_HEAD(dimensions, count)                                                              \
    "\0\0\0" dimensions "\0\0\0\0\0\0\0\x14\0\0\0" count "\0\0\0\1"
#define EIGHT(byte) "\0\0\0\x08\0\0\0\0\0\0\0" byte

static void arrays_of_int8(void **state)
{
    struct row *rows;

    give(*state, 1016,
         ARRAY_HEAD("\1", "\2") EIGHT("\5") "\0\0\0\x08\xff\xff\xff\xff\xff\xff\xff\xff", 20 + 24);
    give(*state, 1016, "\0\0\0\0\0\0\0\0\0\0\0\x14", 12);
    give(*state, 1016, "", -1);
    rows = read_as(*state, AS(array, DB_I64_ARRAY));
    assert_int_equal(rows[0].array.count, 2);
    assert_int_equal(rows[0].array.items[0], 5);
    assert_int_equal(rows[0].array.items[1], -1);
    assert_int_equal(rows[1].array.count, 0);
    assert_non_null(rows[1].array.items);
    assert_null(rows[2].array.items);
}

/* Cut at every byte, an array is refused or shorter, never read beyond its end (the sanitizer
 * watches), and so is one that claims more elements than it has bytes. */
static void broken_arrays_are_refused(void **state)
{
    static const char whole[] = ARRAY_HEAD("\1", "\2") EIGHT("\5") EIGHT("\6");

    for (int size = 0; size < (int)sizeof(whole) - 1; size++) {
        struct read *read = *state;

        give(read, 1016, whole, size);
        assert_null(read_as(read, AS(array, DB_I64_ARRAY)));
        assert_int_equal(read->ask.status, MC_INTERNAL);
        assert_int_equal(tear_down(state), 0);
        assert_int_equal(set_up(state), 0);
    }
    give(*state, 1016, "\0\0\0\1\0\0\0\0\0\0\0\x14\xff\xff\xff\xff\0\0\0\1", 20);
    assert_null(read_as(*state, AS(array, DB_I64_ARRAY)));
}

static void an_array_with_nulls_is_refused(void **state)
{
    give(*state, 1016, ARRAY_HEAD("\1", "\1") "\xff\xff\xff\xff", 24);
    assert_null(read_as(*state, AS(array, DB_I64_ARRAY)));
}

static void two_dimensions_are_refused(void **state)
{
    give(*state, 1016, "\0\0\0\2\0\0\0\0\0\0\0\x14\0\0\0\0\0\0\0\1\0\0\0\0\0\0\0\1", 28);
    assert_null(read_as(*state, AS(array, DB_I64_ARRAY)));
}

static void a_missing_column_is_named_by_its_sqlstate(void **state)
{
    struct read *read = *state;

    give(read, 25, "x", 1);
    assert_null(read_as(read, (const struct db_column[]){
                                  { "w", DB_TEXT, offsetof(struct row, text) }, DB_COLUMNS_END }));
    assert_int_equal(read->ask.status, MC_INTERNAL);
    assert_string_equal(read->ask.sqlstate, "42703");
}

static void too_many_rows_are_a_limit(void **state)
{
    struct read *read = *state;

    read->ask.rows_max = 1;
    give(read, 25, "x", 1);
    give(read, 25, "y", 1);
    assert_null(read_as(read, AS(text, DB_TEXT)));
    assert_int_equal(read->ask.status, MC_LIMIT);
}

static void rows_beyond_the_arena_are_a_limit(void **state)
{
    struct read *read = *state;

    read->arena.bytes_max = sizeof(struct row) + 1;
    give(read, 25, "a text of some length", 21);
    assert_null(read_as(read, AS(text, DB_TEXT)));
    assert_int_equal(read->ask.status, MC_LIMIT);
}

/* The places of columns are remembered with the statement and found anew for another table. */
static void another_table_of_columns_is_noticed(void **state)
{
    struct read *read = *state;

    give(read, 23, "\0\0\0\7", 4);
    assert_int_equal(read_as(read, AS(i64, DB_I64))->i64, 7);
    assert_int_equal(read_as(read, AS(i32, DB_I32))->i32, 7);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(int8_of_both_signs),
        CASE(int4_widens_with_its_sign),
        CASE(int2_widens_with_its_sign),
        CASE(a_null_number_is_the_smallest),
        CASE(int2_fits_i32),
        CASE(int8_does_not_fit_i32),
        CASE(booleans),
        CASE(times_before_2000),
        CASE(times_before_1970),
        CASE(infinite_times_are_not_null),
        CASE(dates_before_2000_and_before_1970),
        CASE(texts_are_views_into_the_arena),
        CASE(an_enum_is_its_label),
        CASE(a_composite_is_no_text),
        CASE(jsonb_loses_its_version_byte),
        CASE(jsonb_of_another_version_is_refused),
        CASE(a_uuid_is_36_characters),
        CASE(bytes_may_hold_nul),
        CASE(arrays_of_int8),
        CASE(broken_arrays_are_refused),
        CASE(an_array_with_nulls_is_refused),
        CASE(two_dimensions_are_refused),
        CASE(a_missing_column_is_named_by_its_sqlstate),
        CASE(too_many_rows_are_a_limit),
        CASE(rows_beyond_the_arena_are_a_limit),
        CASE(another_table_of_columns_is_noticed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
