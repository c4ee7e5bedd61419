/* Operations and fragments (specification section 2.3 to 2.9). */
#include "graphql/language/parser_internal.h"

static struct ast_selection *read_selections(struct parser *parser);

static struct ast_selection *selection_new(struct parser *parser)
{
    struct ast_selection *selection = PARSER_NEW(parser, struct ast_selection);

    selection->number = parser->selection_count++;
    return selection;
}

static struct ast_selection *read_field(struct parser *parser)
{
    struct ast_selection *field = selection_new(parser);

    field->kind = AST_FIELD;
    field->offset = parser->token.offset;
    field->name = read_hashed_name(parser);
    if (parser_skip(parser, TOKEN_COLON)) {
        field->alias = field->name;
        field->name = read_hashed_name(parser);
    }
    field->arguments = read_arguments(parser, false);
    field->directives = read_directives(parser, false);
    if (parser_at(parser, TOKEN_BRACE_L)) field->selections = read_selections(parser);
    return field;
}

static struct ast_selection *read_spread(struct parser *parser)
{
    struct ast_selection *spread = selection_new(parser);
    bool conditioned;

    spread->offset = parser_expect(parser, TOKEN_SPREAD);
    conditioned = parser_skip_word(parser, "on");
    if (!conditioned && parser_at(parser, TOKEN_NAME)) {
        spread->kind = AST_FRAGMENT_SPREAD;
        parser->spread_count++;
        spread->name = read_hashed_name(parser);
        spread->directives = read_directives(parser, false);
        return spread;
    }
    spread->kind = AST_INLINE_FRAGMENT;
    if (conditioned) spread->type_condition = read_named_type(parser);
    spread->directives = read_directives(parser, false);
    spread->selections = read_selections(parser);
    return spread;
}

static struct ast_selection *read_selections(struct parser *parser)
{
    struct ast_selection *selections = NULL, **tail = &selections;

    if (!parser_enter(parser)) return NULL;
    parser_expect(parser, TOKEN_BRACE_L);
    if (parser->status == MC_OK) {
        do {
            struct ast_selection *selection =
                parser_at(parser, TOKEN_SPREAD) ? read_spread(parser) : read_field(parser);

            PARSER_APPEND(parser, tail, selection);
        } while (parser_more(parser, TOKEN_BRACE_R));
    }
    parser_leave(parser);
    return selections;
}

static struct ast_variable *read_variable(struct parser *parser)
{
    struct ast_variable *variable = PARSER_NEW(parser, struct ast_variable);

    variable->description = read_description(parser);
    variable->offset = parser_expect(parser, TOKEN_DOLLAR);
    variable->name = read_name(parser);
    parser_expect(parser, TOKEN_COLON);
    variable->type = read_type(parser);
    if (parser_skip(parser, TOKEN_EQUALS)) variable->default_value = read_value(parser, true);
    variable->directives = read_directives(parser, true);
    return variable;
}

static struct ast_variable *read_variables(struct parser *parser)
{
    struct ast_variable *variables = NULL, **tail = &variables;

    if (!parser_skip(parser, TOKEN_PAREN_L)) return NULL;
    do {
        struct ast_variable *variable = read_variable(parser);

        PARSER_APPEND(parser, tail, variable);
    } while (parser_more(parser, TOKEN_PAREN_R));
    return variables;
}

struct ast_definition *read_operation(struct parser *parser, struct ast_value *description)
{
    struct ast_definition *operation = PARSER_NEW(parser, struct ast_definition);

    operation->kind = AST_OPERATION;
    operation->offset = parser->token.offset;
    operation->description = description;
    if (parser_at(parser, TOKEN_BRACE_L)) {
        operation->shorthand = true;
        operation->selections = read_selections(parser);
        return operation;
    }
    operation->operation = read_operation_kind(parser);
    if (parser_at(parser, TOKEN_NAME)) operation->name = read_name(parser);
    operation->variables = read_variables(parser);
    operation->directives = read_directives(parser, false);
    operation->selections = read_selections(parser);
    return operation;
}

struct ast_definition *read_fragment(struct parser *parser, struct ast_value *description)
{
    struct ast_definition *fragment = PARSER_NEW(parser, struct ast_definition);

    fragment->kind = AST_FRAGMENT;
    fragment->offset = parser->token.offset;
    fragment->description = description;
    parser_expect_word(parser, "fragment");
    if (parser_at_word(parser, "on")) parser_unexpected(parser);
    fragment->name = read_hashed_name(parser);
    parser_expect_word(parser, "on");
    fragment->type_condition = read_named_type(parser);
    fragment->directives = read_directives(parser, false);
    fragment->selections = read_selections(parser);
    return fragment;
}
