#include "reference_load.h"

#include "base/log.h"
#include "base/memory.h"

enum {
    SOON_MS = 50,
    RETRY_MS = 1000,
    HOURLY_MS = 3600 * 1000,
    LOAD_TIMEOUT_MS = 5000,
    REFERENCE_BYTES_MAX = 64 * 1024 * 1024,
};

struct reference_load {
    struct app *app;
    struct arena arena;
    struct db_group group;
    struct db_ask asks[REFERENCE_ASKS];
};

static enum status outcome(const struct reference_load *load)
{
    for (size_t i = 0; i < REFERENCE_ASKS; i++)
        if (load->asks[i].status != MC_OK) return load->asks[i].status;
    return arena_status(&load->arena);
}

static void schedule(struct app *app, uint64_t after_ms);

static void tell_tried(struct app *app)
{
    void (*tried)(struct app * app) = app->reference_tried;

    app->reference_tried = NULL;
    if (tried != NULL && !app->draining) tried(app);
}

static void on_loaded(struct db_group *group)
{
    struct reference_load *load = group->data;
    struct app *app = load->app;
    enum status status = outcome(load);

    app->loading = NULL;
    if (status == MC_OK) {
        struct reference *former = app->reference;

        app->reference = reference_build(load->arena, load->asks, reference_today(app->clock));
        reference_unref(former);
        rendered_cache_renew(&app->rendered);
        schedule(app, app->reference_stale ? SOON_MS : HOURLY_MS);
    } else {
        log_event(LOG_WARN, "reference_not_loaded", LOG_SYMBOL("status", status_name(status)));
        arena_done(&load->arena);
        schedule(app, RETRY_MS);
    }
    mem_free(load);
    tell_tried(app);
}

static void on_timer(uv_timer_t *timer)
{
    struct app *app = timer->data;
    struct reference_load *load;

    load = MEM_NEW(struct reference_load);
    load->app = app;
    arena_init(&load->arena, REFERENCE_BYTES_MAX);
    reference_asks(load->asks, &load->arena);
    db_group_init(&load->group, LOAD_TIMEOUT_MS, on_loaded, load);
    for (size_t i = 0; i < REFERENCE_ASKS; i++)
        db_group_add(&load->group, &load->asks[i]);
    app->loading = load;
    app->reference_stale = false;
    if (db_pool_send(app->read_pools[VIEWER_NONE], &load->group) == MC_OK) return;
    app->loading = NULL;
    arena_done(&load->arena);
    mem_free(load);
    schedule(app, RETRY_MS);
    tell_tried(app);
}

static void schedule(struct app *app, uint64_t after_ms)
{
    if (!app->draining) uv_timer_start(&app->reference_timer, on_timer, after_ms, 0);
}

void reference_load_start(struct app *app, void (*tried)(struct app *app))
{
    MC_ASSERT(uv_timer_init(&app->loop, &app->reference_timer) == 0);
    app->reference_timer.data = app;
    app->reference_tried = tried;
    schedule(app, 0);
}

/* What is being read may have been read before the change. */
void reference_load_again(struct app *app)
{
    if (app->loading != NULL)
        app->reference_stale = true;
    else
        schedule(app, SOON_MS);
}

void reference_load_stop(struct app *app)
{
    uv_close((uv_handle_t *)&app->reference_timer, NULL);
}
