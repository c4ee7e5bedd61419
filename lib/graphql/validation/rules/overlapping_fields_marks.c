/*
 * Which fields may be in conflict at all: those of a response name that stands for different things
 * somewhere in the document, whether they meet or not. One look at each field finds them. What
 * leads to no such field needs no comparison, for two fields of one response name conflict by what
 * they are or by what is in both of them.
 */
#include "graphql/validation/rules/merge.h"

/* Fields of one response name. */
struct namesakes {
    struct ast_name name;
    const struct ast_selection *first; /* NULL: nobody yet */
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

/* There are places for more than may come. */
struct names {
    struct arena *arena;
    struct namesakes **places;
    size_t mask;
};

static struct namesakes *find(const struct names *known, struct ast_name name)
{
    struct namesakes **place = &known->places[name.hash & known->mask];

    while (*place != NULL &&
           ((*place)->name.hash != name.hash || !str_eq((*place)->name.text, name.text)))
        place = &known->places[(size_t)(place - known->places + 1) & known->mask];
    if (*place == NULL) {
        *place = ARENA_NEW(known->arena, struct namesakes);
        (*place)->name = name;
    }
    return *place;
}

static void join(const struct validation *in, struct namesakes *others,
                 const struct ast_selection *node)
{
    const struct type_ref *type = merge_type_of(in, node);

    if (others->first == NULL) {
        others->first = node;
        others->type = type;
    } else if (!others->mixed) {
        others->mixed = differ(others, node, type);
    }
    if (node->directives != NULL && merge_stream_of(node) != NULL) others->mixed = true;
}

/* By number of the selection. True when any are mixed. */
static bool find_namesakes(struct validation *in, struct namesakes **of)
{
    struct names known = { in->arena, NULL, 16 };
    bool mixed = false;

    while (known.mask < (size_t)in->document->selection_count * 3 / 2)
        known.mask *= 2;
    known.places = ARENA_ARRAY(in->arena, known.mask, struct namesakes *);
    known.mask--;
    for (size_t i = 0; i < in->document->selection_count; i++) {
        const struct ast_selection *node = in->looked[i].node;

        if (node->kind != AST_FIELD) continue;
        of[i] = find(&known, node->alias.text.data != NULL ? node->alias : node->name);
        join(in, of[i], node);
        mixed = mixed || of[i]->mixed;
    }
    return mixed;
}

static bool is_mixed(const struct validation *in, struct namesakes *const *of, size_t number)
{
    const struct facts *fragment = in->looked[number].fragment;

    return of[number] != NULL ? of[number]->mixed : fragment != NULL && fragment->mixed;
}

/* Backwards: the last one found is the first behind where we are. */
static void mark_selections(struct validation *in, struct namesakes *const *of)
{
    size_t found = in->document->selection_count;

    for (size_t i = in->document->selection_count; i-- > 0;) {
        struct looked *looked = &in->looked[i];

        if (is_mixed(in, of, i)) found = i;
        looked->mixed = found < looked->end;
    }
}

static void mark_definitions(struct validation *in)
{
    for (size_t i = 0; i < in->fact_count; i++) {
        struct facts *facts = &in->facts[i];
        const struct ast_selection *selection;

        AST_EACH(selection, facts->definition->selections)
        facts->mixed = facts->mixed || in->looked[selection->number].mixed;
    }
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
                const struct facts *fragment = fragment_of(in, facts->spreads[j]);

                if (fragment != NULL && fragment->mixed) facts->mixed = more = true;
            }
        }
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
    mark_selections(in, of);
    mark_definitions(in);
    mark_fragments(in);
    mark_selections(in, of);
    mark_kin(in, of);
}
