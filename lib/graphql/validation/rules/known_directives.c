/* Directives Are Defined, and in Valid Locations (specification 5.7.1, 5.7.2). */
#include "graphql/validation/rules.h"

static bool fits_known(const struct validation *in, const struct schema_directive *known)
{
    for (size_t i = 0; i < known->location_count; i++)
        if (str_is(known->locations[i], in->location)) return true;
    return false;
}

static bool fits_defined(const struct validation *in, const struct ast_definition *defined)
{
    for (size_t i = 0; i < defined->location_count; i++)
        if (str_is(defined->locations[i].text, in->location)) return true;
    return false;
}

static void check(struct validation *in, void *state, const struct ast_directive *directive)
{
    struct str name = directive->name.text;
    const struct ast_definition *defined = NULL;

    (void)state;
    if (in->directive == NULL) defined = directive_defined(in, name);
    if (in->directive == NULL && defined == NULL)
        REFUSE_AT(in, directive->offset, "Unknown directive \"@%.*s\".", STR_PRINT(name));
    else if (defined == NULL ? !fits_known(in, in->directive) : !fits_defined(in, defined))
        REFUSE_AT(in, directive->offset, "Directive \"@%.*s\" may not be used on %s.",
                  STR_PRINT(name), in->location);
}

const struct rule rule_known_directives = {
    .name = "KnownDirectivesRule",
    .directive = check,
};
