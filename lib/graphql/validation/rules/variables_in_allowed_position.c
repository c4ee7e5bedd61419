/* All Variable Usages Are Allowed (specification 5.8.5). */
#include "graphql/validation/rules.h"

/* A default stands in for what may be absent. */
static bool is_allowed(const struct ast_variable *variable, const struct type_ref *type,
                       const struct variable_use *use)
{
    const struct ast_value *literal = variable->default_value;
    const struct type_ref *wanted = use->type;

    if (wanted->kind == REF_NON_NULL && type->kind != REF_NON_NULL) {
        if (!use->has_default && (literal == NULL || literal->kind == AST_NULL)) return false;
        wanted = wanted->of;
    }
    return type_ref_is_subtype(type, wanted);
}

static void check_use(struct validation *in, const struct ast_variable *variable,
                      const struct variable_use *use)
{
    const struct type_ref *type = schema_resolve(in->schema, in->arena, variable->type);
    uint32_t places[] = { variable_offset(variable), use->node->offset };

    if (type == NULL || use->type == NULL) return;
    if (!is_allowed(variable, type, use))
        refuse(in, places, 2,
               "Variable \"$%.*s\" of type \"%.*s\" used in position expecting type \"%.*s\".",
               STR_PRINT(variable->name.text), STR_PRINT(type_ref_text(in->arena, type)),
               STR_PRINT(type_ref_text(in->arena, use->type)));
    if (use->one_of != NULL && type->kind != REF_NON_NULL)
        refuse(
            in, places, 2,
            "Variable \"$%.*s\" is of type \"%.*s\" but must be non-nullable to be used for OneOf "
            "Input Object \"%.*s\".",
            STR_PRINT(variable->name.text), STR_PRINT(type_ref_text(in->arena, type)),
            STR_PRINT(use->one_of->name));
}

static void check_uses(struct validation *in, const struct ast_definition *definition,
                       const struct facts *facts)
{
    const struct variable_use *use;

    AST_EACH(use, facts->uses)
    {
        const struct ast_variable *variable =
            variable_named(definition->variables, use->node->text);

        if (variable != NULL) check_use(in, variable, use);
    }
}

static void check(struct validation *in, void *state, const struct ast_definition *definition)
{
    (void)state;
    if (definition->variables == NULL) return;
    check_uses(in, definition, in->definition);
    for (size_t i = 0; i < in->definition->reached_count; i++)
        check_uses(in, definition, in->definition->reached[i]);
}

const struct rule rule_variables_in_allowed_position = {
    .name = "VariablesInAllowedPositionRule",
    .definition_left = check,
};
