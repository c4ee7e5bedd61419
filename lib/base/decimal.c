#include "base/decimal.h"

__extension__ typedef unsigned __int128 wide;

enum {
    SIGNIFICAND_BITS = 52,
    EXPONENT_BIAS = 1075, /* of a whole significand */
    POWER_MIN = -292,
    POWER_MAX = 324,
    LIMBS = 26, /* of 32 bits: 5^324 has 753 */
};

/* 10^k is in (value - 1, value] times a power of two, and value has its highest bit set. */
struct power {
    uint64_t high, low;
};

struct big {
    uint32_t limbs[LIMBS]; /* the lowest first */
    int count;
};

static struct big big_power_of_5(int exponent)
{
    struct big big = { .limbs = { 1 }, .count = 1 };

    for (int i = 0; i < exponent; i++) {
        uint64_t carry = 0;

        for (int j = 0; j < big.count; j++) {
            carry += (uint64_t)big.limbs[j] * 5;
            big.limbs[j] = (uint32_t)carry;
            carry >>= 32;
        }
        if (carry > 0) big.limbs[big.count++] = (uint32_t)carry;
    }
    MC_ASSERT(big.count < LIMBS);
    return big;
}

static int big_bits(const struct big *big)
{
    return big->count * 32 - __builtin_clz(big->limbs[big->count - 1]);
}

static bool big_bit(const struct big *big, int bit)
{
    return bit >= 0 && (big->limbs[bit / 32] >> bit % 32 & 1) != 0;
}

/* 128 bits from the highest on; one more in the last place where others were cut away. */
static wide top_bits(const struct big *big)
{
    int bits = big_bits(big);
    bool rest = false;
    wide top = 0;

    for (int i = 1; i <= 128; i++)
        top = top << 1 | big_bit(big, bits - i);
    for (int i = bits - 129; i >= 0 && !rest; i--)
        rest = big_bit(big, i);
    return rest ? top + 1 : top;
}

static bool big_at_least(const struct big *a, const struct big *b)
{
    for (int i = LIMBS - 1; i >= 0; i--)
        if (a->limbs[i] != b->limbs[i]) return a->limbs[i] > b->limbs[i];
    return true;
}

static void big_subtract(struct big *a, const struct big *b)
{
    int64_t borrow = 0;

    for (int i = 0; i < LIMBS; i++) {
        borrow += (int64_t)a->limbs[i] - b->limbs[i];
        a->limbs[i] = (uint32_t)borrow;
        borrow >>= 32;
    }
}

static void big_double(struct big *big)
{
    uint32_t carry = 0;

    for (int i = 0; i < LIMBS; i++) {
        uint32_t limb = big->limbs[i];

        big->limbs[i] = limb << 1 | carry;
        carry = limb >> 31;
    }
}

/* 128 bits of a power of two over the divisor, which is no power of two; never exact. */
static wide top_bits_of_inverse(const struct big *divisor)
{
    struct big rest = { .limbs = { 0 } };
    int bits = big_bits(divisor);
    wide quotient = 0;

    rest.limbs[(bits - 1) / 32] = (uint32_t)1 << (bits - 1) % 32;
    for (int i = 0; i < 128; i++) {
        big_double(&rest);
        quotient <<= 1;
        if (!big_at_least(&rest, divisor)) continue;
        big_subtract(&rest, divisor);
        quotient |= 1;
    }
    return quotient + 1;
}

static const struct power *power_of_10(int exponent)
{
    static struct power powers[POWER_MAX - POWER_MIN + 1];
    struct power *power = &powers[exponent - POWER_MIN];

    if (power->high == 0) {
        struct big five = big_power_of_5(exponent < 0 ? -exponent : exponent);
        wide bits = exponent < 0 ? top_bits_of_inverse(&five) : top_bits(&five);

        power->low = (uint64_t)bits;
        power->high = (uint64_t)(bits >> 64);
    }
    return power;
}

static int floor_log2_of_power_of_10(int exponent)
{
    return exponent * 1741647 >> 19;
}

/* The product's high part; its last bit tells that there was more. */
static uint64_t round_to_odd(const struct power *power, uint64_t factor)
{
    wide low = (wide)power->low * factor;
    wide high = (wide)power->high * factor + (uint64_t)(low >> 64);

    return (uint64_t)(high >> 64) | ((uint64_t)high > 1);
}

/* All in quarters of 10^k: the value, and how far it may be missed to either side. */
struct interval {
    uint64_t value, lower, upper;
};

static struct decimal choose(const struct interval *at, int k)
{
    uint64_t whole = at->value / 4, tens = whole / 10, middle;
    bool below, above;

    if (whole >= 10) {
        below = at->lower <= 40 * tens;
        above = 40 * tens + 40 <= at->upper;
        if (below != above) return (struct decimal){ tens + above, k + 1 };
    }
    below = at->lower <= 4 * whole;
    above = 4 * whole + 4 <= at->upper;
    if (below != above) return (struct decimal){ whole + above, k };
    middle = 4 * whole + 2;
    above = at->value > middle || (at->value == middle && (whole & 1) != 0);
    return (struct decimal){ whole + above, k };
}

static struct decimal shortest(uint64_t significand, int exponent, bool lower_is_nearer)
{
    bool odd = (significand & 1) != 0;
    int k = (exponent * 1262611 - (lower_is_nearer ? 524031 : 0)) >> 22;
    int shift = exponent + floor_log2_of_power_of_10(-k) + 1;
    const struct power *power = power_of_10(-k);
    uint64_t quarters = 4 * significand;
    struct interval at = {
        .value = round_to_odd(power, quarters << shift),
        .lower = round_to_odd(power, (quarters - 2 + lower_is_nearer) << shift) + odd,
        .upper = round_to_odd(power, (quarters + 2) << shift) - odd,
    };

    return choose(&at, k);
}

/* What people write has few digits, and comes out of here with a dozen zeros behind it. */
static void strip_zeros(struct decimal *decimal)
{
    while (decimal->digits % 100000000 == 0) {
        decimal->digits /= 100000000;
        decimal->exponent += 8;
    }
    if (decimal->digits % 10000 == 0) {
        decimal->digits /= 10000;
        decimal->exponent += 4;
    }
    if (decimal->digits % 100 == 0) {
        decimal->digits /= 100;
        decimal->exponent += 2;
    }
    if (decimal->digits % 10 == 0) {
        decimal->digits /= 10;
        decimal->exponent += 1;
    }
}

struct decimal decimal_of(double value)
{
    struct decimal decimal;
    uint64_t bits, fraction;
    int exponent;

    memcpy(&bits, &value, sizeof(bits));
    fraction = bits & (((uint64_t)1 << SIGNIFICAND_BITS) - 1);
    exponent = (int)(bits >> SIGNIFICAND_BITS & 0x7ff);
    if (bits == 0) return (struct decimal){ 0, 0 };
    if (exponent == 0)
        decimal = shortest(fraction, 1 - EXPONENT_BIAS, false);
    else
        decimal = shortest(fraction | (uint64_t)1 << SIGNIFICAND_BITS, exponent - EXPONENT_BIAS,
                           fraction == 0 && exponent > 1);
    strip_zeros(&decimal);
    return decimal;
}

static size_t count_digits(uint64_t digits)
{
    static const uint64_t powers[] = {
        0,
        10,
        100,
        1000,
        10000,
        100000,
        1000000,
        10000000,
        100000000,
        1000000000,
        10000000000,
        100000000000,
        1000000000000,
        10000000000000,
        100000000000000,
        1000000000000000,
        10000000000000000,
        100000000000000000,
        1000000000000000000,
        10000000000000000000u,
    };
    size_t about = (size_t)((64 - __builtin_clzll(digits | 1)) * 1233 >> 12);

    return about + (digits >= powers[about]);
}

/* Two at a time: division is what costs. */
size_t decimal_digits(uint64_t digits, char ret_text[DECIMAL_DIGITS_MAX + 3])
{
    static const char pairs[] = "00010203040506070809101112131415161718192021222324"
                                "25262728293031323334353637383940414243444546474849"
                                "50515253545556575859606162636465666768697071727374"
                                "75767778798081828384858687888990919293949596979899";
    size_t size = count_digits(digits);
    char *at = ret_text + size;

    for (; digits >= 100; digits /= 100) {
        at -= 2;
        memcpy(at, pairs + digits % 100 * 2, 2);
    }
    if (digits >= 10)
        memcpy(ret_text, pairs + digits * 2, 2);
    else
        ret_text[0] = (char)('0' + digits);
    return size;
}

static char *put_exponent(char *at, int exponent)
{
    *at++ = 'e';
    *at++ = exponent < 0 ? '-' : '+';
    return at + decimal_digits((uint64_t)(exponent < 0 ? -exponent : exponent), at);
}

/* Digits stand behind a place that is free: the point goes after the first so many of them. */
static char *put_point(char *at, size_t size, size_t whole)
{
    for (size_t i = 0; i < whole; i++)
        at[i] = at[i + 1];
    if (size == whole) return at + size;
    at[whole] = '.';
    return at + size + 1;
}

/* ECMA-262, Number::toString: a point from 1e-6 up to 1e21, else an exponent. */
size_t decimal_print(double value, char ret_text[DECIMAL_TEXT_BYTES_MAX])
{
    struct decimal decimal = decimal_of(value < 0 ? -value : value == 0 ? 0 : value);
    char *at = ret_text;
    int size, whole; /* digits, and those before the point */

    if (value < 0) *at++ = '-';
    size = (int)decimal_digits(decimal.digits, at + 1);
    whole = size + decimal.exponent;
    if (whole > 21 || whole < -5) {
        at = put_exponent(put_point(at, (size_t)size, 1), whole - 1);
    } else if (whole <= 0) {
        memmove(at + 2 - whole, at + 1, (size_t)size);
        memcpy(at, "0.000000", (size_t)(2 - whole));
        at += 2 - whole + size;
    } else if (whole >= size) {
        at = put_point(at, (size_t)size, (size_t)size);
        memset(at, '0', (size_t)(whole - size));
        at += whole - size;
    } else {
        at = put_point(at, (size_t)size, (size_t)whole);
    }
    return (size_t)(at - ret_text);
}
