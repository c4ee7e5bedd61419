#include "graphql/type/schema_steps.h"
#include "graphql/type/sdl_check.h"

/* graphql-js passes over them; in files of ours they are a mistake. */
static enum status refuse_executable(const struct schema_sources *sources)
{
    const struct ast_definition *definition;
    enum status status = MC_OK;

    AST_EACH(definition, sources->document->definitions)
    {
        if (definition->kind >= AST_SCHEMA) continue;
        schema_sources_error(sources, &definition->offset, 1,
                             "An operation or fragment is not part of a schema.");
        status = MC_INVALID;
    }
    return status;
}

enum status gql_schema_build(struct arena *arena, const struct gql_source *sources, size_t count,
                             struct gql_errors *errors, struct gql_schema **ret_schema)
{
    struct schema_sources texts;
    struct gql_schema *schema;
    enum status status = schema_sources_read(&texts, arena, sources, count, errors);

    if (status == MC_OK) status = refuse_executable(&texts);
    if (status == MC_OK) status = sdl_check(&texts, NULL, NULL);
    if (status == MC_OK) status = schema_make(&texts, &schema);
    if (status == MC_OK) status = schema_check(&texts, schema);
    if (status == MC_OK) status = schema_settle(schema);
    if (status == MC_OK) *ret_schema = schema;
    return status;
}
