#include "sync.h"

#include "base/log.h"
#include "channels/channel.h"
#include "worker_sql.h"

#include <openssl/rand.h>

#include <stdio.h>

enum {
    ARENA_BYTES = 262144,
    KEY_ARENA_BYTES = 262144,
    KEY_BYTES_MAX = 4096,
    TIMEOUT_MS = 30000,
    LEASE_SPARE_S = 30, /* from the answer to its record */
    CLAIM_ARENA_BYTES = (int)SYNC_UNDER_WAY_MAX * (int)ADAPTER_MESSAGE_BYTES_MAX,
};

static const struct adapter *const adapters[] = { &adapter_portal };

enum { ADAPTERS = sizeof(adapters) / sizeof(adapters[0]) };

_Static_assert((int)ADAPTERS <= (int)ADAPTERS_MAX, "there is room for every adapter");

static int64_t now_us(void)
{
    return clock_monotonic_us(&clock_system);
}

/* ---- the database ---- */

static enum status run(struct db_session *session, struct db_ask *ask)
{
    struct db_group group;

    db_group_init(&group, TIMEOUT_MS, NULL, NULL);
    db_group_add(&group, ask);
    return db_session_run(session, &group);
}

static const struct db_column message_columns[] = {
    DB_COLUMN(struct sync_message, message, DB_I64),
    DB_COLUMN(struct sync_message, try, DB_I64),
    DB_COLUMN(struct sync_message, tries_max, DB_I64),
    DB_COLUMN(struct sync_message, service, DB_TEXT),
    DB_COLUMN(struct sync_message, event, DB_TEXT),
    DB_COLUMN(struct sync_message, event_id, DB_UUID),
    DB_COLUMN(struct sync_message, is_first, DB_BOOL),
    DB_COLUMN(struct sync_message, code, DB_TEXT),
    DB_COLUMN(struct sync_message, procedure, DB_TEXT),
    DB_COLUMN(struct sync_message, agency, DB_TEXT),
    DB_COLUMN(struct sync_message, agency_name, DB_TEXT),
    DB_COLUMN(struct sync_message, channel, DB_TEXT),
    DB_COLUMN(struct sync_message, national_code, DB_I64),
    DB_COLUMN(struct sync_message, state_name, DB_TEXT),
    DB_COLUMN(struct sync_message, actor, DB_TEXT),
    DB_COLUMN(struct sync_message, at, DB_TIME),
    DB_COLUMN(struct sync_message, filed_at, DB_TIME),
    DB_COLUMN(struct sync_message, received_at, DB_TIME),
    DB_COLUMN(struct sync_message, due_at, DB_TIME),
    DB_COLUMN(struct sync_message, finished_at, DB_TIME),
    DB_COLUMN(struct sync_message, details, DB_TEXT),
    DB_COLUMNS_END,
};

struct given_up {
    int64_t given_up;
};

static const struct db_column given_up_columns[] = {
    DB_COLUMN(struct given_up, given_up, DB_I64),
    DB_COLUMNS_END,
};

struct turned {
    bool turned;
};

static const struct db_column turned_columns[] = {
    DB_COLUMN(struct turned, turned, DB_BOOL),
    DB_COLUMNS_END,
};

/* ---- an answer ---- */

/* A try that had no answer is the system's fault, and costs the message none while it is known to
 * be ill. */
static const char *outcome_of(const struct sync_slot *slot, enum adapter_verdict verdict,
                              bool answered)
{
    if (verdict == ADAPTER_ACKED) return "ACKED";
    if (verdict == ADAPTER_REFUSED) return "REFUSED";
    return slot->is_probe && !answered ? "HOLD" : "RETRY";
}

/* The system asks for itself, not for the one message: nothing is sent before. */
static void heed(struct sync_slot *slot, enum adapter_verdict verdict)
{
    int64_t pause_ms =
        circuit_heed(&slot->sync->circuit, now_us(), slot->request.http_status,
                     slot->request.retry_after_s, slot->sync->config->portal_pause_max_ms);

    if (pause_ms == 0) return;
    if (slot->wait_ms < pause_ms) slot->wait_ms = pause_ms;
    if (verdict == ADAPTER_RETRY) slot->outcome = "PAUSE";
}

static void on_answer(struct web_request *request, enum status status)
{
    struct sync_slot *slot = request->data;
    struct sync *sync = slot->sync;
    const struct retry_limits limits = { sync->config->backoff_first_ms,
                                         sync->config->backoff_max_ms };
    enum adapter_verdict verdict = ADAPTER_RETRY;
    uint32_t chance = 0;

    slot->why[0] = '\0';
    if (status == MC_OK)
        verdict = sync->adapter->read(request->http_status, buf_str(&request->body), slot->why);
    else
        (void)snprintf(slot->why, sizeof(slot->why), "%s", status_name(status));
    if (status == MC_CANCELLED)
        circuit_unprobe(&sync->circuit);
    else if (circuit_result(&sync->circuit, verdict == ADAPTER_RETRY, now_us(),
                            sync->config->circuit_open_ms))
        log_event(LOG_WARN, "circuit_open", LOG_SYMBOL("adapter", sync->adapter->id));
    if (RAND_bytes((unsigned char *)&chance, sizeof(chance)) != 1) chance = 0;
    slot->outcome = outcome_of(slot, verdict, status == MC_OK);
    if (status == MC_CANCELLED) slot->outcome = "HOLD";
    slot->wait_ms = retry_backoff_ms(&limits, slot->try, chance);
    if (status == MC_OK) heed(slot, verdict);
    slot->state = SYNC_DONE;
    if (sync->wake != NULL) sync->wake(sync->wake_data);
}

static enum status record(struct sync *sync, struct db_session *session, bool *ret_any)
{
    int64_t messages[SYNC_UNDER_WAY_MAX], tries[SYNC_UNDER_WAY_MAX], waits[SYNC_UNDER_WAY_MAX];
    struct str outcomes[SYNC_UNDER_WAY_MAX], whys[SYNC_UNDER_WAY_MAX];
    struct arena arena;
    struct db_ask ask;
    enum status status;
    size_t count = 0;

    for (size_t i = 0; i < SYNC_UNDER_WAY_MAX; i++) {
        const struct sync_slot *slot = &sync->slots[i];

        if (slot->state != SYNC_DONE) continue;
        messages[count] = slot->message;
        tries[count] = slot->try;
        waits[count] = slot->wait_ms;
        outcomes[count] = str_of(slot->outcome);
        whys[count++] = str_of(slot->why);
    }
    *ret_any = count > 0;
    if (count == 0) return MC_OK;
    arena_init(&arena, ARENA_BYTES);
    db_ask_init(&ask, SQL_SYNC_FINISH, &arena);
    ask.columns = given_up_columns;
    ask.row_size = sizeof(struct given_up);
    ask.rows_max = 1;
    db_bind_i64_array(&ask, messages, count);
    db_bind_i64_array(&ask, tries, count);
    db_bind_text_array(&ask, outcomes, count);
    db_bind_i64_array(&ask, waits, count);
    db_bind_text_array(&ask, whys, count);
    status = run(session, &ask);
    if (status == MC_OK) {
        const struct given_up *row = ask.rows;

        for (size_t i = 0; i < SYNC_UNDER_WAY_MAX; i++)
            if (sync->slots[i].state == SYNC_DONE) sync->slots[i].state = SYNC_FREE;
        if (row->given_up > 0)
            log_event(LOG_WARN, "sync_given_up", LOG_SYMBOL("adapter", sync->adapter->id),
                      LOG_I64("dossiers", row->given_up));
    }
    arena_done(&arena);
    return status;
}

/* ---- a message ---- */

static void post(struct sync *sync, struct sync_slot *slot, const struct sync_message *message,
                 bool is_probe)
{
    struct buf text;

    buf_init(&text, ADAPTER_MESSAGE_BYTES_MAX);
    sync->adapter->write(message, &text);
    *slot = (struct sync_slot){ .sync = sync,
                                .state = SYNC_SENDING,
                                .is_probe = is_probe,
                                .message = message->message,
                                .try = message->try };
    slot->request = (struct web_request){ .url = sync->url,
                                          .json = buf_str(&text),
                                          .bearer = sync->key.data,
                                          .timeout_ms = (uint32_t)sync->config->portal_timeout_ms,
                                          .body_bytes_max = ADAPTER_ANSWER_BYTES_MAX,
                                          .done = on_answer,
                                          .data = slot };
    if (buf_status(&text) != MC_OK) {
        slot->state = SYNC_DONE;
        slot->outcome = "REFUSED";
        (void)snprintf(slot->why, sizeof(slot->why), "TOO_LONG");
    } else if (web_client_send(sync->web, &slot->request) != MC_OK) {
        slot->state = SYNC_DONE;
        slot->outcome = "HOLD";
    }
    buf_done(&text);
}

static struct sync_slot *free_slot(struct sync *sync)
{
    for (size_t i = 0; i < SYNC_UNDER_WAY_MAX; i++)
        if (sync->slots[i].state == SYNC_FREE) return &sync->slots[i];
    return NULL;
}

static size_t count_free(const struct sync *sync)
{
    size_t count = 0;

    for (size_t i = 0; i < SYNC_UNDER_WAY_MAX; i++)
        count += sync->slots[i].state == SYNC_FREE;
    return count;
}

static enum status claim(struct sync *sync, struct db_session *session, bool *ret_again)
{
    bool is_probe = sync->circuit.open_until_us != 0;
    size_t room = is_probe ? 1 : count_free(sync);
    struct arena arena;
    struct db_ask ask;
    enum status status;

    if (count_free(sync) == 0 || !circuit_allows(&sync->circuit, now_us())) return MC_OK;
    arena_init(&arena, CLAIM_ARENA_BYTES);
    db_ask_init(&ask, SQL_SYNC_CLAIM, &arena);
    ask.columns = message_columns;
    ask.row_size = sizeof(struct sync_message);
    ask.rows_max = SYNC_UNDER_WAY_MAX;
    db_bind_text(&ask, str_of(sync->adapter->id));
    db_bind_i64(&ask, (int64_t)room);
    db_bind_i64(&ask, sync->config->portal_timeout_ms / 1000 + LEASE_SPARE_S);
    status = run(session, &ask);
    if (status != MC_OK || ask.row_count == 0) circuit_unprobe(&sync->circuit);
    for (size_t i = 0; status == MC_OK && i < ask.row_count; i++)
        post(sync, free_slot(sync), (const struct sync_message *)ask.rows + i, is_probe);
    *ret_again = status == MC_OK && !is_probe && ask.row_count == room;
    arena_done(&arena);
    return status;
}

enum status syncs_turn(struct syncs *syncs, struct db_session *session, bool look, bool may_claim,
                       bool *ret_again)
{
    enum status status = MC_OK;

    *ret_again = false;
    for (size_t i = 0; i < syncs->count && status == MC_OK; i++) {
        struct sync *sync = &syncs->all[i];
        bool more_lines = false, more_messages = false, any = false;

        status = record(sync, session, &any);
        if (status == MC_OK)
            status = pull_turn(&sync->pull, session, may_claim && syncs->may_pull, &more_lines);
        if (status == MC_OK && may_claim && (look || any))
            status = claim(sync, session, &more_messages);
        *ret_again = *ret_again || more_lines || more_messages;
    }
    syncs->may_pull = false;
    return status;
}

enum status syncs_watch(struct syncs *syncs, struct db_session *session)
{
    if (syncs->count == 0) return MC_OK;
    syncs->may_pull = true;
    return lags_watch(syncs->lags, syncs->count, session);
}

/* ---- beginning and end ---- */

static const char *setting(const struct worker_config *config, size_t offset)
{
    const char *text;

    memcpy(&text, (const char *)config + offset, sizeof(text));
    return text;
}

/* What may stand in a header field. */
static bool is_token(struct str text)
{
    for (size_t i = 0; i < text.size; i++)
        if (text.data[i] <= ' ' || text.data[i] > '~') return false;
    return text.size > 0 && text.size <= KEY_BYTES_MAX;
}

static enum status open_one(struct sync *sync, const struct adapter *adapter,
                            const struct worker_config *config, struct buf *why)
{
    const char *key_file = setting(config, adapter->key_file);
    struct str text;

    *sync =
        (struct sync){ .adapter = adapter, .config = config, .url = setting(config, adapter->url) };
    arena_init(&sync->arena, KEY_ARENA_BYTES);
    if (key_file[0] == '\0') return MC_OK;
    if (channel_read_file(key_file, &sync->arena, &text) != MC_OK ||
        !is_token(text = str_trim(str_split(&text, '\n')))) {
        buf_printf(why, "%s holds no token for the adapter %s, or cannot be read.\n", key_file,
                   adapter->id);
        return MC_BAD_INPUT;
    }
    sync->key = arena_str(&sync->arena, text);
    return MC_OK;
}

static enum status turn_on(struct sync *sync, struct db_session *session)
{
    struct arena arena;
    struct db_ask ask;
    enum status status;

    arena_init(&arena, ARENA_BYTES);
    db_ask_init(&ask, SQL_ADAPTER_ON, &arena);
    ask.columns = turned_columns;
    ask.row_size = sizeof(struct turned);
    ask.rows_max = 1;
    db_bind_text(&ask, str_of(sync->adapter->id));
    status = run(session, &ask);
    if (status == MC_OK && ((const struct turned *)ask.rows)->turned)
        log_event(LOG_INFO, "adapter_on", LOG_SYMBOL("adapter", sync->adapter->id));
    arena_done(&arena);
    return status;
}

enum status syncs_open(struct syncs *syncs, const struct worker_config *config, uv_loop_t *loop,
                       struct db_session *session, struct buf *why)
{
    enum status status = MC_OK;

    for (size_t i = 0; i < ADAPTERS && status == MC_OK; i++) {
        if (setting(config, adapters[i]->url)[0] == '\0') continue;
        syncs->lags[syncs->count] = (struct lag){ .adapter = adapters[i] };
        status = open_one(&syncs->all[syncs->count++], adapters[i], config, why);
        if (status == MC_OK) status = turn_on(&syncs->all[syncs->count - 1], session);
    }
    if (syncs->count == 0 || status != MC_OK) return status;
    syncs->web =
        web_client_new(loop, &(struct web_client_settings){ .ca_file = config->portal_ca,
                                                            .allow_plain = config->development });
    for (size_t i = 0; i < syncs->count; i++) {
        struct sync *sync = &syncs->all[i];

        sync->web = syncs->web;
        sync->pull = (struct pull){ .adapter = sync->adapter,
                                    .config = config,
                                    .web = syncs->web,
                                    .circuit = &sync->circuit,
                                    .url = sync->url,
                                    .bearer = sync->key.data };
    }
    return MC_OK;
}

void syncs_wake_by(struct syncs *syncs, void (*wake)(void *data), void *data)
{
    for (size_t i = 0; i < syncs->count; i++) {
        syncs->all[i].wake = wake;
        syncs->all[i].wake_data = data;
        syncs->all[i].pull.wake = wake;
        syncs->all[i].pull.wake_data = data;
    }
}

bool syncs_are_idle(const struct syncs *syncs)
{
    for (size_t i = 0; i < syncs->count; i++)
        if (count_free(&syncs->all[i]) < SYNC_UNDER_WAY_MAX || !pull_is_idle(&syncs->all[i].pull))
            return false;
    return true;
}

void syncs_cancel(struct syncs *syncs)
{
    for (size_t i = 0; i < syncs->count; i++) {
        for (size_t k = 0; k < SYNC_UNDER_WAY_MAX; k++)
            if (syncs->all[i].slots[k].state == SYNC_SENDING)
                web_client_cancel(&syncs->all[i].slots[k].request);
        pull_cancel(&syncs->all[i].pull);
    }
}

void syncs_close(struct syncs *syncs)
{
    syncs_wake_by(syncs, NULL, NULL);
    if (syncs->web != NULL) web_client_close(syncs->web, NULL, NULL);
    syncs->web = NULL;
}

void syncs_done(struct syncs *syncs)
{
    for (size_t i = 0; i < syncs->count; i++) {
        pull_done(&syncs->all[i].pull);
        arena_done(&syncs->all[i].arena);
    }
}
