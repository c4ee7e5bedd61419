/*
 * character.h - a character as syntax errors show it: "a", '"', U+00E9, <EOF>.
 */
#ifndef GRAPHQL_LANGUAGE_CHARACTER_H
#define GRAPHQL_LANGUAGE_CHARACTER_H

#include "base/arena.h"
#include "base/utf8.h"

/* source is valid UTF-8; at stands at a character of it or at its end. */
static inline struct str character_text(struct arena *arena, struct str source, size_t at)
{
    unsigned char c = at < source.size ? (unsigned char)source.data[at] : 0;

    if (at >= source.size) return STR("<EOF>");
    if (c == '"') return STR("'\"'");
    if (c >= 0x20 && c <= 0x7e) return arena_printf(arena, "\"%c\"", c);
    return arena_printf(arena, "U+%04X", (unsigned)utf8_next(source, &at));
}

#endif
