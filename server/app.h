/*
 * app.h - one child process: its loop and everything that hangs on it.
 */
#ifndef SERVER_APP_H
#define SERVER_APP_H

#include "client_tallies.h"
#include "code_exchange.h"
#include "config.h"
#include "counters.h"
#include "form_check.h"
#include "http/http.h"
#include "io/storage.h"
#include "persisted_queries.h"
#include "plan_cache.h"
#include "reference.h"
#include "rendered.h"
#include "session.h"
#include "status_profile.h"
#include "trusted_documents.h"

struct app {
    uv_loop_t loop;
    const struct server_config *config;
    struct server_secrets secrets;
    const unsigned char *ticket_key;
    enum status_profile status_profile;
    struct clock *clock;
    struct metrics *metrics;
    struct tallies *tallies;
    size_t slot, processes;

    struct arena arena; /* as long as the process */
    struct gql_schema *schema;
    struct plan_cache plans;        /* for who may see the schema */
    struct plan_cache closed_plans; /* for who may not */
    struct trusted_documents *trusted;
    struct persisted_queries persisted;
    struct rendered_cache rendered;
    struct sessions sessions;
    struct issuers issuers;
    struct web_client *web;
    struct exchange_settings exchange_settings;
    struct services services;
    struct storage storage;
    struct redis *redis;
    struct db_pool *read_pools[VIEWER_KIND_COUNT];
    struct db_pool *write_pools[VIEWER_KIND_COUNT];
    struct db_pool *service_pool; /* sessions: before anybody is known */
    struct db_listener *listener;
    struct reference *reference; /* NULL until it is loaded */
    struct reference_load *loading;
    void (*reference_tried)(struct app *app); /* NULL: told already */
    bool reference_stale;                     /* it changed while it was being loaded */
    uv_timer_t reference_timer;
    struct doorbell *doorbell;
    struct form_checks forms;
    struct streams *streams;
    struct graphql_ws *websockets;
    struct quota *quota;
    struct adapter_gauges *adapter_gauges; /* NULL: another process's */
    struct graphiql *graphiql;             /* NULL: off */
    struct http_server *http;
    uv_prepare_t on_turn;
    uint64_t operation_key[2]; /* what clients call their operations is logged under it */
    uv_signal_t on_term, on_hangup;
    uv_timer_t gauges_timer;
    bool draining;
    size_t open_parts; /* at the end: the loop stops when none is left */
};

static inline void app_count(struct app *app, enum counter row, int64_t value)
{
    metrics_add(app->metrics, app->slot, row, value);
}

/* Builds the schema from the embedded SDL and binds the resolvers; prints what is wrong.
 * list_max: setting. */
enum status app_schema(struct arena *arena, int64_t list_max, struct buf *why,
                       struct gql_schema **ret_schema);

struct gql_limits app_limits(const struct server_config *config);

/* What the parent hands to a child. */
struct app_options {
    const struct server_config *config;
    struct server_secrets secrets;
    struct metrics *metrics;
    struct tallies *tallies;
    struct addresses *addresses;
    size_t slot, processes;
    const unsigned char *ticket_key;
    int bound_fd;
};

/* Serves until it is told to stop; the process's exit code. */
int app_serve(const struct app_options *options);

#endif
