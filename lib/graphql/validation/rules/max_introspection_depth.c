/* Not of the specification: the lists of the introspection types lead around in each other, and
 * each round multiplies the answer. */
#include "graphql/validation/rules.h"

static void check(struct validation *in, void *state, const struct ast_selection *field)
{
    (void)state;
    if (!str_is(field->name.text, "__schema") && !str_is(field->name.text, "__type")) return;
    if (measure_selections(in, field->selections).meta_lists > in->options.meta_lists_max + 1)
        REFUSE_AT(in, field->offset, "Maximum introspection depth exceeded");
}

const struct rule rule_max_introspection_depth = {
    .name = "MaxIntrospectionDepthRule",
    .field = check,
};
