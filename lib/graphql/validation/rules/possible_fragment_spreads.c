/* Fragment Spread Is Possible (specification 5.5.2.3). */
#include "graphql/validation/rules.h"

static bool may_be(const struct schema_type *type, const struct schema_type *object)
{
    return type == object || (type_is_abstract(type) && type_is_possible(type, object));
}

/* Is there an object that is of both? */
static bool do_overlap(const struct schema_type *a, const struct schema_type *b)
{
    if (a == b) return true;
    if (!type_is_abstract(a)) return may_be(b, a);
    for (size_t i = 0; i < a->possible_count; i++)
        if (may_be(b, a->possible[i])) return true;
    return false;
}

static bool is_impossible(const struct validation *in, const struct schema_type *type)
{
    return type != NULL && in->parent_type != NULL && type_is_composite(type) &&
           !do_overlap(type, in->parent_type);
}

static void check_inline(struct validation *in, void *state, const struct ast_selection *fragment)
{
    const struct schema_type *type = in->type == NULL ? NULL : in->type->named;

    (void)state;
    if (is_impossible(in, type))
        REFUSE_AT(in, fragment->offset,
                  "Fragment cannot be spread here as objects of type \"%.*s\" can never be of type "
                  "\"%.*s\".",
                  STR_PRINT(in->parent_type->name), STR_PRINT(type->name));
}

static void check(struct validation *in, void *state, const struct ast_selection *spread)
{
    const struct facts *fragment = fragment_of(in, spread);

    (void)state;
    if (fragment != NULL && is_impossible(in, fragment->type))
        REFUSE_AT(
            in, spread->offset,
            "Fragment \"%.*s\" cannot be spread here as objects of type \"%.*s\" can never be "
            "of type \"%.*s\".",
            STR_PRINT(spread->name.text), STR_PRINT(in->parent_type->name),
            STR_PRINT(fragment->type->name));
}

const struct rule rule_possible_fragment_spreads = {
    .name = "PossibleFragmentSpreadsRule",
    .inline_fragment = check_inline,
    .spread = check,
};
