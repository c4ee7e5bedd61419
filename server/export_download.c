/* One download: whose token, then which file. */
#include "export_download.h"

#include "app.h"
#include "base/memory.h"
#include "quota.h"
#include "reply.h"
#include "server_sql.h"

/* The file (export_file.content, 8 MiB at most) and what asking for it takes. */
enum { DOWNLOAD_BYTES_MAX = 9 * 1024 * 1024, EXPORT_COST = 500 };

/* Under way; freed by its reply. */
struct download {
    struct app *app;
    struct http_exchange *exchange;
    struct arena arena;
    struct str id;
    struct session_check check;
    struct quota_charge charge;
    struct db_group group;
    struct db_ask ask;
};

struct content {
    struct str content;
};

static const struct db_column content_columns[] = {
    DB_COLUMN(struct content, content, DB_BYTES),
    DB_COLUMNS_END,
};

static void download_free(struct download *download)
{
    arena_done(&download->arena);
    mem_free(download);
}

static void refuse(struct download *download, enum status status)
{
    reply_refusal(download->exchange, status, NULL, NULL);
    download_free(download);
}

static void on_rows(struct db_group *group)
{
    static const struct http_header attachment = {
        STR_INIT("content-disposition"), STR_INIT("attachment; filename=\"motcua-export.json\"")
    };
    struct download *download = group->data;
    const struct content *row = download->ask.rows;

    if (download->ask.status != MC_OK) {
        refuse(download, download->ask.status);
    } else if (download->ask.row_count == 0) {
        refuse(download, MC_NOT_FOUND);
    } else {
        reply_form(download->exchange,
                   &(struct reply_form){ .status = 200,
                                         .media = media_json,
                                         .coding = "",
                                         .more = &attachment,
                                         .more_count = 1 },
                   row->content);
        download_free(download);
    }
}

static void ask_content(struct download *download)
{
    struct app *app = download->app;
    enum status status;

    db_ask_init(&download->ask, SQL_EXPORT_CONTENT, &download->arena);
    download->ask.columns = content_columns;
    download->ask.row_size = sizeof(struct content);
    download->ask.rows_max = 1;
    db_bind_text(&download->ask, download->id);
    db_group_init(&download->group, (uint32_t)app->config->request_timeout_ms, on_rows, download);
    viewer_identify_group(&download->check.viewer, &download->arena, &download->group);
    db_group_add(&download->group, &download->ask);
    status = app->services.ask(app->services.data, &download->check.viewer, &download->group);
    if (status != MC_OK) refuse(download, status);
}

static void on_charged(struct quota_charge *charge)
{
    struct download *download = charge->data;

    if (charge->status == MC_OK)
        ask_content(download);
    else
        refuse(download, charge->status);
}

static void on_checked(struct session_check *check, enum status status)
{
    struct download *download = check->data;

    if (status == MC_OK && check->viewer.kind != VIEWER_CITIZEN) status = MC_NOT_FOUND;
    if (status != MC_OK) {
        refuse(download, status);
        return;
    }
    download->charge = (struct quota_charge){ .viewer = &check->viewer,
                                              .address = http_peer(download->exchange),
                                              .cost = EXPORT_COST,
                                              .arena = &download->arena,
                                              .done = on_charged,
                                              .data = download };
    if (quota_charge(download->app->quota, &download->charge) == QUOTA_NOW)
        on_charged(&download->charge);
}

void export_download_handle(struct http_exchange *exchange, void *data)
{
    struct str path = http_path(exchange);
    struct app *app = data;
    struct download *download;
    enum status status;

    if (!str_is(http_method(exchange), "GET")) {
        reply_refusal(exchange, MC_METHOD, NULL, "GET");
        return;
    }
    download = MEM_NEW(struct download);
    download->app = app;
    download->exchange = exchange;
    arena_init(&download->arena, DOWNLOAD_BYTES_MAX);
    path.data += sizeof("/exports/") - 1;
    path.size -= sizeof("/exports/") - 1;
    download->id = arena_str(&download->arena, path);
    download->check =
        (struct session_check){ .arena = &download->arena, .done = on_checked, .data = download };
    status =
        session_check(&app->sessions, http_header(exchange, "authorization"), &download->check);
    if (status != MC_OK) refuse(download, status);
}
