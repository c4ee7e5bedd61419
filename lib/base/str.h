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

static inline bool str_eq(struct str a, struct str b)
{
    return a.size == b.size &&
           (a.size == 0 || (b.data != NULL && memcmp(a.data, b.data, a.size) == 0));
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
