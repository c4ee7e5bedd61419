/* One request for a job's result: token, quota, rows, file. */
#include "bulk_result.h"

#include "base/csv_out.h"
#include "base/json_out.h"
#include "base/memory.h"
#include "quota.h"
#include "reply.h"
#include "resolvers/office/bulk_job.h"

const char bulk_result_path[] = "/bulk/";

/* How the items are written. */
struct result_format {
    const char *suffix, *media;
    const char *head;
    void (*item)(struct buf *out, const struct bulk_item *item, const struct failure *failure);
};

/* Under way; freed by its reply. */
struct result_call {
    struct app *app;
    struct http_exchange *exchange;
    struct arena arena;
    struct str id; /* a UUID */
    const struct result_format *format;
    struct session_check check;
    struct request request;
    struct quota_charge charge;
    struct db_group group;
    struct db_ask ask;
};

/* ---- formats ---- */

static void add_problems(struct buf *out, const struct failure *failure)
{
    for (size_t i = 0; i < failure->problem_count; i++)
        buf_printf(out, "%s%.*s: %.*s", i > 0 ? "; " : "", STR_PRINT(failure->problems[i].path),
                   STR_PRINT(failure->problems[i].message));
}

static void write_csv(struct buf *out, const struct bulk_item *item, const struct failure *failure)
{
    struct str fields[] = {
        item->reference, item->state, item->code, STR_NONE, STR_NONE, STR_NONE
    };
    struct buf problems;

    buf_init(&problems, out->bytes_max);
    if (failure != NULL) {
        add_problems(&problems, failure);
        fields[3] = failure->code;
        fields[4] = failure->message;
        fields[5] = buf_str(&problems);
    }
    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
        if (i > 0) buf_add_char(out, ',');
        csv_field(out, fields[i]);
    }
    buf_add(out, STR("\r\n"));
    buf_done(&problems);
}

static void put(struct json_out *json, const char *key, struct str text)
{
    json_key(json, key);
    json_str(json, text);
}

static void write_failure(struct json_out *json, const struct failure *failure)
{
    json_key(json, "failure");
    if (failure == NULL) {
        json_put_null(json);
        return;
    }
    json_object_open(json);
    put(json, "code", failure->code);
    put(json, "message", failure->message);
    json_key(json, "problems");
    json_array_open(json);
    for (size_t i = 0; i < failure->problem_count; i++) {
        json_object_open(json);
        put(json, "path", failure->problems[i].path);
        put(json, "message", failure->problems[i].message);
        json_object_close(json);
    }
    json_array_close(json);
    json_object_close(json);
}

static void write_json(struct buf *out, const struct bulk_item *item, const struct failure *failure)
{
    struct json_out json = json_out(out);

    json_object_open(&json);
    put(&json, "reference", item->reference);
    put(&json, "state", item->state);
    put(&json, "code", item->code);
    write_failure(&json, failure);
    json_object_close(&json);
    buf_add_char(out, '\n');
}

static const struct result_format formats[] = {
    { ".csv", "text/csv; charset=utf-8; header=present",
      "reference,state,code,failure,message,problems\r\n", write_csv },
    { ".jsonl", "application/jsonl; charset=utf-8", "", write_json },
};

/* NULL: there is no such file. */
static const struct result_format *read_path(struct str path, struct str *ret_id)
{
    size_t before = sizeof(bulk_result_path) - 1;
    struct str name = { path.data + before, path.size - before };

    for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
        struct str suffix = str_of(formats[i].suffix);

        if (name.size <= suffix.size ||
            !str_eq((struct str){ name.data + name.size - suffix.size, suffix.size }, suffix))
            continue;
        *ret_id = (struct str){ name.data, name.size - suffix.size };
        return str_is_uuid(*ret_id) ? &formats[i] : NULL;
    }
    return NULL;
}

/* ---- the reply ---- */

static void call_free(struct result_call *call)
{
    arena_done(&call->arena);
    mem_free(call);
}

static void reply(struct result_call *call, int status, const char *media, struct str body)
{
    struct http_header quota[2];

    reply_form(call->exchange,
               &(struct reply_form){ .status = status,
                                     .media = media,
                                     .retry_after_s = call->charge.retry_after_s,
                                     .more = quota,
                                     .more_count = quota_headers(&call->charge, quota) },
               body);
    call_free(call);
}

static void refuse(struct result_call *call, enum status status)
{
    struct buf body;

    buf_init(&body, 4096);
    reply_refusal_json(&body, status, NULL);
    reply(call, status_http(status), media_json, buf_str(&body));
    buf_done(&body);
}

static void reply_file(struct result_call *call)
{
    struct buf body;
    enum status status;

    buf_init(&body, (size_t)call->app->config->reply_bytes_max);
    buf_add(&body, str_of(call->format->head));
    for (size_t i = 0; i < call->ask.row_count; i++) {
        const struct bulk_item *item = ask_row(&call->ask, i);

        call->format->item(&body, item, bulk_item_failure(&call->request, item));
    }
    status = buf_status(&body);
    if (status == MC_OK)
        reply(call, 200, call->format->media, buf_str(&body));
    else
        refuse(call, status);
    buf_done(&body);
}

/* ---- the rows ---- */

static void on_rows(struct db_group *group)
{
    struct result_call *call = group->data;

    if (call->ask.status != MC_OK)
        refuse(call, call->ask.status);
    else if (call->ask.row_count == 0)
        refuse(call, MC_NOT_FOUND);
    else
        reply_file(call);
}

static void ask_rows(struct result_call *call)
{
    struct app *app = call->app;
    enum status status;

    db_ask_init(&call->ask, NULL, &call->arena);
    bulk_result_ask(call->id, &call->ask);
    db_group_init(&call->group, (uint32_t)app->config->request_timeout_ms, on_rows, call);
    viewer_identify_group(&call->request.viewer, &call->arena, &call->group);
    db_group_add(&call->group, &call->ask);
    status = app->services.ask(app->services.data, &call->request.viewer, &call->group);
    if (status != MC_OK) refuse(call, status);
}

/* ---- who asks ---- */

static void on_charged(struct quota_charge *charge)
{
    struct result_call *call = charge->data;

    if (charge->status == MC_OK)
        ask_rows(call);
    else
        refuse(call, charge->status);
}

static void charge(struct result_call *call)
{
    call->charge = (struct quota_charge){
        .viewer = &call->request.viewer,
        .address = http_peer(call->exchange),
        .cost = BULK_RESULT_COST,
        .arena = &call->arena,
        .done = on_charged,
        .data = call,
    };
    if (quota_charge(call->app->quota, &call->charge) == QUOTA_NOW) on_charged(&call->charge);
}

static void on_checked(struct session_check *check, enum status status)
{
    struct result_call *call = check->data;

    if (status != MC_OK) {
        refuse(call, status);
        return;
    }
    call->request = (struct request){ .arena = &call->arena, .viewer = check->viewer };
    charge(call);
}

static void start(struct result_call *call)
{
    struct str authorization = http_header(call->exchange, "authorization"), id;
    enum status status = MC_NOT_FOUND;

    call->format = read_path(http_path(call->exchange), &id);
    if (call->format != NULL) {
        call->id = arena_str(&call->arena, id);
        call->check =
            (struct session_check){ .arena = &call->arena, .done = on_checked, .data = call };
        status = authorization.data == NULL
                     ? MC_UNAUTHENTICATED
                     : session_check(&call->app->sessions, authorization, &call->check);
    }
    if (status != MC_OK) refuse(call, status);
}

void bulk_result_handle(struct http_exchange *exchange, void *data)
{
    struct app *app = data;
    struct result_call *call;

    if (!str_is(http_method(exchange), "GET") && !str_is(http_method(exchange), "HEAD")) {
        reply_refusal(exchange, MC_METHOD, NULL, "GET");
        return;
    }
    call = MEM_NEW(struct result_call);
    call->app = app;
    call->exchange = exchange;
    arena_init(&call->arena, (size_t)app->config->request_bytes_max);
    start(call);
}
