#include "graphql/language/schema_coordinate.h"

#include "base/buf.h"
#include "graphql/language/character.h"

enum token_kind { TOKEN_END, TOKEN_NAME, TOKEN_PUNCTUATOR };

struct token {
    enum token_kind kind;
    struct str text;
    uint32_t offset;
};

struct reader {
    struct str source;
    struct gql_errors *errors;
    struct token token;
    size_t at; /* behind the token */
    enum status status;
};

static void fail(struct reader *reader, size_t at, struct str why)
{
    uint32_t offset = (uint32_t)at;

    if (reader->status != MC_OK) return;
    reader->status = MC_SYNTAX;
    gql_errors_add(reader->errors, MC_SYNTAX, reader->source, &offset, 1, "Syntax Error: %.*s",
                   STR_PRINT(why));
}

static bool is_name_start(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_punctuator(char c)
{
    return c == '.' || c == '(' || c == ')' || c == ':' || c == '@';
}

static void advance(struct reader *reader)
{
    struct str source = reader->source;
    size_t start = reader->at, end = start;
    struct str found;

    if (start < source.size && is_name_start(source.data[start]))
        while (end < source.size && (is_name_start(source.data[end]) ||
                                     (source.data[end] >= '0' && source.data[end] <= '9')))
            end++;
    else if (start < source.size && is_punctuator(source.data[start]))
        end++;
    reader->token = (struct token){ .kind = start == source.size                ? TOKEN_END
                                            : is_name_start(source.data[start]) ? TOKEN_NAME
                                                                                : TOKEN_PUNCTUATOR,
                                    .text = { source.data + start, end - start },
                                    .offset = (uint32_t)start };
    reader->at = end;
    if (reader->token.kind == TOKEN_END || end > start) return;
    found = character_text(reader->errors->arena, source, start);
    fail(reader, start,
         arena_printf(reader->errors->arena, "Invalid character: %.*s.", STR_PRINT(found)));
}

/* Name "x", ".", <EOF>: as graphql-js shows a token. */
static void fail_expected(struct reader *reader, const char *expected)
{
    const struct token *token = &reader->token;
    const char *kind = token->kind == TOKEN_NAME ? "Name " : "";
    const char *quote = token->kind == TOKEN_END ? "" : "\"";
    struct str shown = token->kind == TOKEN_END ? STR("<EOF>") : token->text;

    fail(reader, token->offset,
         arena_printf(reader->errors->arena, "Expected %s, found %s%s%.*s%s.", expected, kind,
                      quote, STR_PRINT(shown), quote));
}

static struct str take_name(struct reader *reader)
{
    struct str name = reader->token.text;

    if (reader->status != MC_OK) return STR_NONE;
    if (reader->token.kind != TOKEN_NAME) {
        fail_expected(reader, "Name");
        return STR_NONE;
    }
    advance(reader);
    return name;
}

static bool take_if(struct reader *reader, const char *punctuator)
{
    if (reader->status != MC_OK || reader->token.kind != TOKEN_PUNCTUATOR ||
        !str_is(reader->token.text, punctuator))
        return false;
    advance(reader);
    return true;
}

static void take(struct reader *reader, const char *punctuator)
{
    char quoted[4] = { '"', punctuator[0], '"', 0 };

    if (reader->status == MC_OK && !take_if(reader, punctuator)) fail_expected(reader, quoted);
}

enum status parse_schema_coordinate(struct str source, struct gql_errors *errors,
                                    struct schema_coordinate *ret_coordinate)
{
    struct reader reader = { .source = source, .errors = errors };
    struct schema_coordinate found = { 0 };

    advance(&reader);
    found.is_directive = take_if(&reader, "@");
    found.name = take_name(&reader);
    if (!found.is_directive && take_if(&reader, ".")) found.member = take_name(&reader);
    if ((found.is_directive || found.member.data != NULL) && take_if(&reader, "(")) {
        found.argument = take_name(&reader);
        take(&reader, ":");
        take(&reader, ")");
    }
    if (reader.status == MC_OK && reader.token.kind != TOKEN_END) fail_expected(&reader, "<EOF>");
    if (reader.status == MC_OK) *ret_coordinate = found;
    return reader.status;
}

void print_schema_coordinate(struct buf *out, const struct schema_coordinate *coordinate)
{
    if (coordinate->is_directive) buf_add_char(out, '@');
    buf_add(out, coordinate->name);
    if (coordinate->member.data != NULL) buf_add_char(out, '.');
    buf_add(out, coordinate->member);
    if (coordinate->argument.data == NULL) return;
    buf_add_char(out, '(');
    buf_add(out, coordinate->argument);
    buf_add(out, STR(":)"));
}
