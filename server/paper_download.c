/* One download: link, session, quota, row, then the file in pieces as fast as the reader takes
 * them. */
#include "paper_download.h"

#include "base/log.h"
#include "base/memory.h"
#include "paper_link.h"
#include "quota.h"
#include "reply.h"
#include "server_sql.h"

enum { CALL_BYTES_MAX = 65536, PIECE_BYTES = 256 * 1024 };

struct paper_row {
    struct str sha256, media_type;
    int64_t bytes;
};

static const struct db_column paper_columns[] = {
    DB_COLUMN(struct paper_row, sha256, DB_BYTES),
    DB_COLUMN(struct paper_row, media_type, DB_TEXT),
    DB_COLUMN(struct paper_row, bytes, DB_I64),
    DB_COLUMNS_END,
};

/* Under way; freed by its end. */
struct paper_call {
    struct app *app;
    struct http_exchange *exchange;
    struct arena arena;
    struct paper_link link;
    struct session_check check;
    struct quota_charge charge;
    struct db_group group;
    struct db_ask ask;
    struct storage_open open;
    uv_fs_t request;
    uv_file file;
    bool streaming, reading;
    int64_t at;
    char *piece;
};

static void call_free(struct paper_call *call)
{
    arena_done(&call->arena);
    mem_free(call->piece);
    mem_free(call);
}

static void refuse(struct paper_call *call, enum status status)
{
    /* Whether a link was forged, is over or of an ended session is nobody's business. */
    if (status == MC_UNAUTHENTICATED) status = MC_NOT_FOUND;
    reply_refusal(call->exchange, status, NULL, NULL);
    call_free(call);
}

/* ---- the file ---- */

static void on_closed(uv_fs_t *request)
{
    struct paper_call *call = request->data;

    uv_fs_req_cleanup(request);
    if (call->streaming)
        http_stream_close(call->exchange);
    else
        http_release(call->exchange);
    call_free(call);
}

static void close_file(struct paper_call *call)
{
    call->reading = true;
    MC_ASSERT(uv_fs_close(&call->app->loop, &call->request, call->file, on_closed) == 0);
}

static void on_read(uv_fs_t *request)
{
    struct paper_call *call = request->data;
    ssize_t size = request->result;

    uv_fs_req_cleanup(request);
    call->reading = false;
    if (size < 0) log_event(LOG_ERROR, "paper_file", LOG_I64("error", -size));
    if (size <= 0 ||
        http_stream_send(call->exchange, (struct str){ call->piece, (size_t)size }) != MC_OK) {
        close_file(call);
        return;
    }
    call->at += size;
}

static void read_on(struct paper_call *call)
{
    uv_buf_t bytes = { .base = call->piece, .len = PIECE_BYTES };

    call->reading = true;
    MC_ASSERT(uv_fs_read(&call->app->loop, &call->request, call->file, &bytes, 1, call->at,
                         on_read) == 0);
}

static void on_drained(struct http_exchange *exchange)
{
    struct paper_call *call = http_data(exchange);

    if (!call->reading) read_on(call);
}

static void on_gone(struct http_exchange *exchange)
{
    struct paper_call *call = http_data(exchange);

    if (call->streaming && !call->reading) close_file(call);
}

static const char *name_of(struct str media_type)
{
    static const struct {
        const char *media, *name;
    } names[] = {
        { "application/pdf", "attachment; filename=\"paper.pdf\"" },
        { "image/jpeg", "attachment; filename=\"paper.jpg\"" },
        { "image/png", "attachment; filename=\"paper.png\"" },
        { "image/heic", "attachment; filename=\"paper.heic\"" },
    };

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (str_is(media_type, names[i].media)) return names[i].name;
    return "attachment";
}

static void stream(struct paper_call *call)
{
    const struct paper_row *row = call->ask.rows;
    const struct http_header headers[] = {
        { STR_INIT("content-type"), row->media_type },
        { STR_INIT("content-disposition"), str_of(name_of(row->media_type)) },
        { STR_INIT("content-security-policy"), STR_INIT("sandbox; default-src 'none'") },
        { STR_INIT("cache-control"), STR_INIT("private, no-store, no-transform") },
        { STR_INIT("referrer-policy"), STR_INIT("no-referrer") },
        { STR_INIT("x-content-type-options"), STR_INIT("nosniff") },
    };

    call->streaming = true;
    call->piece = mem_alloc(PIECE_BYTES);
    http_set_data(call->exchange, call);
    http_on_gone(call->exchange, on_gone);
    http_stream_on_drained(call->exchange, on_drained);
    http_stream_set_size(call->exchange, (size_t)row->bytes);
    http_stream_open(call->exchange, 200, headers, sizeof(headers) / sizeof(headers[0]),
                     (size_t)2 * PIECE_BYTES);
    read_on(call);
}

static void on_opened(struct storage_open *open, enum status status, uv_file file)
{
    struct paper_call *call = open->data;

    if (status != MC_OK) {
        log_event(LOG_ERROR, "paper_file", LOG_SYMBOL("status", status_name(status)));
        refuse(call, status == MC_NOT_FOUND ? MC_UNAVAILABLE : status);
        return;
    }
    call->file = file;
    call->request.data = call;
    if (http_is_gone(call->exchange))
        close_file(call);
    else
        stream(call);
}

/* ---- the row ---- */

static void on_rows(struct db_group *group)
{
    struct paper_call *call = group->data;
    const struct paper_row *row = call->ask.rows;
    enum status status = call->ask.status;

    if (status == MC_OK && (call->ask.row_count == 0 || row->sha256.size != STORAGE_HASH_BYTES))
        status = MC_NOT_FOUND;
    if (status == MC_OK) {
        call->open = (struct storage_open){ .opened = on_opened, .data = call };
        status = storage_open(&call->app->storage, row->sha256, &call->app->loop, &call->open);
    }
    if (status != MC_OK) refuse(call, status);
}

static void ask_row_of_paper(struct paper_call *call)
{
    struct app *app = call->app;
    bool officer = call->check.viewer.kind == VIEWER_OFFICER;
    enum status status;

    db_ask_init(&call->ask, officer ? SQL_PAPER_FILE_FOR_OFFICE : SQL_PAPER_FILE, &call->arena);
    call->ask.columns = paper_columns;
    call->ask.row_size = sizeof(struct paper_row);
    call->ask.rows_max = 1;
    db_bind_text(&call->ask, call->link.paper);
    db_group_init(&call->group, (uint32_t)app->config->request_timeout_ms, on_rows, call);
    viewer_identify_group(&call->check.viewer, &call->arena, &call->group);
    db_group_add(&call->group, &call->ask);
    status = app->services.ask(app->services.data, &call->check.viewer, &call->group);
    if (status != MC_OK) refuse(call, status);
}

/* ---- who asks ---- */

static void on_charged(struct quota_charge *charge)
{
    struct paper_call *call = charge->data;

    if (charge->status == MC_OK)
        ask_row_of_paper(call);
    else
        refuse(call, charge->status);
}

static void on_checked(struct session_check *check, enum status status)
{
    struct paper_call *call = check->data;

    if (status == MC_OK && check->viewer.kind != VIEWER_CITIZEN &&
        check->viewer.kind != VIEWER_OFFICER)
        status = MC_NOT_FOUND;
    /* With a token beside it, the link is one of that token's session. */
    if (status == MC_OK && !str_eq(check->viewer.session, call->link.session))
        status = MC_NOT_FOUND;
    if (status != MC_OK) {
        refuse(call, status);
        return;
    }
    call->charge = (struct quota_charge){ .viewer = &check->viewer,
                                          .address = http_peer(call->exchange),
                                          .cost = PAPER_DOWNLOAD_COST,
                                          .arena = &call->arena,
                                          .done = on_charged,
                                          .data = call };
    if (quota_charge(call->app->quota, &call->charge) == QUOTA_NOW) on_charged(&call->charge);
}

static enum status check_session(struct paper_call *call)
{
    struct str authorization = http_header(call->exchange, "authorization");
    struct sessions *sessions = &call->app->sessions;

    call->check = (struct session_check){ .arena = &call->arena, .done = on_checked, .data = call };
    if (authorization.data != NULL) return session_check(sessions, authorization, &call->check);
    call->check.viewer.session = call->link.session;
    return session_recheck(sessions, &call->check);
}

void paper_download(struct app *app, struct http_exchange *exchange, struct str name)
{
    struct paper_call *call = MEM_NEW(struct paper_call);
    enum status status;

    call->app = app;
    call->exchange = exchange;
    arena_init(&call->arena, CALL_BYTES_MAX);
    call->link.paper = arena_str(&call->arena, name);
    status = paper_link_read(&app->secrets.keys, http_query(exchange),
                             clock_wall_us(app->clock) / 1000000, &call->arena, &call->link);
    if (status == MC_OK) status = check_session(call);
    if (status != MC_OK) refuse(call, status);
}
