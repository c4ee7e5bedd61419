/*
 * compile.h - from the tree of an operation to one variant of its plan.
 *
 * Life:    what is compiled lives in the arena given; it views the plan's document and schema.
 * Limits:  plan_fields_max of the plan's limits, COMPILE_DEPTH_MAX levels (both MC_LIMIT).
 * Fails:   MC_LIMIT, MC_INVALID (introspection where it is not allowed), with an error.
 */
#ifndef GRAPHQL_EXECUTION_COMPILE_H
#define GRAPHQL_EXECUTION_COMPILE_H

#include "graphql/execution/plan.h"

enum { COMPILE_DEPTH_MAX = 100 };

/* Fills plan->conditions with the variables of @skip and @include. Fails: MC_LIMIT over
 * PLAN_CONDITIONS_MAX of them. */
enum status compile_conditions(struct gql_plan *plan, struct gql_errors *errors);

enum status compile_variant(const struct gql_plan *plan, uint64_t conditions, struct arena *arena,
                            struct gql_errors *errors, struct plan_variant **ret_variant);

/* cache_policy.c */
struct gql_cache_policy compile_cache_policy(const struct plan_selection *root);

#endif
