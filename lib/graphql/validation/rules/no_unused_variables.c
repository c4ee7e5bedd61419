/* All Variables Used (specification 5.8.4). */
#include "graphql/validation/rules.h"

static void note_uses(struct hash_map *used, const struct facts *facts)
{
    const struct variable_use *use;

    AST_EACH(use, facts->uses)(void) hash_map_put(used, use->node->text, (void *)use);
}

static void check(struct validation *in, void *state, const struct ast_definition *definition)
{
    struct str operation = definition->name.text;
    const struct ast_variable *variable;
    struct hash_map used;

    (void)state;
    if (definition->variables == NULL) return;
    hash_map_init(&used, in->arena);
    note_uses(&used, in->definition);
    for (size_t i = 0; i < in->definition->reached_count; i++)
        note_uses(&used, in->definition->reached[i]);
    AST_EACH(variable, definition->variables)
    {
        struct str name = variable->name.text;

        if (hash_map_get(&used, name) != NULL) continue;
        if (operation.data == NULL)
            REFUSE_AT(in, variable_offset(variable), "Variable \"$%.*s\" is never used.",
                      STR_PRINT(name));
        else
            REFUSE_AT(in, variable_offset(variable),
                      "Variable \"$%.*s\" is never used in operation \"%.*s\".", STR_PRINT(name),
                      STR_PRINT(operation));
    }
}

const struct rule rule_no_unused_variables = {
    .name = "NoUnusedVariablesRule",
    .definition = check,
};
