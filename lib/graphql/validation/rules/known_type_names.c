/* Fragment Spread Type Existence (specification 5.5.1.2), and types of variables. */
#include "graphql/validation/rules.h"

/* Types that the document defines count as known: what is wrong with them is that they stand there.
 */
static bool is_defined(const struct validation *in, struct str name)
{
    const struct ast_definition *definition;

    AST_EACH(definition, in->document->definitions)
    {
        if (definition->kind >= AST_SCALAR_TYPE && str_eq(definition->name.text, name)) return true;
    }
    return false;
}

static void check(struct validation *in, void *state, const struct ast_type *type)
{
    struct suggestions near = suggestions_for(type->name);
    const struct ast_definition *definition;

    (void)state;
    if (schema_type(in->schema, type->name) != NULL || is_defined(in, type->name)) return;
    for (size_t i = 0; i < in->schema->type_count; i++)
        suggestions_offer(&near, in->schema->types[i]->name);
    AST_EACH(definition, in->document->definitions)
    {
        if (definition->kind >= AST_SCALAR_TYPE) suggestions_offer(&near, definition->name.text);
    }
    REFUSE_AT(in, type->offset, "Unknown type \"%.*s\".%.*s", STR_PRINT(type->name),
              STR_PRINT(hint(in, &near)));
}

const struct rule rule_known_type_names = {
    .name = "KnownTypeNamesRule",
    .named_type = check,
};
