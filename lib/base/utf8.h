/*
 * utf8.h - strict UTF-8 (RFC 3629: no surrogates, no overlong forms, at most U+10FFFF).
 */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include "base/str.h"

/* The offset of the first byte that breaks the rules; text.size when all is well. */
size_t utf8_check(struct str text);

/* Writes 1-4 bytes; returns how many. code_point must be a scalar value. */
size_t utf8_encode(uint32_t code_point, char out[4]);

/* Reads the scalar at offset of valid UTF-8 and advances it. */
uint32_t utf8_next(struct str text, size_t *offset);

#endif
