#include "base/utf8.h"

static bool is_tail(unsigned char byte)
{
    return (byte & 0xc0) == 0x80;
}

/* Bytes of the sequence that starts here, or 0 when it breaks the rules. */
static size_t sequence_size(const unsigned char *at, size_t left)
{
    if (at[0] < 0x80) return 1;
    if (at[0] < 0xc2 || at[0] > 0xf4) return 0;
    if (at[0] < 0xe0) return left >= 2 && is_tail(at[1]) ? 2 : 0;
    if (at[0] < 0xf0) {
        unsigned char low = at[0] == 0xe0 ? 0xa0 : 0x80;
        unsigned char high = at[0] == 0xed ? 0x9f : 0xbf;

        return left >= 3 && at[1] >= low && at[1] <= high && is_tail(at[2]) ? 3 : 0;
    }
    unsigned char low = at[0] == 0xf0 ? 0x90 : 0x80;
    unsigned char high = at[0] == 0xf4 ? 0x8f : 0xbf;

    return left >= 4 && at[1] >= low && at[1] <= high && is_tail(at[2]) && is_tail(at[3]) ? 4 : 0;
}

size_t utf8_check(struct str text)
{
    const unsigned char *bytes = (const unsigned char *)text.data;
    size_t offset = 0;

    while (offset < text.size) {
        size_t size = sequence_size(bytes + offset, text.size - offset);

        if (size == 0) return offset;
        offset += size;
    }
    return offset;
}

size_t utf8_encode(uint32_t code_point, char out[4])
{
    if (code_point < 0x80) {
        out[0] = (char)code_point;
        return 1;
    }
    if (code_point < 0x800) {
        out[0] = (char)(0xc0 | code_point >> 6);
        out[1] = (char)(0x80 | (code_point & 0x3f));
        return 2;
    }
    if (code_point < 0x10000) {
        out[0] = (char)(0xe0 | code_point >> 12);
        out[1] = (char)(0x80 | (code_point >> 6 & 0x3f));
        out[2] = (char)(0x80 | (code_point & 0x3f));
        return 3;
    }
    out[0] = (char)(0xf0 | code_point >> 18);
    out[1] = (char)(0x80 | (code_point >> 12 & 0x3f));
    out[2] = (char)(0x80 | (code_point >> 6 & 0x3f));
    out[3] = (char)(0x80 | (code_point & 0x3f));
    return 4;
}

uint32_t utf8_next(struct str text, size_t *offset)
{
    const unsigned char *at = (const unsigned char *)text.data + *offset;
    size_t size = sequence_size(at, text.size - *offset);
    uint32_t code_point;

    MC_ASSERT(size != 0);
    *offset += size;
    if (size == 1) return at[0];
    code_point = at[0] & (0x7fu >> size);
    for (size_t i = 1; i < size; i++)
        code_point = code_point << 6 | (at[i] & 0x3fu);
    return code_point;
}
