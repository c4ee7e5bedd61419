/* Fragment Name Uniqueness (specification 5.5.1.1). */
#include "graphql/validation/rules.h"

struct state {
    struct hash_map seen; /* by name: struct ast_definition */
};

static void begin(struct validation *in, void *state)
{
    struct state *self = state;

    hash_map_init(&self->seen, in->arena);
}

static void check(struct validation *in, void *state, const struct ast_definition *definition)
{
    struct state *self = state;
    struct str name = definition->name.text;
    const struct ast_definition *first;

    if (definition->kind != AST_FRAGMENT || !in->repeated) return;
    first = hash_map_get(&self->seen, name);
    if (first == NULL)
        (void)hash_map_put(&self->seen, name, (void *)definition);
    else
        refuse(in, (uint32_t[]){ first->name.offset, definition->name.offset }, 2,
               "There can be only one fragment named \"%.*s\".", STR_PRINT(name));
}

const struct rule rule_unique_fragment_names = {
    .name = "UniqueFragmentNamesRule",
    .state_size = sizeof(struct state),
    .document = begin,
    .definition = check,
};
