#include "graphql/execution/compile.h"

static void narrow(struct gql_cache_policy *policy, int32_t max_age, bool is_private)
{
    if (policy->max_age_s == HINT_NONE || max_age < policy->max_age_s) policy->max_age_s = max_age;
    if (is_private) policy->is_public = false;
}

/* The field's own hint goes before that of the type it answers. */
static void narrow_by_field(struct gql_cache_policy *policy, const struct schema_field *field,
                            bool is_root)
{
    const struct schema_hints *own = &field->hints, *type = &field->type->named->hints;
    int32_t max_age = own->max_age != HINT_NONE ? own->max_age : type->max_age;
    bool composite = type_is_composite(field->type->named);
    bool goes_with_parent = !is_root && (!composite || own->inherits || type->inherits);

    if (max_age == HINT_NONE && !goes_with_parent) max_age = 0;
    if (max_age == HINT_NONE) max_age = policy->max_age_s;
    narrow(policy, max_age, own->is_private || type->is_private);
}

/* As deep as the plan, which its compilation has bounded. */
static void visit(struct gql_cache_policy *policy, const struct plan_selection *selection,
                  bool is_root)
{
    for (size_t i = 0; i < selection->count; i++) {
        const struct plan_field *field = &selection->fields[i];

        if (field->is_typename) continue;
        if (!field->is_meta) policy->is_introspection = false;
        narrow_by_field(policy, field->definition, is_root);
        for (size_t k = 0; field->scope != NULL && k < field->scope->count && !field->is_meta; k++)
            visit(policy, &field->scope->selections[k], false);
    }
}

struct gql_cache_policy compile_cache_policy(const struct plan_selection *root)
{
    struct gql_cache_policy policy = { HINT_NONE, true, root->count > 0 };

    visit(&policy, root, true);
    if (policy.max_age_s == HINT_NONE) policy.max_age_s = 0;
    if (policy.max_age_s == 0) policy.is_public = false;
    return policy;
}

/* Of the variants met so far: what is not known is not kept. */
struct gql_cache_policy gql_plan_cache_policy(const struct gql_plan *plan)
{
    struct gql_cache_policy policy = { HINT_NONE, true, true };

    bool some_unknown = plan->condition_count > 0 && plan->variant_count == PLAN_VARIANTS_MAX;

    if (plan->variants == NULL || some_unknown || gql_plan_kind(plan) != GQL_QUERY)
        return (struct gql_cache_policy){ 0 };
    for (const struct plan_variant *variant = plan->variants; variant != NULL;
         variant = variant->next) {
        narrow(&policy, variant->cache_policy.max_age_s, !variant->cache_policy.is_public);
        if (!variant->cache_policy.is_introspection) policy.is_introspection = false;
    }
    return policy;
}
