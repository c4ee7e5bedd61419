/*
 * How large a document is with its fragments spread out, without spreading them: the first walk has
 * measured what is written, and to that each definition adds what it spreads, once, after that has
 * been measured. A spread that closes a cycle adds nothing; the rule against cycles refuses it.
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

/* To what is written the fragments are added. */
static void measure_spreads(struct facts *facts)
{
    struct measure *all = &facts->measure;

    for (size_t i = 0; i < facts->spread_count; i++) {
        const struct spread *spread = &facts->spreads[i];
        const struct measure *size;
        uint32_t *depth = spread->at.meta ? &all->meta_depth : &all->depth;

        all->visits = sum(all->visits, 1);
        if (spread->fragment == NULL || !spread->fragment->measured) continue;
        size = &spread->fragment->measure;
        *depth = larger(*depth, sum(spread->at.depth, size->depth));
        all->meta_depth = larger(all->meta_depth, size->meta_depth);
        all->meta_lists = larger(all->meta_lists, sum(spread->at.lists, size->meta_lists));
        if (spread->at.depth == 0 && !spread->at.meta)
            all->root_fields = sum(all->root_fields, size->root_fields);
        all->visits = sum(all->visits, size->visits);
    }
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
            measure_spreads(facts);
            facts->measured = true;
            continue;
        }
        facts->seen = mark;
        pointers_add(&stack, in->arena, facts);
        for (size_t i = facts->spread_count; i-- > 0;) {
            struct facts *spread = facts->spreads[i].fragment;

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
