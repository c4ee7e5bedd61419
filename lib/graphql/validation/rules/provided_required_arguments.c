/* Required Arguments (specification 5.4.2.1). */
#include "graphql/validation/rules.h"

/* target: "Query.field" or "@directive". */
static void refuse_absent(struct validation *in, uint32_t offset, struct str target,
                          const struct schema_input *input)
{
    REFUSE_AT(in, offset,
              "Argument \"%.*s(%.*s:)\" of type \"%.*s\" is required, but it was not provided.",
              STR_PRINT(target), STR_PRINT(input->name),
              STR_PRINT(type_ref_text(in->arena, input->type)));
}

static void check_field(struct validation *in, void *state, const struct ast_selection *field)
{
    const struct schema_field *known = in->field;

    (void)state;
    for (size_t i = 0; known != NULL && i < known->argument_count; i++) {
        const struct schema_input *input = &known->arguments[i];

        if (!schema_input_required(input) || argument_named(field->arguments, input->name) != NULL)
            continue;
        refuse_absent(in, field->offset, field_text(in), input);
    }
}

static void check_directive(struct validation *in, void *state,
                            const struct ast_directive *directive)
{
    const struct schema_directive *known = in->directive;

    (void)state;
    for (size_t i = 0; known != NULL && i < known->argument_count; i++) {
        const struct schema_input *input = &known->arguments[i];

        if (!schema_input_required(input) ||
            argument_named(directive->arguments, input->name) != NULL)
            continue;
        refuse_absent(in, directive->offset,
                      arena_printf(in->arena, "@%.*s", STR_PRINT(known->name)), input);
    }
}

const struct rule rule_provided_required_arguments = {
    .name = "ProvidedRequiredArgumentsRule",
    .field_left = check_field,
    .directive_left = check_directive,
};
