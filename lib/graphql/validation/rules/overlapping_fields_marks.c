/*
 * Which fields may be in conflict at all: those of a response name that stands for different things
 * somewhere in the document, whether they meet or not. One look at each field finds them. What
 * leads to no such field needs no comparison, for two fields of one response name conflict by what
 * they are or by what is in both of them.
 */
#include "graphql/validation/rules/merge.h"

/* Fields of one response name. */
struct namesakes {
    const struct ast_selection *first;
    const struct type_ref *type;
    bool mixed;
    bool lead; /* some are mixed, or lead to what is */
};

bool merge_types_conflict(const struct type_ref *a, const struct type_ref *b)
{
    while (a->kind == b->kind && a->kind != REF_NAMED) {
        a = a->of;
        b = b->of;
    }
    if (a->kind != b->kind) return true;
    return (type_is_leaf(a->named) || type_is_leaf(b->named)) && a->named != b->named;
}

const struct type_ref *merge_type_of(const struct validation *in, const struct ast_selection *field)
{
    const struct schema_field *known = in->looked[field->number].field;

    return known == NULL || str_starts(known->name, STR("__")) ? NULL : known->type;
}

/* Of fields whose type is not known nothing can be said of the third. */
static bool differ(const struct namesakes *others, const struct ast_selection *node,
                   const struct type_ref *type)
{
    const struct ast_selection *first = others->first;

    if (!str_eq(first->name.text, node->name.text)) return true;
    if ((first->arguments != NULL || node->arguments != NULL) &&
        !merge_same_arguments(first->arguments, node->arguments))
        return true;
    if (others->type == NULL || type == NULL) return others->type != type;
    return others->type != type && merge_types_conflict(others->type, type);
}

static struct namesakes *join(struct validation *in, struct hash_map *by_name,
                              const struct ast_selection *node)
{
    struct str name = node->alias.text.data != NULL ? node->alias.text : node->name.text;
    const struct type_ref *type = merge_type_of(in, node);
    struct namesakes *others = hash_map_get(by_name, name);

    if (others == NULL) {
        others = ARENA_NEW(in->arena, struct namesakes);
        *others = (struct namesakes){ .first = node, .type = type };
        (void)hash_map_put(by_name, name, others);
    } else if (!others->mixed) {
        others->mixed = differ(others, node, type);
    }
    if (node->directives != NULL && merge_stream_of(node) != NULL) others->mixed = true;
    return others;
}

/* True when there are any. */
static bool find_namesakes(struct validation *in, struct namesakes **of)
{
    struct hash_map by_name;
    bool mixed = false;

    hash_map_init(&by_name, in->arena);
    for (size_t i = 0; i < in->document->selection_count; i++) {
        const struct ast_selection *node = in->looked[i].node;

        if (node->kind != AST_FIELD) continue;
        of[i] = join(in, &by_name, node);
        mixed = mixed || of[i]->mixed;
    }
    return mixed;
}

/* As deep as the document is. True when anything in the set is mixed. */
static bool mark_selections(struct validation *in, struct namesakes *const *of,
                            const struct ast_selection *selections)
{
    const struct ast_selection *selection;
    bool any = false;

    AST_EACH(selection, selections)
    {
        struct looked *looked = &in->looked[selection->number];
        const struct namesakes *namesakes = of[selection->number];

        looked->mixed = mark_selections(in, of, selection->selections);
        if (namesakes != NULL && namesakes->mixed) looked->mixed = true;
        if (selection->kind == AST_FRAGMENT_SPREAD) {
            const struct facts *fragment = fragment_named(in, selection->name.text);

            looked->mixed = fragment != NULL && fragment->mixed;
        }
        any = any || looked->mixed;
    }
    return any;
}

/* Again as long as one more is found: through each fragment once, in the worst order. */
static void mark_fragments(struct validation *in)
{
    bool more = true;

    while (more) {
        more = false;
        for (size_t i = 0; i < in->fact_count; i++) {
            struct facts *facts = &in->facts[i];

            for (size_t j = 0; j < facts->spread_count && !facts->mixed; j++) {
                const struct facts *fragment = fragment_named(in, facts->spreads[j]->name.text);

                if (fragment != NULL && fragment->mixed) facts->mixed = more = true;
            }
        }
    }
}

static void mark_all(struct validation *in, struct namesakes *const *of)
{
    for (size_t i = 0; i < in->fact_count; i++) {
        struct facts *facts = &in->facts[i];

        if (mark_selections(in, of, facts->definition->selections)) facts->mixed = true;
    }
}

/* Sets list their response names in the order of the text, of the others too. */
static void mark_kin(struct validation *in, struct namesakes *const *of)
{
    for (size_t i = 0; i < in->document->selection_count; i++)
        if (of[i] != NULL && in->looked[i].mixed) of[i]->lead = true;
    for (size_t i = 0; i < in->document->selection_count; i++)
        in->looked[i].kin = of[i] != NULL && of[i]->lead && !in->looked[i].mixed;
}

void merge_mark(struct merge *merge)
{
    struct validation *in = merge->in;
    struct namesakes **of =
        ARENA_ARRAY(in->arena, in->document->selection_count, struct namesakes *);

    merge->mixed = find_namesakes(in, of);
    if (!merge->mixed) return;
    mark_all(in, of);
    mark_fragments(in);
    mark_all(in, of);
    mark_kin(in, of);
}
