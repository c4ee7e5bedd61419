/* Single Root Field (specification 5.2.4.1). */
#include "graphql/validation/pointers.h"
#include "graphql/validation/rules.h"

/* Fields of one response name. */
struct group {
    struct pointers fields;
};

/* What a subscription selects at its root. */
struct roots {
    const struct schema_type *type;
    struct hash_map by_name, spread; /* groups; fragments that were spread */
    struct pointers groups;
    struct pointers conditions; /* @skip and @include */
};

static bool fits(const struct validation *in, const struct roots *roots,
                 const struct ast_type *condition)
{
    const struct schema_type *type;

    if (condition == NULL) return true;
    type = schema_type_of(in->schema, condition);
    return type != NULL &&
           (type == roots->type || (type_is_abstract(type) && type_is_possible(type, roots->type)));
}

static void add_field(struct validation *in, struct roots *roots, const struct ast_selection *field)
{
    struct str name = field->alias.text.data != NULL ? field->alias.text : field->name.text;
    struct group *group = hash_map_get(&roots->by_name, name);

    if (group == NULL) {
        group = ARENA_NEW(in->arena, struct group);
        (void)hash_map_put(&roots->by_name, name, group);
        pointers_add(&roots->groups, in->arena, group);
    }
    pointers_add(&group->fields, in->arena, field);
}

/* Notes the selection's condition; false when it has none. */
static bool add_condition(struct validation *in, struct roots *roots,
                          const struct ast_selection *selection)
{
    const struct ast_directive *condition = directive_named(selection->directives, "skip");

    if (condition == NULL) condition = directive_named(selection->directives, "include");
    if (condition == NULL) return false;
    pointers_add(&roots->conditions, in->arena, condition);
    return true;
}

/* What stands behind a spread or in an inline fragment; NULL when it does not count. */
static const struct ast_selection *inner(struct validation *in, struct roots *roots,
                                         const struct ast_selection *selection)
{
    struct str name = selection->name.text;
    struct facts *fragment;

    if (selection->kind == AST_INLINE_FRAGMENT)
        return fits(in, roots, selection->type_condition) ? selection->selections : NULL;
    fragment = fragment_of(in, selection);
    if (fragment == NULL || hash_map_put(&roots->spread, name, fragment) != NULL) return NULL;
    if (!fits(in, roots, fragment->definition->type_condition)) return NULL;
    return fragment->definition->selections;
}

static void collect(struct validation *in, struct roots *roots,
                    const struct ast_selection *selections)
{
    struct pointers rest = { NULL, 0, 0 };
    const struct ast_selection *selection = selections, *below;

    for (; selection != NULL; selection = pointers_take(&rest)) {
        if (selection->next != NULL) pointers_add(&rest, in->arena, selection->next);
        if (add_condition(in, roots, selection)) continue;
        if (selection->kind == AST_FIELD) {
            add_field(in, roots, selection);
        } else {
            below = inner(in, roots, selection);
            if (below != NULL) pointers_add(&rest, in->arena, below);
        }
    }
}

static void complain(struct validation *in, const uint32_t *places, size_t count,
                     const char *complaint)
{
    struct str name = in->definition->definition->name.text;

    if (name.data == NULL)
        refuse(in, places, count, "Anonymous Subscription must %s.", complaint);
    else
        refuse(in, places, count, "Subscription \"%.*s\" must %s.", STR_PRINT(name), complaint);
}

/* At the fields of the groups from first up to end. */
static void complain_of_groups(struct validation *in, const struct pointers *groups, size_t first,
                               size_t end, const char *complaint)
{
    size_t count = 0;
    uint32_t *places;

    for (size_t i = first; i < end; i++)
        count += ((const struct group *)groups->items[i])->fields.count;
    places = ARENA_ARRAY(in->arena, count, uint32_t);
    count = 0;
    for (size_t i = first; i < end; i++) {
        const struct pointers *fields = &((const struct group *)groups->items[i])->fields;

        for (size_t j = 0; j < fields->count; j++)
            places[count++] = ((const struct ast_selection *)fields->items[j])->offset;
    }
    complain(in, places, count, complaint);
}

static void complain_of_conditions(struct validation *in, const struct pointers *conditions)
{
    uint32_t *places = ARENA_ARRAY(in->arena, conditions->count, uint32_t);

    for (size_t i = 0; i < conditions->count; i++)
        places[i] = ((const struct ast_directive *)conditions->items[i])->offset;
    complain(in, places, conditions->count,
             "not use `@skip` or `@include` directives in the top level selection");
}

static bool is_introspection(const struct group *group)
{
    const struct ast_selection *field = group->fields.items[0];

    return str_starts(field->name.text, STR("__"));
}

static void check(struct validation *in, void *state, const struct ast_definition *definition)
{
    struct roots roots = { .type = in->definition->type };
    uint32_t place;

    (void)state;
    if (definition->kind != AST_OPERATION || definition->operation != AST_SUBSCRIPTION) return;
    if (roots.type == NULL) return;
    hash_map_init(&roots.by_name, in->arena);
    hash_map_init(&roots.spread, in->arena);
    collect(in, &roots, definition->selections);
    if (roots.conditions.count > 0) {
        complain_of_conditions(in, &roots.conditions);
        return;
    }
    if (roots.groups.count == 0) {
        place = selections_offset(in, definition->offset, definition->selections);
        complain(in, &place, 1, "select one top level field");
    }
    if (roots.groups.count > 1)
        complain_of_groups(in, &roots.groups, 1, roots.groups.count,
                           "select only one top level field");
    for (size_t i = 0; i < roots.groups.count; i++)
        if (is_introspection(roots.groups.items[i]))
            complain_of_groups(in, &roots.groups, i, i + 1,
                               "not select an introspection top level field");
}

const struct rule rule_single_field_subscriptions = {
    .name = "SingleFieldSubscriptionsRule",
    .definition = check,
};
