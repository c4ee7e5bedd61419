/* Fragments on Object, Interface or Union Types (specification 5.5.1.3). */
#include "graphql/validation/rules.h"

static bool is_wrong(const struct schema_type *type)
{
    return type != NULL && !type_is_composite(type);
}

static void check_inline(struct validation *in, void *state, const struct ast_selection *fragment)
{
    const struct ast_type *condition = fragment->type_condition;

    (void)state;
    if (condition != NULL && is_wrong(in->looked[fragment->number].condition))
        REFUSE_AT(in, condition->offset,
                  "Fragment cannot condition on non composite type \"%.*s\".",
                  STR_PRINT(condition->name));
}

static void check(struct validation *in, void *state, const struct ast_definition *definition)
{
    const struct ast_type *condition = definition->type_condition;

    (void)state;
    if (definition->kind == AST_FRAGMENT && is_wrong(in->definition->type))
        REFUSE_AT(in, condition->offset,
                  "Fragment \"%.*s\" cannot condition on non composite type \"%.*s\".",
                  STR_PRINT(definition->name.text), STR_PRINT(condition->name));
}

const struct rule rule_fragments_on_composite_types = {
    .name = "FragmentsOnCompositeTypesRule",
    .inline_fragment = check_inline,
    .definition = check,
};
