/* Values of Correct Type, Input Object Field Names, Required Fields (specification 5.6.1, 5.6.2,
 * 5.6.4). Coercion knows what is wrong with a literal and says it. */
#include "graphql/type/coerce.h"
#include "graphql/validation/rules.h"

static void check(struct validation *in, void *state, const struct type_ref *type,
                  const struct ast_value *value)
{
    struct gql_errors found;
    const struct coercion with = {
        .arena = in->arena,
        .errors = &found,
        .status = MC_INVALID,
        .source = in->document->source,
        .hide_suggestions = !in->options.suggestions,
    };
    const struct gql_input *read;

    (void)state;
    if (type == NULL || value->kind == AST_VARIABLE) return;
    gql_errors_init(&found, in->errors->arena, in->options.errors_max + 1);
    if (coercion_literal(&with, STR_NONE, type, value, &read) != MC_OK) refuse_with(in, &found);
}

const struct rule rule_values_of_correct_type = {
    .name = "ValuesOfCorrectTypeRule",
    .value = check,
};
