/* Argument Names (specification 5.4.1). */
#include "graphql/validation/rules.h"

static struct str hint_of(struct validation *in, struct str name, const struct schema_input *inputs,
                          size_t count)
{
    struct suggestions near = suggestions_for(name);

    for (size_t i = 0; i < count; i++)
        suggestions_offer(&near, inputs[i].name);
    return hint(in, &near);
}

static void check_field_argument(struct validation *in, void *state,
                                 const struct ast_argument *argument)
{
    struct str name = argument->name.text;

    (void)state;
    if (in->in_directive || in->field == NULL || in->argument != NULL) return;
    REFUSE_AT(in, argument->name.offset, "Unknown argument \"%.*s\" on field \"%.*s\".%.*s",
              STR_PRINT(name), STR_PRINT(field_text(in)),
              STR_PRINT(hint_of(in, name, in->field->arguments, in->field->argument_count)));
}

static void check_directive(struct validation *in, void *state,
                            const struct ast_directive *directive)
{
    const struct schema_directive *known = in->directive;
    const struct ast_argument *argument;

    (void)state;
    if (known == NULL) return;
    AST_EACH(argument, directive->arguments)
    {
        struct str name = argument->name.text;

        if (schema_input(known->arguments, known->argument_count, name) != NULL) continue;
        REFUSE_AT(in, argument->name.offset,
                  "Unknown argument \"%.*s\" on directive \"@%.*s\".%.*s", STR_PRINT(name),
                  STR_PRINT(known->name),
                  STR_PRINT(hint_of(in, name, known->arguments, known->argument_count)));
    }
}

const struct rule rule_known_argument_names = {
    .name = "KnownArgumentNamesRule",
    .argument = check_field_argument,
    .directive = check_directive,
};
