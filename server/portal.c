/* One request of the portal: token, quota, then its records one after the other. */
#include "portal.h"

#include "app.h"
#include "base/json_out.h"
#include "base/memory.h"
#include "base/uuid.h"
#include "personal_no.h"
#include "portal_message.h"
#include "quota.h"
#include "reply.h"
#include "server_sql.h"

#include <openssl/sha.h>

const char portal_path[] = "/portal/messages";

enum { CALL_BYTES_SPARE = 262144, BODY_TIMES = 8, REPLY_BYTES_MAX = 65536 };

/* Under way; freed by its reply. */
struct portal_call {
    struct app *app;
    struct http_exchange *exchange;
    struct arena arena;
    struct session_check check;
    struct quota_charge charge;
    struct portal_message messages[PORTAL_RECORDS_MAX];
    size_t count, at;
    struct buf result; /* the list of results so far */
    struct json_out out;
    bool all_kept;
    struct db_group group;
    struct db_ask ask;
};

struct received_row {
    struct str failure, receipt, state, reason, unmatched;
};

static const struct db_column received_columns[] = {
    DB_COLUMN(struct received_row, failure, DB_TEXT),
    DB_COLUMN(struct received_row, receipt, DB_UUID),
    DB_COLUMN(struct received_row, state, DB_TEXT),
    DB_COLUMN(struct received_row, reason, DB_TEXT),
    DB_COLUMN(struct received_row, unmatched, DB_TEXT),
    DB_COLUMNS_END,
};

/* ---- the reply ---- */

static void put(struct json_out *out, const char *key, struct str text)
{
    json_key(out, key);
    json_str(out, text);
}

static void reply(struct portal_call *call, int status, struct str body)
{
    struct http_header quota[2];

    reply_form(call->exchange,
               &(struct reply_form){ .status = status,
                                     .media = media_json,
                                     .retry_after_s = call->charge.retry_after_s,
                                     .more = quota,
                                     .more_count = quota_headers(&call->charge, quota) },
               body);
    buf_done(&call->result);
    arena_done(&call->arena);
    mem_free(call);
}

/* A result may name papers as its record did. */
static size_t result_bytes_max(const struct portal_call *call)
{
    return (size_t)call->app->config->body_bytes_max * BODY_TIMES + REPLY_BYTES_MAX;
}

/* sentence NULL: the status's own. */
static void refuse(struct portal_call *call, enum status status, const char *sentence)
{
    struct buf body;
    struct json_out out = json_out(&body);

    buf_init(&body, REPLY_BYTES_MAX);
    json_object_open(&out);
    put(&out, "error_code", str_of(status_code(status)));
    put(&out, "message", str_of(sentence == NULL ? status_sentence(status) : sentence));
    json_object_close(&out);
    reply(call, status_http(status), buf_str(&body));
    buf_done(&body);
}

static void reply_results(struct portal_call *call)
{
    struct buf body;
    struct json_out out = json_out(&body);

    json_array_close(&call->out);
    buf_init(&body, result_bytes_max(call) + REPLY_BYTES_MAX);
    json_object_open(&out);
    put(&out, "error_code", call->all_kept ? STR("0") : STR("1"));
    put(&out, "message", call->all_kept ? STR("") : STR("Some records do not fit: see result."));
    json_key(&out, "result");
    json_raw(&out, buf_str(&call->result));
    json_object_close(&out);
    reply(call, 200, buf_str(&body));
    buf_done(&body);
}

/* ---- records ---- */

static void next(struct portal_call *call);

static void put_refused(struct portal_call *call, const struct portal_message *message)
{
    call->all_kept = false;
    json_object_open(&call->out);
    put(&call->out, "MaHoSo", message->code);
    put(&call->out, "error_code", STR("1"));
    put(&call->out, "message", str_of(message->why));
    json_object_close(&call->out);
}

static void put_received(struct portal_call *call, const struct received_row *row)
{
    json_object_open(&call->out);
    put(&call->out, "MaHoSo", call->messages[call->at].code);
    put(&call->out, "error_code", STR("0"));
    put(&call->out, "MaBienNhan", row->receipt);
    put(&call->out, "TrangThai", row->state);
    put(&call->out, "LyDo", row->reason);
    if (row->unmatched.data != NULL) {
        json_key(&call->out, "GiayToNgoaiYeuCau");
        json_raw(&call->out, row->unmatched);
    }
    json_object_close(&call->out);
}

static void on_received(struct db_group *group)
{
    struct portal_call *call = group->data;
    const struct received_row *row = call->ask.rows;

    if (call->ask.status != MC_OK) {
        /* One of our own numbers has just been given out, or a lock: sent again it goes through. */
        refuse(call, call->ask.status == MC_CONFLICT ? MC_BUSY : call->ask.status, NULL);
        return;
    }
    if (call->ask.row_count != 1 || row->failure.data != NULL) {
        refuse(call, call->ask.row_count != 1 ? MC_INTERNAL : MC_FORBIDDEN, NULL);
        return;
    }
    put_received(call, row);
    call->at++;
    next(call);
}

/* Whoever has the digest alone could try all numbers: it takes the blind index instead. */
static struct str digest(struct portal_call *call, const struct portal_message *message,
                         struct str index)
{
    unsigned char *out = arena_alloc(&call->arena, SHA256_DIGEST_LENGTH);
    struct buf content;

    buf_init(&content, message->content.size + 256);
    buf_printf(&content, "%s\n", message->kind);
    buf_add(&content, message->content);
    buf_add(&content, index);
    MC_ASSERT(buf_status(&content) == MC_OK &&
              SHA256((const unsigned char *)content.data, content.size, out) != NULL);
    buf_done(&content);
    return (struct str){ (const char *)out, SHA256_DIGEST_LENGTH };
}

static enum status receive(struct portal_call *call, const struct portal_message *message)
{
    struct app *app = call->app;
    struct sealed_number sealed = { .table = "person" };
    enum status status = MC_OK;

    if (message->personal_no.data != NULL) {
        sealed.public_id = uuid_random(&call->arena);
        status = personal_no_seal(&app->secrets.keys, message->personal_no, &call->arena, &sealed);
    }
    if (status != MC_OK) return status;
    db_ask_init(&call->ask, SQL_PORTAL_RECEIVE, &call->arena);
    call->ask.columns = received_columns;
    call->ask.row_size = sizeof(struct received_row);
    call->ask.rows_max = 1;
    db_bind_text(&call->ask, str_of(message->kind));
    db_bind_text(&call->ask, message->body);
    db_bind_bytes(&call->ask, digest(call, message, sealed.personal_no_index));
    db_bind_text(&call->ask, sealed.public_id);
    db_bind_bytes(&call->ask, sealed.personal_no);
    db_bind_bytes(&call->ask, sealed.personal_no_index);
    db_group_init(&call->group, (uint32_t)app->config->request_timeout_ms, on_received, call);
    viewer_identify_group(&call->check.viewer, &call->arena, &call->group);
    db_group_add(&call->group, &call->ask);
    return db_pool_send(app->write_pools[VIEWER_PARTNER], &call->group);
}

static void next(struct portal_call *call)
{
    enum status status;

    while (call->at < call->count && call->messages[call->at].why != NULL)
        put_refused(call, &call->messages[call->at++]);
    if (call->at == call->count) {
        call->app->services.ring(call->app->services.data);
        reply_results(call);
        return;
    }
    status = receive(call, &call->messages[call->at]);
    if (status != MC_OK) refuse(call, status, NULL);
}

/* ---- who asks ---- */

static void on_charged(struct quota_charge *charge)
{
    struct portal_call *call = charge->data;

    if (charge->status == MC_OK)
        next(call);
    else
        refuse(call, charge->status, NULL);
}

static bool holds(struct str scopes, const char *scope)
{
    while (scopes.size > 0)
        if (str_is(str_split(&scopes, ' '), scope)) return true;
    return false;
}

static void on_checked(struct session_check *check, enum status status)
{
    struct portal_call *call = check->data;
    const char *why = NULL;

    if (status == MC_OK &&
        (check->viewer.kind != VIEWER_PARTNER || !holds(check->viewer.scopes, "portal.exchange"))) {
        status = MC_FORBIDDEN;
        why = "The key needs the scope portal.exchange.";
    }
    if (status == MC_OK && http_is_gone(call->exchange)) status = MC_CANCELLED;
    if (status == MC_OK)
        status = portal_messages_read(http_body(call->exchange), &call->arena, call->messages,
                                      &call->count, &why);
    if (status != MC_OK) {
        refuse(call, status, why);
        return;
    }
    call->charge = (struct quota_charge){ .viewer = &check->viewer,
                                          .address = http_peer(call->exchange),
                                          .cost = PORTAL_COST * (int64_t)call->count,
                                          .arena = &call->arena,
                                          .done = on_charged,
                                          .data = call };
    if (quota_charge(call->app->quota, &call->charge) == QUOTA_NOW) on_charged(&call->charge);
}

static void start(struct portal_call *call)
{
    struct str authorization = http_header(call->exchange, "authorization");
    struct str media = http_header(call->exchange, "content-type");
    enum status status = MC_UNAUTHENTICATED;

    if (!str_is(str_trim(str_split(&media, ';')), "application/json")) {
        refuse(call, MC_MEDIA_TYPE, NULL);
        return;
    }
    call->check = (struct session_check){ .arena = &call->arena, .done = on_checked, .data = call };
    if (authorization.data != NULL)
        status = session_check(&call->app->sessions, authorization, &call->check);
    if (status != MC_OK) refuse(call, status, NULL);
}

void portal_handle(struct http_exchange *exchange, void *data)
{
    struct app *app = data;
    struct portal_call *call;

    if (!str_is(http_method(exchange), "POST")) {
        reply_refusal(exchange, MC_METHOD, NULL, "POST");
        return;
    }
    call = MEM_NEW(struct portal_call);
    call->app = app;
    call->exchange = exchange;
    call->all_kept = true;
    arena_init(&call->arena, (size_t)app->config->body_bytes_max * BODY_TIMES + CALL_BYTES_SPARE);
    buf_init(&call->result, result_bytes_max(call));
    call->out = json_out(&call->result);
    json_array_open(&call->out);
    start(call);
}
