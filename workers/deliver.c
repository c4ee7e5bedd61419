/*
 * deliver.c - results and claims leave in one pipeline and one transaction: finish first, so that
 * the next row of a key may be claimed by the same turn.
 *
 * Once a second the rows claimed in our name are compared with those we know of: a claim whose
 * answer was lost with a connection, or a result that a crashed server forgot, is put back.
 *
 * A row that twice came along when a worker died may be what killed it: it is claimed alone, with
 * nothing else under way.
 */
#include "deliver.h"

#include "base/log.h"
#include "base/memory.h"
#include "sending.h"
#include "worker_sql.h"

enum {
    TURN_ARENA_BYTES = 16 << 20,
    TURN_TIMEOUT_MS = 5000,
    ALONE_EVERY_US = 1000000,
    COMPARE_EVERY_US = 1000000
};

struct open_channel {
    const struct channel *channel;
    void *state;
    bool full; /* the last claim brought all it might */
    int64_t quiet_until_us;
};

struct deliver {
    struct deliver_host host;
    struct open_channel channels[CHANNEL_COUNT];
    size_t channel_count;
    struct sendings sendings;
    struct arena arena;
    int64_t alone_at_us, compare_at_us;
    size_t alone_turn; /* whose suspect is next */
    bool alone;        /* a suspect is under way */
    bool cancelled;
    bool changed; /* a channel has become ready */
};

static const struct db_column delivery_columns[] = {
    DB_COLUMN(struct delivery, id, DB_I64),           DB_COLUMN(struct delivery, nid, DB_TEXT),
    DB_COLUMN(struct delivery, event, DB_TEXT),       DB_COLUMN(struct delivery, tail, DB_TEXT),
    DB_COLUMN(struct delivery, template_id, DB_TEXT), DB_COLUMN(struct delivery, collapse, DB_TEXT),
    DB_COLUMN(struct delivery, priority, DB_I64),     DB_COLUMN(struct delivery, attempts, DB_I64),
    DB_COLUMN(struct delivery, ttl_s, DB_I64),        DB_COLUMN(struct delivery, address, DB_TEXT),
    DB_COLUMN(struct delivery, p256dh, DB_TEXT),      DB_COLUMN(struct delivery, auth, DB_TEXT),
    DB_COLUMN(struct delivery, locale, DB_TEXT),      DB_COLUMNS_END,
};

static int64_t now_us(const struct deliver *deliver)
{
    return clock_monotonic_us(deliver->host.clock);
}

static void wake(void *data)
{
    struct deliver *deliver = data;

    deliver->host.wake(deliver->host.data);
}

static void channel_changed(void *data)
{
    struct deliver *deliver = data;

    deliver->changed = true;
    deliver->host.wake(deliver->host.data);
}

static enum status open_channels(struct deliver *deliver, struct buf *why)
{
    const struct channel_host host = { deliver->host.config, deliver->host.client,
                                       deliver->host.clock, channel_changed, deliver };

    for (size_t i = 0; i < CHANNEL_COUNT; i++) {
        struct open_channel *open = &deliver->channels[deliver->channel_count];
        enum status status = channels[i]->open(&host, why, &open->state);

        if (status == MC_NOT_FOUND) {
            log_event(LOG_WARN, "channel_not_configured", LOG_SYMBOL("channel", channels[i]->name));
            continue;
        }
        if (status != MC_OK) return status;
        open->channel = channels[i];
        deliver->channel_count++;
    }
    return MC_OK;
}

enum status deliver_new(const struct deliver_host *host, struct buf *why,
                        struct deliver **ret_deliver)
{
    struct deliver *deliver = MEM_NEW(struct deliver);
    enum status status;

    deliver->host = *host;
    arena_init(&deliver->arena, TURN_ARENA_BYTES);
    sendings_init(&deliver->sendings, host->config, host->client, host->clock);
    deliver->sendings.ended = wake;
    deliver->sendings.data = deliver;
    status = open_channels(deliver, why);
    if (status == MC_OK)
        *ret_deliver = deliver;
    else
        deliver_free(deliver);
    return status;
}

void deliver_cancel(struct deliver *deliver)
{
    deliver->cancelled = true;
    sendings_cancel(&deliver->sendings);
}

void deliver_free(struct deliver *deliver)
{
    if (deliver == NULL) return;
    sendings_free(&deliver->sendings);
    for (size_t i = 0; i < deliver->channel_count; i++)
        deliver->channels[i].channel->close(deliver->channels[i].state);
    arena_done(&deliver->arena);
    mem_free(deliver);
}

bool deliver_idle(const struct deliver *deliver)
{
    return deliver->sendings.under_way_count == 0 && deliver->sendings.done_count == 0;
}

bool deliver_waits(const struct deliver *deliver)
{
    for (size_t i = 0; i < deliver->channel_count; i++)
        if (deliver->channels[i].channel->ready(deliver->channels[i].state) == MC_BUSY) return true;
    return false;
}

/* ---- results ---- */

static bool results_due(const struct deliver *deliver)
{
    const struct sendings *sendings = &deliver->sendings;
    const struct sending *oldest = TAILQ_FIRST(&sendings->done);

    if (oldest == NULL) return false;
    return sendings->done_count >= DELIVER_FINISH_COUNT || sendings->under_way_count == 0 ||
           now_us(deliver) - oldest->ended_us >= DELIVER_FINISH_MS * 1000;
}

static void ask_finish(struct deliver *deliver, struct db_ask *ask)
{
    const struct sendings *sendings = &deliver->sendings;
    struct arena *arena = &deliver->arena;
    size_t count = sendings->done_count, i = 0;
    int64_t *numbers = ARENA_ARRAY(arena, count * 4, int64_t);
    int64_t *ids = numbers, *https = ids + count, *ms = https + count, *waits = ms + count;
    struct str *texts = ARENA_ARRAY(arena, count * 3, struct str);
    struct str *outcomes = texts, *reasons = outcomes + count, *providers = reasons + count;
    const struct sending *each;

    TAILQ_FOREACH(each, &sendings->done, link)
    {
        ids[i] = each->row.id;
        https[i] = each->http == INT64_MIN ? 0 : each->http;
        ms[i] = each->ms;
        waits[i] = each->wait_ms;
        outcomes[i] = each->outcome;
        reasons[i] = each->reason;
        providers[i++] = each->provider_id;
    }
    db_ask_init(ask, SQL_FINISH, arena);
    db_bind_i64_array(ask, ids, count);
    db_bind_text_array(ask, outcomes, count);
    db_bind_i64_array(ask, https, count);
    db_bind_text_array(ask, reasons, count);
    db_bind_text_array(ask, providers, count);
    db_bind_i64_array(ask, ms, count);
    db_bind_i64_array(ask, waits, count);
    db_bind_i64(ask, deliver->host.worker);
}

static void ask_release_lost(struct deliver *deliver, struct db_ask *ask)
{
    const struct sendings *sendings = &deliver->sendings;
    int64_t *ids = ARENA_ARRAY(&deliver->arena, (size_t)deliver->host.config->batch, int64_t);
    size_t count = 0;

    for (const struct sending *each = TAILQ_FIRST(&sendings->under_way); each != NULL;
         each = TAILQ_NEXT(each, link))
        ids[count++] = each->row.id;
    for (const struct sending *each = TAILQ_FIRST(&sendings->done); each != NULL;
         each = TAILQ_NEXT(each, link))
        ids[count++] = each->row.id;
    db_ask_init(ask, SQL_RELEASE_LOST, &deliver->arena);
    db_bind_i64(ask, deliver->host.worker);
    db_bind_i64_array(ask, ids, count);
}

/* ---- claims ---- */

/* Each channel has its share of the places, so that a slow one cannot take them all. */
static size_t claim_size(const struct deliver *deliver, const struct open_channel *open,
                         bool finishing)
{
    size_t share = (size_t)deliver->host.config->batch / deliver->channel_count;
    size_t held = deliver->sendings.held_by[open->channel->id];
    const struct sending *each;

    if (deliver->alone) return 1;
    if (share == 0) share = 1;
    /* Places of results that this turn writes down are free before its claims are answered. */
    if (finishing) TAILQ_FOREACH(each, &deliver->sendings.done, link)
    held -= each->channel == open->channel ? 1 : 0;
    return held < share ? share - held : 0;
}

static void ask_claim(struct deliver *deliver, const struct open_channel *open, size_t limit,
                      struct db_ask *ask)
{
    db_ask_init(ask, SQL_CLAIM, &deliver->arena);
    ask->columns = delivery_columns;
    ask->row_size = sizeof(struct delivery);
    ask->rows_max = limit;
    db_bind_i64(ask, open->channel->id);
    db_bind_i64(ask, deliver->host.worker);
    db_bind_i64(ask, deliver->host.config->lease_s);
    db_bind_i64(ask, (int64_t)limit);
    db_bind_bool(ask, deliver->alone);
}

/* Where every row had to be put back there is no use in fetching the next ones at once. */
static void start_all(struct deliver *deliver, struct open_channel *open, const struct db_ask *ask)
{
    const struct delivery *rows = ask->rows;
    uint64_t held = deliver->sendings.counts.held;

    for (size_t i = 0; i < ask->row_count; i++)
        sending_start(&deliver->sendings, open->channel, open->state, &rows[i]);
    open->full = ask->row_count > 0 && ask->row_count >= ask->rows_max;
    if (ask->row_count > 0 && deliver->sendings.counts.held - held == ask->row_count) {
        open->full = false;
        open->quiet_until_us = now_us(deliver) + 1000000;
    }
}

static bool may_claim(const struct deliver *deliver, const struct open_channel *open)
{
    return now_us(deliver) >= open->quiet_until_us && open->channel->ready(open->state) == MC_OK;
}

/* A suspect's turn comes once a second when nothing else is under way. */
static bool may_look(struct deliver *deliver, bool writing)
{
    struct sendings *sendings = &deliver->sendings;
    bool empty = sendings->under_way_count == 0 && (sendings->done_count == 0 || writing);

    if (deliver->alone && !empty) return false;
    deliver->alone = false;
    if (empty && now_us(deliver) >= deliver->alone_at_us) {
        deliver->alone_at_us = now_us(deliver) + ALONE_EVERY_US;
        deliver->alone = true;
        deliver->alone_turn++;
    }
    return true;
}

struct turn {
    struct db_group group;
    struct db_ask lost, finish, claims[CHANNEL_COUNT];
    struct open_channel *open[CHANNEL_COUNT];
    size_t claim_count;
    bool finishing, compares;
};

static void add_claims(struct deliver *deliver, struct turn *turn)
{
    if (!may_look(deliver, turn->finishing)) return;
    for (size_t i = 0; i < deliver->channel_count; i++) {
        struct open_channel *open = &deliver->channels[i];
        size_t room = claim_size(deliver, open, turn->finishing);

        if (deliver->alone && i != deliver->alone_turn % deliver->channel_count) continue;
        if (room == 0 || !may_claim(deliver, open)) continue;
        ask_claim(deliver, open, room, &turn->claims[turn->claim_count]);
        db_group_add(&turn->group, &turn->claims[turn->claim_count]);
        turn->open[turn->claim_count++] = open;
    }
}

static bool take_answers(struct deliver *deliver, struct turn *turn)
{
    struct sending *each;
    bool again = false;
    size_t rows = 0, written = turn->finishing ? deliver->sendings.done_count : 0;

    while (written-- > 0 && (each = TAILQ_FIRST(&deliver->sendings.done)) != NULL)
        sending_recycle(each);
    for (size_t i = 0; i < turn->claim_count; i++) {
        start_all(deliver, turn->open[i], &turn->claims[i]);
        again = again || turn->open[i]->full;
        rows += turn->claims[i].row_count;
    }
    /* Looking for suspects took the place of looking for all others. */
    if (deliver->alone && rows == 0) {
        deliver->alone = false;
        again = true;
    }
    return again;
}

enum status deliver_turn(struct deliver *deliver, bool look, bool *ret_again)
{
    struct turn turn = { .finishing = results_due(deliver) };
    enum status status;
    bool again = false;

    arena_reset(&deliver->arena);
    db_group_init(&turn.group, TURN_TIMEOUT_MS, NULL, NULL);
    if (look && now_us(deliver) >= deliver->compare_at_us) {
        turn.compares = true;
        ask_release_lost(deliver, &turn.lost);
        db_group_add(&turn.group, &turn.lost);
    }
    if (turn.finishing) {
        ask_finish(deliver, &turn.finish);
        db_group_add(&turn.group, &turn.finish);
    }
    if ((look || turn.finishing || deliver->changed) && !deliver->cancelled)
        add_claims(deliver, &turn);
    deliver->changed = false;
    if (turn.group.asks == NULL) {
        *ret_again = false;
        return MC_OK;
    }
    status = db_session_run(deliver->host.session, &turn.group);
    if (turn.compares && status == MC_OK)
        deliver->compare_at_us = now_us(deliver) + COMPARE_EVERY_US;
    if (status != MC_OK) {
        deliver->alone = deliver->alone && deliver->sendings.under_way_count > 0;
        return status;
    }
    again = take_answers(deliver, &turn);
    *ret_again = again;
    return MC_OK;
}

void deliver_log(struct deliver *deliver)
{
    struct sendings *sendings = &deliver->sendings;

    if (sendings->counts.sent + sendings->counts.retried + sendings->counts.dead +
            sendings->counts.pruned + sendings->counts.held >
        0)
        log_event(
            LOG_INFO, "delivered", LOG_I64("sent", sendings->counts.sent),
            LOG_I64("retried", sendings->counts.retried), LOG_I64("dead", sendings->counts.dead),
            LOG_I64("pruned", sendings->counts.pruned), LOG_I64("held", sendings->counts.held));
    memset(&sendings->counts, 0, sizeof(sendings->counts));
}
