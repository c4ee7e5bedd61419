#include "sending.h"

#include "base/log.h"
#include "base/memory.h"
#include "template.h"

#include <openssl/rand.h>

enum { ANSWER_BYTES_MAX = 16384, THROTTLE_MS = 60000, CONFIG_WAIT_MS = 60000 };

static int64_t now_us(const struct sendings *sendings)
{
    return clock_monotonic_us(sendings->clock);
}

void sendings_init(struct sendings *sendings, const struct worker_config *config,
                   struct http2_client *client, struct clock *clock)
{
    size_t count = (size_t)config->batch;

    *sendings = (struct sendings){ .config = config, .client = client, .clock = clock };
    TAILQ_INIT(&sendings->idle);
    TAILQ_INIT(&sendings->under_way);
    TAILQ_INIT(&sendings->done);
    sendings->items = mem_alloc(count * sizeof(*sendings->items));
    for (size_t i = 0; i < count; i++) {
        struct sending *sending = &sendings->items[i];

        sending->sendings = sendings;
        arena_init(&sending->arena, SENDING_ARENA_BYTES);
        http2_request_init(&sending->request, ANSWER_BYTES_MAX);
        TAILQ_INSERT_TAIL(&sendings->idle, sending, link);
        sendings->idle_count++;
    }
}

void sendings_free(struct sendings *sendings)
{
    MC_ASSERT(sendings->under_way_count == 0);
    for (size_t i = 0; sendings->items != NULL && i < (size_t)sendings->config->batch; i++) {
        http2_request_done(&sendings->items[i].request);
        arena_done(&sendings->items[i].arena);
    }
    for (size_t i = 0; i < sendings->server_count; i++)
        mem_free(sendings->servers[i].origin);
    mem_free(sendings->items);
    sendings->items = NULL;
}

/* ---- outcomes ---- */

static int64_t backoff(const struct sending *sending)
{
    const struct worker_config *config = sending->sendings->config;
    const struct retry_limits limits = { config->backoff_first_ms, config->backoff_max_ms };
    uint32_t chance = 0;

    if (RAND_bytes((unsigned char *)&chance, sizeof(chance)) != 1) chance = 0;
    return retry_backoff_ms(&limits, sending->row.attempts, chance);
}

static void end(struct sending *sending, struct str outcome, struct str reason, int64_t wait_ms)
{
    struct sendings *sendings = sending->sendings;

    sending->outcome = outcome;
    sending->reason = reason;
    sending->wait_ms = wait_ms;
    sending->ended_us = now_us(sendings);
    sending->ms = (sending->ended_us - sending->started_us) / 1000;
    TAILQ_REMOVE(&sendings->under_way, sending, link);
    sendings->under_way_count--;
    TAILQ_INSERT_TAIL(&sendings->done, sending, link);
    sendings->done_count++;
    sendings->ended(sendings->data);
}

static void end_held(struct sending *sending, const char *reason, int64_t wait_ms)
{
    sending->sendings->counts.held++;
    end(sending, STR("HOLD"), str_of(reason), wait_ms);
}

static void circuit_tell(struct sending *sending, bool failed, const char *reason)
{
    struct sendings *sendings = sending->sendings;

    if (circuit_result(&sending->server->circuit, failed, now_us(sendings),
                       sendings->config->circuit_open_ms))
        log_event(LOG_WARN, "circuit_open", LOG_SYMBOL("channel", sending->channel->name),
                  LOG_SYMBOL("reason", reason));
}

static void end_pruned(struct sending *sending, const char *reason)
{
    struct sendings *sendings = sending->sendings;

    if (brake_holds(&sendings->brake)) {
        log_event(LOG_ERROR, "prune_brake", LOG_SYMBOL("channel", sending->channel->name));
        sendings->counts.dead++;
        end(sending, STR("DEAD"), STR("gone_by_the_hundred"), 0);
        return;
    }
    sendings->counts.pruned++;
    end(sending, STR("PRUNED"), str_of(reason), 0);
}

static void end_judged(struct sending *sending, struct channel_verdict verdict)
{
    struct sendings *sendings = sending->sendings;
    struct str reason = str_of(verdict.reason);
    int64_t wait_ms = retry_after_ms(http2_request_field(&sending->request, STR("retry-after")),
                                     clock_wall_us(sendings->clock));

    brake_sent(&sendings->brake, verdict.class == CHANNEL_PRUNE, now_us(sendings));
    circuit_tell(sending, verdict.class == CHANNEL_RETRY || verdict.class == CHANNEL_CONFIG,
                 verdict.reason);
    switch (verdict.class) {
    case CHANNEL_OK:
        sendings->counts.sent++;
        end(sending, STR("SENT"), reason, 0);
        break;
    case CHANNEL_RETRY:
        sendings->counts.retried++;
        end(sending, STR("RETRY"), reason, wait_ms >= 0 ? wait_ms : backoff(sending));
        break;
    case CHANNEL_THROTTLE:
        if (wait_ms < 0) wait_ms = THROTTLE_MS;
        sendings->counts.retried++;
        circuit_pause(&sending->server->circuit, now_us(sendings), wait_ms);
        end(sending, STR("RETRY"), reason, wait_ms);
        break;
    case CHANNEL_PRUNE:
        end_pruned(sending, verdict.reason);
        break;
    case CHANNEL_CONFIG:
        log_event(LOG_ERROR, "push_config", LOG_SYMBOL("channel", sending->channel->name),
                  LOG_SYMBOL("reason", verdict.reason), LOG_I64("http", sending->http));
        end(sending, STR("CONFIG"), reason, wait_ms >= 0 ? wait_ms : CONFIG_WAIT_MS);
        break;
    default:
        sendings->counts.dead++;
        log_event(LOG_WARN, "push_dead", LOG_SYMBOL("channel", sending->channel->name),
                  LOG_SYMBOL("reason", verdict.reason), LOG_I64("http", sending->http));
        end(sending, STR("DEAD"), reason, 0);
    }
}

/* A provider's bytes on their way into the database: printable ASCII, and not too many. */
static struct str clean(struct str text, struct arena *arena)
{
    enum { PROVIDER_ID_BYTES_MAX = 256 };
    struct str copy;
    char *bytes;

    if (text.size > PROVIDER_ID_BYTES_MAX) text.size = PROVIDER_ID_BYTES_MAX;
    copy = arena_str(arena, text);
    bytes = (char *)(uintptr_t)copy.data;
    for (size_t i = 0; i < copy.size; i++)
        if (bytes[i] < ' ' || bytes[i] > '~') bytes[i] = '?';
    return copy;
}

static void on_answer(struct http2_request *request)
{
    struct sending *sending = request->data;

    sending->http = request->status == MC_OK ? request->http : INT64_MIN;
    if (request->status == MC_OK) {
        sending->provider_id =
            clean(sending->channel->provider_id(request, &sending->arena), &sending->arena);
        end_judged(sending, sending->channel->judge(sending->channel_state, request));
    } else if (request->status == MC_CANCELLED) {
        circuit_unprobe(&sending->server->circuit);
        /* Perhaps it was taken all the same: the next worker sends it under the same nid. */
        end_held(sending, request->reason, 0);
    } else {
        circuit_tell(sending, true, request->reason);
        sending->sendings->counts.retried++;
        end(sending, STR("RETRY"), str_of(request->reason), backoff(sending));
    }
}

/* ---- the way there ---- */

static struct push_server *server_of(struct sendings *sendings, struct str origin)
{
    struct push_server *oldest = NULL, *server = NULL;

    for (size_t i = 0; i < sendings->server_count && server == NULL; i++) {
        struct push_server *each = &sendings->servers[i];

        if (str_is(origin, each->origin)) server = each;
        if (oldest == NULL || each->used_us < oldest->used_us) oldest = each;
    }
    if (server == NULL) {
        bool room = sendings->server_count < SERVERS_MAX;
        char *name = mem_alloc(origin.size + 1);

        memcpy(name, origin.data, origin.size);
        server = room ? &sendings->servers[sendings->server_count++] : oldest;
        mem_free(server->origin);
        *server = (struct push_server){ .origin = name };
    }
    server->used_us = now_us(sendings);
    return server;
}

static void copy_row(struct sending *sending, const struct delivery *row)
{
    struct arena *arena = &sending->arena;
    struct str *texts[] = { &sending->row.nid,      &sending->row.event,
                            &sending->row.tail,     &sending->row.template_id,
                            &sending->row.collapse, &sending->row.address,
                            &sending->row.p256dh,   &sending->row.auth,
                            &sending->row.locale };

    sending->row = *row;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        *texts[i] = arena_str(arena, *texts[i]);
}

static enum status build(struct sending *sending)
{
    const struct delivery *row = &sending->row;
    struct template_words words =
        template_fill(template_find(row->template_id), row->locale, row->tail, &sending->arena);
    const struct channel_message message = {
        .nid = row->nid,
        .event = row->event,
        .tail = row->tail,
        .template_id = row->template_id,
        .title = words.title,
        .body = words.body,
        .collapse = row->collapse,
        .address = row->address,
        .p256dh = row->p256dh,
        .auth = row->auth,
        .priority = row->priority,
        .ttl_s = row->ttl_s,
    };
    enum status status =
        sending->channel->build(sending->channel_state, &message, &sending->arena, &sending->built);

    return status == MC_OK ? arena_status(&sending->arena) : status;
}

static void post(struct sending *sending)
{
    struct http2_request *request = &sending->request;
    enum status status;

    request->path = sending->built.path;
    request->headers = sending->built.headers;
    request->header_count = sending->built.header_count;
    request->body = sending->built.body;
    request->timeout_ms = (uint32_t)sending->sendings->config->send_timeout_ms;
    request->done = on_answer;
    request->data = sending;
    status = http2_client_send(sending->sendings->client, sending->built.origin, request);
    if (status == MC_OK) return;
    circuit_unprobe(&sending->server->circuit);
    if (status == MC_BAD_INPUT)
        end(sending, STR("DEAD"), STR("bad_address"), 0);
    else
        end_held(sending, "client_busy", 1000);
}

void sending_start(struct sendings *sendings, const struct channel *channel, void *channel_state,
                   const struct delivery *row)
{
    struct sending *sending = TAILQ_FIRST(&sendings->idle);
    enum status status;

    MC_ASSERT(sending != NULL);
    TAILQ_REMOVE(&sendings->idle, sending, link);
    sendings->idle_count--;
    TAILQ_INSERT_TAIL(&sendings->under_way, sending, link);
    sendings->under_way_count++;
    sendings->held_by[channel->id]++;
    sending->channel = channel;
    sending->channel_state = channel_state;
    sending->started_us = now_us(sendings);
    sending->http = INT64_MIN;
    sending->provider_id = STR_NONE;
    copy_row(sending, row);

    status = build(sending);
    if (status == MC_UNAVAILABLE) {
        end_held(sending, "not_ready", 1000);
        return;
    }
    if (status != MC_OK) {
        sendings->counts.dead++;
        end(sending, STR("DEAD"), STR("bad_address"), 0);
        return;
    }
    sending->server = server_of(sendings, sending->built.origin);
    if (circuit_allows(&sending->server->circuit, now_us(sendings)))
        post(sending);
    else
        end_held(sending, "circuit_open",
                 circuit_wait_ms(&sending->server->circuit, now_us(sendings)));
}

void sending_recycle(struct sending *sending)
{
    struct sendings *sendings = sending->sendings;

    TAILQ_REMOVE(&sendings->done, sending, link);
    sendings->done_count--;
    sendings->held_by[sending->channel->id]--;
    arena_reset(&sending->arena);
    TAILQ_INSERT_TAIL(&sendings->idle, sending, link);
    sendings->idle_count++;
}

void sendings_cancel(struct sendings *sendings)
{
    for (struct sending *each = TAILQ_FIRST(&sendings->under_way), *next; each != NULL;
         each = next) {
        next = TAILQ_NEXT(each, link);
        http2_request_cancel(&each->request);
    }
}
