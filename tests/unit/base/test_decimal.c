/* Decimals read back the same, none is shorter, and none as short is nearer. */
#include "base/decimal.h"
#include "tests/unit/check.h"

#include <stdio.h>
#include <stdlib.h>

static double read_back(uint64_t digits, int exponent)
{
    char text[40];

    (void)snprintf(text, sizeof(text), "%llue%d", (unsigned long long)digits, exponent);
    return strtod(text, NULL);
}

/* What printf and strtod find by trying one digit after another. */
static void check_against_printf(double value)
{
    struct decimal found = decimal_of(value);
    char wanted[40], text[40], digits[DECIMAL_DIGITS_MAX + 3];
    size_t size = decimal_digits(found.digits, digits);

    assert_true(read_back(found.digits, found.exponent) == value);
    for (int precision = 0; precision < DECIMAL_DIGITS_MAX; precision++) {
        (void)snprintf(wanted, sizeof(wanted), "%.*e", precision, value);
        if (strtod(wanted, NULL) == value) break;
    }
    (void)snprintf(text, sizeof(text), "%.*s%s%.*se%+03d", 1, digits, size > 1 ? "." : "",
                   (int)size - 1, digits + 1, found.exponent + (int)size - 1);
    assert_string_equal(text, wanted);
}

static void numbers_that_people_write(void **state)
{
    (void)state;
    for (int i = 1; i < 20000; i++) {
        check_against_printf(i / 100.0);
        check_against_printf(i * 0.37);
        check_against_printf(i);
    }
}

static uint64_t next_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static void numbers_of_every_size(void **state)
{
    uint64_t random = 88172645463325252;

    (void)state;
    for (int i = 0; i < 100000; i++) {
        uint64_t bits = next_random(&random) & INT64_MAX;
        double value;

        memcpy(&value, &bits, sizeof(value));
        if (bits >> 52 != 0x7ff) check_against_printf(value);
    }
}

/* Where the next number below is half as far as the next above. */
static void powers_of_two(void **state)
{
    (void)state;
    for (uint64_t exponent = 1; exponent < 0x7ff; exponent++) {
        uint64_t bits = exponent << 52;
        struct decimal found;
        double value;

        memcpy(&value, &bits, sizeof(value));
        found = decimal_of(value);
        assert_true(read_back(found.digits, found.exponent) == value);
    }
}

static void the_ends(void **state)
{
    static const struct {
        double value;
        uint64_t digits;
        int exponent;
    } rows[] = {
        { 0, 0, 0 },
        { 1, 1, 0 },
        { 100, 1, 2 },
        { 0.1, 1, -1 },
        { 5e-324, 5, -324 },
        { 2.2250738585072014e-308, 22250738585072014, -324 },
        { 1.7976931348623157e308, 17976931348623157, 292 },
        { 9007199254740992.0, 9007199254740992, 0 },
        { 9.5367431640625e-07, 95367431640625, -20 },
        { 2e-44, 2, -44 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct decimal found = decimal_of(rows[i].value);

        assert_int_equal(found.digits, rows[i].digits);
        assert_int_equal(found.exponent, rows[i].exponent);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_that_people_write),
        cmocka_unit_test(numbers_of_every_size),
        cmocka_unit_test(powers_of_two),
        cmocka_unit_test(the_ends),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
