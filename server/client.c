#include "client.h"

#define SETTING(name) offsetof(struct server_config, name)

static const struct {
    const char *name;
    bool free_documents;
    size_t introspection, cost_max; /* where its settings stand */
} kinds[] = {
    [VIEWER_NONE] = { "app", false, SETTING(introspection_app), SETTING(cost_max_app) },
    [VIEWER_CITIZEN] = { "app", false, SETTING(introspection_app), SETTING(cost_max_app) },
    [VIEWER_PARTNER] = { "partner", true, SETTING(introspection_partner),
                         SETTING(cost_max_partner) },
    [VIEWER_OFFICER] = { "officer", true, SETTING(introspection_officer),
                         SETTING(cost_max_officer) },
};

static const void *setting(const struct server_config *config, size_t offset)
{
    return (const char *)config + offset;
}

struct client_policy client_policy(const struct server_config *config, enum viewer_kind viewer)
{
    return (struct client_policy){
        .kind = kinds[viewer].name,
        .free_documents = config->development || kinds[viewer].free_documents,
        .introspection =
            config->development || *(const bool *)setting(config, kinds[viewer].introspection),
        .cost_max = *(const int64_t *)setting(config, kinds[viewer].cost_max),
    };
}
