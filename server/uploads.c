/* One request about an upload: token, quota, then the steps of its method. */
#include "uploads.h"

#include "base/memory.h"
#include "http_date.h"
#include "paper_download.h"
#include "quota.h"
#include "reply.h"
#include "server_sql.h"
#include "tus.h"
#include "upload_file.h"

const char uploads_path[] = "/files";
const char uploads_file_path[] = "/files/";

enum { CALL_BYTES_SPARE = 65536 };

struct upload_row {
    int64_t length, received, expires_at;
};

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

struct advanced_row {
    int64_t received;
    bool whole;
};

static const struct db_column advanced_columns[] = {
    DB_COLUMN(struct advanced_row, received, DB_I64),
    DB_COLUMN(struct advanced_row, whole, DB_BOOL),
    DB_COLUMNS_END,
};

struct ended_row {
    struct str id;
};

static const struct db_column ended_columns[] = {
    DB_COLUMN(struct ended_row, id, DB_UUID),
    DB_COLUMNS_END,
};

struct upload_call;

struct upload_method {
    const char *name;
    bool names_upload;
    /* What the header fields say; anything but MC_OK has been answered. */
    enum status (*read)(struct upload_call *call);
    void (*begin)(struct upload_call *call);
};

/* Under way; freed by its reply. */
struct upload_call {
    struct app *app;
    struct http_exchange *exchange;
    const struct upload_method *method;
    struct arena arena;
    struct str id, media_type, body;
    int64_t number; /* Upload-Length of a creation, Upload-Offset of a PATCH */
    struct session_check check;
    struct quota_charge charge;
    struct db_group group;
    struct db_ask ask;
    void (*answered)(struct upload_call *call);
    struct upload_file file;
    const struct answer *after_close;
};

/* ---- the reply ---- */

struct answer {
    int status;
    struct str body; /* JSON; empty: none */
    struct http_header more[REPLY_MORE_MAX];
    size_t more_count;
};

static void add_more(struct answer *answer, const char *name, struct str value)
{
    MC_ASSERT(answer->more_count < REPLY_MORE_MAX);
    answer->more[answer->more_count++] = (struct http_header){ str_of(name), value };
}

static struct answer *answer_new(struct upload_call *call, int status)
{
    struct answer *answer = ARENA_NEW(&call->arena, struct answer);

    answer->status = status;
    answer->body = STR("");
    add_more(answer, "tus-resumable", STR(TUS_VERSION));
    return answer;
}

static void reply(struct upload_call *call, const struct answer *answer)
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
static struct answer *refusal_new(struct upload_call *call, int http_status, enum status status,
                                  const char *sentence)
{
    struct answer *answer = answer_new(call, http_status);
    struct buf body;

    buf_init(&body, 4096);
    reply_refusal_json(&body, status, sentence);
    answer->body = arena_str(&call->arena, buf_str(&body));
    buf_done(&body);
    if (http_status == 412) add_more(answer, "tus-version", STR(TUS_VERSION));
    return answer;
}

static void refuse(struct upload_call *call, int http_status, enum status status,
                   const char *sentence)
{
    reply(call, refusal_new(call, http_status, status, sentence));
}

static void refuse_as(struct upload_call *call, enum status status)
{
    refuse(call, status_http(status), status, NULL);
}

static struct str number_text(struct upload_call *call, int64_t number)
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
static enum status ask(struct upload_call *call, bool writes,
                       void (*answered)(struct upload_call *call))
{
    struct app *app = call->app;

    call->answered = answered;
    call->ask.rows_max = 1;
    db_group_init(&call->group, (uint32_t)app->config->request_timeout_ms, on_rows, call);
    viewer_identify_group(&call->check.viewer, &call->arena, &call->group);
    db_group_add(&call->group, &call->ask);
    return db_pool_send(writes ? app->write_pools[VIEWER_CITIZEN] : app->read_pools[VIEWER_CITIZEN],
                        &call->group);
}

static enum status ask_find(struct upload_call *call, void (*answered)(struct upload_call *call))
{
    db_ask_init(&call->ask, SQL_UPLOAD_FIND, &call->arena);
    call->ask.columns = upload_columns;
    call->ask.row_size = sizeof(struct upload_row);
    db_bind_text(&call->ask, call->id);
    return ask(call, false, answered);
}

/* MC_NOT_FOUND when there is no row. */
static enum status asked(const struct upload_call *call)
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
        refuse(call, 400, MC_BAD_INPUT, "Upload-Length says how many bytes, at least one.");
        return MC_BAD_INPUT;
    }
    if (call->number > call->app->config->upload_bytes_max) {
        refuse_as(call, MC_TOO_LARGE);
        return MC_TOO_LARGE;
    }
    if (tus_file_type(metadata, &call->arena, &call->media_type) != MC_OK) {
        refuse(call, 400, MC_BAD_INPUT, "Upload-Metadata does not fit tus 1.0.");
        return MC_BAD_INPUT;
    }
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
        if (str_is(call->media_type, types[i])) return MC_OK;
    refuse(call, 415, MC_MEDIA_TYPE,
           "Upload-Metadata has a filetype: application/pdf, image/jpeg, image/png or image/heic.");
    return MC_MEDIA_TYPE;
}

static void on_created(struct upload_call *call)
{
    enum status status = asked(call);
    const struct created_row *row = call->ask.rows;
    struct answer *answer;

    if (status != MC_OK) {
        refuse_as(call, status);
    } else if (row->failure.data != NULL) {
        refuse(call, str_is(row->failure, "RATE_LIMITED") ? 429 : 403,
               str_is(row->failure, "RATE_LIMITED") ? MC_RATE : MC_FORBIDDEN,
               str_is(row->failure, "RATE_LIMITED")
                   ? "Too many uploads wait: keep them as papers, or end them."
                   : NULL);
    } else {
        answer = answer_new(call, 201);
        add_more(answer, "location",
                 arena_printf(&call->arena, "%s%.*s", uploads_file_path, STR_PRINT(row->id)));
        add_more(answer, "upload-expires", http_date(&call->arena, row->expires_at));
        reply(call, answer);
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
    status = ask(call, true, on_created);
    if (status != MC_OK) refuse_as(call, status);
}

/* ---- HEAD ---- */

static void on_looked(struct upload_call *call)
{
    enum status status = asked(call);
    const struct upload_row *row = call->ask.rows;
    struct answer *answer;

    if (status != MC_OK) {
        refuse_as(call, status);
        return;
    }
    answer = answer_new(call, 200);
    add_more(answer, "upload-offset", number_text(call, row->received));
    add_more(answer, "upload-length", number_text(call, row->length));
    add_more(answer, "upload-expires", http_date(&call->arena, row->expires_at));
    reply(call, answer);
}

static void look_begin(struct upload_call *call)
{
    enum status status = ask_find(call, on_looked);

    if (status != MC_OK) refuse_as(call, status);
}

/* ---- PATCH ---- */

static enum status patch_read(struct upload_call *call)
{
    struct str checksum = http_header(call->exchange, "upload-checksum");
    struct str body = http_body(call->exchange);
    struct tus_checksum expected;

    if (!str_eq_nocase(http_header(call->exchange, "content-type"),
                       STR("application/offset+octet-stream"))) {
        refuse(call, 415, MC_MEDIA_TYPE, "Send application/offset+octet-stream.");
        return MC_MEDIA_TYPE;
    }
    if (tus_number(http_header(call->exchange, "upload-offset"), &call->number) != MC_OK) {
        refuse(call, 400, MC_BAD_INPUT, "Upload-Offset says where the bytes belong.");
        return MC_BAD_INPUT;
    }
    if (body.size > (size_t)call->app->config->upload_chunk_bytes_max) {
        refuse_as(call, MC_TOO_LARGE);
        return MC_TOO_LARGE;
    }
    if (checksum.data != NULL && tus_checksum_read(checksum, &call->arena, &expected) != MC_OK) {
        refuse(call, 400, MC_BAD_INPUT, "Upload-Checksum is sha1 or sha256 and its base64.");
        return MC_BAD_INPUT;
    }
    if (checksum.data != NULL && !tus_checksum_fits(&expected, body)) {
        refuse(call, 460, MC_BAD_INPUT, "The bytes do not have this checksum; send them again.");
        return MC_BAD_INPUT;
    }
    /* The request goes with its client; the thread that writes must not. */
    call->body = arena_str(&call->arena, body.data == NULL ? STR("") : body);
    return MC_OK;
}

static const struct answer *answer_offset(struct upload_call *call, int64_t offset)
{
    struct answer *answer = answer_new(call, 204);

    add_more(answer, "upload-offset", number_text(call, offset));
    return answer;
}

static void on_file_closed(struct upload_file *file, enum status status)
{
    struct upload_call *call = file->data;

    (void)status;
    reply(call, call->after_close);
}

/* Answers once the lock is let go, so that who hears it can go on at once. */
static void close_and_reply(struct upload_call *call, const struct answer *answer)
{
    call->after_close = answer;
    call->file.done = on_file_closed;
    upload_file_close(&call->file);
}

static void close_and_refuse(struct upload_call *call, enum status status, const char *sentence)
{
    close_and_reply(call, refusal_new(call, status_http(status), status, sentence));
}

static void on_advanced(struct upload_call *call)
{
    enum status status = asked(call);
    const struct advanced_row *row = call->ask.rows;

    if (status != MC_OK) {
        close_and_refuse(call, status, NULL);
        return;
    }
    if (row->whole) call->app->services.ring(call->app->services.data);
    close_and_reply(call, answer_offset(call, row->received));
}

static void on_written(struct upload_file *file, enum status status)
{
    struct upload_call *call = file->data;

    if (status == MC_OK) {
        db_ask_init(&call->ask, SQL_UPLOAD_ADVANCE, &call->arena);
        call->ask.columns = advanced_columns;
        call->ask.row_size = sizeof(struct advanced_row);
        db_bind_text(&call->ask, call->id);
        db_bind_i64(&call->ask, call->number);
        db_bind_i64(&call->ask, (int64_t)call->body.size);
        status = ask(call, true, on_advanced);
    }
    if (status != MC_OK) close_and_refuse(call, status, NULL);
}

/* MC_OK: these bytes are the next. */
static enum status check_place(const struct upload_call *call, const char **ret_sentence)
{
    const struct upload_row *row = call->ask.rows;
    enum status status = asked(call);

    *ret_sentence = NULL;
    if (status != MC_OK) return status;
    if (row->received != call->number) {
        *ret_sentence = "The upload stands at another offset: ask for it by HEAD.";
        return MC_CONFLICT;
    }
    if ((int64_t)call->body.size > row->length - row->received) {
        *ret_sentence = "These are more bytes than Upload-Length has said.";
        return MC_TOO_LARGE;
    }
    return MC_OK;
}

static void on_found_locked(struct upload_call *call)
{
    const char *sentence;
    enum status status = check_place(call, &sentence);

    if (status != MC_OK) {
        close_and_refuse(call, status, sentence);
        return;
    }
    call->file.done = on_written;
    upload_file_write(&call->file, call->body, call->number);
}

/* Asked again: between the first answer and the lock another PATCH may have gone on. */
static void on_file_opened(struct upload_file *file, enum status status)
{
    struct upload_call *call = file->data;

    if (status == MC_CONFLICT) {
        refuse(call, 423, MC_CONFLICT, "Another request is writing this upload.");
        return;
    }
    if (status != MC_OK) {
        refuse_as(call, status);
        return;
    }
    status = ask_find(call, on_found_locked);
    if (status != MC_OK) close_and_refuse(call, status, NULL);
}

static void on_found(struct upload_call *call)
{
    const char *sentence;
    enum status status = check_place(call, &sentence);

    if (status != MC_OK) {
        refuse(call, status_http(status), status, sentence);
        return;
    }
    if (call->body.size == 0) {
        reply(call, answer_offset(call, call->number));
        return;
    }
    call->file = (struct upload_file){ .loop = &call->app->loop,
                                       .storage = &call->app->storage,
                                       .done = on_file_opened,
                                       .data = call };
    upload_file_open(&call->file, call->id);
}

static void patch_begin(struct upload_call *call)
{
    enum status status = ask_find(call, on_found);

    if (status != MC_OK) refuse_as(call, status);
}

/* ---- DELETE ---- */

static void on_upload_ended(struct upload_call *call)
{
    enum status status = asked(call);

    if (status != MC_OK) {
        refuse_as(call, status);
        return;
    }
    upload_file_remove(&call->app->loop, &call->app->storage, call->id);
    reply(call, answer_new(call, 204));
}

static void end_begin(struct upload_call *call)
{
    enum status status;

    db_ask_init(&call->ask, SQL_UPLOAD_END, &call->arena);
    call->ask.columns = ended_columns;
    call->ask.row_size = sizeof(struct ended_row);
    db_bind_text(&call->ask, call->id);
    status = ask(call, true, on_upload_ended);
    if (status != MC_OK) refuse_as(call, status);
}

/* ---- who asks ---- */

static const struct upload_method methods[] = {
    { "POST", false, create_read, create_begin },
    { "HEAD", true, NULL, look_begin },
    { "PATCH", true, patch_read, patch_begin },
    { "DELETE", true, NULL, end_begin },
};

static void on_charged(struct quota_charge *charge)
{
    struct upload_call *call = charge->data;

    if (charge->status != MC_OK)
        refuse_as(call, charge->status);
    else if (http_is_gone(call->exchange)) /* and what its header fields said with it */
        refuse_as(call, MC_CANCELLED);
    else if (call->method->read == NULL || call->method->read(call) == MC_OK)
        call->method->begin(call);
}

static void on_checked(struct session_check *check, enum status status)
{
    struct upload_call *call = check->data;

    if (status == MC_OK && check->viewer.kind != VIEWER_CITIZEN) status = MC_FORBIDDEN;
    if (status != MC_OK) {
        refuse_as(call, status);
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
        refuse(call, 412, MC_BAD_INPUT, "Tus-Resumable is " TUS_VERSION ".");
        return;
    }
    call->check = (struct session_check){ .arena = &call->arena, .done = on_checked, .data = call };
    if (authorization.data != NULL)
        status = session_check(&call->app->sessions, authorization, &call->check);
    if (status != MC_OK) refuse_as(call, status);
}

/* ---- what is asked ---- */

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
