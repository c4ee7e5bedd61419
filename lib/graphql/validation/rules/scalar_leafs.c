/* Leaf Field Selections (specification 5.3.3). */
#include "graphql/validation/rules.h"

static void check(struct validation *in, void *state, const struct ast_selection *field)
{
    struct str name = field->name.text, type;

    (void)state;
    if (in->type == NULL || type_is_leaf(in->type->named) == (field->selections == NULL)) return;
    type = type_ref_text(in->arena, in->type);
    if (field->selections != NULL)
        REFUSE_AT(in, selections_offset(in, field->offset, field->selections),
                  "Field \"%.*s\" must not have a selection since type \"%.*s\" has no subfields.",
                  STR_PRINT(name), STR_PRINT(type));
    else
        REFUSE_AT(
            in, field->offset,
            "Field \"%.*s\" of type \"%.*s\" must have a selection of subfields. Did you mean "
            "\"%.*s { ... }\"?",
            STR_PRINT(name), STR_PRINT(type), STR_PRINT(name));
}

const struct rule rule_scalar_leafs = {
    .name = "ScalarLeafsRule",
    .field = check,
};
