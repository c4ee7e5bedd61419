/* Executable Definitions (specification 5.1.1). */
#include "graphql/validation/rules.h"

static void check_all(struct validation *in, void *state)
{
    (void)state;
    for (size_t i = 0; i < in->fact_count; i++) {
        const struct ast_definition *definition = in->facts[i].definition;

        if (definition->kind == AST_OPERATION || definition->kind == AST_FRAGMENT) continue;
        if (definition->kind == AST_SCHEMA)
            REFUSE_AT(in, definition_offset(definition),
                      "The schema definition is not executable.");
        else
            REFUSE_AT(in, definition_offset(definition),
                      "The \"%.*s\" definition is not executable.",
                      STR_PRINT(definition->name.text));
    }
}

const struct rule rule_executable_definitions = {
    .name = "ExecutableDefinitionsRule",
    .document = check_all,
};
