/* Directives Are Defined, and in Valid Locations (specification 5.7.1, 5.7.2). */
#include "graphql/validation/rules.h"

static void check(struct validation *in, void *state, const struct ast_directive *directive)
{
    const struct schema_directive *known = in->directive;

    (void)state;
    if (known == NULL) {
        REFUSE_AT(in, directive->offset, "Unknown directive \"@%.*s\".",
                  STR_PRINT(directive->name.text));
        return;
    }
    for (size_t i = 0; i < known->location_count; i++)
        if (str_is(known->locations[i], in->location)) return;
    REFUSE_AT(in, directive->offset, "Directive \"@%.*s\" may not be used on %s.",
              STR_PRINT(directive->name.text), in->location);
}

const struct rule rule_known_directives = {
    .name = "KnownDirectivesRule",
    .directive = check,
};
