/* Lone Anonymous Operation (specification 5.2.3.1). */
#include "graphql/validation/rules.h"

struct state {
    size_t operations;
};

static void count(struct validation *in, void *state)
{
    struct state *self = state;

    for (size_t i = 0; i < in->fact_count; i++)
        if (in->facts[i].definition->kind == AST_OPERATION) self->operations++;
}

static void check(struct validation *in, void *state, const struct ast_definition *definition)
{
    struct state *self = state;

    if (definition->kind == AST_OPERATION && definition->name.text.data == NULL &&
        self->operations > 1)
        REFUSE_AT(in, definition_offset(definition),
                  "This anonymous operation must be the only defined operation.");
}

const struct rule rule_lone_anonymous_operation = {
    .name = "LoneAnonymousOperationRule",
    .state_size = sizeof(struct state),
    .document = count,
    .definition = check,
};
