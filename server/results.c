/* motcua-server results import OFFICER FILE: an agency's inventory of results, one JSON object a
 * line, with the scans that lie beside it. A batch of lines is a transaction of its own, and each
 * scan is one: an import that is cut short has lost nothing, and running it again adds only what is
 * left. */
#include "base/json_out.h"
#include "catalogue_lines.h"
#include "commands.h"
#include "result_line.h"
#include "scan_file.h"
#include "server_sql.h"

#include <errno.h>
#include <libgen.h>
#include <stdio.h>
#include <string.h>

enum {
    ARENA_BYTES = 1 << 26,
    TIMEOUT_MS = 60000,
    BATCH_LINES = 100, /* as many as import_results takes */
    PROGRESS_LINES = 1000,
    REPORT_BYTES = 1 << 20,
};

struct viewer_row {
    struct str viewer;
};

static const struct db_column viewer_columns[] = {
    DB_COLUMN(struct viewer_row, viewer, DB_TEXT),
    DB_COLUMNS_END,
};

struct line_row {
    int64_t line;
    struct str outcome, result;
    bool waits;
    struct str reason;
};

static const struct db_column line_columns[] = {
    DB_COLUMN(struct line_row, line, DB_I64),    DB_COLUMN(struct line_row, outcome, DB_TEXT),
    DB_COLUMN(struct line_row, result, DB_UUID), DB_COLUMN(struct line_row, waits, DB_BOOL),
    DB_COLUMN(struct line_row, reason, DB_TEXT), DB_COLUMNS_END,
};

struct import {
    FILE *file;
    struct catalogue_lines lines;
    struct server_secrets secrets;
    struct storage storage;
    struct scan_file scan;
    int64_t read, listed, known, refused, scanned, unscanned;
};

struct batch {
    int64_t numbers[BATCH_LINES];
    struct str scans[BATCH_LINES];
    struct buf json;
    size_t count;
};

static size_t read_file(void *data, char *room, size_t room_bytes)
{
    return fread(room, 1, room_bytes, data);
}

/* What was not done, and why: one JSON object a line, without anything that stood in the file. */
static void report(int64_t line, const char *outcome, struct str reason)
{
    struct buf out;
    struct json_out json = json_out(&out);

    buf_init(&out, REPORT_BYTES);
    json_object_open(&json);
    json_key(&json, "line");
    json_i64(&json, line);
    json_key(&json, "outcome");
    json_str(&json, str_of(outcome));
    json_key(&json, "reason");
    json_str(&json, reason);
    json_object_close(&json);
    printf("%.*s\n", STR_PRINT(buf_str(&out)));
    buf_done(&out);
}

static void refuse(struct import *import, int64_t line, struct str reason)
{
    import->refused++;
    report(line, "REFUSED", reason);
}

static void add(struct batch *batch, int64_t number, const struct result_line *line)
{
    buf_add_char(&batch->json, batch->count == 0 ? '[' : ',');
    buf_add(&batch->json, line->json);
    batch->numbers[batch->count] = number;
    batch->scans[batch->count++] = line->scan;
}

static enum status read_batch(struct import *import, struct arena *arena, struct batch *batch,
                              bool *ret_more)
{
    struct catalogue_line line;
    struct result_line read;
    enum status status = MC_OK;

    batch->count = 0;
    *ret_more = false;
    for (int i = 0; i < BATCH_LINES && status == MC_OK; i++) {
        *ret_more = catalogue_lines_next(&import->lines, &line);
        if (!*ret_more) break;
        import->read++;
        if (import->read % PROGRESS_LINES == 0)
            fprintf(stderr, "%lld lines\n", (long long)import->read);
        read.fault = line.fault;
        if (line.fault == NULL)
            status = result_line_read(&import->secrets.keys, line.text, arena, &read);
        if (read.fault != NULL)
            refuse(import, line.number, str_of(read.fault));
        else if (status == MC_OK)
            add(batch, line.number, &read);
    }
    if (batch->count > 0) buf_add_char(&batch->json, ']');
    return status;
}

/* A result that has a scan, or is checked, keeps it. */
static enum status scan(struct import *import, int64_t line, const struct line_row *row,
                        struct str name)
{
    struct arena arena;
    struct str fault;
    enum status status;

    if (name.data == NULL || !row->waits) return MC_OK;
    arena_init(&arena, ARENA_BYTES);
    status = scan_file_attach(&import->scan, row->result, name, &arena, &fault);
    if (status == MC_OK && fault.data == NULL) import->scanned++;
    if (status == MC_OK && fault.data != NULL) {
        import->unscanned++;
        report(line, "UNSCANNED", fault);
    }
    arena_done(&arena);
    return status;
}

static enum status list(struct import *import, struct arena *arena, struct batch *batch)
{
    const struct line_row *rows;
    struct db_group group;
    struct db_ask ask;
    enum status status;

    db_ask_init(&ask, SQL_IMPORT_RESULT_LINES, arena);
    ask.columns = line_columns;
    ask.row_size = sizeof(struct line_row);
    ask.rows_max = BATCH_LINES;
    db_bind_text(&ask, buf_str(&batch->json));
    db_group_init(&group, TIMEOUT_MS, NULL, NULL);
    db_group_set(&group, "app.viewer", import->scan.viewer);
    db_group_add(&group, &ask);
    status = db_session_run(import->scan.session, &group);
    if (status == MC_OK && ask.row_count != batch->count) status = MC_FORBIDDEN;
    rows = ask.rows;
    for (size_t i = 0; i < batch->count && status == MC_OK; i++) {
        int64_t line = batch->numbers[i];

        if (str_is(rows[i].outcome, "REFUSED")) {
            refuse(import, line, rows[i].reason);
            continue;
        }
        *(str_is(rows[i].outcome, "LISTED") ? &import->listed : &import->known) += 1;
        status = scan(import, line, &rows[i], batch->scans[i]);
    }
    return status;
}

static enum status do_batch(struct import *import, bool *ret_more)
{
    struct arena arena;
    struct batch batch;
    enum status status;

    arena_init(&arena, ARENA_BYTES);
    buf_init(&batch.json, ARENA_BYTES);
    status = read_batch(import, &arena, &batch, ret_more);
    if (status == MC_OK && batch.count > 0) status = list(import, &arena, &batch);
    buf_done(&batch.json);
    arena_done(&arena);
    return status;
}

static enum status import_file(struct import *import)
{
    enum status status = MC_OK;
    bool more = true;

    while (status == MC_OK && more)
        status = do_batch(import, &more);
    if (status == MC_OK && ferror(import->file)) status = MC_UNAVAILABLE;
    if (status == MC_OK)
        printf("{\"lines\":%lld,\"listed\":%lld,\"known\":%lld,\"refused\":%lld,\"scanned\":%lld,"
               "\"unscanned\":%lld}\n",
               (long long)import->read, (long long)import->listed, (long long)import->known,
               (long long)import->refused, (long long)import->scanned,
               (long long)import->unscanned);
    return status;
}

/* The officer's own rights, in the arena; MC_FORBIDDEN: he keeps no inventory. */
static enum status find_officer(const struct server_config *config, const char *officer,
                                struct arena *arena, struct str *ret_viewer)
{
    struct db_session *session;
    struct db_group group;
    struct db_ask ask;
    enum status status = db_session_open(config->database_url, "app_service",
                                         (uint32_t)config->connect_timeout_ms, &session);

    if (status != MC_OK) return status;
    db_ask_init(&ask, SQL_ARCHIVIST_VIEWER, arena);
    ask.columns = viewer_columns;
    ask.row_size = sizeof(struct viewer_row);
    ask.rows_max = 1;
    db_bind_text(&ask, str_of(officer));
    db_group_init(&group, TIMEOUT_MS, NULL, NULL);
    db_group_set(&group, "app.viewer", STR("SERVICE"));
    db_group_add(&group, &ask);
    status = db_session_run(session, &group);
    if (status == MC_OK && ask.row_count == 0) status = MC_FORBIDDEN;
    if (status == MC_OK) *ret_viewer = ((const struct viewer_row *)ask.rows)->viewer;
    db_session_close(session);
    return status;
}

/* dirname writes in it. */
static char folder_room[4096];

static enum status prepare(struct import *import, const struct server_config *config,
                           char **arguments, struct arena *arena)
{
    struct buf why;
    enum status status;

    buf_init(&why, 4096);
    status = server_secrets_load(config, arena, &why, &import->secrets);
    if (status == MC_OK) status = storage_init(&import->storage, config->storage_dir, &why);
    fprintf(stderr, "%.*s", STR_PRINT(buf_str(&why)));
    buf_done(&why);
    if (status == MC_OK) status = find_officer(config, arguments[1], arena, &import->scan.viewer);
    if (status == MC_OK)
        status = db_session_open(config->database_url, "app_officer",
                                 (uint32_t)config->connect_timeout_ms, &import->scan.session);
    import->scan.storage = &import->storage;
    import->scan.folder = dirname(folder_room);
    import->scan.bytes_max = config->upload_bytes_max;
    import->lines.read = read_file;
    import->lines.data = import->file;
    return status;
}

int command_results(const struct server_config *config, int count, char **arguments)
{
    static struct import import;
    struct arena arena;
    enum status status;

    if (count != 3 || strcmp(arguments[0], "import") != 0) {
        fprintf(stderr, "usage: motcua-server results import OFFICER FILE\n");
        return 2;
    }
    if (strlen(arguments[2]) >= sizeof(folder_room)) {
        fprintf(stderr, "motcua-server results: %s: %s\n", arguments[2], strerror(ENAMETOOLONG));
        return 1;
    }
    snprintf(folder_room, sizeof(folder_room), "%s", arguments[2]);
    import.file = fopen(arguments[2], "rbe");
    if (import.file == NULL) {
        fprintf(stderr, "motcua-server results: %s: %s\n", arguments[2], strerror(errno));
        return 1;
    }
    arena_init(&arena, 1 << 20);
    status = prepare(&import, config, arguments, &arena);
    if (status == MC_OK) status = import_file(&import);
    if (status == MC_FORBIDDEN)
        fprintf(stderr, "motcua-server results: %s keeps no inventory.\n", arguments[1]);
    else if (status != MC_OK)
        fprintf(
            stderr,
            "motcua-server results: %s after %lld lines; what was listed stays, run it again.\n",
            status_name(status), (long long)import.read);
    if (import.scan.session != NULL) db_session_close(import.scan.session);
    key_ring_forget(&import.secrets.keys);
    fclose(import.file);
    arena_done(&arena);
    return status == MC_OK && import.refused + import.unscanned == 0 ? 0 : 1;
}
