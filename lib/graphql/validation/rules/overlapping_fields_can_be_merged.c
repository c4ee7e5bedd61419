/*
 * Field Selection Merging (specification 5.3.2).
 *
 * Every selection set is compared within itself and with the fragments it spreads, fragments with
 * each other, and so down the subfields of what has one name. Sets are made once; a pair of a set
 * and a fragment, or of two fragments, is compared once. Every comparison counts against a budget,
 * because even so the pairs grow with the square of the document. All this is only for fields which
 * merge_mark has found to differ from others of their response name, and for what leads to them: in
 * most documents there are none.
 */
#include "graphql/validation/rules/merge.h"

enum { LOOKUPS_PER_COMPARISON = 20 };

/* Compared already. What was found between parents that may be one object holds for others too. */
struct merge_pair {
    const void *a, *b;
    bool exclusive;
};

/* Cycles make more pairs than there are fields, and have an error of their own: then that stands,
 * and no more is compared. */
static void give_up(struct merge *merge, uint32_t offset, const char *complaint, uint32_t max)
{
    merge->over = true;
    if (!merge->in->cyclic) refuse_size(merge->in, offset, complaint, max);
}

static bool is_over(const struct merge *merge)
{
    return merge->over || validation_stopped(merge->in);
}

static bool compare_further(struct merge *merge, uint32_t offset)
{
    uint32_t max = merge->in->options.merge_comparisons_max;

    if (is_over(merge)) return false;
    if (++merge->comparisons > max)
        give_up(merge, offset, "Fields need too many comparisons to be merged", max);
    else if (merge->depth > MERGE_DEPTH_MAX)
        give_up(merge, offset, "Fields are nested too deep to be merged", MERGE_DEPTH_MAX);
    return !is_over(merge);
}

/* What is looked up without being compared costs little, but not nothing. */
static bool look_further(struct merge *merge, const struct merge_set *set)
{
    uint32_t max = merge->in->options.merge_comparisons_max;

    merge->lookups += set->groups.count;
    if (!is_over(merge) && merge->lookups / LOOKUPS_PER_COMPARISON > max)
        give_up(merge, set->selections->offset, "Fields need too many comparisons to be merged",
                max);
    return !is_over(merge);
}

/* Notes the pair; true when it is to be compared. */
static bool is_new_pair(struct merge *merge, const void *a, const void *b)
{
    const void *ends[] = { a, b };
    struct str key = { (const char *)ends, sizeof(ends) };
    struct merge_pair *pair = hash_map_get(&merge->pairs, key);

    if (pair != NULL && (merge->exclusive || !pair->exclusive)) return false;
    if (pair == NULL) {
        pair = ARENA_NEW(merge->in->arena, struct merge_pair);
        pair->a = a;
        pair->b = b;
        key.data = (const char *)pair;
        (void)hash_map_put(&merge->pairs, key, pair);
    }
    pair->exclusive = merge->exclusive;
    return true;
}

static struct merge_conflict *conflict_new(struct merge *merge, const struct merge_field *a,
                                           const struct merge_field *b, struct str reason)
{
    const struct ast_name *alias = &a->node->alias, *name = &a->node->name;
    struct merge_conflict *conflict = ARENA_NEW(merge->in->arena, struct merge_conflict);

    conflict->name = alias->text.data != NULL ? alias->text : name->text;
    conflict->first = a->node;
    conflict->second = b->node;
    conflict->reason = reason;
    return conflict;
}

static struct str stream_difference(const struct merge_field *a, const struct merge_field *b)
{
    const struct ast_directive *one = merge_stream_of(a->node), *other = merge_stream_of(b->node);

    if (one == NULL && other == NULL) return STR_NONE;
    if (one != NULL && other != NULL && same_arguments(one->arguments, other->arguments))
        return STR("they have overlapping stream directives. See "
                   "https://github.com/graphql/defer-stream-wg/discussions/100");
    return STR("they have overlapping stream directives");
}

/* Why the two are not one field, subfields apart; absent when they may be. */
static struct str difference(struct merge *merge, const struct merge_field *a,
                             const struct merge_field *b)
{
    struct arena *arena = merge->in->arena;
    struct str stream = stream_difference(a, b);

    if (!merge->exclusive) {
        if (!str_eq(a->node->name.text, b->node->name.text))
            return arena_printf(arena, "\"%.*s\" and \"%.*s\" are different fields",
                                STR_PRINT(a->node->name.text), STR_PRINT(b->node->name.text));
        if (!same_arguments(a->node->arguments, b->node->arguments))
            return STR("they have differing arguments");
    }
    if (stream.data != NULL) return stream;
    if (a->type != NULL && b->type != NULL && types_conflict(a->type, b->type))
        return arena_printf(arena, "they return conflicting types \"%.*s\" and \"%.*s\"",
                            STR_PRINT(type_ref_text(arena, a->type)),
                            STR_PRINT(type_ref_text(arena, b->type)));
    return STR_NONE;
}

static void compare_sets(struct merge *merge, struct merge_conflicts *found,
                         const struct merge_set *a, const struct merge_set *b);

static struct merge_set *subfields(struct merge *merge, const struct merge_field *field)
{
    return merge_set_of(merge, field->type == NULL ? NULL : field->type->named,
                        field->node->selections);
}

static bool are_exclusive(const struct merge_field *a, const struct merge_field *b)
{
    return a->parent != b->parent && a->parent != NULL && b->parent != NULL &&
           a->parent->kind == TYPE_OBJECT && b->parent->kind == TYPE_OBJECT;
}

/* The conflict of two fields of one name, or NULL. */
static struct merge_conflict *find_conflict(struct merge *merge, const struct merge_field *a,
                                            const struct merge_field *b)
{
    struct merge_conflicts inner = { NULL, &inner.head };
    struct merge_conflict *conflict;
    struct str reason = difference(merge, a, b);

    if (reason.data != NULL) return conflict_new(merge, a, b, reason);
    if (a->node->selections == NULL || b->node->selections == NULL) return NULL;
    merge->depth++;
    compare_sets(merge, &inner, subfields(merge, a), subfields(merge, b));
    merge->depth--;
    if (inner.head == NULL) return NULL;
    conflict = conflict_new(merge, a, b, STR_NONE);
    conflict->inner = inner.head;
    return conflict;
}

static void compare_fields(struct merge *merge, struct merge_conflicts *found,
                           const struct merge_field *a, const struct merge_field *b)
{
    bool exclusive = merge->exclusive;
    struct merge_conflict *conflict;

    if (!compare_further(merge, b->node->offset)) return;
    merge->exclusive = exclusive || are_exclusive(a, b);
    conflict = find_conflict(merge, a, b);
    merge->exclusive = exclusive;
    if (conflict == NULL) return;
    *found->tail = conflict;
    found->tail = &conflict->next;
}

static void compare_within(struct merge *merge, struct merge_conflicts *found,
                           const struct merge_set *set)
{
    for (size_t i = 0; i < set->groups.count; i++) {
        const struct merge_group *group = set->groups.items[i];
        const struct pointers *fields = &group->fields;

        for (size_t a = 0; !group->uniform && a < fields->count; a++)
            for (size_t b = a + 1; b < fields->count && !is_over(merge); b++)
                compare_fields(merge, found, fields->items[a], fields->items[b]);
    }
}

static void compare_groups(struct merge *merge, struct merge_conflicts *found,
                           const struct merge_group *one, const struct merge_group *other)
{
    if (one->uniform && other->uniform &&
        merge_are_one_leaf(one->fields.items[0], other->fields.items[0]))
        return;
    for (size_t a = 0; a < one->fields.count; a++)
        for (size_t b = 0; b < other->fields.count && !is_over(merge); b++)
            compare_fields(merge, found, one->fields.items[a], other->fields.items[b]);
}

/* The fields of two sets, their fragments apart. */
static void compare_between(struct merge *merge, struct merge_conflicts *found,
                            const struct merge_set *one, const struct merge_set *other)
{
    if (other->groups.count == 0 || !look_further(merge, one)) return;
    for (size_t i = 0; i < one->groups.count; i++) {
        const struct merge_group *group = one->groups.items[i];
        const struct merge_group *same = merge_group_named(other, group->name);

        if (same != NULL) compare_groups(merge, found, group, same);
    }
}

static struct merge_set *fragment_set(struct merge *merge, const struct facts *fragment)
{
    return merge_set_of(merge, fragment->type, fragment->definition->selections);
}

static void compare_with_fragment(struct merge *merge, struct merge_conflicts *found,
                                  const struct merge_set *set, const struct facts *fragment)
{
    const struct merge_set *other;

    if (set->groups.count == 0 || !is_new_pair(merge, set, fragment)) return;
    if (!compare_further(merge, fragment->definition->offset)) return;
    other = fragment_set(merge, fragment);
    if (set == other) return;
    compare_between(merge, found, set, other);
    merge->depth++;
    for (size_t i = 0; i < other->fragments.count; i++)
        compare_with_fragment(merge, found, set, other->fragments.items[i]);
    merge->depth--;
}

static void compare_fragments(struct merge *merge, struct merge_conflicts *found,
                              const struct facts *a, const struct facts *b)
{
    const struct merge_set *one, *other;

    if (a == b || !is_new_pair(merge, a < b ? a : b, a < b ? b : a)) return;
    if (!compare_further(merge, b->definition->offset)) return;
    one = fragment_set(merge, a);
    other = fragment_set(merge, b);
    compare_between(merge, found, one, other);
    merge->depth++;
    for (size_t i = 0; i < other->fragments.count; i++)
        compare_fragments(merge, found, a, other->fragments.items[i]);
    for (size_t i = 0; i < one->fragments.count; i++)
        compare_fragments(merge, found, one->fragments.items[i], b);
    merge->depth--;
}

static void compare_sets(struct merge *merge, struct merge_conflicts *found,
                         const struct merge_set *a, const struct merge_set *b)
{
    compare_between(merge, found, a, b);
    for (size_t i = 0; i < b->fragments.count; i++)
        compare_with_fragment(merge, found, a, b->fragments.items[i]);
    for (size_t i = 0; i < a->fragments.count; i++)
        compare_with_fragment(merge, found, b, a->fragments.items[i]);
    for (size_t i = 0; i < a->fragments.count; i++)
        for (size_t j = 0; j < b->fragments.count; j++)
            compare_fragments(merge, found, a->fragments.items[i], b->fragments.items[j]);
}

static void begin(struct validation *in, void *state)
{
    struct merge *merge = state;

    merge->in = in;
    hash_map_init(&merge->pairs, in->arena);
    merge_mark(merge);
    if (merge->mixed)
        merge->sets = ARENA_ARRAY(in->arena, in->document->selection_count, struct merge_set *);
}

/* Its fields belong to the set around it, where they have been compared. */
static void pass_over(struct validation *in, void *state, const struct ast_selection *fragment)
{
    struct merge *merge = state;

    (void)in;
    merge->passed_over = fragment->selections;
}

/* One field or one fragment has nothing to be compared with; what is in it has its own turn. */
static bool is_alone(const struct validation *in, const struct ast_selection *selections)
{
    return in->looked[selections->number].mixed_count < 2;
}

static void check(struct validation *in, void *state, const struct ast_selection *selections)
{
    struct merge *merge = state;
    struct merge_conflicts found = { NULL, &found.head };
    const struct merge_conflict *conflict;
    const struct merge_set *set;

    if (!merge->mixed || selections == merge->passed_over || is_alone(in, selections)) return;
    set = merge_set_of(merge, in->parent_type, selections);
    compare_within(merge, &found, set);
    for (size_t i = 0; i < set->fragments.count; i++) {
        compare_with_fragment(merge, &found, set, set->fragments.items[i]);
        for (size_t j = i + 1; j < set->fragments.count; j++)
            compare_fragments(merge, &found, set->fragments.items[i], set->fragments.items[j]);
    }
    AST_EACH(conflict, found.head) merge_refuse(in, conflict);
}

const struct rule rule_overlapping_fields_can_be_merged = {
    .name = "OverlappingFieldsCanBeMergedRule",
    .state_size = sizeof(struct merge),
    .document = begin,
    .inline_fragment = pass_over,
    .selections = check,
};
