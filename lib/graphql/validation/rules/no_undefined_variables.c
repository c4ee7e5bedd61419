/* All Variable Uses Defined (specification 5.8.3). */
#include "graphql/validation/rules.h"

/* What an operation and its fragments use, against what it defines. */
struct check {
    const struct ast_definition *operation;
    struct hash_map defined;
};

static void check_uses(struct validation *in, const struct check *check, const struct facts *facts)
{
    struct str operation = check->operation->name.text;
    const struct variable_use *use;

    AST_EACH(use, facts->uses)
    {
        uint32_t places[] = { use->node->offset, definition_offset(check->operation) };
        struct str name = use->node->text;

        if (hash_map_get(&check->defined, name) != NULL) continue;
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
    struct check check = { .operation = definition };
    const struct ast_variable *variable;

    (void)state;
    if (definition->kind != AST_OPERATION) return;
    hash_map_init(&check.defined, in->arena);
    AST_EACH(variable, definition->variables)
    (void)hash_map_put(&check.defined, variable->name.text, (void *)variable);
    check_uses(in, &check, in->definition);
    for (size_t i = 0; i < in->definition->reached_count; i++)
        check_uses(in, &check, in->definition->reached[i]);
}

const struct rule rule_no_undefined_variables = {
    .name = "NoUndefinedVariablesRule",
    .definition = check_operation,
};
