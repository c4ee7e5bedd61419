/* The cost of a plan: a walk over its scopes that carries how many parents there may be. */
#include "graphql/execution/plan.h"

#include <math.h>

/* Beyond this nobody asks how much beyond. */
#define COST_MAX 1e12

struct counting {
    struct coercion with;
    struct gql_cost cost;
    bool asked_variables;
    enum status status;
};

/* What a connection has said of the lists right below it. */
struct sized {
    const struct schema_list_size *list;
    double size;
};

static void add(double *to, double count, double weight)
{
    *to = fmin(COST_MAX, *to + fmin(COST_MAX, count * weight));
}

static double type_weight(const struct schema_type *type)
{
    if (type->hints.cost >= 0) return type->hints.cost;
    return type_is_composite(type) ? 1 : 0;
}

static double field_weight(const struct schema_field *field)
{
    if (field->hints.cost >= 0) return field->hints.cost;
    return type_is_composite(field->type->named) ? 1 : 0;
}

static bool is_list(const struct type_ref *type)
{
    return type_ref_nullable(type)->kind == REF_LIST;
}

static bool names(const struct str *list, size_t count, struct str name)
{
    for (size_t i = 0; i < count; i++)
        if (str_eq(list[i], name)) return true;
    return false;
}

/* A number says how many items it asks for, a list of what is asked for has them. */
static bool says_how_many(const struct gql_input *value, double *ret_items)
{
    if (value == NULL || (value->kind != GQL_INPUT_INT && value->kind != GQL_INPUT_LIST))
        return false;
    *ret_items = value->kind == GQL_INPUT_LIST ? (double)value->count : (double)value->integer;
    return true;
}

/* The greatest of the slicing arguments given; HINT_NONE without one. */
static double sliced(struct counting *counting, const struct plan_field *field,
                     const struct gql_input *const *arguments)
{
    const struct schema_list_size *size = field->definition->list_size;
    double greatest = HINT_NONE;
    size_t given = 0;

    for (size_t i = 0; i < size->slicing_count && arguments != NULL; i++)
        for (size_t k = 0; k < field->definition->argument_count; k++) {
            double items;

            if (!str_eq(field->definition->arguments[k].name, size->slicing[i])) continue;
            if (!says_how_many(arguments[k], &items)) continue;
            given++;
            greatest = fmax(greatest, items);
        }
    if (size->require_one && given != 1 && counting->status == MC_OK) {
        counting->status = MC_BAD_INPUT;
        gql_errors_add(counting->with.errors, MC_BAD_INPUT, counting->with.source, &field->offset,
                       1, "Field \"%.*s\" takes exactly one of its slicing arguments.",
                       STR_PRINT(field->definition->name));
    }
    return greatest;
}

static double size_of_list(struct counting *counting, const struct plan_field *field,
                           const struct gql_input *const *arguments)
{
    const struct schema_list_size *size = field->definition->list_size;
    double found;

    if (size == NULL) return 1;
    found = sliced(counting, field, arguments);
    if (found >= 0) return found;
    return size->assumed >= 0 ? (double)size->assumed : 1;
}

/* NULL when an argument is refused: then the field is an error and answers nothing. */
static const struct gql_input *const *arguments_of(struct counting *counting,
                                                   const struct plan_field *field)
{
    struct coercion quiet = counting->with;
    const struct gql_input *const *arguments;

    if (field->constants != NULL) return field->constants;
    counting->asked_variables = true;
    quiet.errors = NULL;
    if (coercion_field(&quiet, field->definition, field->literals, &arguments) != MC_OK)
        return NULL;
    return arguments;
}

static void count_selection(struct counting *counting, const struct plan_selection *selection,
                            double parents, struct sized sized);

/* The dearest of the types it may be. */
static void count_scope(struct counting *counting, const struct plan_scope *scope, double parents,
                        struct sized sized)
{
    struct gql_cost before = counting->cost, dearest = before;

    for (size_t i = 0; i < scope->count; i++) {
        counting->cost = before;
        add(&counting->cost.types, parents, type_weight(scope->selections[i].type));
        count_selection(counting, &scope->selections[i], parents, sized);
        dearest.types = fmax(dearest.types, counting->cost.types);
        dearest.fields = fmax(dearest.fields, counting->cost.fields);
    }
    counting->cost = dearest;
}

static bool arguments_matter(const struct schema_field *definition)
{
    if (definition->list_size != NULL && definition->list_size->slicing_count > 0) return true;
    for (size_t i = 0; i < definition->argument_count; i++)
        if (definition->arguments[i].cost > 0) return true;
    return false;
}

static void count_field(struct counting *counting, const struct plan_field *field, double parents,
                        struct sized sized)
{
    const struct schema_field *definition = field->definition;
    const struct gql_input *const *arguments = NULL;
    struct sized below = { 0 };
    double count = parents;

    add(&counting->cost.fields, parents, field_weight(definition));
    if (arguments_matter(definition)) {
        arguments = arguments_of(counting, field);
        if (arguments == NULL) return;
        for (size_t i = 0; i < definition->argument_count; i++)
            if (arguments[i] != NULL)
                add(&counting->cost.fields, parents, definition->arguments[i].cost);
    }
    if (sized.list != NULL && names(sized.list->sized, sized.list->sized_count, definition->name))
        count = parents * sized.size;
    else if (definition->list_size != NULL && definition->list_size->sized_count > 0)
        below = (struct sized){ definition->list_size, size_of_list(counting, field, arguments) };
    else if (is_list(definition->type))
        count = parents * size_of_list(counting, field, arguments);
    count = fmin(count, COST_MAX);
    if (field->scope != NULL)
        count_scope(counting, field->scope, count, below);
    else
        add(&counting->cost.types, count, type_weight(definition->type->named));
}

/* As deep as the plan, which its compilation has bounded (COMPILE_DEPTH_MAX). */
static void count_selection(struct counting *counting, const struct plan_selection *selection,
                            double parents, struct sized sized)
{
    for (size_t i = 0; i < selection->count; i++) {
        const struct plan_field *field = &selection->fields[i];

        if (field->is_typename || field->is_meta) continue;
        count_field(counting, field, parents, sized);
    }
}

static void keep_cost(struct plan_variant *variant, struct gql_cost cost)
{
    variant->cost_is_known = true;
    variant->cost = cost;
}

enum status gql_plan_cost(struct gql_plan *plan, const json_t *variables, struct arena *arena,
                          struct gql_errors *errors, struct gql_cost *ret_cost)
{
    struct counting counting = { .with = plan_coercion(plan, arena, errors) };
    const struct coerce_variables *coerced;
    const struct plan_variant *variant;
    enum status status;

    if (plan->condition_count == 0 && plan->variants != NULL && plan->variants->cost_is_known) {
        *ret_cost = plan->variants->cost;
        return MC_OK;
    }
    status = coercion_variables(&counting.with, plan->schema, plan->operation->variables, variables,
                                &coerced);
    if (status != MC_OK) return status;
    counting.with.variables = coerced;
    status = plan_variant_for(plan, coerced, arena, errors, &variant);
    if (status != MC_OK) return status;
    count_selection(&counting, variant->root, 1, (struct sized){ 0 });
    if (counting.status != MC_OK) return counting.status;
    *ret_cost = counting.cost;
    if (!counting.asked_variables)
        keep_cost((struct plan_variant *)(uintptr_t)variant, counting.cost);
    return MC_OK;
}
