/* Values, types, arguments and directives: what executable and type system documents share. */
#include "graphql/language/parser_internal.h"

static struct ast_value *value_new(struct parser *parser, enum ast_value_kind kind)
{
    struct ast_value *value = PARSER_NEW(parser, struct ast_value);

    value->kind = kind;
    value->offset = parser->token.offset;
    value->text = parser->token.value;
    return value;
}

static struct ast_value *read_list(struct parser *parser, bool constant)
{
    struct ast_value *list = value_new(parser, AST_LIST);
    struct ast_value **tail = &list->items;

    parser_expect(parser, TOKEN_BRACKET_L);
    while (parser_more(parser, TOKEN_BRACKET_R)) {
        struct ast_value *item = read_value(parser, constant);

        PARSER_APPEND(parser, tail, item);
    }
    return list;
}

static struct ast_argument *read_argument(struct parser *parser, bool constant)
{
    struct ast_argument *argument = PARSER_NEW(parser, struct ast_argument);

    argument->name = read_name(parser);
    parser_expect(parser, TOKEN_COLON);
    argument->value = read_value(parser, constant);
    return argument;
}

static struct ast_value *read_object(struct parser *parser, bool constant)
{
    struct ast_value *object = value_new(parser, AST_OBJECT);
    struct ast_argument **tail = &object->fields;

    parser_expect(parser, TOKEN_BRACE_L);
    while (parser_more(parser, TOKEN_BRACE_R)) {
        struct ast_argument *field = read_argument(parser, constant);

        PARSER_APPEND(parser, tail, field);
    }
    return object;
}

static struct ast_value *read_word(struct parser *parser)
{
    bool boolean = parser_at_word(parser, "true") || parser_at_word(parser, "false");
    enum ast_value_kind kind = boolean                          ? AST_BOOLEAN
                               : parser_at_word(parser, "null") ? AST_NULL
                                                                : AST_ENUM;
    struct ast_value *value = value_new(parser, kind);

    parser_advance(parser);
    return value;
}

static struct ast_value *read_variable_value(struct parser *parser, bool constant)
{
    struct ast_value *value = value_new(parser, AST_VARIABLE);
    uint32_t offset = parser->token.offset;

    if (constant) {
        struct lexer ahead = parser->lexer;
        struct token name;

        parser->status = lexer_next(&ahead, &name);
        if (parser->status == MC_OK && name.kind == TOKEN_NAME)
            parser_refuse(parser, offset, "Unexpected variable \"$%.*s\" in constant value.",
                          STR_PRINT(name.value));
        else
            parser_unexpected(parser);
        parser->token.kind = TOKEN_EOF;
        return value;
    }
    parser_expect(parser, TOKEN_DOLLAR);
    value->text = read_name(parser).text;
    return value;
}

static struct ast_value *read_scalar(struct parser *parser)
{
    static const struct {
        enum token_kind token;
        enum ast_value_kind value;
    } table[] = { { TOKEN_INT, AST_INT },
                  { TOKEN_FLOAT, AST_FLOAT },
                  { TOKEN_STRING, AST_STRING },
                  { TOKEN_BLOCK_STRING, AST_STRING } };

    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        if (!parser_at(parser, table[i].token)) continue;
        struct ast_value *value = value_new(parser, table[i].value);

        value->block = table[i].token == TOKEN_BLOCK_STRING;
        parser_advance(parser);
        return value;
    }
    parser_unexpected(parser);
    return NULL;
}

struct ast_value *read_value(struct parser *parser, bool constant)
{
    struct ast_value *value = NULL;

    if (!parser_enter(parser)) return NULL;
    if (parser_at(parser, TOKEN_BRACKET_L))
        value = read_list(parser, constant);
    else if (parser_at(parser, TOKEN_BRACE_L))
        value = read_object(parser, constant);
    else if (parser_at(parser, TOKEN_NAME))
        value = read_word(parser);
    else if (parser_at(parser, TOKEN_DOLLAR))
        value = read_variable_value(parser, constant);
    else
        value = read_scalar(parser);
    parser_leave(parser);
    return value;
}

struct ast_type *read_named_type(struct parser *parser)
{
    struct ast_type *type = PARSER_NEW(parser, struct ast_type);
    struct ast_name name = read_hashed_name(parser);

    type->kind = AST_TYPE_NAMED;
    type->offset = name.offset;
    type->name = name.text;
    type->hash = name.hash;
    return type;
}

static struct ast_type *wrap(struct parser *parser, enum ast_type_kind kind, uint32_t offset,
                             struct ast_type *of)
{
    struct ast_type *type = PARSER_NEW(parser, struct ast_type);

    type->kind = kind;
    type->offset = offset;
    type->of = of;
    return type;
}

struct ast_type *read_type(struct parser *parser)
{
    uint32_t offset = parser->token.offset;
    struct ast_type *type = NULL;

    if (!parser_enter(parser)) return NULL;
    if (parser_skip(parser, TOKEN_BRACKET_L)) {
        type = wrap(parser, AST_TYPE_LIST, offset, read_type(parser));
        parser_expect(parser, TOKEN_BRACKET_R);
    } else {
        type = read_named_type(parser);
    }
    if (parser_skip(parser, TOKEN_BANG)) type = wrap(parser, AST_TYPE_NON_NULL, offset, type);
    parser_leave(parser);
    return type;
}

struct ast_argument *read_arguments(struct parser *parser, bool constant)
{
    struct ast_argument *arguments = NULL, **tail = &arguments;

    if (!parser_skip(parser, TOKEN_PAREN_L)) return NULL;
    do {
        struct ast_argument *argument = read_argument(parser, constant);

        PARSER_APPEND(parser, tail, argument);
    } while (parser_more(parser, TOKEN_PAREN_R));
    return arguments;
}

struct ast_directive *read_directives(struct parser *parser, bool constant)
{
    struct ast_directive *directives = NULL, **tail = &directives;
    uint32_t count = 0;

    while (parser_at(parser, TOKEN_AT)) {
        struct ast_directive *directive = PARSER_NEW(parser, struct ast_directive);

        if (++count > parser->limits->directives_per_location_max) {
            gql_errors_add(parser->lexer.errors, MC_LIMIT, parser->lexer.source,
                           &parser->token.offset, 1, "More than %u directives stand here.",
                           parser->limits->directives_per_location_max);
            parser->status = MC_LIMIT;
            parser->token.kind = TOKEN_EOF;
            break;
        }
        directive->offset = parser_expect(parser, TOKEN_AT);
        directive->name = read_hashed_name(parser);
        directive->arguments = read_arguments(parser, constant);
        PARSER_APPEND(parser, tail, directive);
    }
    return directives;
}

enum ast_operation_kind read_operation_kind(struct parser *parser)
{
    static const struct {
        const char *word;
        enum ast_operation_kind kind;
    } table[] = { { "query", AST_QUERY },
                  { "mutation", AST_MUTATION },
                  { "subscription", AST_SUBSCRIPTION } };

    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
        if (parser_skip_word(parser, table[i].word)) return table[i].kind;
    if (parser_at(parser, TOKEN_NAME))
        parser_wrong_word(parser);
    else
        parser_expect(parser, TOKEN_NAME);
    return AST_QUERY;
}
