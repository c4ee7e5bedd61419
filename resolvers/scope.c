#include "scope.h"

/* Any one of the scopes, with blanks between, will do. */
struct need {
    const char *type, *field;
    const char *scopes, *sentence;
};

#define NEED(type, field, scope)                                                                   \
    {                                                                                              \
        type, field, scope, "The key needs the scope " scope "."                                   \
    }

#define NEED_EITHER(type, field, one, other)                                                       \
    {                                                                                              \
        type, field, one " " other, "The key needs the scope " one " or " other "."                \
    }

static const struct need needs[] = {
    NEED("Query", "dossier", "dossiers.read"),
    NEED("Query", "bulkDossiers", "dossiers.read"),
    NEED("Query", "dossiersByExternalNo", "dossiers.read"),
    NEED("Query", "events", "events.read"),
    NEED_EITHER("Query", "node", "dossiers.read", "events.read"),
    NEED("Node", "Dossier", "dossiers.read"),
    NEED("Node", "DossierEvent", "events.read"),
    NEED("Viewer", "dossiers", "dossiers.read"),
    NEED("Viewer", "counts", "dossiers.read"),
    NEED("Viewer", "worklist", "dossiers.read"),
    NEED("Viewer", "drafts", "dossiers.submit"),
    NEED("Viewer", "guests", "keys.manage"),
    NEED("Viewer", "webhookEndpoints", "webhooks.manage"),
    NEED("DossierChanged", "dossier", "dossiers.read"),
    NEED("StaleState", "current", "dossiers.read"),
    NEED("DossierGrant", "dossier", "dossiers.read"),
    NEED("BulkItem", "dossier", "dossiers.read"),
    NEED_EITHER("DossierChanged", "event", "dossiers.read", "events.read"),
    NEED("Subscription", "dossierEvents", "events.read"),
};

static bool holds(struct str held, struct str scope)
{
    while (held.size > 0)
        if (str_eq(str_split(&held, ' '), scope)) return true;
    return false;
}

static bool holds_any(struct str held, struct str scopes)
{
    while (scopes.size > 0)
        if (holds(held, str_split(&scopes, ' '))) return true;
    return false;
}

const char *scope_missing(const struct viewer *viewer, struct str type, struct str field)
{
    if (viewer->kind != VIEWER_PARTNER) return NULL;
    for (size_t i = 0; i < sizeof(needs) / sizeof(needs[0]); i++) {
        const struct need *need = &needs[i];

        if (str_is(field, need->field) && str_is(type, need->type))
            return holds_any(viewer->scopes, str_of(need->scopes)) ? NULL : need->sentence;
    }
    return NULL;
}

bool scope_allows(struct gql_batch *batch)
{
    const char *missing =
        scope_missing(&request_of(batch)->viewer, gql_type_name(batch), gql_field_name(batch));

    if (missing != NULL) gql_fail_all(batch, MC_FORBIDDEN, missing);
    return missing == NULL;
}
