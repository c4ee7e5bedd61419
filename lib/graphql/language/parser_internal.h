/*
 * parser_internal.h - what the parser's files share: one token of look-ahead, errors that stick.
 *
 * After the first error the token is TOKEN_EOF for good, so that every loop ends; nodes that are
 * returned then are incomplete and the caller of the whole gives them to nobody.
 */
#ifndef GRAPHQL_LANGUAGE_PARSER_INTERNAL_H
#define GRAPHQL_LANGUAGE_PARSER_INTERNAL_H

#include "graphql/language/lexer.h"

struct parser {
    struct lexer lexer;
    struct token token;
    const struct parser_limits *limits;
    uint32_t depth;
    uint32_t selection_count, spread_count;
    enum status status;
};

void parser_advance(struct parser *parser);
void parser_refuse(struct parser *parser, uint32_t offset, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void parser_unexpected(struct parser *parser);
/* The name here is not one of those that may stand here. As graphql-js, it reads on first. */
void parser_wrong_word(struct parser *parser);

static inline bool parser_at(const struct parser *parser, enum token_kind kind)
{
    return parser->token.kind == kind;
}

bool parser_at_word(const struct parser *parser, const char *word);

/* Goes past the token when it is there. */
bool parser_skip(struct parser *parser, enum token_kind kind);
bool parser_skip_word(struct parser *parser, const char *word);

/* Goes past the token, or fails; returns its offset. */
uint32_t parser_expect(struct parser *parser, enum token_kind kind);
void parser_expect_word(struct parser *parser, const char *word);

/* True until the closing token is passed or something failed: do { ... } while (parser_more(...)).
 */
bool parser_more(struct parser *parser, enum token_kind close);

/* Around everything that may nest: false when it is too deep. */
bool parser_enter(struct parser *parser);
void parser_leave(struct parser *parser);

#define PARSER_NEW(parser, type) ARENA_NEW((parser)->lexer.arena, type)

/* Appends a whole node to a list by its tail; after an error nothing. */
#define PARSER_APPEND(parser, tail, node)                                                          \
    do {                                                                                           \
        if ((parser)->status != MC_OK || (node) == NULL) break;                                    \
        *(tail) = (node);                                                                          \
        (tail) = &(*(tail))->next;                                                                 \
    } while (0)

struct ast_name read_name(struct parser *parser);
/* With its hash, for what will be looked up more than once. */
struct ast_name read_hashed_name(struct parser *parser);
struct ast_value *read_value(struct parser *parser, bool constant);
struct ast_type *read_type(struct parser *parser);
struct ast_type *read_named_type(struct parser *parser);
struct ast_argument *read_arguments(struct parser *parser, bool constant);
struct ast_directive *read_directives(struct parser *parser, bool constant);
/* NULL when no string stands here. */
struct ast_value *read_description(struct parser *parser);
enum ast_operation_kind read_operation_kind(struct parser *parser);

/* At the keyword; description is what was read before it. */
struct ast_definition *read_operation(struct parser *parser, struct ast_value *description);
struct ast_definition *read_fragment(struct parser *parser, struct ast_value *description);

/* NULL when the keyword is not one of the type system's. */
struct ast_definition *read_type_system(struct parser *parser, struct ast_value *description);
struct ast_definition *read_extension(struct parser *parser);

#endif
