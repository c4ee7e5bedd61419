/* Operation Type Existence (specification 5.2.1.1). */
#include "graphql/validation/rules.h"

static void check(struct validation *in, void *state, const struct ast_definition *definition)
{
    static const char *const words[] = { "query", "mutation", "subscription" };

    (void)state;
    if (definition->kind == AST_OPERATION && in->definition->type == NULL)
        REFUSE_AT(in, definition_offset(definition),
                  "The %s operation is not supported by the schema.", words[definition->operation]);
}

const struct rule rule_known_operation_types = {
    .name = "KnownOperationTypesRule",
    .definition = check,
};
