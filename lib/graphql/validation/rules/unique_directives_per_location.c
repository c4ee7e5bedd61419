/* Directives Are Unique per Location (specification 5.7.3). */
#include "graphql/validation/rules.h"

static bool is_unique(const struct validation *in, struct str name)
{
    const struct schema_directive *known = schema_directive(in->schema, name);
    const struct ast_definition *defined;

    if (known != NULL) return !known->repeatable;
    defined = directive_defined(in, name);
    return defined != NULL && !defined->repeatable;
}

static void check(struct validation *in, void *state, const struct ast_directive *directives)
{
    const struct ast_directive *directive, *first;
    struct hash_map seen;

    (void)state;
    if (directives == NULL || directives->next == NULL) return;
    hash_map_init(&seen, in->arena);
    AST_EACH(directive, directives)
    {
        if (!is_unique(in, directive->name.text)) continue;
        first = hash_map_get(&seen, directive->name.text);
        if (first == NULL)
            (void)hash_map_put(&seen, directive->name.text, (void *)directive);
        else
            refuse(in, (uint32_t[]){ first->offset, directive->offset }, 2,
                   "The directive \"@%.*s\" can only be used once at this location.",
                   STR_PRINT(directive->name.text));
    }
}

static void check_definition(struct validation *in, void *state,
                             const struct ast_definition *definition)
{
    check(in, state, definition->directives);
}

static void check_variable(struct validation *in, void *state, const struct ast_variable *variable)
{
    check(in, state, variable->directives);
}

static void check_selection(struct validation *in, void *state,
                            const struct ast_selection *selection)
{
    check(in, state, selection->directives);
}

const struct rule rule_unique_directives_per_location = {
    .name = "UniqueDirectivesPerLocationRule",
    .definition = check_definition,
    .variable = check_variable,
    .field = check_selection,
    .spread = check_selection,
    .inline_fragment = check_selection,
    .directives = check,
};
