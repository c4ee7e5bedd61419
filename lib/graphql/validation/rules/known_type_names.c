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

/* Types that a type system may name though no schema uses them. */
static const struct str standard[] = { STR_INIT("String"), STR_INIT("Int"), STR_INIT("Float"),
                                       STR_INIT("Boolean"), STR_INIT("ID") };

enum { STANDARD_COUNT = sizeof(standard) / sizeof(standard[0]) };

static bool is_standard(struct str name)
{
    for (size_t i = 0; i < STANDARD_COUNT; i++)
        if (str_eq(standard[i], name)) return true;
    return false;
}

static bool is_in_type_system(const struct validation *in)
{
    enum ast_definition_kind kind = in->definition->definition->kind;

    return kind != AST_OPERATION && kind != AST_FRAGMENT;
}

static void refuse_unknown(struct validation *in, const struct ast_type *type)
{
    struct suggestions near = suggestions_for(type->name);
    const struct ast_definition *definition;

    if (is_in_type_system(in)) {
        if (is_standard(type->name)) return;
        for (size_t i = 0; i < STANDARD_COUNT; i++)
            suggestions_offer(&near, standard[i]);
    }
    for (size_t i = 0; i < in->schema->type_count; i++)
        suggestions_offer(&near, in->schema->types[i]->name);
    AST_EACH(definition, in->document->definitions)
    {
        if (definition->kind >= AST_SCALAR_TYPE) suggestions_offer(&near, definition->name.text);
    }
    REFUSE_AT(in, type->offset, "Unknown type \"%.*s\".%.*s", STR_PRINT(type->name),
              STR_PRINT(hint(in, &near)));
}

static void check(struct validation *in, void *state, const struct ast_type *type)
{
    (void)state;
    if (schema_type_of(in->schema, type) == NULL && !is_defined(in, type->name))
        refuse_unknown(in, type);
}

const struct rule rule_known_type_names = {
    .name = "KnownTypeNamesRule",
    .named_type = check,
};
