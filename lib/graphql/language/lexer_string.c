/* Strings: cooked in one pass; a string without escapes is a view of the source. */
#include "base/buf.h"
#include "base/utf8.h"
#include "graphql/language/lexer.h"

static int byte_at(const struct lexer *lexer, uint32_t offset)
{
    return offset < lexer->source.size ? (unsigned char)lexer->source.data[offset] : -1;
}

static int hex_value(int c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

/* A piece of the source for a message: so many characters, or what is left of the line. */
static struct str excerpt(const struct lexer *lexer, uint32_t offset, uint32_t characters)
{
    size_t end = offset;

    while (characters-- > 0 && end < lexer->source.size)
        (void)utf8_next(lexer->source, &end);
    return (struct str){ lexer->source.data + offset, end - offset };
}

static bool is_scalar(int64_t code)
{
    return (code >= 0 && code < 0xd800) || (code > 0xdfff && code <= 0x10ffff);
}

static enum status bad_escape(struct lexer *lexer, uint32_t offset, uint32_t characters)
{
    struct str found = excerpt(lexer, offset, characters);

    return lexer_fail(lexer, offset, "Invalid Unicode escape sequence: \"%.*s\".",
                      STR_PRINT(found));
}

static int64_t hex4(const struct lexer *lexer, uint32_t offset)
{
    int64_t code = 0;

    for (uint32_t i = 0; i < 4; i++) {
        int value = hex_value(byte_at(lexer, offset + i));

        if (value < 0) return -1;
        code = code << 4 | value;
    }
    return code;
}

/* \u{...}: at most eight digits. */
static enum status braced_escape(struct lexer *lexer, uint32_t *position, uint32_t *ret_code)
{
    int64_t code = 0;
    uint32_t size = 3;

    while (size < 12) {
        int c = byte_at(lexer, *position + size++);

        if (c == '}') {
            if (size < 5 || !is_scalar(code)) break;
            *ret_code = (uint32_t)code;
            *position += size;
            return MC_OK;
        }
        if (hex_value(c) < 0) break;
        code = code << 4 | hex_value(c);
    }
    return bad_escape(lexer, *position, size);
}

static enum status fixed_escape(struct lexer *lexer, uint32_t *position, uint32_t *ret_code)
{
    int64_t code = hex4(lexer, *position + 2), low;

    if (is_scalar(code)) {
        *ret_code = (uint32_t)code;
        *position += 6;
        return MC_OK;
    }
    if (code >= 0xd800 && code <= 0xdbff && byte_at(lexer, *position + 6) == '\\' &&
        byte_at(lexer, *position + 7) == 'u') {
        low = hex4(lexer, *position + 8);
        if (low >= 0xdc00 && low <= 0xdfff) {
            *ret_code = (uint32_t)(0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00));
            *position += 12;
            return MC_OK;
        }
    }
    return bad_escape(lexer, *position, 6);
}

static enum status escape(struct lexer *lexer, uint32_t *position, struct buf *out)
{
    static const char plain[] = "\"\"\\\\//b\bf\fn\nr\rt\t";
    int c = byte_at(lexer, *position + 1);
    uint32_t code = 0;
    enum status status;
    char bytes[4];

    if (c == 'u') {
        status = byte_at(lexer, *position + 2) == '{' ? braced_escape(lexer, position, &code)
                                                      : fixed_escape(lexer, position, &code);
        if (status == MC_OK) buf_add(out, (struct str){ bytes, utf8_encode(code, bytes) });
        return status;
    }
    for (size_t i = 0; c > 0 && i + 1 < sizeof(plain); i += 2) {
        if (plain[i] != c) continue;
        buf_add_char(out, plain[i + 1]);
        *position += 2;
        return MC_OK;
    }
    struct str found = excerpt(lexer, *position, 2);

    return lexer_fail(lexer, *position, "Invalid character escape sequence: \"%.*s\".",
                      STR_PRINT(found));
}

static enum status cook(struct lexer *lexer, uint32_t *position, struct buf *out)
{
    enum status status = MC_OK;

    while (status == MC_OK) {
        int c = byte_at(lexer, *position);

        if (c == '"') return MC_OK;
        if (c < 0 || c == '\n' || c == '\r')
            return lexer_fail(lexer, *position, "Unterminated string.");
        if (c == '\\') {
            status = escape(lexer, position, out);
        } else {
            buf_add_char(out, (char)c);
            (*position)++;
        }
    }
    return status;
}

static bool is_closed_plain(const struct lexer *lexer, uint32_t *end)
{
    for (;; (*end)++) {
        int c = byte_at(lexer, *end);

        if (c == '"') return true;
        if (c < 0 || c == '\\' || c == '\n' || c == '\r') return false;
    }
}

enum status lexer_string(struct lexer *lexer, struct token *ret_token)
{
    uint32_t start = lexer->position, end = start + 1;
    struct str value = { lexer->source.data + start + 1, 0 };
    enum status status = MC_OK;

    if (is_closed_plain(lexer, &end)) {
        value.size = end - start - 1;
    } else {
        struct buf cooked;

        buf_init(&cooked, lexer->source.size);
        end = start + 1;
        status = cook(lexer, &end, &cooked);
        value = arena_str(lexer->arena, buf_str(&cooked));
        buf_done(&cooked);
    }
    if (status != MC_OK) return status;
    *ret_token = (struct token){ TOKEN_STRING, start, end + 1 - start, value };
    lexer->position = end + 1;
    return MC_OK;
}

static size_t leading_blanks(struct str line)
{
    size_t blanks = 0;

    while (blanks < line.size && (line.data[blanks] == ' ' || line.data[blanks] == '\t'))
        blanks++;
    return blanks;
}

/* Takes the next line off the front; lines end at LF (others were turned into it). */
static struct str take_line(struct str *rest)
{
    return str_split(rest, '\n');
}

struct block_shape {
    size_t indent;      /* common to all lines but the first */
    size_t first, last; /* lines that are not blank, inclusive; first > last: none */
};

static struct block_shape measure(struct str text)
{
    struct block_shape shape = { SIZE_MAX, SIZE_MAX, 0 };
    bool any = false;

    for (size_t number = 0; text.data != NULL; number++) {
        struct str line = take_line(&text);
        size_t blanks = leading_blanks(line);

        if (blanks == line.size) continue;
        if (!any) shape.first = number;
        any = true;
        shape.last = number;
        if (number > 0 && blanks < shape.indent) shape.indent = blanks;
    }
    if (shape.indent == SIZE_MAX) shape.indent = 0;
    return shape;
}

/* Specification: BlockStringValue. */
static struct str dedent(struct arena *arena, struct str text)
{
    struct block_shape shape = measure(text);
    char *out = arena_alloc(arena, text.size + 1);
    size_t size = 0;

    for (size_t number = 0; text.data != NULL && number <= shape.last; number++) {
        struct str line = take_line(&text);
        size_t cut = number == 0 ? 0 : shape.indent;

        if (number < shape.first) continue;
        if (cut > line.size) cut = line.size;
        if (number > shape.first) out[size++] = '\n';
        memcpy(out + size, line.data + cut, line.size - cut);
        size += line.size - cut;
    }
    return (struct str){ out, size };
}

/* The raw text with \""" resolved and every line end as LF; ends at the closing quotes. */
static enum status read_block(struct lexer *lexer, uint32_t *position, struct buf *raw)
{
    static const struct str quotes = STR_INIT("\"\"\""), escaped = STR_INIT("\\\"\"\"");

    for (;;) {
        int c = byte_at(lexer, *position);

        if (c < 0) return lexer_fail(lexer, *position, "Unterminated string.");
        struct str rest = { lexer->source.data + *position, lexer->source.size - *position };

        if (str_starts(rest, quotes)) return MC_OK;
        if (str_starts(rest, escaped)) {
            buf_add(raw, quotes);
            *position += 4;
        } else if (c == '\r') {
            buf_add_char(raw, '\n');
            *position += byte_at(lexer, *position + 1) == '\n' ? 2 : 1;
        } else {
            buf_add_char(raw, (char)c);
            (*position)++;
        }
    }
}

enum status lexer_block_string(struct lexer *lexer, struct token *ret_token)
{
    uint32_t start = lexer->position, end = start + 3;
    struct buf raw;
    enum status status;

    buf_init(&raw, lexer->source.size);
    status = read_block(lexer, &end, &raw);
    if (status == MC_OK) {
        *ret_token = (struct token){ TOKEN_BLOCK_STRING, start, end + 3 - start,
                                     dedent(lexer->arena, buf_str(&raw)) };
        lexer->position = end + 3;
    }
    buf_done(&raw);
    return status;
}
