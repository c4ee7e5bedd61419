/*
 * coerce.h - from literals and JSON variables to the typed values that resolvers read.
 *
 * Life:    values live in the arena given, except texts of literals and default values, which are
 *          views of the document and of the schema.
 * Order:   variables first (coercion_variables), once a run; then arguments against them. Arguments
 *          without variables give the same values every time: coerce them once, with none.
 * Limits:  JSON nested more than INPUT_DEPTH_MAX (64) deep is refused. Literals are as deep as the
 *          parser let them be.
 * Fails:   MC_BAD_INPUT, or the coercion's own status, with errors in graphql-js's words. An
 *          arena over its limit: MC_LIMIT.
 * Source:  specification sections 3.5, 3.9, 3.10, 3.11, 5.6, 6.1.2 and 6.4.1.
 */
#ifndef GRAPHQL_TYPE_COERCE_H
#define GRAPHQL_TYPE_COERCE_H

#include "graphql/type/schema.h"

struct coerce_variable {
    struct str name;
    const struct type_ref *type;
    const struct ast_variable *ast;
    const struct gql_input *value; /* NULL: absent, no default */
};

/* The variables of one run. */
struct coerce_variables {
    struct coerce_variable *items;
    size_t count;
    struct hash_map by_name; /* to struct coerce_variable; empty when they are few */
};

/* How to read: what stays the same from value to value. */
struct coercion {
    struct arena *arena;
    struct gql_errors *errors; /* NULL: only the outcome is wanted */
    enum status status;        /* of the errors */
    struct str source;         /* the document, for locations; absent: none */
    bool hide_suggestions;
    /* NULL: literals are read before there are variables; one that holds a variable may be checked
     * (the variable fits everywhere) but has no value. */
    const struct coerce_variables *variables;
};

/* A literal as a value of type. subject starts each error ("Variable \"$v\" has invalid value";
 * the place and ": " follow) and may be absent. Reports all that is wrong; each error stands at its
 * node. *ret_value is NULL when a variable stands there alone and is absent. */
enum status coercion_literal(const struct coercion *with, struct str subject,
                             const struct type_ref *type, const struct ast_value *literal,
                             const struct gql_input **ret_value);

/* The same for an untyped value made by input_from_json, which it uses up. Errors stand at
 * offset. */
enum status coercion_value(const struct coercion *with, struct str subject, uint32_t offset,
                           const struct type_ref *type, struct gql_input *value);

/* What arguments are given to. */
struct coerce_target {
    struct str name; /* "Query.dossier", "@skip" */
    uint32_t offset; /* of the field or directive, for what is missing */
    const struct schema_input *inputs;
    size_t count;
};

/* One value for each input of the target, in its order; NULL: absent. Stops at the first error. */
enum status coercion_arguments(const struct coercion *with, const struct coerce_target *target,
                               const struct ast_argument *arguments,
                               const struct gql_input *const **ret_values);

/* The values of an operation's variables; variables is a JSON object or NULL. Reports all that is
 * wrong with each. */
enum status coercion_variables(const struct coercion *with, const struct gql_schema *schema,
                               const struct ast_variable *definitions, const json_t *variables,
                               const struct coerce_variables **ret_variables);

/* NULL when absent, or when there is no such variable. */
const struct gql_input *coerce_variable_value(const struct coerce_variables *variables,
                                              struct str name);

/* coercion_arguments for a field, which errors name as Type.field. */
enum status coercion_field(const struct coercion *with, const struct schema_field *field,
                           const struct ast_argument *arguments,
                           const struct gql_input *const **ret_values);

#endif
