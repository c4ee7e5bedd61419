/* Fragment Spread Target Defined (specification 5.5.2.1). */
#include "graphql/validation/rules.h"

static void check(struct validation *in, void *state, const struct ast_selection *spread)
{
    (void)state;
    if (fragment_of(in, spread) == NULL)
        REFUSE_AT(in, spread->name.offset, "Unknown fragment \"%.*s\".",
                  STR_PRINT(spread->name.text));
}

const struct rule rule_known_fragment_names = {
    .name = "KnownFragmentNamesRule",
    .spread = check,
};
