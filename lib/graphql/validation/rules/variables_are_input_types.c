/* Variables Are Input Types (specification 5.8.2). */
#include "graphql/validation/rules.h"

static void check(struct validation *in, void *state, const struct ast_variable *variable)
{
    const struct type_ref *type = schema_resolve(in->schema, in->arena, variable->type);

    (void)state;
    if (type == NULL || type_is_input(type->named)) return;
    REFUSE_AT(in, variable->type->offset, "Variable \"$%.*s\" cannot be non-input type \"%.*s\".",
              STR_PRINT(variable->name.text), STR_PRINT(type_ref_text(in->arena, type)));
}

const struct rule rule_variables_are_input_types = {
    .name = "VariablesAreInputTypesRule",
    .variable = check,
};
