/*
 * schema_coordinate.h - the name of one thing of a schema: Type, Type.field, Type.field(argument:),
 * @directive, @directive(argument:).
 *
 * Life:    names are views of the source.
 * Limits:  none: the grammar has no repetition; nothing is ignored between its tokens.
 * Fails:   MC_SYNTAX with graphql-js's message and place.
 * Source:  specification section 3.14 (September 2025), "Schema Coordinates".
 */
#ifndef GRAPHQL_LANGUAGE_SCHEMA_COORDINATE_H
#define GRAPHQL_LANGUAGE_SCHEMA_COORDINATE_H

#include "base/buf.h"
#include "graphql/error.h"

struct schema_coordinate {
    bool is_directive;
    struct str name;
    struct str member;   /* a field, an input field or an enum value; absent: the type itself */
    struct str argument; /* absent: none */
};

enum status parse_schema_coordinate(struct str source, struct gql_errors *errors,
                                    struct schema_coordinate *ret_coordinate);

void print_schema_coordinate(struct buf *out, const struct schema_coordinate *coordinate);

#endif
