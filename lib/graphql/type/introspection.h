/*
 * introspection.h - the schema as an object of its own API: __schema and __type.
 *
 * Objects behind the types: __Schema is struct gql_schema, __Type is struct type_ref (a named type
 * is its `ref`), __Field struct schema_field, __InputValue struct schema_input, __EnumValue struct
 * schema_enum_value, __Directive struct schema_directive.
 * Source:  specification section 4.2.
 */
#ifndef GRAPHQL_TYPE_INTROSPECTION_H
#define GRAPHQL_TYPE_INTROSPECTION_H

#include "graphql/type/schema.h"

/* The resolvers of the introspection object types, and how many there are. */
extern const struct gql_type *const introspection_types[];
extern const size_t introspection_type_count;

/* Ties __schema and __type to this schema. */
void introspection_bind(struct gql_schema *schema);

#endif
