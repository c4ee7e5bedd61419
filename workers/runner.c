/*
 * runner.c - one loop, one blocking session. Claims and results are a few milliseconds of blocking
 * each; pushes, the doorbell and signals are the loop's. A database that is away is asked again
 * once a second, and results wait in memory meanwhile.
 */
#include "runner.h"

#include "base/log.h"
#include "bulk.h"
#include "claim_place.h"
#include "clock.h"
#include "deliver.h"
#include "expand.h"
#include "papers.h"
#include "privacy.h"
#include "quarantine.h"
#include "seal.h"
#include "sync.h"
#include "tick.h"

#include <signal.h>
#include <stdio.h>

enum {
    CONNECT_TIMEOUT_MS = 5000,
    AGAIN_AFTER_MS = 1000, /* a database that is away */
    SWEEP_US = 1000000,
    LOG_US = 60000000,
    ONCE_US = 30000000,
    LEASE_SPARE_MS = 3000, /* from the answer to its record */
    EXPANDS_IN_A_ROW = 10,
};

/* Work that comes round: one statement of bounded work a turn, at once again while there is more.
 */
static const struct turn {
    const char *part;
    size_t every_ms; /* offset of the setting */
    enum status (*take)(struct db_session *session, bool *ret_again);
} turns[] = {
    { "anonymise", offsetof(struct worker_config, tick_ms), anonymise_turn },
    { "export", offsetof(struct worker_config, export_ms), export_turn },
    { "remind", offsetof(struct worker_config, tick_ms), clock_remind_turn },
    { "recompute", offsetof(struct worker_config, tick_ms), clock_recompute_turn },
    { "terms", offsetof(struct worker_config, tick_ms), clock_terms_turn },
    { "digest", offsetof(struct worker_config, tick_ms), clock_digest_turn },
    { "quarantine", offsetof(struct worker_config, quarantine_ms), quarantine_turn },
};

enum { TURNS = sizeof(turns) / sizeof(turns[0]) };

struct runner {
    const struct worker_config *config;
    unsigned parts;
    bool once, stopping, cancelled, look, lost;
    int64_t stop_at_us, once_until_us, retry_at_us, sweep_at_us, tick_at_us, seal_at_us, log_at_us;
    int64_t turn_at_us[TURNS], papers_at_us, watch_at_us;

    uv_loop_t loop;
    uv_timer_t poll, soon;
    uv_signal_t signals[2];
    struct db_session *session;
    struct db_listener *listener;
    struct redis *redis;
    struct ring ring;
    struct http2_client *client;
    struct deliver *deliver;
    struct sealer sealer;
    struct papers papers;
    struct syncs syncs;
    struct claim_place place;
};

static int64_t now_us(void)
{
    return clock_monotonic_us(&clock_system);
}

/* ---- what wakes it ---- */

static void on_poll(uv_timer_t *timer)
{
    ((struct runner *)timer->data)->look = true;
}

static void on_soon(uv_timer_t *timer)
{
    (void)timer; /* the loop returns, which is all it is for */
}

static void on_rung(void *data, const char *channel, const char *payload)
{
    (void)channel;
    (void)payload;
    ((struct runner *)data)->look = true;
}

static void on_gap(void *data)
{
    ((struct runner *)data)->look = true;
}

static void wake(void *data)
{
    struct runner *runner = data;

    if (!uv_is_active((uv_handle_t *)&runner->soon))
        uv_timer_start(&runner->soon, on_soon, DELIVER_FINISH_MS, 0);
}

static void wake_now(struct runner *runner)
{
    runner->look = true;
    uv_timer_start(&runner->soon, on_soon, 0, 0);
}

static void on_signal(uv_signal_t *handle, int number)
{
    struct runner *runner = handle->data;

    if (runner->stopping) return;
    log_event(LOG_INFO, "stopping", LOG_I64("signal", number));
    runner->stopping = true;
    runner->stop_at_us = now_us() + runner->config->drain_ms * 1000;
    wake_now(runner);
}

/* ---- what is due ---- */

static enum status expand(struct runner *runner)
{
    bool again = true;
    enum status status = MC_OK;

    for (int i = 0; i < EXPANDS_IN_A_ROW && again && status == MC_OK; i++) {
        bool made = false;

        status = expand_once(runner->config, runner->session, &runner->ring, &again, &made);
    }
    if (status == MC_OK && again) wake_now(runner);
    return status;
}

/* One batch a turn: what it has committed is expanded and delivered before the next. */
static enum status bulk(struct runner *runner)
{
    bool again = false;
    enum status status = bulk_once(runner->session, &runner->ring, &again);

    if (again) wake_now(runner);
    return status;
}

static enum status deliver(struct runner *runner, bool look)
{
    bool again = look && !runner->stopping;
    enum status status = MC_OK;

    /* A claim that came back full, or whose rows ended at once, is followed by the next one. */
    for (int i = 0; i < EXPANDS_IN_A_ROW && status == MC_OK; i++) {
        bool more = false;

        status = deliver_turn(runner->deliver, again, &more);
        again = more && !runner->stopping;
        if (!again) break;
    }
    if (status == MC_OK && again) wake_now(runner);
    if (!deliver_idle(runner->deliver)) wake(runner);
    return status;
}

static enum status sweep(struct runner *runner)
{
    int64_t released = 0;
    enum status status = claim_place_sweep(&runner->place, &released);

    if (status == MC_OK && released > 0)
        log_event(LOG_WARN, "leases_ran_out", LOG_I64("released", released));
    return status;
}

static bool is_due(int64_t *at_us, int64_t every_us)
{
    if (now_us() < *at_us) return false;
    *at_us = now_us() + every_us;
    return true;
}

static enum status seal(struct runner *runner)
{
    bool again = false;
    enum status status = sealer_turn(&runner->sealer, runner->session, &again);

    if (!again) return status;
    runner->seal_at_us = 0;
    wake_now(runner);
    return status;
}

static enum status take_turn(struct runner *runner, size_t i)
{
    int64_t every_ms;
    bool again = false;
    enum status status;

    memcpy(&every_ms, (const char *)runner->config + turns[i].every_ms, sizeof(every_ms));
    if (!is_due(&runner->turn_at_us[i], every_ms * 1000)) return MC_OK;
    status = turns[i].take(runner->session, &again);
    if (!again) return status;
    runner->turn_at_us[i] = 0;
    wake_now(runner);
    return status;
}

/* A part that fails for a reason of its own keeps no other from its work. */
static enum status alone(const char *part, enum status status)
{
    if (status == MC_OK || status == MC_UNAVAILABLE) return status;
    log_event(LOG_ERROR, "part_failed", LOG_SYMBOL("part", part),
              LOG_SYMBOL("status", status_name(status)));
    return MC_OK;
}

static enum status housekeep(struct runner *runner)
{
    enum status status = MC_OK;

    if (is_due(&runner->tick_at_us, runner->config->tick_ms * 1000))
        status = tick_once(runner->session);
    for (size_t i = 0; i < TURNS && status == MC_OK; i++)
        status = alone(turns[i].part, take_turn(runner, i));
    return status;
}

static enum status papers(struct runner *runner, bool look)
{
    bool again = false;
    enum status status =
        papers_turn(&runner->papers, runner->session, look && !runner->stopping, &again);

    if (again) wake_now(runner);
    if (status == MC_OK && !runner->stopping &&
        is_due(&runner->papers_at_us, runner->config->tick_ms * 1000))
        status = papers_sweep(&runner->papers, runner->session);
    return status;
}

static enum status tell_others(struct runner *runner, bool look)
{
    bool again = false;
    enum status status =
        syncs_turn(&runner->syncs, runner->session, look, !runner->stopping, &again);

    if (again) wake_now(runner);
    if (status == MC_OK && !runner->stopping &&
        is_due(&runner->watch_at_us, runner->config->tick_ms * 1000))
        status = syncs_watch(&runner->syncs, runner->session);
    return status;
}

static enum status work(struct runner *runner)
{
    bool look = runner->look;
    enum status status = MC_OK;

    runner->look = false;
    if ((runner->parts & RUN_PAPERS) != 0) status = alone("papers", papers(runner, look));
    if (status == MC_OK && (runner->parts & RUN_BULK) != 0 && look && !runner->stopping)
        status = alone("bulk", bulk(runner));
    if (status == MC_OK && (runner->parts & RUN_EXPAND) != 0 && look && !runner->stopping)
        status = expand(runner);
    if (status == MC_OK && (runner->parts & RUN_DELIVER) != 0) {
        if (is_due(&runner->sweep_at_us, SWEEP_US)) status = sweep(runner);
        if (status == MC_OK) status = deliver(runner, look);
        if (is_due(&runner->log_at_us, LOG_US)) deliver_log(runner->deliver);
    }
    if (status == MC_OK && (runner->parts & RUN_SYNC) != 0)
        status = alone("sync", tell_others(runner, look));
    if (status == MC_OK && (runner->parts & RUN_TICK) != 0 && !runner->stopping)
        status = housekeep(runner);
    if (status == MC_OK && (runner->parts & RUN_SEAL) != 0 && !runner->stopping &&
        is_due(&runner->seal_at_us, runner->config->seal_ms * 1000))
        status = seal(runner);
    ring_send(&runner->ring);
    return status;
}

static void work_or_wait(struct runner *runner)
{
    enum status status;

    if (now_us() < runner->retry_at_us) return;
    status = work(runner);
    if (status != MC_OK) {
        if (!runner->lost)
            log_event(LOG_ERROR, "database", LOG_SYMBOL("status", status_name(status)));
        runner->look = true;
        runner->retry_at_us = now_us() + AGAIN_AFTER_MS * 1000;
    } else if (runner->lost) {
        log_event(LOG_INFO, "database", LOG_SYMBOL("status", "back"));
    }
    runner->lost = status != MC_OK;
}

/* ---- beginning and end ---- */

static enum status open_parts(struct runner *runner, struct buf *why)
{
    const struct worker_config *config = runner->config;
    struct http2_client_settings settings = http2_client_preset;
    int64_t released = 0;
    struct deliver_host host;
    enum status status;

    if (config->lease_s * 1000 < config->send_timeout_ms + LEASE_SPARE_MS) {
        buf_printf(why,
                   "MOTCUA_LEASE_S=%lld is too short for MOTCUA_SEND_TIMEOUT_MS=%lld: a push "
                   "would be sent twice; let the lease be %d s longer.\n",
                   (long long)config->lease_s, (long long)config->send_timeout_ms,
                   LEASE_SPARE_MS / 1000);
        return MC_BAD_INPUT;
    }
    status = sealer_open(&runner->sealer, config, why);
    if (status == MC_OK && (runner->parts & RUN_PAPERS) != 0)
        status = papers_open(&runner->papers, config, &runner->loop, why);
    if (status != MC_OK) return status;
    settings.ca_file = config->push_ca;
    settings.connections_max = (uint32_t)config->connections_max;
    status = http2_client_new(&runner->loop, &settings, &runner->client);
    if (status != MC_OK) {
        buf_printf(why, "MOTCUA_PUSH_CA: %s holds no certificates.\n", config->push_ca);
        return status;
    }
    status =
        db_session_open(config->database_url, "app_worker", CONNECT_TIMEOUT_MS, &runner->session);
    if (status == MC_OK)
        status = claim_place_take(&runner->place, config, runner->session, &released);
    if (status != MC_OK) {
        buf_printf(why,
                   "PostgreSQL cannot be used as app_worker (%s); is MOTCUA_DATABASE_URL "
                   "right, and its schema today's?\n",
                   status_name(status));
        return status;
    }
    if ((runner->parts & RUN_SYNC) != 0) {
        status = syncs_open(&runner->syncs, config, &runner->loop, runner->session, why);
        syncs_wake_by(&runner->syncs, wake, runner);
    }
    if (status != MC_OK) return status;
    if (released > 0) log_event(LOG_WARN, "former_self", LOG_I64("released", released));
    host = (struct deliver_host){ config,        runner->session,      runner->client,
                                  &clock_system, runner->place.worker, wake,
                                  runner };
    return (runner->parts & RUN_DELIVER) != 0 ? deliver_new(&host, why, &runner->deliver) : MC_OK;
}

static void open_wires(struct runner *runner)
{
    static const char *const bells[] = { "doorbell", NULL };
    const struct db_listener_settings bell = {
        runner->config->database_url, "app_worker", bells, on_rung, on_gap, runner
    };
    const struct redis_settings redis = { runner->config->redis_url, CONNECT_TIMEOUT_MS, 16 };
    const int numbers[] = { SIGTERM, SIGINT };

    runner->listener = db_listener_new(&runner->loop, &bell);
    runner->redis = redis_open(&runner->loop, &redis);
    ring_init(&runner->ring, runner->redis);
    uv_timer_init(&runner->loop, &runner->poll);
    uv_timer_init(&runner->loop, &runner->soon);
    runner->poll.data = runner->soon.data = runner;
    uv_timer_start(&runner->poll, on_poll, 0, (uint64_t)runner->config->poll_ms);
    for (size_t i = 0; i < 2; i++) {
        uv_signal_init(&runner->loop, &runner->signals[i]);
        runner->signals[i].data = runner;
        uv_signal_start(&runner->signals[i], on_signal, numbers[i]);
    }
}

static bool is_over(struct runner *runner)
{
    bool idle = (runner->deliver == NULL || deliver_idle(runner->deliver)) &&
                papers_are_idle(&runner->papers) && syncs_are_idle(&runner->syncs);
    bool waiting = runner->deliver != NULL && deliver_waits(runner->deliver);

    if (runner->once && idle && !runner->look && !waiting && ring_idle(&runner->ring)) return true;
    if (runner->once && now_us() >= runner->once_until_us) runner->stopping = true;
    if (!runner->stopping) return false;
    if (idle) return true;
    if (now_us() < runner->stop_at_us) return false;
    if (!runner->cancelled) {
        runner->cancelled = true;
        runner->stop_at_us = now_us() + AGAIN_AFTER_MS * 1000;
        if (runner->deliver != NULL) deliver_cancel(runner->deliver);
        papers_cancel(&runner->papers);
        syncs_cancel(&runner->syncs);
        return false;
    }
    return true; /* the results cannot be written: leases will run out */
}

static void close_wires(struct runner *runner)
{
    db_listener_close(runner->listener, NULL, NULL);
    redis_close(runner->redis, NULL, NULL);
    uv_close((uv_handle_t *)&runner->poll, NULL);
    uv_close((uv_handle_t *)&runner->soon, NULL);
    for (size_t i = 0; i < 2; i++)
        uv_close((uv_handle_t *)&runner->signals[i], NULL);
}

static void close_parts(struct runner *runner)
{
    int64_t released = 0;

    if (runner->session != NULL && runner->place.worker != 0) {
        if (claim_place_leave(&runner->place, &released) == MC_OK)
            log_event(LOG_INFO, "stopped", LOG_I64("released", released));
    }
    if (runner->session != NULL) db_session_close(runner->session);
    http2_client_close(runner->client, NULL, NULL);
    syncs_close(&runner->syncs);
    (void)uv_run(&runner->loop, UV_RUN_DEFAULT);
    deliver_free(runner->deliver);
    papers_done(&runner->papers);
    syncs_done(&runner->syncs);
    sealer_close(&runner->sealer);
    MC_ASSERT(uv_loop_close(&runner->loop) == 0);
}

int runner_run(const struct worker_config *config, unsigned parts, bool once)
{
    struct runner runner = { .config = config,
                             .parts = parts,
                             .once = once,
                             .look = true,
                             .once_until_us = now_us() + ONCE_US };
    struct buf why;
    enum status status;

    (void)signal(SIGPIPE, SIG_IGN);
    log_set_who("worker");
    buf_init(&why, 4096);
    MC_ASSERT(uv_loop_init(&runner.loop) == 0);
    status = open_parts(&runner, &why);
    if (status == MC_OK) {
        open_wires(&runner);
        log_event(LOG_INFO, "started", LOG_I64("place", runner.place.slot));
        if ((parts & RUN_EXPAND) != 0) (void)expand_ring_recent(runner.session, &runner.ring);
        do {
            (void)uv_run(&runner.loop, UV_RUN_ONCE);
            work_or_wait(&runner);
        } while (!is_over(&runner));
        if (runner.deliver != NULL) deliver_log(runner.deliver);
        close_wires(&runner);
    } else {
        (void)fprintf(stderr, "motcua-worker: %.*s", STR_PRINT(buf_str(&why)));
    }
    close_parts(&runner);
    if (status == MC_OK) ring_done(&runner.ring);
    buf_done(&why);
    return status == MC_OK ? 0 : 1;
}
