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

static inline uint32_t str_word(const char *at)
{
    uint32_t word;

    memcpy(&word, at, sizeof(word));
    return word;
}

/* The first size bytes of both. Names are short: without a call, and with few branches, which names
 * of every length would have mispredicted, by reading words and bytes that may overlap. */
static inline bool str_same_bytes(const char *a, const char *b, size_t size)
{
#ifdef __clang_analyzer__ /* it does not see that an absent text is empty */
    if (a == NULL || b == NULL) return size == 0;
#endif
    size_t middle = size >> 3 << 2, last = size - 4;

    if (size > 16) return memcmp(a, b, size) == 0;
    if (size >= 4)
        return ((str_word(a) ^ str_word(b)) | (str_word(a + middle) ^ str_word(b + middle)) |
                (str_word(a + last) ^ str_word(b + last)) |
                (str_word(a + last - middle) ^ str_word(b + last - middle))) == 0;
    if (size == 0) return true;
    return ((a[0] ^ b[0]) | (a[size / 2] ^ b[size / 2]) | (a[size - 1] ^ b[size - 1])) == 0;
}

static inline bool str_eq(struct str a, struct str b)
{
    return a.size == b.size && str_same_bytes(a.data, b.data, a.size);
}

static inline bool str_is(struct str a, const char *text)
{
    return str_eq(a, str_of(text));
}

/* As PostgreSQL writes a UUID, in either case. */
bool str_is_uuid(struct str text);

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

enum { I64_BYTES_MAX = 20 };

/* Its decimal digits, at the end of room. */
struct str str_from_i64(int64_t value, char room[I64_BYTES_MAX]);

#endif
