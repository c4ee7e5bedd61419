#include "adapter_gauges.h"

#include "app.h"
#include "base/memory.h"
#include "server_sql.h"

enum { ARENA_BYTES = 65536, ROWS_MAX = 8, TIMEOUT_MS = 3000 };

struct adapter_gauges {
    struct app *app;
    uv_timer_t timer;
    struct arena arena;
    struct db_group group;
    struct db_ask ask;
    bool asking, is_timer_closed;
    void (*closed)(void *data);
    void *closed_data;
};

struct state_row {
    struct str id;
    int64_t waiting, failed, quarantined, lag_s;
};

static const struct db_column state_columns[] = {
    DB_COLUMN(struct state_row, id, DB_TEXT),    DB_COLUMN(struct state_row, waiting, DB_I64),
    DB_COLUMN(struct state_row, failed, DB_I64), DB_COLUMN(struct state_row, quarantined, DB_I64),
    DB_COLUMN(struct state_row, lag_s, DB_I64),  DB_COLUMNS_END,
};

/* As the table adapter names them. */
static const struct {
    const char *id;
    enum counter lag, waiting, failed, quarantined;
} rows_of[] = {
    { "DVCQG", METRIC_PORTAL_LAG, METRIC_PORTAL_WAITING, METRIC_PORTAL_FAILED,
      METRIC_PORTAL_QUARANTINED },
};

static void publish(const struct app *app, const struct state_row *row)
{
    for (size_t i = 0; i < sizeof(rows_of) / sizeof(rows_of[0]); i++) {
        if (!str_is(row->id, rows_of[i].id)) continue;
        metrics_set(app->metrics, app->slot, rows_of[i].lag, row->lag_s);
        metrics_set(app->metrics, app->slot, rows_of[i].waiting, row->waiting);
        metrics_set(app->metrics, app->slot, rows_of[i].failed, row->failed);
        metrics_set(app->metrics, app->slot, rows_of[i].quarantined, row->quarantined);
    }
}

static void free_when_done(struct adapter_gauges *gauges)
{
    if (!gauges->is_timer_closed || gauges->asking) return;
    gauges->closed(gauges->closed_data);
    arena_done(&gauges->arena);
    mem_free(gauges);
}

static void on_rows(struct db_group *group)
{
    struct adapter_gauges *gauges = group->data;
    const struct state_row *rows = gauges->ask.rows;

    gauges->asking = false;
    for (size_t i = 0; gauges->ask.status == MC_OK && i < gauges->ask.row_count; i++)
        publish(gauges->app, &rows[i]);
    free_when_done(gauges);
}

static void on_time(uv_timer_t *timer)
{
    struct adapter_gauges *gauges = timer->data;

    if (gauges->asking) return;
    arena_reset(&gauges->arena);
    db_ask_init(&gauges->ask, SQL_ADAPTER_STATE, &gauges->arena);
    gauges->ask.columns = state_columns;
    gauges->ask.row_size = sizeof(struct state_row);
    gauges->ask.rows_max = ROWS_MAX;
    db_group_init(&gauges->group, TIMEOUT_MS, on_rows, gauges);
    db_group_set(&gauges->group, "app.viewer", STR("SERVICE"));
    db_group_add(&gauges->group, &gauges->ask);
    gauges->asking = db_pool_send(gauges->app->service_pool, &gauges->group) == MC_OK;
}

static void on_timer_closed(uv_handle_t *handle)
{
    struct adapter_gauges *gauges = handle->data;

    gauges->is_timer_closed = true;
    free_when_done(gauges);
}

struct adapter_gauges *adapter_gauges_new(struct app *app)
{
    struct adapter_gauges *gauges = MEM_NEW(struct adapter_gauges);

    gauges->app = app;
    arena_init(&gauges->arena, ARENA_BYTES);
    MC_ASSERT(uv_timer_init(&app->loop, &gauges->timer) == 0);
    gauges->timer.data = gauges;
    uv_timer_start(&gauges->timer, on_time, ADAPTER_GAUGES_MS, ADAPTER_GAUGES_MS);
    return gauges;
}

void adapter_gauges_close(struct adapter_gauges *gauges, void (*closed)(void *data), void *data)
{
    if (gauges == NULL) {
        closed(data);
        return;
    }
    gauges->closed = closed;
    gauges->closed_data = data;
    uv_close((uv_handle_t *)&gauges->timer, on_timer_closed);
}
