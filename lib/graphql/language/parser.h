/*
 * parser.h - text to tree: all of the September 2025 grammar, executable and type system.
 *
 * Life:    the tree lives in the arena; it views the source, which must live as long.
 * Limits:  struct parser_limits, each enforced while reading; depth counts nested selection sets,
 *          values, types: no recursion goes deeper.
 * Fails:   MC_SYNTAX with one error of graphql-js's wording ("Syntax Error: Expected Name, found
 *          \"}\".") and its location; MC_LIMIT with one error that names the limit.
 */
#ifndef GRAPHQL_LANGUAGE_PARSER_H
#define GRAPHQL_LANGUAGE_PARSER_H

#include "graphql/error.h"
#include "graphql/language/ast.h"

struct parser_limits {
    uint32_t source_bytes_max;
    uint32_t tokens_max;
    uint32_t depth_max;
    uint32_t directives_per_location_max;
};

/* For our own SDL and for tests: nothing a person writes by hand comes near. */
extern const struct parser_limits parser_limits_wide;

enum status parse_document(struct arena *arena, struct str source,
                           const struct parser_limits *limits, struct gql_errors *errors,
                           struct ast_document **ret_document);

/* A value alone; constant refuses variables. */
enum status parse_value(struct arena *arena, struct str source, bool constant,
                        struct gql_errors *errors, struct ast_value **ret_value);

/* A type reference alone. */
enum status parse_type(struct arena *arena, struct str source, struct gql_errors *errors,
                       struct ast_type **ret_type);

#endif
