/* Argument Uniqueness (specification 5.4.2). */
#include "graphql/validation/rules.h"

static void check(struct validation *in, const struct ast_argument *arguments)
{
    const struct ast_argument *argument;
    struct named_place *places;
    size_t count = 0;

    AST_EACH(argument, arguments) count++;
    if (count < 2) return;
    places = ARENA_ARRAY(in->arena, count, struct named_place);
    count = 0;
    AST_EACH(argument, arguments)
    places[count++] = (struct named_place){ argument->name.text, argument->name.offset };
    refuse_repeated(in, places, count, "argument named \"");
}

static void check_field(struct validation *in, void *state, const struct ast_selection *field)
{
    (void)state;
    check(in, field->arguments);
}

static void check_directive(struct validation *in, void *state,
                            const struct ast_directive *directive)
{
    (void)state;
    check(in, directive->arguments);
}

const struct rule rule_unique_argument_names = {
    .name = "UniqueArgumentNamesRule",
    .field = check_field,
    .directive = check_directive,
};
