#include "base/str.h"

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

bool str_eq_nocase(struct str a, struct str b)
{
    if (a.size != b.size) return false;
    for (size_t i = 0; i < a.size; i++)
        if (lower(a.data[i]) != lower(b.data[i])) return false;
    return true;
}

int str_compare(struct str a, struct str b)
{
    size_t common = a.size < b.size ? a.size : b.size;
    int order = common == 0 ? 0 : memcmp(a.data, b.data, common);

    if (order != 0) return order;
    return (a.size > b.size) - (a.size < b.size);
}

struct str str_trim(struct str a)
{
    while (a.size > 0 && (a.data[0] == ' ' || a.data[0] == '\t')) {
        a.data++;
        a.size--;
    }
    while (a.size > 0 && (a.data[a.size - 1] == ' ' || a.data[a.size - 1] == '\t'))
        a.size--;
    return a;
}

struct str str_split(struct str *rest, char separator)
{
    struct str head = *rest;
    const char *found = head.size == 0 ? NULL : memchr(head.data, separator, head.size);

    if (found == NULL) {
        *rest = STR_NONE;
        return head;
    }
    head.size = (size_t)(found - head.data);
    *rest = (struct str){ found + 1, rest->size - head.size - 1 };
    return head;
}

enum status str_to_i64(struct str a, int64_t *ret_value)
{
    bool negative = a.size > 0 && a.data[0] == '-';
    int64_t value = 0;

    if (a.size == (negative ? 1 : 0)) return MC_BAD_INPUT;
    for (size_t i = negative ? 1 : 0; i < a.size; i++) {
        int digit = a.data[i] - '0';

        if (digit < 0 || digit > 9) return MC_BAD_INPUT;
        if (__builtin_mul_overflow(value, 10, &value)) return MC_BAD_INPUT;
        if (__builtin_sub_overflow(value, digit, &value)) return MC_BAD_INPUT;
    }
    if (!negative && __builtin_sub_overflow(0, value, &value)) return MC_BAD_INPUT;
    *ret_value = value;
    return MC_OK;
}

bool str_is_uuid(struct str text)
{
    if (text.size != 36) return false;
    for (size_t i = 0; i < text.size; i++) {
        char c = text.data[i];
        bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        bool hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');

        if (dash ? c != '-' : !hex) return false;
    }
    return true;
}

struct str str_from_i64(int64_t value, char room[I64_BYTES_MAX])
{
    char *at = room + I64_BYTES_MAX;
    uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;

    do {
        *--at = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest > 0);
    if (value < 0) *--at = '-';
    return (struct str){ at, (size_t)(room + I64_BYTES_MAX - at) };
}
