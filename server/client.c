#include "client.h"

static const struct {
    const char *name;
    bool free_documents;
    size_t introspection; /* where its setting stands */
} kinds[] = {
    [VIEWER_NONE] = { "app", false, offsetof(struct server_config, introspection_app) },
    [VIEWER_CITIZEN] = { "app", false, offsetof(struct server_config, introspection_app) },
    [VIEWER_PARTNER] = { "partner", true, offsetof(struct server_config, introspection_partner) },
    [VIEWER_OFFICER] = { "officer", true, offsetof(struct server_config, introspection_officer) },
};

static bool setting(const struct server_config *config, size_t offset)
{
    return *(const bool *)(const void *)((const char *)config + offset);
}

struct client_policy client_policy(const struct server_config *config, enum viewer_kind viewer)
{
    return (struct client_policy){
        .kind = kinds[viewer].name,
        .free_documents = config->development || kinds[viewer].free_documents,
        .introspection = config->development || setting(config, kinds[viewer].introspection),
    };
}
