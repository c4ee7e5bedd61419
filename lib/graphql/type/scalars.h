/*
 * scalars.h - Int, Float, String, Boolean and ID, and what stands in for a scalar without a table.
 *
 * Source:  specification section 3.5; the sentences are graphql-js's.
 */
#ifndef GRAPHQL_TYPE_SCALARS_H
#define GRAPHQL_TYPE_SCALARS_H

#include "graphql/gql.h"
#include "graphql/type/schema.h"

/* A built-in scalar reads literals itself, because 1 and 1.0 and "1" are the same to nobody. */
struct builtin_scalar {
    struct gql_scalar scalar;
    enum schema_leaf leaf;
    unsigned literal_kinds;  /* bits 1 << AST_INT ... of literals that may be right */
    const char *not_literal; /* "Int cannot represent non-integer value: "; the literal follows */
    const char *not_value;   /* the same for a JSON value */
    const char *not_range;   /* NULL: none */
};

/* NULL when there is no built-in scalar of this name. */
const struct builtin_scalar *builtin_scalar_named(struct str name);

/* NULL when scalar is not one of the built-in ones. */
const struct builtin_scalar *builtin_scalar_of(const struct gql_scalar *scalar);

/* Makes a JSON-like value the scalar's own, in place. Returns NULL, or the start of a sentence
 * (not_value or not_range) that the value's text ends. */
const char *builtin_scalar_read(const struct builtin_scalar *builtin, struct arena *arena,
                                struct gql_input *value);

/* Any JSON-like value, in and out. */
extern const struct gql_scalar scalar_any;

#endif
