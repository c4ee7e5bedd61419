/* A table of ranges instead of a library: Vietnamese has 134 accented letters, all in these. */
#include "fold.h"

#include "base/utf8.h"

static const struct {
    uint32_t first, last;
    char base;
} letters[] = {
    { 0xc0, 0xc5, 'a' },     { 0xc7, 0xc7, 'c' },     { 0xc8, 0xcb, 'e' },
    { 0xcc, 0xcf, 'i' },     { 0xd1, 0xd1, 'n' },     { 0xd2, 0xd6, 'o' },
    { 0xd9, 0xdc, 'u' },     { 0xdd, 0xdd, 'y' },     { 0xe0, 0xe5, 'a' },
    { 0xe7, 0xe7, 'c' },     { 0xe8, 0xeb, 'e' },     { 0xec, 0xef, 'i' },
    { 0xf1, 0xf1, 'n' },     { 0xf2, 0xf6, 'o' },     { 0xf9, 0xfc, 'u' },
    { 0xfd, 0xfd, 'y' },     { 0xff, 0xff, 'y' },     { 0x102, 0x103, 'a' },
    { 0x110, 0x111, 'd' },   { 0x128, 0x129, 'i' },   { 0x168, 0x169, 'u' },
    { 0x1a0, 0x1a1, 'o' },   { 0x1af, 0x1b0, 'u' },   { 0x1ea0, 0x1eb7, 'a' },
    { 0x1eb8, 0x1ec7, 'e' }, { 0x1ec8, 0x1ecb, 'i' }, { 0x1ecc, 0x1ee3, 'o' },
    { 0x1ee4, 0x1ef1, 'u' }, { 0x1ef2, 0x1ef9, 'y' },
};

static const uint32_t combining_first = 0x300, combining_last = 0x36f;

static char base_of(uint32_t code)
{
    if (code >= 'A' && code <= 'Z') return (char)(code - 'A' + 'a');
    for (size_t i = 0; i < sizeof(letters) / sizeof(letters[0]); i++)
        if (code >= letters[i].first && code <= letters[i].last) return letters[i].base;
    return '\0';
}

struct str fold_text(struct arena *arena, struct str text)
{
    char *out = arena_alloc(arena, text.size + 1);
    size_t size = 0, at = 0;

    while (at < text.size) {
        size_t start = at;
        uint32_t code = utf8_next(text, &at);
        char base = base_of(code);

        if (code >= combining_first && code <= combining_last) continue;
        if (base != '\0') {
            out[size++] = base;
            continue;
        }
        memcpy(out + size, text.data + start, at - start);
        size += at - start;
    }
    return (struct str){ out, size };
}

bool fold_matches(struct str haystack, struct str needle)
{
    while (needle.data != NULL) {
        struct str word = str_split(&needle, ' ');

        if (word.size > 0 && memmem(haystack.data, haystack.size, word.data, word.size) == NULL)
            return false;
    }
    return true;
}
