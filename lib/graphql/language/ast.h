/*
 * ast.h - a GraphQL document as a tree.
 *
 * Life:    nodes live in the parser's arena. Names and numbers are views of the source; string
 *          values are cooked (escapes resolved, block strings dedented) and live in the arena.
 * Order:   lists are linked by `next` in source order; NULL is the empty list.
 * `offset` is the byte offset of the node's first token; a description belongs to its node but does
 * not move the offset back. Source: GraphQL specification, September 2025 edition, section 2 and 3.
 */
#ifndef GRAPHQL_LANGUAGE_AST_H
#define GRAPHQL_LANGUAGE_AST_H

#include "base/hash.h"

#define AST_EACH(item, list) for ((item) = (list); (item) != NULL; (item) = (item)->next)

enum ast_value_kind {
    AST_VARIABLE, /* text: the name without $ */
    AST_INT,      /* text: as written */
    AST_FLOAT,    /* text: as written */
    AST_STRING,   /* text: cooked */
    AST_BOOLEAN,  /* text: true or false */
    AST_NULL,
    AST_ENUM, /* text: the name */
    AST_LIST,
    AST_OBJECT,
};

struct ast_name {
    struct str text; /* absent: no name */
    uint32_t offset;
    uint32_t hash; /* hash_name, of selections, fragments and directives; others have none */
};

struct ast_value {
    enum ast_value_kind kind;
    uint32_t offset;
    struct str text;
    bool block;                  /* AST_STRING: written as a block string */
    struct ast_value *items;     /* AST_LIST */
    struct ast_argument *fields; /* AST_OBJECT */
    struct ast_value *next;      /* within a list */
};

/* name: value, of a field, a directive or an input object. */
struct ast_argument {
    struct ast_name name;
    struct ast_value *value;
    struct ast_argument *next;
};

struct ast_directive {
    uint32_t offset; /* of the @ */
    struct ast_name name;
    struct ast_argument *arguments;
    struct ast_directive *next;
};

enum ast_type_kind { AST_TYPE_NAMED, AST_TYPE_LIST, AST_TYPE_NON_NULL };

struct ast_type {
    enum ast_type_kind kind;
    uint32_t offset;
    struct str name;       /* AST_TYPE_NAMED, the next too */
    uint32_t hash;         /* hash_name */
    struct ast_type *of;   /* the others */
    struct ast_type *next; /* within a list of named types (interfaces, union members) */
};

enum ast_selection_kind { AST_FIELD, AST_FRAGMENT_SPREAD, AST_INLINE_FRAGMENT };

struct ast_selection {
    enum ast_selection_kind kind;
    uint32_t offset;
    uint32_t number;       /* among all selections of the document, from 0 */
    struct ast_name alias; /* AST_FIELD; absent without alias */
    struct ast_name name;  /* AST_FIELD, AST_FRAGMENT_SPREAD */
    struct ast_argument *arguments;
    struct ast_type *type_condition; /* AST_INLINE_FRAGMENT; NULL without */
    struct ast_directive *directives;
    struct ast_selection *selections; /* AST_FIELD (NULL: a leaf), AST_INLINE_FRAGMENT */
    struct ast_selection *next;
};

struct ast_variable {
    uint32_t offset; /* of the $ */
    struct ast_value *description;
    struct ast_name name; /* without $; its offset is that of the $'s name */
    struct ast_type *type;
    struct ast_value *default_value;
    struct ast_directive *directives;
    struct ast_variable *next;
};

enum ast_operation_kind { AST_QUERY, AST_MUTATION, AST_SUBSCRIPTION };

/* Field of an object or interface, argument, or input field: what fits none stays NULL. */
struct ast_field_definition {
    uint32_t offset;
    struct ast_value *description;
    struct ast_name name;
    struct ast_field_definition *arguments;
    struct ast_type *type;
    struct ast_value *default_value;
    struct ast_directive *directives;
    struct ast_field_definition *next;
};

struct ast_enum_value {
    uint32_t offset;
    struct ast_value *description;
    struct ast_name name;
    struct ast_directive *directives;
    struct ast_enum_value *next;
};

struct ast_root_type {
    uint32_t offset;
    enum ast_operation_kind operation;
    struct ast_type *type;
    struct ast_root_type *next;
};

enum ast_definition_kind {
    AST_OPERATION,
    AST_FRAGMENT,
    AST_SCHEMA,
    AST_DIRECTIVE_DEFINITION,
    AST_SCALAR_TYPE,
    AST_OBJECT_TYPE,
    AST_INTERFACE_TYPE,
    AST_UNION_TYPE,
    AST_ENUM_TYPE,
    AST_INPUT_TYPE,
};

/* One struct for all definitions: what a kind does not have stays zero. */
struct ast_definition {
    enum ast_definition_kind kind;
    bool extends; /* extend schema, extend type, ... */
    uint32_t offset;
    struct ast_value *description;
    struct ast_name name;
    struct ast_directive *directives;

    enum ast_operation_kind operation; /* AST_OPERATION */
    bool shorthand;                    /* AST_OPERATION written as { ... } */
    struct ast_variable *variables;
    struct ast_selection *selections; /* AST_OPERATION, AST_FRAGMENT */
    struct ast_type *type_condition;  /* AST_FRAGMENT */

    struct ast_root_type *root_types;       /* AST_SCHEMA */
    struct ast_type *interfaces;            /* object, interface */
    struct ast_field_definition *fields;    /* object, interface, input */
    struct ast_type *members;               /* union */
    struct ast_enum_value *values;          /* enum */
    struct ast_field_definition *arguments; /* directive */
    struct ast_name *locations;             /* directive: location_count names */
    size_t location_count;
    bool repeatable;

    struct ast_definition *next;
};

struct ast_document {
    struct str source;
    struct ast_definition *definitions;
    uint32_t token_count;
    uint32_t selection_count;
    uint32_t spread_count; /* of them the fragment spreads */
};

#endif
