/* Not of the specification: the lists of the introspection types lead around in each other, and
 * each round multiplies the answer. */
#include "graphql/validation/rules.h"

static uint32_t lists_of_spread(const struct validation *in, const struct ast_selection *spread)
{
    const struct facts *fragment = fragment_of(in, spread);

    return fragment == NULL ? 0 : fragment->measure.meta_lists;
}

/* How many such lists lie within each other, fragments spread out. As deep as the parser let the
 * document be. */
static uint32_t lists_within(const struct validation *in, const struct ast_selection *selections)
{
    const struct ast_selection *selection;
    uint32_t most = 0;

    EACH_BUSY(in, selection, selections)
    {
        uint32_t lists =
            selection->kind == AST_FRAGMENT_SPREAD
                ? lists_of_spread(in, selection)
                : in->looked[selection->number].meta_list + lists_within(in, selection->selections);

        if (lists > most) most = lists;
    }
    return most;
}

static void check(struct validation *in, void *state, const struct ast_selection *field)
{
    (void)state;
    if (!str_is(field->name.text, "__schema") && !str_is(field->name.text, "__type")) return;
    if (lists_within(in, field->selections) > in->options.meta_lists_max + 1)
        REFUSE_AT(in, field->offset, "Maximum introspection depth exceeded");
}

const struct rule rule_max_introspection_depth = {
    .name = "MaxIntrospectionDepthRule",
    .field = check,
};
