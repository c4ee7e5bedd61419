/*
 * How large a document is with its fragments spread out, without spreading them: each definition is
 * measured once, after those that it spreads. A spread that closes a cycle measures nothing; the
 * rule against cycles refuses it.
 */
#include "graphql/validation/pointers.h"
#include "graphql/validation/rule.h"

enum { MEASURE_MAX = 1 << 30 };

static uint32_t sum(uint32_t a, uint32_t b)
{
    return a + b > MEASURE_MAX ? MEASURE_MAX : a + b;
}

static uint32_t larger(uint32_t a, uint32_t b)
{
    return a > b ? a : b;
}

/* Where a set stands in what is measured. */
struct level {
    uint32_t depth, lists;
};

static void measure_set(const struct validation *in, struct level at,
                        const struct ast_selection *selections, struct measure *all);

static void measure_field(const struct validation *in, struct level at,
                          const struct ast_selection *field, struct measure *all)
{
    const struct looked *looked = &in->looked[field->number];
    struct level below = { at.depth + 1, at.lists + looked->meta_list };

    all->depth = larger(all->depth, at.depth + 1);
    all->meta_lists = larger(all->meta_lists, below.lists);
    all->root_fields += at.depth == 0;
    if (field->selections == NULL) return;
    if (looked->meta_root) {
        struct measure meta = { .depth = 0 };

        measure_set(in, (struct level){ 0, below.lists }, field->selections, &meta);
        all->meta_depth = larger(all->meta_depth, larger(meta.depth, meta.meta_depth));
        all->meta_lists = larger(all->meta_lists, meta.meta_lists);
        all->visits = sum(all->visits, meta.visits);
        return;
    }
    measure_set(in, below, field->selections, all);
}

static void measure_spread(const struct validation *in, struct level at,
                           const struct ast_selection *spread, struct measure *all)
{
    const struct facts *fragment = fragment_of(in, spread);
    const struct measure *size;

    all->visits = sum(all->visits, 1);
    if (fragment == NULL || !fragment->measured) return;
    size = &fragment->measure;
    all->depth = larger(all->depth, sum(at.depth, size->depth));
    all->meta_depth = larger(all->meta_depth, size->meta_depth);
    all->meta_lists = larger(all->meta_lists, sum(at.lists, size->meta_lists));
    if (at.depth == 0) all->root_fields = sum(all->root_fields, size->root_fields);
    all->visits = sum(all->visits, size->visits);
}

static void measure_set(const struct validation *in, struct level at,
                        const struct ast_selection *selections, struct measure *all)
{
    uint32_t plain = in->looked[selections->number].plain_count;
    const struct ast_selection *selection;

    if (plain > 0) all->depth = larger(all->depth, at.depth + 1);
    if (at.depth == 0) all->root_fields = sum(all->root_fields, plain);
    EACH_BUSY(in, selection, selections)
    {
        if (selection->kind == AST_FIELD)
            measure_field(in, at, selection, all);
        else if (selection->kind == AST_FRAGMENT_SPREAD)
            measure_spread(in, at, selection, all);
        else
            measure_set(in, at, selection->selections, all);
    }
}

struct measure measure_selections(const struct validation *in,
                                  const struct ast_selection *selections)
{
    struct measure all = { .depth = 0 };

    if (selections != NULL) measure_set(in, (struct level){ 0, 0 }, selections, &all);
    return all;
}

/* Measures facts and first what it spreads. A definition is on the stack once for each spread of
 * it, and is measured when it is met for the second time, all it spreads being done. */
static void measure_from(struct validation *in, struct facts *from, size_t mark)
{
    struct pointers stack = { NULL, 0, 0 };
    struct facts *facts;

    pointers_add(&stack, in->arena, from);
    while ((facts = (struct facts *)pointers_take(&stack)) != NULL) {
        if (facts->measured) continue;
        if (facts->seen == mark) {
            facts->measure = measure_selections(in, facts->definition->selections);
            facts->measured = true;
            continue;
        }
        facts->seen = mark;
        pointers_add(&stack, in->arena, facts);
        for (size_t i = facts->spread_count; i-- > 0;) {
            struct facts *spread = fragment_of(in, facts->spreads[i]);

            if (spread == NULL || spread->measured) continue;
            if (spread->seen == mark)
                in->cyclic = true;
            else
                pointers_add(&stack, in->arena, spread);
        }
    }
}

/* What a fragment of an introspection type selects lies below __schema or __type. */
static bool is_meta_fragment(const struct ast_definition *definition)
{
    return definition->kind == AST_FRAGMENT &&
           str_starts(definition->type_condition->name, STR("__"));
}

struct bound {
    uint32_t size, max; /* max 0: none */
    const char *complaint;
};

/* False when one is passed. */
static bool check_bounds(struct validation *in, uint32_t offset, const struct bound *bounds,
                         size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (bounds[i].max == 0 || bounds[i].size <= bounds[i].max) continue;
        refuse_size(in, offset, bounds[i].complaint, bounds[i].max);
        return false;
    }
    return true;
}

void validation_measure(struct validation *in)
{
    const struct validate_options *options = &in->options;
    uint32_t aliases = 0;

    for (size_t i = 0; i < in->fact_count; i++) {
        struct facts *facts = &in->facts[i];
        bool operation = facts->definition->kind == AST_OPERATION;
        bool meta = is_meta_fragment(facts->definition);

        measure_from(in, facts, in->fact_count + 1);
        aliases = sum(aliases, facts->aliases);
        const struct bound bounds[] = {
            { facts->measure.visits, options->fragment_visits_max,
              "Fragments are spread too often" },
            { aliases, options->aliases_max, "The document has too many aliases" },
            { operation ? facts->measure.root_fields : 0, options->root_fields_max,
              "The operation selects too many root fields" },
            { meta ? 0 : facts->measure.depth, options->depth_max, "Fields are nested too deep" },
            { meta ? facts->measure.depth : facts->measure.meta_depth,
              options->any_introspection ? 0 : options->meta_depth_max,
              "Introspection fields are nested too deep" },
        };

        if (!check_bounds(in, facts->definition->offset, bounds,
                          sizeof(bounds) / sizeof(bounds[0])))
            return;
    }
}
