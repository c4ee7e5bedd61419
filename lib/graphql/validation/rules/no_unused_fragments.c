/* Fragments Must Be Used (specification 5.5.1.4). */
#include "graphql/validation/rules.h"

/* No operation's number in validation_gather. */
enum { USED = -1 };

static void mark_used(struct validation *in)
{
    for (size_t i = 0; i < in->fact_count; i++) {
        struct facts *facts = &in->facts[i];

        for (size_t j = 0; j < facts->reached_count; j++)
            facts->reached[j]->seen = (size_t)USED;
    }
}

static void check(struct validation *in, void *state)
{
    (void)state;
    mark_used(in);
    for (size_t i = 0; i < in->fact_count; i++) {
        const struct ast_definition *definition = in->facts[i].definition;

        if (definition->kind != AST_FRAGMENT) continue;
        if (fragment_named(in, &definition->name)->seen != (size_t)USED)
            REFUSE_AT(in, definition_offset(definition), "Fragment \"%.*s\" is never used.",
                      STR_PRINT(definition->name.text));
    }
}

const struct rule rule_no_unused_fragments = {
    .name = "NoUnusedFragmentsRule",
    .document_left = check,
};
