#include "body_document.h"

#include "base/utf8.h"

static const char begin[] = "{\"query\":\"\"";

static const char escapes[256] = {
    ['"'] = '"',  ['\\'] = '\\', ['b'] = '\b', ['f'] = '\f',
    ['n'] = '\n', ['r'] = '\r',  ['t'] = '\t',
};

static struct str after(struct str text, size_t offset)
{
    return (struct str){ text.data + offset, text.size - offset };
}

static void skip_blanks(struct str *text)
{
    size_t i = 0;

    while (i < text->size && strchr(" \t\r\n", text->data[i]) != NULL && text->data[i] != '\0')
        i++;
    *text = after(*text, i);
}

static bool skip(struct str *text, struct str word)
{
    skip_blanks(text);
    if (!str_starts(*text, word)) return false;
    *text = after(*text, word.size);
    return true;
}

/* Reads up to and over the closing quote; false where this is not a plain string. */
static bool decode(struct str *text, char *out, size_t *ret_size)
{
    unsigned char seen = 0;
    size_t size = 0;

    for (size_t i = 0; i < text->size; i++) {
        unsigned char c = (unsigned char)text->data[i];

        if (c == '"') {
            *ret_size = size;
            *text = after(*text, i + 1);
            return seen < 0x80 || utf8_check((struct str){ out, size }) == size;
        }
        if (c < 0x20) return false;
        seen |= c;
        if (c == '\\') {
            if (++i == text->size) return false;
            c = (unsigned char)escapes[(unsigned char)text->data[i]];
            if (c == '\0') return false;
        }
        out[size++] = (char)c;
    }
    return false;
}

bool body_take_document(struct str body, struct arena *arena, struct str *ret_document,
                        struct str *ret_rest)
{
    struct str rest = body, document;
    char *out;

    if (!skip(&rest, STR("{")) || !skip(&rest, STR("\"query\"")) || !skip(&rest, STR(":")) ||
        !skip(&rest, STR("\"")))
        return false;
    out = arena_alloc(arena, rest.size + sizeof(begin));
    document.data = out;
    if (!decode(&rest, out, &document.size)) return false;
    out += document.size;
    memcpy(out, begin, sizeof(begin) - 1);
    memcpy(out + sizeof(begin) - 1, rest.data, rest.size);
    *ret_document = document;
    *ret_rest = (struct str){ out, sizeof(begin) - 1 + rest.size };
    return true;
}
