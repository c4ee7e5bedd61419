/*
 * What there is to know before the rules: fragments by name, what spreads what, where variables
 * stand. Walks over fragments keep their stack in the arena: a chain of fragments may be as long as
 * the document.
 */
#include "graphql/validation/pointers.h"
#include "graphql/validation/rule.h"

static const struct schema_type *type_of(const struct gql_schema *schema,
                                         const struct ast_definition *definition)
{
    const struct schema_type *const roots[] = {
        [AST_QUERY] = schema->query,
        [AST_MUTATION] = schema->mutation,
        [AST_SUBSCRIPTION] = schema->subscription,
    };

    if (definition->kind == AST_OPERATION) return roots[definition->operation];
    if (definition->kind == AST_FRAGMENT) return schema_type_of(schema, definition->type_condition);
    return NULL;
}

/* The row of what is reached is also the queue of what is still to be looked into. */
static void gather_reached(struct validation *in, struct facts *operation, size_t mark)
{
    struct pointers reached = { NULL, 0, 0 };
    const struct facts *at = operation;

    for (size_t next = 0; at != NULL; next++) {
        for (size_t i = 0; i < at->spread_count; i++) {
            struct facts *fragment = at->spreads[i].fragment;

            if (fragment == NULL || fragment->seen == mark) continue;
            fragment->seen = mark;
            pointers_add(&reached, in->arena, fragment);
        }
        at = next < reached.count ? reached.items[next] : NULL;
    }
    operation->reached = (struct facts **)reached.items;
    operation->reached_count = reached.count;
}

/* Rules look into all that each operation reaches: many operations times many fragments. */
static void gather_all_reached(struct validation *in)
{
    uint32_t max = in->options.fragment_visits_max;
    size_t visits = 0;

    for (size_t i = 0; i < in->fact_count && visits <= max; i++) {
        struct facts *facts = &in->facts[i];

        if (facts->definition->kind != AST_OPERATION) continue;
        gather_reached(in, facts, i + 1);
        visits += facts->reached_count;
        if (visits > max)
            refuse_size(in, facts->definition->offset, "Fragments are spread too often", max);
    }
}

void validation_gather(struct validation *in)
{
    const struct ast_definition *definition;
    size_t count = 0;

    AST_EACH(definition, in->document->definitions) in->fact_count++;
    in->facts = ARENA_ARRAY(in->arena, in->fact_count, struct facts);
    hash_map_init(&in->fragments, in->arena);
    AST_EACH(definition, in->document->definitions)
    {
        struct facts *facts = &in->facts[count++];

        facts->definition = definition;
        facts->type = type_of(in->schema, definition);
        facts->uses_tail = &facts->uses;
        if (definition->kind == AST_FRAGMENT)
            in->repeated |= hash_map_set(&in->fragments, definition->name.text,
                                         definition->name.hash, facts) != NULL;
    }
    validation_look(in);
    gather_all_reached(in);
}
