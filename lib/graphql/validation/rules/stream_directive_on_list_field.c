/* Incremental delivery, beyond the September 2025 edition: @stream only where there is a list. */
#include "graphql/validation/rules.h"

static bool is_list(const struct type_ref *type)
{
    return type_ref_nullable(type)->kind == REF_LIST;
}

static void check(struct validation *in, void *state, const struct ast_directive *directive)
{
    (void)state;
    if (in->within == NULL || in->parent_type == NULL) return;
    if (!str_is(directive->name.text, "stream") || is_list(in->within->type)) return;
    REFUSE_AT(in, directive->offset,
              "Directive \"@stream\" cannot be used on non-list field \"%.*s.%.*s\".",
              STR_PRINT(in->parent_type->name), STR_PRINT(in->within->name));
}

const struct rule rule_stream_directive_on_list_field = {
    .name = "StreamDirectiveOnListFieldRule",
    .directive = check,
};
