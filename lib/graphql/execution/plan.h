/*
 * plan.h - a document compiled for running: which field, of which concrete type, under which key.
 *
 * Fragments are spread out and equal response keys merged at compile time, for every concrete type
 * a scope may meet. @skip and @include are decided at compile time too: a plan holds one variant
 * for each combination of its condition variables that was met, so that no condition is left to
 * the run.
 *
 * Life:    variants, scopes and fields live in the plan's arena (or the run's, for a variant that
 * is not kept) and never change. Limits:  plan_fields_max fields in a variant (MC_LIMIT),
 * PLAN_VARIANTS_MAX variants kept. Source:  specification section 6.3 (CollectFields).
 */
#ifndef GRAPHQL_EXECUTION_PLAN_H
#define GRAPHQL_EXECUTION_PLAN_H

#include "graphql/gql.h"
#include "graphql/type/coerce.h"
#include "graphql/type/schema.h"

enum { PLAN_VARIANTS_MAX = 16, PLAN_CONDITIONS_MAX = 64, PLAN_PLACES_MAX = 20 };

struct plan_scope;

struct plan_field {
    struct str key;
    struct str key_json; /* "key": */
    uint32_t offset;     /* in the document, of the first selection under the key */
    uint32_t place_count;
    const uint32_t *places; /* of all these selections, for errors; at most PLAN_PLACES_MAX */
    const struct schema_field *definition;
    bool is_typename;
    bool is_meta; /* __schema, __type */
    const struct ast_argument *literals;
    const struct gql_input *const *constants; /* arguments without variables, coerced; else NULL */
    const struct plan_scope *scope;           /* NULL: a leaf */
};

/* The fields of one concrete type. */
struct plan_selection {
    const struct schema_type *type;
    const struct plan_field *fields;
    size_t count;
};

/* What is selected below a field: one selection for every concrete type it may be. */
struct plan_scope {
    const struct plan_selection *selections;
    size_t count;
    bool is_abstract;
};

struct plan_variant {
    uint64_t conditions; /* bit i: plan->conditions[i] is true */
    const struct plan_selection *root;
    struct gql_cache_policy cache_policy;
    const struct gql_use *deprecated;
    bool cost_is_known; /* no variable can change it */
    struct gql_cost cost;
    struct plan_variant *next;
};

struct gql_plan {
    uint32_t references;
    bool is_taken_as_valid;
    struct arena arena;
    const struct gql_schema *schema;
    struct gql_limits limits;
    const struct ast_document *document;
    const struct ast_definition *operation;
    const struct schema_type *root_type;
    struct str conditions[PLAN_CONDITIONS_MAX]; /* names of variables in @skip and @include */
    size_t condition_count;
    struct plan_variant *variants;
    size_t variant_count;
    const struct gql_use *deprecated; /* of all variants kept */
};

/* As gql_plan_new for a document that is taken as valid without a look. What does not fit the
 * schema is left out, as the specification's algorithms leave it. */
enum status plan_new_unchecked(const struct gql_schema *schema, const struct gql_document *document,
                               const struct gql_limits *limits, struct gql_errors *errors,
                               struct gql_plan **ret_plan);

/* How this plan's values are read: its document for locations, its limits for suggestions. */
struct coercion plan_coercion(const struct gql_plan *plan, struct arena *arena,
                              struct gql_errors *errors);

/* The variant for these variables: kept in the plan, or made in arena when the plan is full.
 * Fails: MC_LIMIT, MC_BAD_INPUT (a constant argument is refused), with errors. */
enum status plan_variant_for(struct gql_plan *plan, const struct coerce_variables *variables,
                             struct arena *arena, struct gql_errors *errors,
                             const struct plan_variant **ret_variant);

#endif
