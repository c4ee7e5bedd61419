/* Asked for by name: refuses what leads into the introspection types. */
#include "graphql/validation/rules.h"

static void check(struct validation *in, void *state, const struct ast_selection *field)
{
    (void)state;
    if (in->type == NULL || !in->type->named->is_introspection) return;
    REFUSE_AT(in, field->offset,
              "GraphQL introspection has been disabled, but the requested query contained the "
              "field \"%.*s\".",
              STR_PRINT(field->name.text));
}

const struct rule rule_no_schema_introspection_custom = {
    .name = "NoSchemaIntrospectionCustomRule",
    .quiet_too = true,
    .field = check,
};
