/*
 * lexer.h - text to tokens.
 *
 * Life:    a token's value views the source, or the arena when escapes were resolved.
 * Limits:  tokens_max of the parser's limits, counted here; the source is valid UTF-8 (the parser
 *          checks it first) and shorter than 4 GiB.
 * Fails:   MC_SYNTAX, MC_LIMIT with one error; the words are graphql-js's.
 * Source:  specification section 2.1 and appendix B (September 2025).
 */
#ifndef GRAPHQL_LANGUAGE_LEXER_H
#define GRAPHQL_LANGUAGE_LEXER_H

#include "graphql/language/parser.h"

/* symbol, name in messages, is it a punctuator */
#define TOKEN_TABLE(X)                                                                             \
    X(TOKEN_EOF, "<EOF>", false)                                                                   \
    X(TOKEN_BANG, "!", true)                                                                       \
    X(TOKEN_DOLLAR, "$", true)                                                                     \
    X(TOKEN_AMP, "&", true)                                                                        \
    X(TOKEN_PAREN_L, "(", true)                                                                    \
    X(TOKEN_PAREN_R, ")", true)                                                                    \
    X(TOKEN_DOT, ".", true)                                                                        \
    X(TOKEN_SPREAD, "...", true)                                                                   \
    X(TOKEN_COLON, ":", true)                                                                      \
    X(TOKEN_EQUALS, "=", true)                                                                     \
    X(TOKEN_AT, "@", true)                                                                         \
    X(TOKEN_BRACKET_L, "[", true)                                                                  \
    X(TOKEN_BRACKET_R, "]", true)                                                                  \
    X(TOKEN_BRACE_L, "{", true)                                                                    \
    X(TOKEN_PIPE, "|", true)                                                                       \
    X(TOKEN_BRACE_R, "}", true)                                                                    \
    X(TOKEN_NAME, "Name", false)                                                                   \
    X(TOKEN_INT, "Int", false)                                                                     \
    X(TOKEN_FLOAT, "Float", false)                                                                 \
    X(TOKEN_STRING, "String", false)                                                               \
    X(TOKEN_BLOCK_STRING, "BlockString", false)

#define TOKEN_SYMBOL(symbol, name, punctuator) symbol,
enum token_kind { TOKEN_TABLE(TOKEN_SYMBOL) };
#undef TOKEN_SYMBOL

struct token {
    enum token_kind kind;
    uint32_t offset;
    uint32_t size;
    struct str value; /* names, numbers, strings (cooked); absent for punctuators */
};

struct lexer {
    struct str source;
    struct arena *arena;
    struct gql_errors *errors;
    uint32_t position;
    uint32_t token_count; /* without the end */
    uint32_t tokens_max;
};

void lexer_init(struct lexer *lexer, struct arena *arena, struct str source, uint32_t tokens_max,
                struct gql_errors *errors);

/* Comments are skipped. At the end: TOKEN_EOF, again and again. */
enum status lexer_next(struct lexer *lexer, struct token *ret_token);

/* "Name", "{" in quotes: as messages name a kind. */
struct str token_kind_text(struct arena *arena, enum token_kind kind);

/* With its value: Name "foo". */
struct str token_text(struct arena *arena, const struct token *token);

/* Only for lexer*.c. */
enum status lexer_fail(struct lexer *lexer, uint32_t offset, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
enum status lexer_string(struct lexer *lexer, struct token *ret_token);
enum status lexer_block_string(struct lexer *lexer, struct token *ret_token);

#endif
