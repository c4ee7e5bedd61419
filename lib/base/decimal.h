/*
 * decimal.h - a double as the shortest decimal that reads back the same.
 *
 * Where several are as short, the nearest; where two are as near, the one whose digits are even:
 * the digits that JavaScript writes.
 * Source: Raffaello Giulietti, "The Schubfach way to render doubles" (2020), and Alexander Bolz's
 * reading of it (Drachennest). The powers of ten are computed when they are first needed.
 */
#ifndef BASE_DECIMAL_H
#define BASE_DECIMAL_H

#include "base/str.h"

enum { DECIMAL_DIGITS_MAX = 17, DECIMAL_TEXT_BYTES_MAX = 32 };

/* digits * 10^exponent */
struct decimal {
    uint64_t digits; /* does not end in 0, unless it is 0 */
    int exponent;
};

/* value is finite and not negative. */
struct decimal decimal_of(double value);

/* Without a sign and without an end; returns how many. */
size_t decimal_digits(uint64_t digits, char ret_text[DECIMAL_DIGITS_MAX + 3]);

/* A finite number as JavaScript writes it, which is also JSON; returns the bytes. -0 is 0. */
size_t decimal_print(double value, char ret_text[DECIMAL_TEXT_BYTES_MAX]);

#endif
