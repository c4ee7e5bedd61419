#include "health.h"

#include "base/json_out.h"
#include "base/memory.h"
#include "reply.h"
#include "server_sql.h"

enum { PROBE_TIMEOUT_MS = 1000, PROBE_BYTES_MAX = 64 * 1024, METRICS_BYTES_MAX = 256 * 1024 };

static bool is_read(struct http_exchange *exchange)
{
    if (str_is(http_method(exchange), "GET") || str_is(http_method(exchange), "HEAD")) return true;
    reply_refusal(exchange, MC_METHOD, NULL, "GET");
    return false;
}

void healthz_handle(struct http_exchange *exchange, void *data)
{
    (void)data;
    if (is_read(exchange)) reply_body(exchange, 200, media_json, STR("{\"status\":\"ok\"}"));
}

struct probe {
    struct app *app;
    struct http_exchange *exchange;
    struct arena arena;
    struct db_group group;
    struct db_ask ask;
    struct redis_ask ping;
    enum status postgresql, redis;
    unsigned waiting;
};

static void finish(struct probe *probe)
{
    bool reference = probe->app->reference != NULL;
    /* Without Redis sessions are read from PostgreSQL: slower is not away. */
    bool ready = probe->postgresql == MC_OK && reference;
    struct buf body;
    struct json_out json = json_out(&body);

    buf_init(&body, PROBE_BYTES_MAX);
    json_object_open(&json);
    json_key(&json, "ready");
    json_bool(&json, ready);
    json_key(&json, "postgresql");
    json_str(&json, str_of(status_code(probe->postgresql)));
    json_key(&json, "redis");
    json_str(&json, str_of(status_code(probe->redis)));
    json_key(&json, "reference");
    json_str(&json, reference ? STR("OK") : STR("NOT_LOADED"));
    json_object_close(&json);
    reply_body(probe->exchange, ready ? 200 : 503, media_json, buf_str(&body));
    buf_done(&body);
    arena_done(&probe->arena);
    mem_free(probe);
}

static void answered(struct probe *probe)
{
    if (--probe->waiting == 0) finish(probe);
}

static void on_group(struct db_group *group)
{
    struct probe *probe = group->data;

    probe->postgresql = probe->ask.status;
    answered(probe);
}

static void on_ping(struct redis_ask *ask, enum status status, const struct redis_reply *reply)
{
    struct probe *probe = ask->data;

    (void)reply;
    probe->redis = status;
    answered(probe);
}

void readyz_handle(struct http_exchange *exchange, void *data)
{
    struct probe *probe;

    if (!is_read(exchange)) return;
    probe = MEM_NEW(struct probe);
    probe->app = data;
    probe->exchange = exchange;
    probe->waiting = 3;
    arena_init(&probe->arena, PROBE_BYTES_MAX);
    db_ask_init(&probe->ask, SQL_PING, &probe->arena);
    db_group_init(&probe->group, PROBE_TIMEOUT_MS, on_group, probe);
    db_group_add(&probe->group, &probe->ask);
    probe->postgresql = db_pool_send(probe->app->read_pools[VIEWER_NONE], &probe->group);
    if (probe->postgresql != MC_OK) probe->waiting--;
    redis_ask_init(&probe->ping, PROBE_TIMEOUT_MS, on_ping, probe);
    redis_ask_add(&probe->ping, STR("PING"));
    probe->redis = redis_send(probe->app->redis, &probe->ping);
    if (probe->redis != MC_OK) probe->waiting--;
    answered(probe);
}

void metrics_handle(struct http_exchange *exchange, void *data)
{
    struct app *app = data;
    struct buf body;

    if (!is_read(exchange)) return;
    buf_init(&body, METRICS_BYTES_MAX);
    metrics_print(app->metrics, &body);
    tallies_print(app->tallies, &body);
    reply_body(exchange, 200, "text/plain; version=0.0.4; charset=utf-8", buf_str(&body));
    buf_done(&body);
}
