/*
 * schema_make.h - the parts of schema_make; only for schema_make*.c.
 */
#ifndef GRAPHQL_TYPE_SCHEMA_MAKE_H
#define GRAPHQL_TYPE_SCHEMA_MAKE_H

#include "graphql/type/schema_steps.h"

struct maker {
    struct arena *arena;
    struct gql_schema *schema;
    const struct schema_sources *sources;
    struct ast_document *builtin;
    struct hash_map shells; /* every type by name, listed in the schema or not */
    size_t shell_count;
};

/* NULL when there is none. */
const struct schema_type *maker_type(const struct maker *maker, struct str name);

/* Every name in type is known. */
const struct type_ref *maker_ref(const struct maker *maker, const struct ast_type *type);

/* schema_make_parts.c: what types and directives hold. */
void maker_directive(struct maker *maker, const struct ast_definition *definition,
                     struct schema_directive *directive);
void maker_body(struct maker *maker, struct schema_type *type);
void maker_fields(struct maker *maker, struct schema_type *type);

/* schema_make_order.c: which types are in the schema, in which order, and who is possible where. */
void maker_list_types(struct maker *maker);

/* Coerces the default values of inputs that need no other type's default; true when all are. */
bool maker_settle(struct arena *arena, const struct schema_input *inputs, size_t count);

#endif
