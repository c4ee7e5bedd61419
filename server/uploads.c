/* One request about an upload: token, quota, then the steps of its method. */
#include "uploads.h"

#include "base/memory.h"
#include "http_date.h"
#include "paper_download.h"
#include "server_sql.h"
#include "tus.h"
#include "upload_call.h"

const char uploads_path[] = "/files";
const char uploads_file_path[] = "/files/";

enum { CALL_BYTES_SPARE = 65536 };

static const struct db_column upload_columns[] = {
    DB_COLUMN(struct upload_row, length, DB_I64),
    DB_COLUMN(struct upload_row, received, DB_I64),
    DB_COLUMN(struct upload_row, expires_at, DB_TIME),
    DB_COLUMNS_END,
};

struct created_row {
    struct str failure, id;
    int64_t expires_at;
};

static const struct db_column created_columns[] = {
    DB_COLUMN(struct created_row, failure, DB_TEXT),
    DB_COLUMN(struct created_row, id, DB_UUID),
    DB_COLUMN(struct created_row, expires_at, DB_TIME),
    DB_COLUMNS_END,
};

struct ended_row {
    struct str id;
};

static const struct db_column ended_columns[] = {
    DB_COLUMN(struct ended_row, id, DB_UUID),
    DB_COLUMNS_END,
};

/* ---- the reply ---- */

void upload_answer_add(struct upload_answer *answer, const char *name, struct str value)
{
    MC_ASSERT(answer->more_count < REPLY_MORE_MAX);
    answer->more[answer->more_count++] = (struct http_header){ str_of(name), value };
}

struct upload_answer *upload_answer_new(struct upload_call *call, int status)
{
    struct upload_answer *answer = ARENA_NEW(&call->arena, struct upload_answer);

    answer->status = status;
    answer->body = STR("");
    upload_answer_add(answer, "tus-resumable", STR(TUS_VERSION));
    return answer;
}

void upload_reply(struct upload_call *call, const struct upload_answer *answer)
{
    reply_form(call->exchange,
               &(struct reply_form){ .status = answer->status,
                                     .media = answer->body.size > 0 ? media_json : NULL,
                                     .retry_after_s = call->charge.retry_after_s,
                                     .more = answer->more,
                                     .more_count = answer->more_count },
               answer->body);
    arena_done(&call->arena);
    mem_free(call);
}

/* sentence NULL: the status's own. */
struct upload_answer *upload_refusal_new(struct upload_call *call, int http_status,
                                         enum status status, const char *sentence)
{
    struct upload_answer *answer = upload_answer_new(call, http_status);
    struct buf body;

    buf_init(&body, 4096);
    reply_refusal_json(&body, status, sentence);
    answer->body = arena_str(&call->arena, buf_str(&body));
    buf_done(&body);
    if (http_status == 412) upload_answer_add(answer, "tus-version", STR(TUS_VERSION));
    return answer;
}

void upload_refuse(struct upload_call *call, int http_status, enum status status,
                   const char *sentence)
{
    upload_reply(call, upload_refusal_new(call, http_status, status, sentence));
}

void upload_refuse_as(struct upload_call *call, enum status status)
{
    upload_refuse(call, status_http(status), status, NULL);
}

struct str upload_number(struct upload_call *call, int64_t number)
{
    return arena_printf(&call->arena, "%lld", (long long)number);
}

/* ---- the database ---- */

static void on_rows(struct db_group *group)
{
    struct upload_call *call = group->data;

    call->answered(call);
}

/* writes: on the lane for changes. */
enum status upload_ask(struct upload_call *call, bool writes,
                       void (*answered)(struct upload_call *call))
{
    struct app *app = call->app;
    enum viewer_kind kind = call->check.viewer.kind;

    call->answered = answered;
    call->ask.rows_max = 1;
    db_group_init(&call->group, (uint32_t)app->config->request_timeout_ms, on_rows, call);
    viewer_identify_group(&call->check.viewer, &call->arena, &call->group);
    db_group_add(&call->group, &call->ask);
    return db_pool_send(writes ? app->write_pools[kind] : app->read_pools[kind], &call->group);
}

enum status upload_ask_find(struct upload_call *call, void (*answered)(struct upload_call *call))
{
    db_ask_init(&call->ask, SQL_UPLOAD_FIND, &call->arena);
    call->ask.columns = upload_columns;
    call->ask.row_size = sizeof(struct upload_row);
    db_bind_text(&call->ask, call->id);
    return upload_ask(call, false, answered);
}

/* MC_NOT_FOUND when there is no row. */
enum status upload_asked(const struct upload_call *call)
{
    if (call->ask.status != MC_OK) return call->ask.status;
    return call->ask.row_count == 1 ? MC_OK : MC_NOT_FOUND;
}

/* ---- POST ---- */

static enum status create_read(struct upload_call *call)
{
    struct str metadata = http_header(call->exchange, "upload-metadata");
    static const char *const types[] = { "application/pdf", "image/jpeg", "image/png",
                                         "image/heic" };

    if (tus_number(http_header(call->exchange, "upload-length"), &call->number) != MC_OK ||
        call->number == 0) {
        upload_refuse(call, 400, MC_BAD_INPUT, "Upload-Length says how many bytes, at least one.");
        return MC_BAD_INPUT;
    }
    if (call->number > call->app->config->upload_bytes_max) {
        upload_refuse_as(call, MC_TOO_LARGE);
        return MC_TOO_LARGE;
    }
    if (tus_file_type(metadata, &call->arena, &call->media_type) != MC_OK) {
        upload_refuse(call, 400, MC_BAD_INPUT, "Upload-Metadata does not fit tus 1.0.");
        return MC_BAD_INPUT;
    }
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
        if (str_is(call->media_type, types[i])) return MC_OK;
    upload_refuse(
        call, 415, MC_MEDIA_TYPE,
        "Upload-Metadata has a filetype: application/pdf, image/jpeg, image/png or image/heic.");
    return MC_MEDIA_TYPE;
}

static void on_created(struct upload_call *call)
{
    enum status status = upload_asked(call);
    const struct created_row *row = call->ask.rows;
    struct upload_answer *answer;

    if (status != MC_OK) {
        upload_refuse_as(call, status);
    } else if (row->failure.data != NULL) {
        upload_refuse(call, str_is(row->failure, "RATE_LIMITED") ? 429 : 403,
                      str_is(row->failure, "RATE_LIMITED") ? MC_RATE : MC_FORBIDDEN,
                      str_is(row->failure, "RATE_LIMITED")
                          ? "Too many uploads wait: keep them as papers, or end them."
                          : NULL);
    } else {
        answer = upload_answer_new(call, 201);
        upload_answer_add(
            answer, "location",
            arena_printf(&call->arena, "%s%.*s", uploads_file_path, STR_PRINT(row->id)));
        upload_answer_add(answer, "upload-expires", http_date(&call->arena, row->expires_at));
        upload_reply(call, answer);
    }
}

static void create_begin(struct upload_call *call)
{
    enum status status;

    db_ask_init(&call->ask, SQL_UPLOAD_CREATE, &call->arena);
    call->ask.columns = created_columns;
    call->ask.row_size = sizeof(struct created_row);
    db_bind_i64(&call->ask, call->number);
    db_bind_text(&call->ask, call->media_type);
    status = upload_ask(call, true, on_created);
    if (status != MC_OK) upload_refuse_as(call, status);
}

/* ---- HEAD ---- */

static void on_looked(struct upload_call *call)
{
    enum status status = upload_asked(call);
    const struct upload_row *row = call->ask.rows;
    struct upload_answer *answer;

    if (status != MC_OK) {
        upload_refuse_as(call, status);
        return;
    }
    answer = upload_answer_new(call, 200);
    upload_answer_add(answer, "upload-offset", upload_number(call, row->received));
    upload_answer_add(answer, "upload-length", upload_number(call, row->length));
    upload_answer_add(answer, "upload-expires", http_date(&call->arena, row->expires_at));
    upload_reply(call, answer);
}

static void look_begin(struct upload_call *call)
{
    enum status status = upload_ask_find(call, on_looked);

    if (status != MC_OK) upload_refuse_as(call, status);
}

/* ---- DELETE ---- */

static void on_upload_ended(struct upload_call *call)
{
    enum status status = upload_asked(call);

    if (status != MC_OK) {
        upload_refuse_as(call, status);
        return;
    }
    upload_file_remove(&call->app->loop, &call->app->storage, call->id);
    upload_reply(call, upload_answer_new(call, 204));
}

static void end_begin(struct upload_call *call)
{
    enum status status;

    db_ask_init(&call->ask, SQL_UPLOAD_END, &call->arena);
    call->ask.columns = ended_columns;
    call->ask.row_size = sizeof(struct ended_row);
    db_bind_text(&call->ask, call->id);
    status = upload_ask(call, true, on_upload_ended);
    if (status != MC_OK) upload_refuse_as(call, status);
}

/* ---- who asks ---- */

static const struct upload_method methods[] = {
    { "POST", false, create_read, create_begin },
    { "HEAD", true, NULL, look_begin },
    { "PATCH", true, upload_patch_read, upload_patch_begin },
    { "DELETE", true, NULL, end_begin },
};

static void on_charged(struct quota_charge *charge)
{
    struct upload_call *call = charge->data;

    if (charge->status != MC_OK)
        upload_refuse_as(call, charge->status);
    else if (http_is_gone(call->exchange)) /* and what its header fields said with it */
        upload_refuse_as(call, MC_CANCELLED);
    else if (call->method->read == NULL || call->method->read(call) == MC_OK)
        call->method->begin(call);
}

static void on_checked(struct session_check *check, enum status status)
{
    struct upload_call *call = check->data;

    if (status != MC_OK) {
        upload_refuse_as(call, status);
        return;
    }
    call->charge = (struct quota_charge){ .viewer = &check->viewer,
                                          .address = http_peer(call->exchange),
                                          .cost = UPLOAD_COST,
                                          .arena = &call->arena,
                                          .done = on_charged,
                                          .data = call };
    if (quota_charge(call->app->quota, &call->charge) == QUOTA_NOW) on_charged(&call->charge);
}

static void start(struct upload_call *call)
{
    struct str authorization = http_header(call->exchange, "authorization");
    enum status status = MC_UNAUTHENTICATED;

    if (!str_is(http_header(call->exchange, "tus-resumable"), TUS_VERSION)) {
        upload_refuse(call, 412, MC_BAD_INPUT, "Tus-Resumable is " TUS_VERSION ".");
        return;
    }
    call->check = (struct session_check){ .arena = &call->arena, .done = on_checked, .data = call };
    if (authorization.data != NULL)
        status = session_check(&call->app->sessions, authorization, &call->check);
    if (status != MC_OK) upload_refuse_as(call, status);
}

/* ---- what is upload_asked ---- */

static void reply_options(struct http_exchange *exchange, const struct app *app)
{
    char bytes[24];
    struct http_header more[] = {
        { STR_INIT("tus-resumable"), STR_INIT(TUS_VERSION) },
        { STR_INIT("tus-version"), STR_INIT(TUS_VERSION) },
        { STR_INIT("tus-extension"), STR_INIT(TUS_EXTENSIONS) },
        { STR_INIT("tus-checksum-algorithm"), STR_INIT(TUS_CHECKSUMS) },
        { STR_INIT("tus-max-size"), { bytes, 0 } },
    };

    more[4].value.size =
        (size_t)snprintf(bytes, sizeof(bytes), "%lld", (long long)app->config->upload_bytes_max);
    reply_form(exchange,
               &(struct reply_form){
                   .status = 204, .more = more, .more_count = sizeof(more) / sizeof(more[0]) },
               STR(""));
}

/* NULL: another. A POST may say which method it stands for (tus, X-HTTP-Method-Override). */
static const struct upload_method *method_of(const struct http_exchange *exchange,
                                             bool names_upload)
{
    struct str name = http_method(exchange);
    struct str other = http_header(exchange, "x-http-method-override");

    if (str_is(name, "POST") && other.data != NULL) name = other;
    for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++)
        if (str_is(name, methods[i].name) && methods[i].names_upload == names_upload)
            return &methods[i];
    return NULL;
}

/* Its file has one name, however the client writes it. */
static struct str lower_case(struct arena *arena, struct str id)
{
    char *text = arena_alloc(arena, id.size + 1);

    for (size_t i = 0; i < id.size; i++)
        text[i] = (char)(id.data[i] >= 'A' && id.data[i] <= 'F' ? id.data[i] + 32 : id.data[i]);
    return (struct str){ text, id.size };
}

void uploads_handle(struct http_exchange *exchange, void *data)
{
    struct app *app = data;
    struct str path = http_path(exchange), name = { path.data, 0 };
    bool names_upload = path.size > sizeof(uploads_path) - 1;
    const struct upload_method *method = method_of(exchange, names_upload);
    struct upload_call *call;

    if (names_upload)
        name = (struct str){ path.data + sizeof(uploads_file_path) - 1,
                             path.size - (sizeof(uploads_file_path) - 1) };
    if (str_is(http_method(exchange), "OPTIONS")) {
        reply_options(exchange, app);
        return;
    }
    if (names_upload && str_is(http_method(exchange), "GET")) {
        paper_download(app, exchange, name);
        return;
    }
    if (method == NULL) {
        reply_refusal(exchange, MC_METHOD, NULL,
                      names_upload ? "GET, HEAD, PATCH, DELETE, OPTIONS" : "POST, OPTIONS");
        return;
    }
    if (names_upload && !str_is_uuid(name)) {
        reply_refusal(exchange, MC_NOT_FOUND, NULL, NULL);
        return;
    }
    call = MEM_NEW(struct upload_call);
    call->app = app;
    call->exchange = exchange;
    call->method = method;
    arena_init(&call->arena, (size_t)app->config->upload_chunk_bytes_max + CALL_BYTES_SPARE);
    if (names_upload) call->id = lower_case(&call->arena, name);
    start(call);
}
