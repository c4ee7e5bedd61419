/* What resolvers may ask of this process (resolvers/services.h), and the pools behind it. */
#include "app_services.h"

#include "base/uuid.h"
#include "doorbell.h"
#include "form_check.h"
#include "io/egress.h"
#include "look_up_count.h"
#include "paper_link.h"
#include "personal_no.h"
#include "public_key.h"
#include "session_open.h"
#include "tracking_code.h"
#include "webhook_secret.h"

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

static void session_ended(void *data, struct str session, void (*done)(void *data), void *done_data)
{
    session_forget(&((struct app *)data)->sessions, session, done, done_data);
}

static enum status seal_number(void *data, struct str personal_no, struct arena *arena,
                               struct sealed_number *sealed)
{
    sealed->public_id = uuid_random(arena);
    return personal_no_seal(&((struct app *)data)->secrets.keys, personal_no, arena, sealed);
}

static enum status new_webhook_secret(void *data, struct arena *arena,
                                      struct webhook_secret *ret_secret)
{
    return webhook_secret_new(&((struct app *)data)->secrets.keys, arena, ret_secret);
}

static struct str paper_link(void *data, const struct viewer *viewer, struct str paper,
                             struct arena *arena)
{
    struct app *app = data;
    int64_t now_s = clock_wall_us(app->clock) / 1000000;

    return paper_link_write(
        &app->secrets.keys,
        &(struct paper_link){ .paper = paper,
                              .session = viewer->session,
                              .until_s = now_s + app->config->paper_link_life_s },
        arena);
}

static enum status check_form(void *data, struct form_check *check, struct arena *arena)
{
    return form_checks_ask(&((struct app *)data)->forms, check, arena);
}

static bool may_send_to(void *data, struct str url)
{
    return egress_url_check(url, ((struct app *)data)->config->development) == MC_OK;
}

static struct db_pool *open_pool(struct app *app, const char *role, bool writes)
{
    const struct server_config *config = app->config;

    return db_pool_new(&app->loop,
                       &(struct db_pool_settings){
                           .url = config->database_url,
                           .role = role,
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
        app->read_pools[kind] = open_pool(app, roles[kind], false);
        if (kind != VIEWER_NONE) app->write_pools[kind] = open_pool(app, roles[kind], true);
    }
    app->service_pool = open_pool(app, "app_service", false);
    app->sessions.pool = app->service_pool;
    app->doorbell = doorbell_new(&app->loop, app->read_pools[VIEWER_NONE]);
    app->services = (struct services){
        .data = app,
        .clock = app->clock,
        .ask = ask,
        .begin = begin,
        .ring = ring,
        .sign_in = session_open,
        .is_public_key = is_public_key,
        .seal_number = seal_number,
        .session_ended = session_ended,
        .new_webhook_secret = new_webhook_secret,
        .new_tracking_code = tracking_code_new,
        .tracking_digest = tracking_code_digest,
        .count_look_up = look_up_count,
        .paper_link = paper_link,
        .check_form = check_form,
        .is_form_schema = is_form_schema,
        .may_send_to = may_send_to,
    };
}

size_t app_services_close(struct app *app, void (*closed)(void *data))
{
    size_t count = 1;

    doorbell_close(app->doorbell);
    form_checks_done(&app->forms);
    db_pool_close(app->service_pool, closed, app);
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
