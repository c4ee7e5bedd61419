/* What resolvers may ask of this process (resolvers/services.h), and the pools behind it. */
#include "app_services.h"

#include "base/memory.h"
#include "doorbell.h"

static const char *const roles[VIEWER_KIND_COUNT] = { "app_public", "app_citizen", "app_partner",
                                                      "app_officer" };

static enum status ask(void *data, const struct viewer *viewer, struct db_group *group)
{
    return db_pool_send(((struct app *)data)->read_pools[viewer->kind], group);
}

static enum status begin(void *data, const struct viewer *viewer, struct db_tx *tx)
{
    return db_tx_begin(tx, ((struct app *)data)->write_pools[viewer->kind]);
}

static void ring(void *data)
{
    doorbell_ring(((struct app *)data)->doorbell);
}

/* Outlives the request that asked for it. */
struct ending {
    struct session_end end;
    struct arena arena;
    void (*ended)(void *context, enum status status);
    void *context;
};

static void ending_free(struct ending *ending)
{
    arena_done(&ending->arena);
    mem_free(ending);
}

static void on_session_ended(void *context, enum status status)
{
    struct ending *ending = context;

    ending->ended(ending->context, status);
    ending_free(ending);
}

static enum status end_session(void *data, const struct viewer *viewer,
                               void (*ended)(void *context, enum status status), void *context)
{
    struct app *app = data;
    struct ending *ending = MEM_NEW(struct ending);
    enum status status;

    arena_init(&ending->arena, 4096);
    ending->ended = ended;
    ending->context = context;
    ending->end = (struct session_end){ .ended = on_session_ended, .context = ending };
    status = session_end(&app->sessions, viewer->session, &ending->arena, &ending->end);
    if (status != MC_OK) ending_free(ending);
    return status;
}

static struct db_pool *open_pool(struct app *app, enum viewer_kind kind, bool writes)
{
    const struct server_config *config = app->config;

    return db_pool_new(&app->loop,
                       &(struct db_pool_settings){
                           .url = config->database_url,
                           .role = roles[kind],
                           .connections_max = (uint32_t)(writes ? config->write_connections
                                                                : config->pool_connections),
                           .pipeline_max = writes ? 1 : (uint32_t)config->pipeline_max,
                           .queue_max = (uint32_t)config->queue_max,
                           .connect_timeout_ms = (uint32_t)config->connect_timeout_ms,
                           .idle_close_ms = (uint32_t)config->idle_close_ms,
                           .statement_timeout_ms = (uint32_t)config->request_timeout_ms,
                           .lock_timeout_ms = (uint32_t)config->lock_timeout_ms,
                       });
}

void app_services_open(struct app *app)
{
    for (int kind = 0; kind < VIEWER_KIND_COUNT; kind++) {
        app->read_pools[kind] = open_pool(app, (enum viewer_kind)kind, false);
        if (kind != VIEWER_NONE)
            app->write_pools[kind] = open_pool(app, (enum viewer_kind)kind, true);
    }
    app->doorbell = doorbell_new(&app->loop, app->read_pools[VIEWER_NONE]);
    app->services = (struct services){
        .data = app,
        .clock = app->clock,
        .ask = ask,
        .begin = begin,
        .ring = ring,
        .end_session = end_session,
    };
}

size_t app_services_close(struct app *app, void (*closed)(void *data))
{
    size_t count = 0;

    doorbell_close(app->doorbell);
    for (int kind = 0; kind < VIEWER_KIND_COUNT; kind++) {
        struct db_pool *pools[] = { app->read_pools[kind], app->write_pools[kind] };

        for (size_t i = 0; i < 2; i++) {
            if (pools[i] == NULL) continue;
            db_pool_close(pools[i], closed, app);
            count++;
        }
    }
    return count;
}
