/*
 * client.h - what each kind of client may do. A row of the table in client.c is a kind; its limits
 * are settings.
 */
#ifndef SERVER_CLIENT_H
#define SERVER_CLIENT_H

#include "config.h"
#include "request.h"

struct client_policy {
    const char *kind;    /* "app", "partner", "officer" */
    bool free_documents; /* any document, not only trusted ones */
    bool introspection;  /* __schema and __type, and suggestions in errors */
    int64_t cost_max;
};

/* Who is not signed in is an app. With the setting `development` everybody may do everything. */
struct client_policy client_policy(const struct server_config *config, enum viewer_kind viewer);

#endif
