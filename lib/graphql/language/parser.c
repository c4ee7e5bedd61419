#include "base/utf8.h"
#include "graphql/language/parser_internal.h"

const struct parser_limits parser_limits_wide = {
    .source_bytes_max = 64 * 1024 * 1024,
    .tokens_max = 8 * 1024 * 1024,
    .depth_max = 1000,
    .directives_per_location_max = 10000,
};

void parser_advance(struct parser *parser)
{
    if (parser->status == MC_OK) parser->status = lexer_next(&parser->lexer, &parser->token);
    if (parser->status != MC_OK) parser->token.kind = TOKEN_EOF;
}

void parser_refuse(struct parser *parser, uint32_t offset, const char *format, ...)
{
    va_list arguments;
    struct str what;

    if (parser->status != MC_OK) return;
    va_start(arguments, format);
    what = arena_vprintf(parser->lexer.arena, format, arguments);
    va_end(arguments);
    parser->status = lexer_fail(&parser->lexer, offset, "%.*s", STR_PRINT(what));
    parser->token.kind = TOKEN_EOF;
}

void parser_unexpected(struct parser *parser)
{
    struct str found = token_text(parser->lexer.arena, &parser->token);

    parser_refuse(parser, parser->token.offset, "Unexpected %.*s.", STR_PRINT(found));
}

void parser_wrong_word(struct parser *parser)
{
    struct token word = parser->token;
    struct str found = token_text(parser->lexer.arena, &word);

    parser_advance(parser);
    parser_refuse(parser, word.offset, "Unexpected %.*s.", STR_PRINT(found));
}

bool parser_at_word(const struct parser *parser, const char *word)
{
    return parser->token.kind == TOKEN_NAME && str_is(parser->token.value, word);
}

bool parser_skip(struct parser *parser, enum token_kind kind)
{
    if (parser->token.kind != kind || parser->status != MC_OK) return false;
    parser_advance(parser);
    return true;
}

bool parser_skip_word(struct parser *parser, const char *word)
{
    if (!parser_at_word(parser, word)) return false;
    parser_advance(parser);
    return true;
}

uint32_t parser_expect(struct parser *parser, enum token_kind kind)
{
    uint32_t offset = parser->token.offset;
    struct arena *arena = parser->lexer.arena;

    if (parser->status != MC_OK) return offset;
    if (parser->token.kind == kind) {
        parser_advance(parser);
        return offset;
    }
    struct str wanted = token_kind_text(arena, kind), found = token_text(arena, &parser->token);

    parser_refuse(parser, offset, "Expected %.*s, found %.*s.", STR_PRINT(wanted),
                  STR_PRINT(found));
    return offset;
}

void parser_expect_word(struct parser *parser, const char *word)
{
    if (parser->status != MC_OK || parser_skip_word(parser, word)) return;
    struct str found = token_text(parser->lexer.arena, &parser->token);

    parser_refuse(parser, parser->token.offset, "Expected \"%s\", found %.*s.", word,
                  STR_PRINT(found));
}

bool parser_more(struct parser *parser, enum token_kind close)
{
    if (parser->status != MC_OK) return false;
    return !parser_skip(parser, close);
}

bool parser_enter(struct parser *parser)
{
    if (parser->status != MC_OK) return false;
    if (++parser->depth <= parser->limits->depth_max) return true;
    gql_errors_add(parser->lexer.errors, MC_LIMIT, parser->lexer.source, &parser->token.offset, 1,
                   "The document is nested deeper than %u.", parser->limits->depth_max);
    parser->status = MC_LIMIT;
    parser->token.kind = TOKEN_EOF;
    return false;
}

void parser_leave(struct parser *parser)
{
    parser->depth--;
}

struct ast_name read_name(struct parser *parser)
{
    struct str text = parser->token.kind == TOKEN_NAME ? parser->token.value : STR("");
    uint32_t offset = parser_expect(parser, TOKEN_NAME);

    return (struct ast_name){ .text = text, .offset = offset };
}

struct ast_name read_hashed_name(struct parser *parser)
{
    struct ast_name name = read_name(parser);

    name.hash = hash_name(name.text);
    return name;
}

struct ast_value *read_description(struct parser *parser)
{
    if (!parser_at(parser, TOKEN_STRING) && !parser_at(parser, TOKEN_BLOCK_STRING)) return NULL;
    return read_value(parser, true);
}

static bool at_operation(const struct parser *parser)
{
    return parser_at_word(parser, "query") || parser_at_word(parser, "mutation") ||
           parser_at_word(parser, "subscription");
}

static struct ast_definition *read_definition(struct parser *parser)
{
    uint32_t start = parser->token.offset;
    struct ast_value *description = read_description(parser);
    struct ast_definition *definition;

    if (parser_at(parser, TOKEN_BRACE_L)) {
        if (description == NULL) return read_operation(parser, NULL);
        parser_refuse(parser, start,
                      "Unexpected description, descriptions are not supported on shorthand "
                      "queries.");
        return NULL;
    }
    if (at_operation(parser)) return read_operation(parser, description);
    if (parser_at_word(parser, "fragment")) return read_fragment(parser, description);
    definition = read_type_system(parser, description);
    if (definition != NULL) return definition;
    if (description != NULL && parser_at(parser, TOKEN_NAME)) {
        parser_refuse(parser, start,
                      "Unexpected description, only GraphQL definitions support descriptions.");
        return NULL;
    }
    if (parser_at_word(parser, "extend")) return read_extension(parser);
    parser_unexpected(parser);
    return NULL;
}

static enum status check_source(struct parser *parser)
{
    struct str source = parser->lexer.source;
    uint32_t offset;

    if (source.size > parser->limits->source_bytes_max) {
        gql_errors_add(parser->lexer.errors, MC_LIMIT, STR_NONE, NULL, 0,
                       "The document is longer than %u bytes.", parser->limits->source_bytes_max);
        return MC_LIMIT;
    }
    offset = (uint32_t)utf8_check(source);
    if (offset == source.size) return MC_OK;
    gql_errors_add(parser->lexer.errors, MC_SYNTAX, STR_NONE, NULL, 0,
                   "Syntax Error: The document is not UTF-8 at byte %u.", offset);
    return MC_SYNTAX;
}

static void parser_begin(struct parser *parser, struct arena *arena, struct str source,
                         const struct parser_limits *limits, struct gql_errors *errors)
{
    *parser = (struct parser){ .limits = limits };
    if (source.data == NULL) source = STR("");
    lexer_init(&parser->lexer, arena, source, limits->tokens_max, errors);
    parser->status = check_source(parser);
    parser_advance(parser);
}

static enum status parser_end(struct parser *parser)
{
    if (parser->status == MC_OK) parser_expect(parser, TOKEN_EOF);
    if (parser->status == MC_OK) parser->status = arena_status(parser->lexer.arena);
    return parser->status;
}

enum status parse_document(struct arena *arena, struct str source,
                           const struct parser_limits *limits, struct gql_errors *errors,
                           struct ast_document **ret_document)
{
    struct ast_document *document = ARENA_NEW(arena, struct ast_document);
    struct ast_definition **tail = &document->definitions;
    struct parser parser;

    parser_begin(&parser, arena, source, limits, errors);
    do {
        struct ast_definition *definition = read_definition(&parser);

        PARSER_APPEND(&parser, tail, definition);
    } while (parser.status == MC_OK && !parser_at(&parser, TOKEN_EOF));
    document->source = source;
    document->token_count = parser.lexer.token_count;
    document->selection_count = parser.selection_count;
    document->spread_count = parser.spread_count;
    if (parser_end(&parser) == MC_OK) *ret_document = document;
    return parser.status;
}

enum status parse_value(struct arena *arena, struct str source, bool constant,
                        struct gql_errors *errors, struct ast_value **ret_value)
{
    struct parser parser;
    struct ast_value *value;

    parser_begin(&parser, arena, source, &parser_limits_wide, errors);
    value = read_value(&parser, constant);
    if (parser_end(&parser) == MC_OK) *ret_value = value;
    return parser.status;
}

enum status parse_type(struct arena *arena, struct str source, struct gql_errors *errors,
                       struct ast_type **ret_type)
{
    struct parser parser;
    struct ast_type *type;

    parser_begin(&parser, arena, source, &parser_limits_wide, errors);
    type = read_type(&parser);
    if (parser_end(&parser) == MC_OK) *ret_type = type;
    return parser.status;
}
