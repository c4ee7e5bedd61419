#include "graphql/language/lexer.h"

#include "graphql/language/character.h"

static const struct {
    const char *name;
    bool punctuator;
} kinds[] = {
#define TOKEN_ROW(symbol, name, punctuator) { name, punctuator },
    TOKEN_TABLE(TOKEN_ROW)
#undef TOKEN_ROW
};

struct str token_kind_text(struct arena *arena, enum token_kind kind)
{
    if (!kinds[kind].punctuator) return str_of(kinds[kind].name);
    return arena_printf(arena, "\"%s\"", kinds[kind].name);
}

struct str token_text(struct arena *arena, const struct token *token)
{
    struct str kind = token_kind_text(arena, token->kind);

    if (token->value.data == NULL) return kind;
    return arena_printf(arena, "%.*s \"%.*s\"", STR_PRINT(kind), STR_PRINT(token->value));
}

void lexer_init(struct lexer *lexer, struct arena *arena, struct str source, uint32_t tokens_max,
                struct gql_errors *errors)
{
    *lexer = (struct lexer){
        .source = source, .arena = arena, .errors = errors, .tokens_max = tokens_max
    };
}

enum status lexer_fail(struct lexer *lexer, uint32_t offset, const char *format, ...)
{
    va_list arguments;
    struct str what;

    va_start(arguments, format);
    what = arena_vprintf(lexer->arena, format, arguments);
    va_end(arguments);
    gql_errors_add(lexer->errors, MC_SYNTAX, lexer->source, &offset, 1, "Syntax Error: %.*s",
                   STR_PRINT(what));
    return MC_SYNTAX;
}

/* -1 at the end of the source. */
static int byte_at(const struct lexer *lexer, uint32_t offset)
{
    return offset < lexer->source.size ? (unsigned char)lexer->source.data[offset] : -1;
}

static bool is_digit(int c)
{
    return c >= '0' && c <= '9';
}

static bool is_name_start(int c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static struct str show(struct lexer *lexer, uint32_t offset)
{
    return character_text(lexer->arena, lexer->source, offset);
}

static void skip_ignored(struct lexer *lexer)
{
    static const struct str byte_order_mark = STR_INIT("\xef\xbb\xbf");

    for (;;) {
        int c = byte_at(lexer, lexer->position);

        if (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == ',') {
            lexer->position++;
        } else if (c == '#') {
            while (c >= 0 && c != '\n' && c != '\r')
                c = byte_at(lexer, ++lexer->position);
        } else if (c == 0xef && str_starts((struct str){ lexer->source.data + lexer->position,
                                                         lexer->source.size - lexer->position },
                                           byte_order_mark)) {
            lexer->position += (uint32_t)byte_order_mark.size;
        } else {
            return;
        }
    }
}

static enum status punctuator(struct lexer *lexer, enum token_kind kind, struct token *ret_token)
{
    uint32_t size = kind == TOKEN_SPREAD ? 3 : 1;

    *ret_token = (struct token){ kind, lexer->position, size, STR_NONE };
    lexer->position += size;
    return MC_OK;
}

static enum status valued(struct lexer *lexer, enum token_kind kind, uint32_t end,
                          struct token *ret_token)
{
    uint32_t start = lexer->position;

    *ret_token =
        (struct token){ kind, start, end - start, { lexer->source.data + start, end - start } };
    lexer->position = end;
    return MC_OK;
}

static enum status name(struct lexer *lexer, struct token *ret_token)
{
    uint32_t end = lexer->position;

    while (is_name_start(byte_at(lexer, end)) || is_digit(byte_at(lexer, end)))
        end++;
    return valued(lexer, TOKEN_NAME, end, ret_token);
}

static enum status digits(struct lexer *lexer, uint32_t *end)
{
    if (!is_digit(byte_at(lexer, *end))) {
        struct str found = show(lexer, *end);

        return lexer_fail(lexer, *end, "Invalid number, expected digit but got: %.*s.",
                          STR_PRINT(found));
    }
    while (is_digit(byte_at(lexer, *end)))
        (*end)++;
    return MC_OK;
}

static enum status integer_part(struct lexer *lexer, uint32_t *end)
{
    if (byte_at(lexer, *end) == '-') (*end)++;
    if (byte_at(lexer, *end) != '0') return digits(lexer, end);
    (*end)++;
    if (!is_digit(byte_at(lexer, *end))) return MC_OK;
    struct str found = show(lexer, *end);

    return lexer_fail(lexer, *end, "Invalid number, unexpected digit after 0: %.*s.",
                      STR_PRINT(found));
}

static enum status number(struct lexer *lexer, struct token *ret_token)
{
    enum token_kind kind = TOKEN_INT;
    uint32_t end = lexer->position;
    enum status status = integer_part(lexer, &end);

    if (status == MC_OK && byte_at(lexer, end) == '.') {
        kind = TOKEN_FLOAT;
        end++;
        status = digits(lexer, &end);
    }
    if (status == MC_OK && (byte_at(lexer, end) == 'e' || byte_at(lexer, end) == 'E')) {
        kind = TOKEN_FLOAT;
        end++;
        if (byte_at(lexer, end) == '+' || byte_at(lexer, end) == '-') end++;
        status = digits(lexer, &end);
    }
    if (status != MC_OK) return status;
    if (byte_at(lexer, end) == '.' || is_name_start(byte_at(lexer, end))) {
        struct str found = show(lexer, end);

        return lexer_fail(lexer, end, "Invalid number, expected digit but got: %.*s.",
                          STR_PRINT(found));
    }
    return valued(lexer, kind, end, ret_token);
}

static enum status dots(struct lexer *lexer, struct token *ret_token)
{
    uint32_t start = lexer->position, end = start + 1;

    if (byte_at(lexer, end) == '.' && byte_at(lexer, end + 1) == '.')
        return punctuator(lexer, TOKEN_SPREAD, ret_token);
    if (byte_at(lexer, end) == '.')
        return lexer_fail(lexer, start, "Unexpected \"..\", did you mean \"...\"?");
    if (!is_digit(byte_at(lexer, end)))
        return lexer_fail(lexer, start, "Unexpected character: \".\".");
    while (is_digit(byte_at(lexer, end)))
        end++;
    return lexer_fail(lexer, start,
                      "Invalid number, expected digit before \".\", did you mean \"0.%.*s\"?",
                      (int)(end - start - 1), lexer->source.data + start + 1);
}

static enum status quoted(struct lexer *lexer, struct token *ret_token)
{
    bool block =
        byte_at(lexer, lexer->position + 1) == '"' && byte_at(lexer, lexer->position + 2) == '"';

    return block ? lexer_block_string(lexer, ret_token) : lexer_string(lexer, ret_token);
}

static enum status unexpected(struct lexer *lexer)
{
    struct str found = show(lexer, lexer->position);

    if (byte_at(lexer, lexer->position) == '\'')
        return lexer_fail(
            lexer, lexer->position,
            "Unexpected single quote character ('), did you mean to use a double quote (\")?");
    return lexer_fail(lexer, lexer->position, "Unexpected character: %.*s.", STR_PRINT(found));
}

static enum token_kind punctuator_of(int c)
{
    static const enum token_kind table[128] = {
        ['!'] = TOKEN_BANG,      ['$'] = TOKEN_DOLLAR,  ['&'] = TOKEN_AMP,
        ['('] = TOKEN_PAREN_L,   [')'] = TOKEN_PAREN_R, [':'] = TOKEN_COLON,
        ['='] = TOKEN_EQUALS,    ['@'] = TOKEN_AT,      ['['] = TOKEN_BRACKET_L,
        [']'] = TOKEN_BRACKET_R, ['{'] = TOKEN_BRACE_L, ['|'] = TOKEN_PIPE,
        ['}'] = TOKEN_BRACE_R,
    };

    return c < 0 || c > 127 ? TOKEN_EOF : table[c];
}

enum status lexer_next(struct lexer *lexer, struct token *ret_token)
{
    int c;

    skip_ignored(lexer);
    c = byte_at(lexer, lexer->position);
    if (c < 0) {
        *ret_token = (struct token){ TOKEN_EOF, lexer->position, 0, STR_NONE };
        return MC_OK;
    }
    if (++lexer->token_count > lexer->tokens_max) {
        gql_errors_add(lexer->errors, MC_LIMIT, lexer->source, &lexer->position, 1,
                       "The document has more than %u tokens.", lexer->tokens_max);
        return MC_LIMIT;
    }
    if (punctuator_of(c) != TOKEN_EOF) return punctuator(lexer, punctuator_of(c), ret_token);
    if (is_name_start(c)) return name(lexer, ret_token);
    if (is_digit(c) || c == '-') return number(lexer, ret_token);
    if (c == '"') return quoted(lexer, ret_token);
    if (c == '.') return dots(lexer, ret_token);
    return unexpected(lexer);
}
