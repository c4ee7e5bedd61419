/* The schema of this binary: the embedded SDL, bound to the resolvers. */
#include "app.h"
#include "resolvers.h"
#include "sdl.h"

enum { SCHEMA_ERRORS_MAX = 50 };

enum { SOURCES = sizeof(server_sdl) / sizeof(server_sdl[0]) };

static void explain(const struct gql_errors *errors, struct buf *why)
{
    for (const struct gql_error *error = errors->head; error != NULL; error = error->next)
        buf_printf(why, "%.*s\n", STR_PRINT(error->message));
}

enum status app_schema(struct arena *arena, int64_t list_max, struct buf *why,
                       struct gql_schema **ret_schema)
{
    struct gql_source sources[SOURCES];
    struct gql_errors errors;
    enum status status;

    for (size_t i = 0; i < SOURCES; i++)
        sources[i] = (struct gql_source){ server_sdl[i].name,
                                          { server_sdl[i].text, server_sdl[i].text_bytes } };
    gql_errors_init(&errors, arena, SCHEMA_ERRORS_MAX);
    status = gql_schema_build(arena, sources, SOURCES, &errors, ret_schema);
    if (status == MC_OK) status = resolvers_bind(*ret_schema, list_max, &errors);
    explain(&errors, why);
    return status;
}

struct gql_limits app_limits(const struct server_config *config)
{
    struct gql_limits limits = gql_limits_preset;

    limits.document_bytes_max = (uint32_t)config->document_bytes_max;
    limits.tokens_max = (uint32_t)config->tokens_max;
    limits.depth_max = (uint32_t)config->depth_max;
    limits.aliases_max = (uint32_t)config->aliases_max;
    limits.root_fields_max = (uint32_t)config->root_fields_max;
    limits.directives_max = (uint32_t)config->directives_max;
    limits.fragment_visits_max = (uint32_t)config->fragment_visits_max;
    limits.merge_comparisons_max = (uint32_t)config->merge_comparisons_max;
    limits.errors_max = (uint32_t)config->errors_max;
    limits.introspection_depth_max = (uint32_t)config->introspection_depth_max;
    limits.introspection_lists_max = (uint32_t)config->introspection_lists_max;
    limits.introspection = true;
    return limits;
}
