#include "pull.h"

#include "base/clock.h"
#include "base/json_out.h"
#include "base/log.h"
#include "worker_sql.h"

#include <stdlib.h>

enum { ARENA_BYTES = 8 * 1024 * 1024, ASK_BYTES_MAX = 256, TIMEOUT_MS = 60000 };

struct begun {
    int64_t import;
};

static const struct db_column begun_columns[] = {
    DB_COLUMN(struct begun, import, DB_I64),
    DB_COLUMNS_END,
};

struct refused {
    int64_t refused;
};

static const struct db_column refused_columns[] = {
    DB_COLUMN(struct refused, refused, DB_I64),
    DB_COLUMNS_END,
};

struct total {
    int64_t lines, added, changed, same, refused;
};

static const struct db_column total_columns[] = {
    DB_COLUMN(struct total, lines, DB_I64),   DB_COLUMN(struct total, added, DB_I64),
    DB_COLUMN(struct total, changed, DB_I64), DB_COLUMN(struct total, same, DB_I64),
    DB_COLUMN(struct total, refused, DB_I64), DB_COLUMNS_END,
};

static const struct db_column agencies_columns[] = {
    DB_COLUMN(struct total, added, DB_I64),
    DB_COLUMN(struct total, changed, DB_I64),
    DB_COLUMN(struct total, refused, DB_I64),
    DB_COLUMNS_END,
};

struct yes {
    bool claimed, done;
};

static const struct db_column claimed_columns[] = {
    DB_COLUMN(struct yes, claimed, DB_BOOL),
    DB_COLUMNS_END,
};

static const struct db_column done_columns[] = {
    DB_COLUMN(struct yes, done, DB_BOOL),
    DB_COLUMNS_END,
};

/* One row. */
static enum status run(struct db_session *session, struct db_ask *ask,
                       const struct db_column *columns, size_t row_size, void *ret_row)
{
    struct db_group group;
    enum status status;

    ask->columns = columns;
    ask->row_size = row_size;
    ask->rows_max = 1;
    db_group_init(&group, TIMEOUT_MS, NULL, NULL);
    db_group_add(&group, ask);
    status = db_session_run(session, &group);
    if (status == MC_OK && ask->row_count != 1) status = MC_INTERNAL;
    if (status == MC_OK) memcpy(ret_row, ask->rows, row_size);
    return status;
}

static int64_t now_us(void)
{
    return clock_monotonic_us(&clock_system);
}

static enum status run_named(const struct pull *pull, struct db_session *session,
                             const struct embedded *sql, const struct db_column *columns,
                             struct yes *ret_yes)
{
    struct arena arena;
    struct db_ask ask;
    enum status status;

    arena_init(&arena, ARENA_BYTES);
    db_ask_init(&ask, sql, &arena);
    db_bind_text(&ask, str_of(pull->adapter->id));
    status = run(session, &ask, columns, sizeof(struct yes), ret_yes);
    arena_done(&arena);
    return status;
}

/* ---- a list ---- */

/* Nothing was in the answer: is it to be asked for again when the adapter says? */
static enum pull_state missed(const struct pull *pull, enum status status)
{
    int64_t pause_ms =
        status != MC_OK
            ? 0
            : circuit_heed(pull->circuit, now_us(), pull->request.http_status,
                           pull->request.retry_after_s, pull->config->portal_pause_max_ms);

    if (pause_ms > 0)
        log_event(LOG_WARN, "pull_paused", LOG_SYMBOL("adapter", pull->adapter->id),
                  LOG_SYMBOL("service", pull->list->service), LOG_I64("pause_ms", pause_ms));
    else if (status != MC_CANCELLED)
        log_event(LOG_ERROR, "pull_failed", LOG_SYMBOL("adapter", pull->adapter->id),
                  LOG_SYMBOL("service", pull->list->service),
                  LOG_SYMBOL("status", status_name(status)));
    return pause_ms > 0 ? PULL_PAUSED : PULL_IDLE;
}

static void on_answer(struct web_request *request, enum status status)
{
    struct pull *pull = request->data;
    char why[ADAPTER_WHY_BYTES] = "";
    json_t *answer = NULL, *items;

    if (status == MC_OK &&
        pull->adapter->read(request->http_status, buf_str(&request->body), why) == ADAPTER_ACKED)
        answer = json_loadb(request->body.data, request->body.size, JSON_REJECT_DUPLICATES, NULL);
    items = json_object_get(answer, "result");
    pull->items = json_is_array(items) ? json_incref(items) : NULL;
    pull->at = 0;
    pull->state = pull->items != NULL ? PULL_ANSWERED : missed(pull, status);
    json_decref(answer);
    if (pull->wake != NULL) pull->wake(pull->wake_data);
}

static void ask_list(struct pull *pull)
{
    struct json_out out;
    struct buf text;

    buf_init(&text, ASK_BYTES_MAX);
    out = json_out(&text);
    json_object_open(&out);
    json_key(&out, "service");
    json_str(&out, str_of(pull->list->service));
    json_object_close(&out);
    pull->request = (struct web_request){ .url = pull->url,
                                          .json = buf_str(&text),
                                          .bearer = pull->bearer,
                                          .timeout_ms = (uint32_t)pull->config->pull_timeout_ms,
                                          .body_bytes_max = PULL_ANSWER_BYTES_MAX,
                                          .done = on_answer,
                                          .data = pull };
    pull->state = web_client_send(pull->web, &pull->request) == MC_OK ? PULL_ASKING : PULL_IDLE;
    buf_done(&text);
}

/* ---- its items ---- */

static struct str item_text(const struct pull *pull, size_t at, struct arena *arena)
{
    char *text = json_dumps(json_array_get(pull->items, at), JSON_COMPACT | JSON_ENCODE_ANY);
    struct str copy;

    MC_ASSERT(text != NULL);
    copy = arena_str(arena, str_of(text));
    free(text);
    return copy;
}

static enum status begin_import(struct pull *pull, struct db_session *session)
{
    struct begun begun = { INT64_MIN };
    struct arena arena;
    struct db_ask ask;
    enum status status;

    arena_init(&arena, ARENA_BYTES);
    db_ask_init(&ask, SQL_PULL_BEGIN, &arena);
    db_bind_text(&ask, str_of(pull->adapter->id));
    status = run(session, &ask, begun_columns, sizeof(begun), &begun);
    arena_done(&arena);
    pull->import = begun.import;
    return status;
}

static size_t batch_size(const struct pull *pull)
{
    size_t left = json_array_size(pull->items) - pull->at;

    return left < PULL_BATCH ? left : PULL_BATCH;
}

static enum status import_procedures(struct pull *pull, struct db_session *session, size_t count)
{
    int64_t numbers[PULL_BATCH];
    struct str texts[PULL_BATCH];
    struct refused refused;
    struct arena arena;
    struct db_ask ask;
    enum status status;

    arena_init(&arena, PULL_ANSWER_BYTES_MAX * 4);
    for (size_t i = 0; i < count; i++) {
        numbers[i] = (int64_t)(pull->at + i + 1);
        texts[i] = item_text(pull, pull->at + i, &arena);
    }
    db_ask_init(&ask, SQL_PULL_LINES, &arena);
    db_bind_i64(&ask, pull->import);
    db_bind_i64_array(&ask, numbers, count);
    db_bind_text_array(&ask, texts, count);
    status = run(session, &ask, refused_columns, sizeof(refused), &refused);
    arena_done(&arena);
    return status;
}

static void tell(const struct pull *pull, const struct total *total)
{
    log_event(LOG_INFO, "pulled", LOG_SYMBOL("adapter", pull->adapter->id),
              LOG_SYMBOL("service", pull->list->service), LOG_I64("added", total->added),
              LOG_I64("changed", total->changed), LOG_I64("refused", total->refused));
}

static enum status import_agencies(struct pull *pull, struct db_session *session, size_t count)
{
    struct total total = { 0 };
    struct arena arena;
    struct db_ask ask;
    struct buf list;
    enum status status;

    arena_init(&arena, PULL_ANSWER_BYTES_MAX * 4);
    buf_init(&list, PULL_ANSWER_BYTES_MAX);
    for (size_t i = 0; i < count; i++) {
        buf_add_char(&list, i == 0 ? '[' : ',');
        buf_add(&list, item_text(pull, pull->at + i, &arena));
    }
    buf_add(&list, count == 0 ? STR("[]") : STR("]"));
    db_ask_init(&ask, SQL_AGENCIES_IMPORT, &arena);
    db_bind_text(&ask, buf_str(&list));
    status = run(session, &ask, agencies_columns, sizeof(total), &total);
    if (status == MC_OK && total.added + total.changed + total.refused > 0) tell(pull, &total);
    buf_done(&list);
    arena_done(&arena);
    return status;
}

static enum status end_import(struct pull *pull, struct db_session *session)
{
    struct total total;
    struct arena arena;
    struct db_ask ask;
    enum status status;

    arena_init(&arena, ARENA_BYTES);
    db_ask_init(&ask, SQL_PULL_END, &arena);
    db_bind_i64(&ask, pull->import);
    status = run(session, &ask, total_columns, sizeof(total), &total);
    arena_done(&arena);
    if (status == MC_OK) tell(pull, &total);
    return status;
}

/* The list is here; the next one, or the end. */
static enum status finish_list(struct pull *pull, struct db_session *session)
{
    enum status status = pull->list->of == ADAPTER_PROCEDURES ? end_import(pull, session) : MC_OK;
    struct yes yes;

    if (status != MC_OK) return status;
    json_decref(pull->items);
    pull->items = NULL;
    pull->list++;
    if (pull->list->service != NULL && circuit_rests(pull->circuit, now_us())) {
        pull->state = PULL_PAUSED;
        return MC_OK;
    }
    if (pull->list->service != NULL) {
        ask_list(pull);
        return MC_OK;
    }
    pull->state = PULL_IDLE;
    return run_named(pull, session, SQL_ADAPTER_PULLED, done_columns, &yes);
}

static enum status import(struct pull *pull, struct db_session *session, bool *ret_again)
{
    size_t count = batch_size(pull);
    enum status status = MC_OK;

    if (count == 0) return finish_list(pull, session);
    status = pull->list->of == ADAPTER_PROCEDURES ? import_procedures(pull, session, count)
                                                  : import_agencies(pull, session, count);
    if (status == MC_OK) pull->at += count;
    *ret_again = status == MC_OK;
    return status;
}

/* ---- a turn ---- */

/* Whoever pulls next does so after the adapter's pause, from the first list on. */
static enum status postpone(struct pull *pull, struct db_session *session)
{
    struct yes yes;
    struct arena arena;
    struct db_ask ask;
    enum status status;

    arena_init(&arena, ARENA_BYTES);
    db_ask_init(&ask, SQL_ADAPTER_PULL_PAUSE, &arena);
    db_bind_text(&ask, str_of(pull->adapter->id));
    db_bind_i64(&ask, circuit_wait_ms(pull->circuit, now_us()));
    status = run(session, &ask, done_columns, sizeof(yes), &yes);
    if (status == MC_OK) pull->state = PULL_IDLE;
    arena_done(&arena);
    return status;
}

static enum status begin(struct pull *pull, struct db_session *session)
{
    struct yes yes = { .claimed = false };
    enum status status = run_named(pull, session, SQL_ADAPTER_PULL_CLAIM, claimed_columns, &yes);

    if (status != MC_OK || !yes.claimed) return status;
    pull->list = pull->adapter->pulls;
    ask_list(pull);
    return MC_OK;
}

enum status pull_turn(struct pull *pull, struct db_session *session, bool may_begin,
                      bool *ret_again)
{
    enum status status = MC_OK;

    if (pull->adapter->pulls == NULL) return MC_OK;
    switch (pull->state) {
    case PULL_IDLE:
        return may_begin && !circuit_rests(pull->circuit, now_us()) ? begin(pull, session) : MC_OK;
    case PULL_ASKING:
        return MC_OK;
    case PULL_ANSWERED:
        if (pull->list->of == ADAPTER_PROCEDURES) status = begin_import(pull, session);
        if (status == MC_OK) pull->state = PULL_IMPORTING;
        *ret_again = status == MC_OK;
        return status;
    case PULL_IMPORTING:
        return import(pull, session, ret_again);
    case PULL_PAUSED:
        return postpone(pull, session);
    }
    return MC_INTERNAL;
}

bool pull_is_idle(const struct pull *pull)
{
    return pull->state == PULL_IDLE;
}

void pull_cancel(struct pull *pull)
{
    if (pull->state == PULL_ASKING) web_client_cancel(&pull->request);
    pull_done(pull);
}

void pull_done(struct pull *pull)
{
    json_decref(pull->items);
    pull->items = NULL;
    pull->state = PULL_IDLE;
}
