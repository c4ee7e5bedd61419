/*
 * Which fields may be in conflict at all: those of a response name that is mixed, and what leads to
 * them. What leads to no such field needs no comparison, for two fields of one response name
 * conflict by what they are or by what is in both of them.
 */
#include "graphql/validation/rules/merge.h"

struct marking {
    struct validation *in;
    struct pointers lead; /* namesakes of which some are marked */
};

static void mark_lead(struct marking *marking, uint32_t number)
{
    struct looked *looked = &marking->in->looked[number];

    if (looked->node->kind != AST_FIELD || looked->namesakes->lead) return;
    looked->namesakes->lead = true;
    pointers_add(&marking->lead, marking->in->arena, looked->namesakes);
}

static void count_mixed(struct validation *in, const struct looked *looked)
{
    const struct facts *definition = definition_around(in, looked->parent);
    const struct ast_selection *first = definition != NULL
                                            ? definition->definition->selections
                                            : in->looked[looked->parent].node->selections;

    in->looked[first->number].mixed_count += looked->node->kind == AST_INLINE_FRAGMENT ? 2 : 1;
}

/* A selection and all around it. */
static void mark_upwards(struct marking *marking, uint32_t number)
{
    struct validation *in = marking->in;
    struct facts *definition = NULL;

    while ((definition = definition_around(in, number)) == NULL && !in->looked[number].mixed) {
        in->looked[number].mixed = true;
        mark_lead(marking, number);
        count_mixed(in, &in->looked[number]);
        number = in->looked[number].parent;
    }
    if (definition != NULL) definition->mixed = true;
}

static void mark_namesakes(struct marking *marking, const struct namesakes *namesakes)
{
    uint32_t next = namesakes->last;

    for (; next > 0; next = marking->in->looked[next - 1].namesake)
        mark_upwards(marking, next - 1);
}

/* True when there was one to mark. */
static bool mark_spreads(struct marking *marking, const struct facts *facts)
{
    bool any = false;

    for (size_t i = 0; i < facts->spread_count; i++) {
        const struct spread *spread = &facts->spreads[i];

        if (spread->fragment == NULL || !spread->fragment->mixed ||
            marking->in->looked[spread->node->number].mixed)
            continue;
        mark_upwards(marking, spread->node->number);
        any = true;
    }
    return any;
}

/* Again as long as one more is found: through each fragment once, in the worst order. */
static void mark_fragments(struct marking *marking)
{
    bool more = true;

    while (more) {
        more = false;
        for (size_t i = 0; i < marking->in->fact_count; i++)
            more |= mark_spreads(marking, &marking->in->facts[i]);
    }
}

/* Sets list their response names in the order of the text, of the others too. */
static void mark_kin(struct marking *marking)
{
    struct looked *looked = marking->in->looked;

    for (size_t i = 0; i < marking->lead.count; i++) {
        const struct namesakes *namesakes = marking->lead.items[i];
        uint32_t next = namesakes->last;

        for (; next > 0; next = looked[next - 1].namesake)
            looked[next - 1].kin = !looked[next - 1].mixed;
    }
}

void merge_mark(struct merge *merge)
{
    struct marking marking = { merge->in, { NULL, 0, 0 } };
    const struct pointers *mixed = &merge->in->namesakes.mixed;

    merge->mixed = mixed->count > 0;
    if (!merge->mixed) return;
    for (size_t i = 0; i < mixed->count; i++)
        mark_namesakes(&marking, mixed->items[i]);
    mark_fragments(&marking);
    mark_kin(&marking);
}
