/* Variable Uniqueness (specification 5.8.1). */
#include "graphql/validation/rules.h"

static void check(struct validation *in, void *state, const struct ast_definition *definition)
{
    const struct ast_variable *variable;
    struct named_place *places;
    size_t count = 0;

    (void)state;
    AST_EACH(variable, definition->variables) count++;
    if (count < 2) return;
    places = ARENA_ARRAY(in->arena, count, struct named_place);
    count = 0;
    AST_EACH(variable, definition->variables)
    places[count++] = (struct named_place){ variable->name.text, variable->name.offset };
    refuse_repeated(in, places, count, "variable named \"$");
}

const struct rule rule_unique_variable_names = {
    .name = "UniqueVariableNamesRule",
    .definition = check,
};
