/*
 * str.h - a view of bytes that somebody else keeps.
 *
 * Pass by value. Not NUL-terminated unless said. An absent string has data NULL; an empty one has
 * data non-NULL and size 0.
 */
#ifndef BASE_STR_H
#define BASE_STR_H

#include "base/status.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct str {
    const char *data;
    size_t size;
};

#define STR(literal) ((struct str){ "" literal, sizeof(literal) - 1 })
#define STR_INIT(literal)                                                                          \
    {                                                                                              \
        "" literal, sizeof(literal) - 1                                                            \
    }
#define STR_NONE ((struct str){ NULL, 0 })

/* For printf's %.*s */
#define STR_PRINT(s) (int)(s).size, (s).data == NULL ? "" : (s).data

static inline struct str str_of(const char *text)
{
    return (struct str){ text, text == NULL ? 0 : strlen(text) };
}

/* The first size bytes of both; short ones, which names are, without a call: the ends of a name of
 * four bytes or more may overlap. */
static inline bool str_same_bytes(const char *a, const char *b, size_t size)
{
    uint64_t a8, b8;
    uint32_t a4, b4;

    if (size > 16) return memcmp(a, b, size) == 0;
    if (size >= 8) {
        memcpy(&a8, a, 8);
        memcpy(&b8, b, 8);
        if (a8 != b8) return false;
        memcpy(&a8, a + size - 8, 8);
        memcpy(&b8, b + size - 8, 8);
        return a8 == b8;
    }
    if (size >= 4) {
        memcpy(&a4, a, 4);
        memcpy(&b4, b, 4);
        if (a4 != b4) return false;
        memcpy(&a4, a + size - 4, 4);
        memcpy(&b4, b + size - 4, 4);
        return a4 == b4;
    }
    for (size_t i = 0; i < size; i++)
        if (a[i] != b[i]) return false;
    return true;
}

static inline bool str_eq(struct str a, struct str b)
{
    return a.size == b.size && str_same_bytes(a.data, b.data, a.size);
}

static inline bool str_is(struct str a, const char *text)
{
    return str_eq(a, str_of(text));
}

static inline bool str_starts(struct str a, struct str prefix)
{
    return prefix.size == 0 ||
           (a.size >= prefix.size && memcmp(a.data, prefix.data, prefix.size) == 0);
}

/* ASCII letters compared without case: header names and tokens. */
bool str_eq_nocase(struct str a, struct str b);

/* Byte order, shorter first on a tie: <0, 0, >0. */
int str_compare(struct str a, struct str b);

/* Without blanks and tabs at both ends. */
struct str str_trim(struct str a);

/* Splits at the first separator: returns what is before it and leaves what is after in *rest
 * (absent when there was no separator). */
struct str str_split(struct str *rest, char separator);

/* Whole decimal number with optional '-'; MC_BAD_INPUT for anything else or overflow. */
enum status str_to_i64(struct str a, int64_t *ret_value);

#endif
