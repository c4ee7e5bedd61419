/* All Variable Uses Defined (specification 5.8.3). */
#include "graphql/validation/rules.h"

static void check_uses(struct validation *in, const struct ast_definition *definition,
                       const struct facts *facts)
{
    struct str operation = definition->name.text;
    const struct variable_use *use;

    AST_EACH(use, facts->uses)
    {
        uint32_t places[] = { use->node->offset, definition_offset(definition) };
        struct str name = use->node->text;

        if (variable_named(definition->variables, name) != NULL) continue;
        if (operation.data == NULL)
            refuse(in, places, 2, "Variable \"$%.*s\" is not defined.", STR_PRINT(name));
        else
            refuse(in, places, 2, "Variable \"$%.*s\" is not defined by operation \"%.*s\".",
                   STR_PRINT(name), STR_PRINT(operation));
    }
}

static void check_operation(struct validation *in, void *state,
                            const struct ast_definition *definition)
{
    (void)state;
    if (definition->kind != AST_OPERATION) return;
    check_uses(in, definition, in->definition);
    for (size_t i = 0; i < in->definition->reached_count; i++)
        check_uses(in, definition, in->definition->reached[i]);
}

const struct rule rule_no_undefined_variables = {
    .name = "NoUndefinedVariablesRule",
    .definition = check_operation,
};
