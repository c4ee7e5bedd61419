/* Selection sets as the merge rule compares them, and what makes fields the same. */
#include "graphql/validation/rules/merge.h"

const struct ast_directive *merge_stream_of(const struct ast_selection *field)
{
    return directive_named(field->directives, "stream");
}

static bool is_leaf(const struct ast_selection *node)
{
    return node->selections == NULL && node->arguments == NULL && merge_stream_of(node) == NULL;
}

bool merge_are_one_leaf(const struct merge_field *a, const struct merge_field *b)
{
    if (!is_leaf(a->node) || !is_leaf(b->node)) return false;
    if (!str_eq(a->node->name.text, b->node->name.text)) return false;
    if (a->type == NULL || b->type == NULL) return a->type == b->type;
    return type_ref_eq(a->type, b->type);
}

enum { LOOKED_THROUGH_MAX = 8 };

const struct merge_group *merge_group_named(const struct merge_set *set, struct str name)
{
    if (set->groups.count > LOOKED_THROUGH_MAX) return hash_map_get(&set->by_name, name);
    for (size_t i = 0; i < set->groups.count; i++) {
        const struct merge_group *group = set->groups.items[i];

        if (str_eq(group->name, name)) return group;
    }
    return NULL;
}

static void add_group(struct merge *merge, struct merge_set *set, struct merge_group *group)
{
    pointers_add(&set->groups, merge->in->arena, group);
    if (set->groups.count <= LOOKED_THROUGH_MAX) return;
    if (set->by_name.count == 0) {
        hash_map_init(&set->by_name, merge->in->arena);
        for (size_t i = 0; i < LOOKED_THROUGH_MAX; i++) {
            const struct merge_group *other = set->groups.items[i];

            (void)hash_map_put(&set->by_name, other->name, (void *)(uintptr_t)other);
        }
    }
    (void)hash_map_put(&set->by_name, group->name, group);
}

static struct merge_group *group_of(struct merge *merge, struct merge_set *set,
                                    const struct ast_selection *node)
{
    struct str name = node->alias.text.data != NULL ? node->alias.text : node->name.text;
    struct merge_group *group = (struct merge_group *)(uintptr_t)merge_group_named(set, name);

    if (group != NULL) return group;
    group = ARENA_NEW(merge->in->arena, struct merge_group);
    group->name = name;
    add_group(merge, set, group);
    return group;
}

static void add_field(struct merge *merge, struct merge_set *set, const struct schema_type *parent,
                      const struct ast_selection *node)
{
    struct merge_group *group = group_of(merge, set, node);
    struct merge_field *field;

    if (merge->in->looked[node->number].kin) return;
    field = ARENA_NEW(merge->in->arena, struct merge_field);
    *field = (struct merge_field){ parent, node, known_type(merge->in, node) };
    group->uniform = group->fields.count == 0
                         ? is_leaf(node)
                         : group->uniform && merge_are_one_leaf(group->fields.items[0], field);
    pointers_add(&group->fields, merge->in->arena, field);
}

/* Sets spread few fragments: a row is enough to know them by. */
static void add_fragment(struct merge *merge, struct merge_set *set,
                         const struct ast_selection *spread)
{
    const struct facts *fragment = fragment_of(merge->in, spread);

    if (fragment == NULL) return;
    for (size_t i = 0; i < set->fragments.count; i++)
        if (set->fragments.items[i] == fragment) return;
    pointers_add(&set->fragments, merge->in->arena, fragment);
}

static void add_selections(struct merge *merge, struct merge_set *set,
                           const struct schema_type *parent, const struct ast_selection *selections)
{
    const struct ast_selection *selection;

    AST_EACH(selection, selections)
    {
        const struct schema_type *type = parent;

        if (!merge->in->looked[selection->number].mixed &&
            !merge->in->looked[selection->number].kin)
            continue;
        if (selection->kind == AST_FIELD) {
            add_field(merge, set, parent, selection);
        } else if (selection->kind == AST_FRAGMENT_SPREAD) {
            add_fragment(merge, set, selection);
        } else {
            if (selection->type_condition != NULL)
                type = merge->in->looked[selection->number].condition;
            add_selections(merge, set, type, selection->selections);
        }
    }
}

struct merge_set *merge_set_of(struct merge *merge, const struct schema_type *type,
                               const struct ast_selection *selections)
{
    struct merge_set **first = &merge->sets[selections->number], *set = *first;

    while (set != NULL && set->type != type)
        set = set->next;
    if (set != NULL) return set;
    set = ARENA_NEW(merge->in->arena, struct merge_set);
    *set = (struct merge_set){ .selections = selections, .type = type, .next = *first };
    *first = set;
    add_selections(merge, set, type, selections);
    return set;
}
