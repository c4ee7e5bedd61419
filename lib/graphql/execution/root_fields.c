/* Which fields an operation asks for at its root. */
#include "graphql/execution/plan.h"

enum status gql_plan_root_fields(struct gql_plan *plan, const json_t *variables,
                                 struct arena *arena, struct gql_errors *errors,
                                 struct gql_root_fields *ret_fields)
{
    struct coercion coercion = plan_coercion(plan, arena, errors);
    const struct coerce_variables *coerced;
    const struct plan_variant *variant;
    struct str *names;
    enum status status = coercion_variables(&coercion, plan->schema, plan->operation->variables,
                                            variables, &coerced);

    if (status == MC_OK) status = plan_variant_for(plan, coerced, arena, errors, &variant);
    if (status != MC_OK) return status;
    names = arena_array(arena, variant->root->count, sizeof(*names));
    for (size_t i = 0; i < variant->root->count; i++) {
        const struct plan_field *field = &variant->root->fields[i];

        names[i] = field->is_typename ? STR("__typename") : field->definition->name;
    }
    *ret_fields = (struct gql_root_fields){ names, variant->root->count };
    return MC_OK;
}
