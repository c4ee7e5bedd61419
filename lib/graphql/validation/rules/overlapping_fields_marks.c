/*
 * Which fields may be in conflict at all: those of a response name that stands for different things
 * somewhere in the document, whether they meet or not. One look at each field finds them. What
 * leads to no such field needs no comparison, for two fields of one response name conflict by what
 * they are or by what is in both of them.
 */
#include "graphql/validation/rules/merge.h"

/* Fields of one response name. */
struct namesakes {
    uint32_t number; /* the schema's, of the name; NAMELESS: it has none */
    struct ast_name name;
    const struct ast_selection *first; /* NULL: nobody yet */
    const struct schema_field *field;  /* what the first is, and its type; NULL: not known */
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
    if (others->type == NULL || type == NULL) return others->type != type;
    return others->type != type && merge_types_conflict(others->type, type);
}

static bool takes_differ(const struct ast_selection *a, const struct ast_selection *b)
{
    if (a->arguments == NULL && b->arguments == NULL) return false;
    /* Both ways: a name that stands twice makes one of them unequal. */
    return !merge_same_arguments(a->arguments, b->arguments) ||
           !merge_same_arguments(b->arguments, a->arguments);
}

enum { NAMELESS = -1 };

/* There are places for more than may come. */
struct names {
    struct arena *arena;
    struct namesakes **places;
    size_t mask;
};

static bool is_of(const struct namesakes *namesakes, uint32_t number, const struct ast_name *name)
{
    if (namesakes->number != number) return false;
    return number != (uint32_t)NAMELESS ||
           (namesakes->name.hash == name->hash && str_eq(namesakes->name.text, name->text));
}

/* What the schema has numbered is found without a look at its letters. */
static struct namesakes *find(const struct names *known, uint32_t number,
                              const struct ast_name *name)
{
    size_t place = (number == (uint32_t)NAMELESS ? name->hash : number) & known->mask;

    while (known->places[place] != NULL && !is_of(known->places[place], number, name))
        place = (place + 1) & known->mask;
    if (known->places[place] == NULL) {
        known->places[place] = ARENA_NEW(known->arena, struct namesakes);
        known->places[place]->number = number;
        known->places[place]->name = *name;
    }
    return known->places[place];
}

static struct namesakes *namesakes_of(const struct validation *in, const struct names *known,
                                      const struct ast_selection *field)
{
    const struct schema_field *namesake = in->looked[field->number].field;
    const struct ast_name *name = &field->name;

    if (field->alias.text.data != NULL) name = &field->alias;
    if (name == &field->alias || namesake == NULL)
        namesake = hash_map_find(&in->schema->field_names, name->text, name->hash);
    return find(known, namesake == NULL ? (uint32_t)NAMELESS : namesake->name_number, name);
}

static void join(const struct validation *in, struct namesakes *others,
                 const struct ast_selection *node)
{
    const struct schema_field *field = in->looked[node->number].field;

    if (others->first == NULL) {
        others->first = node;
        others->field = field;
        others->type = merge_type_of(in, node);
    } else if (!others->mixed) {
        others->mixed = ((field == NULL || field != others->field) &&
                         differ(others, node, merge_type_of(in, node))) ||
                        takes_differ(others->first, node);
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
        of[i] = namesakes_of(in, &known, node);
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
