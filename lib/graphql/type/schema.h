/*
 * schema.h - the type system: what a document may ask for.
 *
 * Life:    a schema and all it points to live in the arena it was built in, and never change after
 *          gql_schema_bind; then it may be shared by everything in the process.
 * Order:   fields, arguments and values keep the order of the SDL. Types too, each followed by the
 *          built-in scalars that it is the first to use; the introspection types come last.
 * The nodes that things were read from are kept (`ast`): they say where, and what a default value
 * was written as.
 * Source:  GraphQL specification, September 2025 edition, section 3 and 4.
 */
#ifndef GRAPHQL_TYPE_SCHEMA_H
#define GRAPHQL_TYPE_SCHEMA_H

#include "base/hash.h"
#include "graphql/error.h"
#include "graphql/gql.h"
#include "graphql/language/ast.h"

enum type_kind {
    TYPE_SCALAR,
    TYPE_OBJECT,
    TYPE_INTERFACE,
    TYPE_UNION,
    TYPE_ENUM,
    TYPE_INPUT_OBJECT,
};

/* Built-in scalars, whose cells the reply may write without asking the scalar. */
enum schema_leaf { LEAF_OTHER, LEAF_TEXT, LEAF_INT, LEAF_FLOAT, LEAF_BOOLEAN };

struct schema_type;

/* A use of a type with its wrappers, outermost first: [Int!]! is NON_NULL of LIST of NON_NULL of
 * Int. */
struct type_ref {
    enum { REF_NAMED, REF_LIST, REF_NON_NULL } kind;
    const struct type_ref *of;       /* LIST, NON_NULL */
    const struct schema_type *named; /* the innermost type, set at every level */
};

/* What directives say of how dear an answer is and how long it may be kept. */
struct schema_hints {
    double cost;     /* @cost(weight:); HINT_NONE: the default of its kind */
    int32_t max_age; /* @cacheControl(maxAge:), seconds; HINT_NONE: not said */
    bool is_private; /* @cacheControl(scope: PRIVATE) */
    bool inherits;   /* @cacheControl(inheritMaxAge: true) */
};

enum { HINT_NONE = -1 };

/* @listSize of a field. */
struct schema_list_size {
    int64_t assumed; /* HINT_NONE: not said */
    const struct str *slicing;
    size_t slicing_count;
    const struct str *sized; /* fields of the answer whose lists it is that are counted */
    size_t sized_count;
    bool require_one;
};

/* An argument or an input field. */
struct schema_input {
    struct str name;
    struct str description; /* absent: none */
    const struct type_ref *type;
    const struct ast_value *default_literal; /* NULL: none */
    const struct gql_input *default_value;   /* coerced; NULL: none */
    const struct ast_directive *directives;
    bool deprecated;
    struct str deprecation_reason;
    double cost; /* @cost(weight:); 0: none */
    int64_t
        items_max; /* @max(n:): the greatest number, or the most items; 0: no limit of its own */
    const struct ast_field_definition *ast;
};

struct schema_field {
    struct str name;
    const struct type_ref *type;
    const struct schema_input *arguments;
    size_t argument_count;
    uint32_t name_number; /* the same for all fields of one name, and for no other */
    bool is_leaf;         /* its type is, lists and nulls aside */
    bool deprecated;
    struct str description;
    const struct ast_directive *directives;
    struct str deprecation_reason;
    struct schema_hints hints;
    const struct schema_list_size *list_size; /* NULL: none */
    const struct schema_type *owner;  /* NULL: __typename, which stands in every composite type */
    const struct gql_field *resolver; /* set by gql_schema_bind */
    const struct ast_field_definition *ast;
};

struct schema_enum_value {
    struct str name;
    struct str description;
    const struct ast_directive *directives;
    bool deprecated;
    struct str deprecation_reason;
    const struct ast_enum_value *ast;
};

struct schema_type {
    enum type_kind kind;
    struct str name;
    struct str description;
    const struct ast_directive *directives;
    struct schema_hints hints;
    size_t index;          /* its place in schema->types */
    bool is_introspection; /* __Schema, __Type, ... */
    bool is_builtin;       /* Int, Float, String, Boolean, ID */

    struct schema_field *fields; /* object, interface */
    size_t field_count;
    struct hash_map field_map; /* name to struct schema_field */

    const struct schema_type **interfaces; /* object, interface */
    size_t interface_count;
    const struct schema_type **possible; /* interface, union: concrete object types */
    size_t possible_count;

    struct schema_input *inputs; /* input object */
    size_t input_count;
    struct hash_map input_map;
    bool is_one_of;

    struct schema_enum_value *values; /* enum */
    size_t value_count;
    struct hash_map value_map;

    struct str specified_by;         /* scalar */
    const struct gql_scalar *scalar; /* scalar: how it is read and written; never NULL */
    enum schema_leaf leaf;

    struct type_ref ref; /* this type without wrappers */
    const struct ast_definition *ast;
    const struct ast_definition **extensions;
    size_t extension_count;
};

struct schema_directive {
    struct str name;
    struct str description;
    const struct schema_input *arguments;
    size_t argument_count;
    const struct str *locations; /* "FIELD", "OBJECT", ... */
    size_t location_count;
    bool repeatable;
    const struct ast_definition *ast;
};

struct gql_schema {
    struct arena *arena;
    struct str description;
    const struct schema_type *query, *mutation, *subscription; /* NULL: none */
    const struct schema_type **types;
    size_t type_count;
    struct hash_map type_map;
    const struct schema_directive *directives;
    size_t directive_count;
    struct hash_map directive_map;
    struct schema_field schema_field, type_field, typename_field; /* __schema, __type, __typename */
    struct hash_map field_names;      /* one struct schema_field of each name */
    const struct ast_definition *ast; /* schema { ... }; NULL: root types by their default names */
    const struct ast_definition **extensions;
    size_t extension_count;
};

/* NULL when there is none. */
const struct schema_type *schema_type(const struct gql_schema *schema, struct str name);
/* That a document names. */
static inline const struct schema_type *schema_type_of(const struct gql_schema *schema,
                                                       const struct ast_type *type)
{
    return hash_map_find(&schema->type_map, type->name, type->hash);
}
const struct schema_directive *schema_directive(const struct gql_schema *schema, struct str name);

/* The field of a composite type by name, meta fields included where they may stand; NULL when
 * there is none. */
const struct schema_field *schema_field(const struct gql_schema *schema,
                                        const struct schema_type *type, struct str name);
const struct schema_input *schema_input(const struct schema_input *inputs, size_t count,
                                        struct str name);

/* The type reference a document writes, resolved and allocated in arena; NULL when a name in it is
 * unknown. */
const struct type_ref *schema_resolve(const struct gql_schema *schema, struct arena *arena,
                                      const struct ast_type *type);

static inline bool type_is_composite(const struct schema_type *type)
{
    return type->kind == TYPE_OBJECT || type->kind == TYPE_INTERFACE || type->kind == TYPE_UNION;
}

static inline bool type_is_abstract(const struct schema_type *type)
{
    return type->kind == TYPE_INTERFACE || type->kind == TYPE_UNION;
}

static inline bool type_is_leaf(const struct schema_type *type)
{
    return type->kind == TYPE_SCALAR || type->kind == TYPE_ENUM;
}

static inline bool type_is_input(const struct schema_type *type)
{
    return type_is_leaf(type) || type->kind == TYPE_INPUT_OBJECT;
}

/* The reference without an outermost NON_NULL. */
static inline const struct type_ref *type_ref_nullable(const struct type_ref *ref)
{
    return ref->kind == REF_NON_NULL ? ref->of : ref;
}

/* Must a value be given? */
static inline bool schema_input_required(const struct schema_input *input)
{
    return input->type->kind == REF_NON_NULL && input->default_literal == NULL;
}

/* concrete is an object type: is it abstract itself, or one of its possible types? */
bool type_is_possible(const struct schema_type *abstract, const struct schema_type *concrete);

bool type_ref_eq(const struct type_ref *a, const struct type_ref *b);

/* Is every value of a also one of b? (specification: IsSubType) */
bool type_ref_is_subtype(const struct type_ref *a, const struct type_ref *b);

/* "[Int!]!" */
void type_ref_print(struct buf *out, const struct type_ref *ref);
struct str type_ref_text(struct arena *arena, const struct type_ref *ref);

#endif
