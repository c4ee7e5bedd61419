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

static bool is_meta_root(struct str name)
{
    return name.data[0] == '_' && (str_is(name, "__schema") || str_is(name, "__type"));
}

/* Lists of one thing of the type system in another, which may lead around in it. */
static bool is_meta_list(struct str name)
{
    switch (name.size) {
    case sizeof("fields") - 1:
        return str_is(name, "fields");
    case sizeof("interfaces") - 1:
        return str_is(name, "interfaces");
    case sizeof("inputFields") - 1:
        return str_is(name, "inputFields");
    case sizeof("possibleTypes") - 1:
        return str_is(name, "possibleTypes");
    default:
        return false;
    }
}

static struct measure measure_field(const struct validation *in, const struct ast_selection *field)
{
    struct measure size = measure_selections(in, field->selections);
    bool meta = is_meta_root(field->name.text);

    if (meta) size.meta_depth = larger(size.meta_depth, size.depth);
    size.depth = sum(meta ? 0 : size.depth, 1);
    size.meta_lists = sum(size.meta_lists, is_meta_list(field->name.text));
    size.root_fields = 1;
    return size;
}

static struct measure measure_spread(const struct validation *in,
                                     const struct ast_selection *spread)
{
    const struct facts *fragment = fragment_of(in, spread);
    struct measure size = { .visits = 1 };

    if (fragment == NULL || !fragment->measured) return size;
    size = fragment->measure;
    size.visits = sum(size.visits, 1);
    return size;
}

static struct measure measure_one(const struct validation *in,
                                  const struct ast_selection *selection)
{
    if (selection->kind == AST_FIELD) return measure_field(in, selection);
    if (selection->kind == AST_FRAGMENT_SPREAD) return measure_spread(in, selection);
    return measure_selections(in, selection->selections);
}

struct measure measure_selections(const struct validation *in,
                                  const struct ast_selection *selections)
{
    struct measure all = { .depth = 0 };
    const struct ast_selection *selection;

    if (selections != NULL) all.root_fields = in->looked[selections->number].plain_count;
    if (all.root_fields > 0) all.depth = 1;
    EACH_BUSY(in, selection, selections)
    {
        struct measure one = measure_one(in, selection);

        all.depth = larger(all.depth, one.depth);
        all.meta_depth = larger(all.meta_depth, one.meta_depth);
        all.meta_lists = larger(all.meta_lists, one.meta_lists);
        all.root_fields = sum(all.root_fields, one.root_fields);
        all.visits = sum(all.visits, one.visits);
    }
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
