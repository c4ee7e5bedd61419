/* All Variables Used (specification 5.8.4). */
#include "graphql/validation/rules.h"

static bool uses(const struct facts *facts, struct str name)
{
    const struct variable_use *use = facts->uses;

    while (use != NULL && !str_eq(use->node->text, name))
        use = use->next;
    return use != NULL;
}

/* The operation, or a fragment that it reaches. */
static bool is_used(const struct facts *operation, struct str name)
{
    bool used = uses(operation, name);

    for (size_t i = 0; i < operation->reached_count && !used; i++)
        used = uses(operation->reached[i], name);
    return used;
}

static void check(struct validation *in, void *state, const struct ast_definition *definition)
{
    struct str operation = definition->name.text;
    const struct ast_variable *variable;

    (void)state;
    AST_EACH(variable, definition->variables)
    {
        struct str name = variable->name.text;

        if (is_used(in->definition, name)) continue;
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
