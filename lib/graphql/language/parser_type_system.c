/* Definitions and extensions of the type system (specification section 3). */
#include "graphql/language/parser_internal.h"

static struct ast_definition *definition_new(struct parser *parser, enum ast_definition_kind kind,
                                             struct ast_value *description)
{
    struct ast_definition *definition = PARSER_NEW(parser, struct ast_definition);

    definition->kind = kind;
    definition->offset = parser->token.offset;
    definition->description = description;
    return definition;
}

static struct ast_field_definition *read_input_value(struct parser *parser)
{
    struct ast_field_definition *input = PARSER_NEW(parser, struct ast_field_definition);

    input->description = read_description(parser);
    input->name = read_name(parser);
    input->offset = input->name.offset;
    parser_expect(parser, TOKEN_COLON);
    input->type = read_type(parser);
    if (parser_skip(parser, TOKEN_EQUALS)) input->default_value = read_value(parser, true);
    input->directives = read_directives(parser, true);
    return input;
}

/* Inputs between an opening and a closing token; none when the opening one is not there. */
static struct ast_field_definition *read_inputs(struct parser *parser, enum token_kind open,
                                                enum token_kind close)
{
    struct ast_field_definition *inputs = NULL, **tail = &inputs;

    if (!parser_skip(parser, open)) return NULL;
    do {
        struct ast_field_definition *input = read_input_value(parser);

        PARSER_APPEND(parser, tail, input);
    } while (parser_more(parser, close));
    return inputs;
}

static struct ast_field_definition *read_field_definition(struct parser *parser)
{
    struct ast_field_definition *field = PARSER_NEW(parser, struct ast_field_definition);

    field->description = read_description(parser);
    field->name = read_name(parser);
    field->offset = field->name.offset;
    field->arguments = read_inputs(parser, TOKEN_PAREN_L, TOKEN_PAREN_R);
    parser_expect(parser, TOKEN_COLON);
    field->type = read_type(parser);
    field->directives = read_directives(parser, true);
    return field;
}

static struct ast_field_definition *read_fields(struct parser *parser)
{
    struct ast_field_definition *fields = NULL, **tail = &fields;

    if (!parser_skip(parser, TOKEN_BRACE_L)) return NULL;
    do {
        struct ast_field_definition *field = read_field_definition(parser);

        PARSER_APPEND(parser, tail, field);
    } while (parser_more(parser, TOKEN_BRACE_R));
    return fields;
}

/* Named types with a separator between and, maybe, in front. */
static struct ast_type *read_type_list(struct parser *parser, enum token_kind separator)
{
    struct ast_type *types = NULL, **tail = &types;

    (void)parser_skip(parser, separator);
    do {
        struct ast_type *type = read_named_type(parser);

        PARSER_APPEND(parser, tail, type);
    } while (parser_skip(parser, separator));
    return types;
}

static struct ast_root_type *read_root_types(struct parser *parser)
{
    struct ast_root_type *roots = NULL, **tail = &roots;

    do {
        struct ast_root_type *root = PARSER_NEW(parser, struct ast_root_type);

        root->offset = parser->token.offset;
        root->operation = read_operation_kind(parser);
        parser_expect(parser, TOKEN_COLON);
        root->type = read_named_type(parser);
        PARSER_APPEND(parser, tail, root);
    } while (parser_more(parser, TOKEN_BRACE_R));
    return roots;
}

static struct ast_definition *read_schema(struct parser *parser, struct ast_definition *schema)
{
    schema->directives = read_directives(parser, true);
    if (schema->extends && !parser_at(parser, TOKEN_BRACE_L)) return schema;
    parser_expect(parser, TOKEN_BRACE_L);
    if (parser->status == MC_OK) schema->root_types = read_root_types(parser);
    return schema;
}

static struct ast_definition *read_scalar_type(struct parser *parser, struct ast_definition *type)
{
    type->name = read_name(parser);
    type->directives = read_directives(parser, true);
    return type;
}

/* Objects and interfaces alike. */
static struct ast_definition *read_object_type(struct parser *parser, struct ast_definition *type)
{
    type->name = read_name(parser);
    if (parser_skip_word(parser, "implements"))
        type->interfaces = read_type_list(parser, TOKEN_AMP);
    type->directives = read_directives(parser, true);
    type->fields = read_fields(parser);
    return type;
}

static struct ast_definition *read_union_type(struct parser *parser, struct ast_definition *type)
{
    type->name = read_name(parser);
    type->directives = read_directives(parser, true);
    if (parser_skip(parser, TOKEN_EQUALS)) type->members = read_type_list(parser, TOKEN_PIPE);
    return type;
}

static struct ast_enum_value *read_enum_value(struct parser *parser)
{
    struct ast_enum_value *value = PARSER_NEW(parser, struct ast_enum_value);

    value->description = read_description(parser);
    value->offset = parser->token.offset;
    if (parser_at_word(parser, "true") || parser_at_word(parser, "false") ||
        parser_at_word(parser, "null")) {
        struct str name = parser->token.value;

        parser_refuse(parser, value->offset,
                      "Name \"%.*s\" is reserved and cannot be used for an enum value.",
                      STR_PRINT(name));
    }
    value->name = read_name(parser);
    value->directives = read_directives(parser, true);
    return value;
}

static struct ast_definition *read_enum_type(struct parser *parser, struct ast_definition *type)
{
    struct ast_enum_value **tail = &type->values;

    type->name = read_name(parser);
    type->directives = read_directives(parser, true);
    if (!parser_skip(parser, TOKEN_BRACE_L)) return type;
    do {
        struct ast_enum_value *value = read_enum_value(parser);

        PARSER_APPEND(parser, tail, value);
    } while (parser_more(parser, TOKEN_BRACE_R));
    return type;
}

static struct ast_definition *read_input_type(struct parser *parser, struct ast_definition *type)
{
    type->name = read_name(parser);
    type->directives = read_directives(parser, true);
    type->fields = read_inputs(parser, TOKEN_BRACE_L, TOKEN_BRACE_R);
    return type;
}

static const char *const directive_locations[] = {
    "QUERY",
    "MUTATION",
    "SUBSCRIPTION",
    "FIELD",
    "FRAGMENT_SPREAD",
    "FRAGMENT_DEFINITION",
    "FRAGMENT_VARIABLE_DEFINITION",
    "INLINE_FRAGMENT",
    "VARIABLE_DEFINITION",
    "SCHEMA",
    "SCALAR",
    "OBJECT",
    "FIELD_DEFINITION",
    "ARGUMENT_DEFINITION",
    "INTERFACE",
    "UNION",
    "ENUM",
    "ENUM_VALUE",
    "INPUT_OBJECT",
    "INPUT_FIELD_DEFINITION",
};

enum { LOCATIONS = sizeof(directive_locations) / sizeof(directive_locations[0]) };

static struct ast_name read_location(struct parser *parser)
{
    for (size_t i = 0; i < LOCATIONS; i++)
        if (parser_at_word(parser, directive_locations[i])) return read_name(parser);
    if (parser_at(parser, TOKEN_NAME)) parser_wrong_word(parser);
    return read_name(parser);
}

static struct ast_definition *read_directive_definition(struct parser *parser,
                                                        struct ast_definition *directive)
{
    size_t capacity = 4;

    parser_expect(parser, TOKEN_AT);
    directive->name = read_name(parser);
    directive->arguments = read_inputs(parser, TOKEN_PAREN_L, TOKEN_PAREN_R);
    directive->repeatable = parser_skip_word(parser, "repeatable");
    parser_expect_word(parser, "on");
    (void)parser_skip(parser, TOKEN_PIPE);
    directive->locations = ARENA_ARRAY(parser->lexer.arena, capacity, struct ast_name);
    do {
        if (directive->location_count == capacity) {
            struct ast_name *wider =
                ARENA_ARRAY(parser->lexer.arena, capacity * 2, struct ast_name);

            memcpy(wider, directive->locations, capacity * sizeof(*wider));
            directive->locations = wider;
            capacity *= 2;
        }
        directive->locations[directive->location_count++] = read_location(parser);
    } while (parser_skip(parser, TOKEN_PIPE));
    return directive;
}

static const struct {
    const char *word;
    enum ast_definition_kind kind;
    bool extensible;
    struct ast_definition *(*read)(struct parser *parser, struct ast_definition *definition);
} keywords[] = {
    { "schema", AST_SCHEMA, true, read_schema },
    { "scalar", AST_SCALAR_TYPE, true, read_scalar_type },
    { "type", AST_OBJECT_TYPE, true, read_object_type },
    { "interface", AST_INTERFACE_TYPE, true, read_object_type },
    { "union", AST_UNION_TYPE, true, read_union_type },
    { "enum", AST_ENUM_TYPE, true, read_enum_type },
    { "input", AST_INPUT_TYPE, true, read_input_type },
    { "directive", AST_DIRECTIVE_DEFINITION, false, read_directive_definition },
};

enum { KEYWORDS = sizeof(keywords) / sizeof(keywords[0]) };

struct ast_definition *read_type_system(struct parser *parser, struct ast_value *description)
{
    for (size_t i = 0; i < KEYWORDS; i++) {
        struct ast_definition *definition;

        if (!parser_at_word(parser, keywords[i].word)) continue;
        definition = definition_new(parser, keywords[i].kind, description);
        parser_advance(parser);
        return keywords[i].read(parser, definition);
    }
    return NULL;
}

/* An extension must add something. */
static bool is_empty(const struct ast_definition *extension)
{
    return extension->directives == NULL && extension->root_types == NULL &&
           extension->interfaces == NULL && extension->fields == NULL &&
           extension->members == NULL && extension->values == NULL;
}

struct ast_definition *read_extension(struct parser *parser)
{
    uint32_t offset = parser->token.offset;

    parser_expect_word(parser, "extend");
    for (size_t i = 0; i < KEYWORDS; i++) {
        struct ast_definition *extension;

        if (!keywords[i].extensible || !parser_at_word(parser, keywords[i].word)) continue;
        extension = definition_new(parser, keywords[i].kind, NULL);
        extension->extends = true;
        extension->offset = offset;
        parser_advance(parser);
        extension = keywords[i].read(parser, extension);
        if (is_empty(extension)) parser_unexpected(parser);
        return extension;
    }
    parser_unexpected(parser);
    return NULL;
}
