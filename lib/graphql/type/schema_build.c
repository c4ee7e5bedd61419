#include "graphql/type/schema_steps.h"
#include "graphql/type/sdl_check.h"

enum status gql_schema_build(struct arena *arena, const struct gql_source *sources, size_t count,
                             struct gql_errors *errors, struct gql_schema **ret_schema)
{
    struct schema_sources texts;
    struct gql_schema *schema;
    enum status status = schema_sources_read(&texts, arena, sources, count, errors);

    if (status == MC_OK) status = sdl_check(&texts, NULL, NULL);
    if (status == MC_OK) status = schema_make(&texts, &schema);
    if (status == MC_OK) status = schema_check(&texts, schema);
    if (status == MC_OK) status = schema_settle(schema);
    if (status == MC_OK) *ret_schema = schema;
    return status;
}
