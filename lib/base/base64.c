#include "base/base64.h"

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

struct str base64url_encode(struct arena *arena, struct str bytes)
{
    char *text = arena_alloc(arena, (bytes.size + 2) / 3 * 4 + 1);
    size_t size = 0, bits = 0;
    uint32_t held = 0;

    for (size_t i = 0; i < bytes.size; i++) {
        held = held << 8 | (unsigned char)bytes.data[i];
        for (bits += 8; bits >= 6; bits -= 6)
            text[size++] = alphabet[held >> (bits - 6) & 63];
    }
    if (bits > 0) text[size++] = alphabet[held << (6 - bits) & 63];
    return (struct str){ text, size };
}

static int value_of(char c)
{
    const char *found = c == '\0' ? NULL : strchr(alphabet, c);

    return found == NULL ? -1 : (int)(found - alphabet);
}

enum status base64url_decode(struct arena *arena, struct str text, struct str *ret_bytes)
{
    char *bytes = arena_alloc(arena, text.size * 3 / 4 + 1);
    size_t size = 0, bits = 0;
    uint32_t held = 0;

    if (text.size % 4 == 1) return MC_BAD_INPUT;
    for (size_t i = 0; i < text.size; i++) {
        int value = value_of(text.data[i]);

        if (value < 0) return MC_BAD_INPUT;
        held = held << 6 | (uint32_t)value;
        bits += 6;
        if (bits < 8) continue;
        bits -= 8;
        bytes[size++] = (char)(held >> bits & 0xff);
    }
    if ((held & ((1u << bits) - 1)) != 0) return MC_BAD_INPUT;
    *ret_bytes = (struct str){ bytes, size };
    return MC_OK;
}
