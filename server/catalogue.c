/* motcua-server catalogue import FILE: the national catalogue of procedures, one JSON object a
 * line. A batch of lines is a transaction of its own: an import that is cut short has lost nothing,
 * and running it again changes only what is left. */
#include "base/json_out.h"
#include "catalogue_lines.h"
#include "commands.h"
#include "form_check.h"
#include "io/db.h"
#include "server_sql.h"

#include <jansson.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    ARENA_BYTES = 1 << 26,
    TIMEOUT_MS = 60000,
    BATCH_LINES = 20,
    BATCH_BYTES = 1 << 20,
    PROGRESS_LINES = 1000,
    REPORT_BYTES = 1 << 20,
};

struct begun_row {
    int64_t import; /* INT64_MIN: refused */
};

static const struct db_column begun_columns[] = {
    DB_COLUMN(struct begun_row, import, DB_I64),
    DB_COLUMNS_END,
};

struct line_row {
    int64_t line;
    struct str outcome, code, reason;
};

static const struct db_column line_columns[] = {
    DB_COLUMN(struct line_row, line, DB_I64),
    DB_COLUMN(struct line_row, outcome, DB_TEXT),
    DB_COLUMN(struct line_row, code, DB_TEXT),
    DB_COLUMN(struct line_row, reason, DB_TEXT),
    DB_COLUMNS_END,
};

struct total_row {
    int64_t lines, added, changed, same, refused;
};

static const struct db_column total_columns[] = {
    DB_COLUMN(struct total_row, lines, DB_I64),   DB_COLUMN(struct total_row, added, DB_I64),
    DB_COLUMN(struct total_row, changed, DB_I64), DB_COLUMN(struct total_row, same, DB_I64),
    DB_COLUMN(struct total_row, refused, DB_I64), DB_COLUMNS_END,
};

struct import {
    FILE *file;
    struct catalogue_lines lines;
    struct db_session *session;
    int64_t id, read;
};

struct batch {
    int64_t numbers[BATCH_LINES];
    struct str texts[BATCH_LINES], faults[BATCH_LINES];
    size_t count;
};

static size_t read_file(void *data, char *room, size_t room_bytes)
{
    return fread(room, 1, room_bytes, data);
}

static enum status run(struct import *import, struct db_ask *ask)
{
    struct db_group group;

    db_group_init(&group, TIMEOUT_MS, NULL, NULL);
    db_group_set(&group, "app.viewer", STR("SERVICE"));
    db_group_add(&group, ask);
    return db_session_run(import->session, &group);
}

static enum status begin(struct import *import, const char *name)
{
    struct arena arena;
    struct db_ask ask;
    enum status status;

    arena_init(&arena, ARENA_BYTES);
    db_ask_init(&ask, SQL_CATALOGUE_IMPORT_BEGIN, &arena);
    ask.columns = begun_columns;
    ask.row_size = sizeof(struct begun_row);
    db_bind_text(&ask, str_of(name));
    status = run(import, &ask);
    if (status == MC_OK) import->id = ((const struct begun_row *)ask.rows)->import;
    arena_done(&arena);
    return status;
}

static bool schema_fits(const json_t *schema)
{
    char *text;
    bool fits;

    if (json_is_string(schema))
        return is_form_schema(
            (struct str){ json_string_value(schema), json_string_length(schema) });
    text = json_dumps(schema, JSON_COMPACT);
    fits = text != NULL && is_form_schema(str_of(text));
    free(text);
    return fits;
}

/* What the database cannot tell of a line; NULL: nothing. One that is no JSON is refused there. */
static const char *form_fault(struct str text)
{
    json_t *line = json_loadb(text.data, text.size, 0, NULL);
    const json_t *form;
    const char *fault = NULL;
    size_t i;

    json_array_foreach(json_object_get(line, "forms"), i, form)
    {
        if (!schema_fits(json_object_get(form, "schema")))
            fault = "A form's schema is no JSON Schema, draft 7, that this service takes.";
    }
    json_decref(line);
    return fault;
}

static void read_batch(struct import *import, struct arena *arena, struct batch *batch)
{
    struct catalogue_line line;
    size_t bytes = 0;

    batch->count = 0;
    while (batch->count < BATCH_LINES && bytes < BATCH_BYTES &&
           catalogue_lines_next(&import->lines, &line)) {
        if (line.fault == NULL) line.fault = form_fault(line.text);
        bytes += line.text.size;
        batch->numbers[batch->count] = line.number;
        batch->texts[batch->count] = arena_str(arena, line.text);
        batch->faults[batch->count++] = str_of(line.fault == NULL ? "" : line.fault);
    }
}

/* What has changed, and what was refused and why: one JSON object a line. */
static void report(const struct line_row *row)
{
    struct buf out;
    struct json_out json = json_out(&out);

    if (str_is(row->outcome, "SAME")) return;
    buf_init(&out, REPORT_BYTES);
    json_object_open(&json);
    json_key(&json, "line");
    json_i64(&json, row->line);
    json_key(&json, "outcome");
    json_str(&json, row->outcome);
    json_key(&json, "code");
    json_str(&json, row->code);
    json_key(&json, "reason");
    json_str(&json, row->reason);
    json_object_close(&json);
    printf("%.*s\n", STR_PRINT(buf_str(&out)));
    buf_done(&out);
}

static enum status do_batch(struct import *import, struct arena *arena, bool *ret_more)
{
    struct batch *batch = arena_alloc(arena, sizeof(*batch));
    const struct line_row *rows;
    struct db_ask ask;
    enum status status;

    read_batch(import, arena, batch);
    *ret_more = batch->count > 0;
    if (batch->count == 0) return MC_OK;
    db_ask_init(&ask, SQL_CATALOGUE_IMPORT_LINES, arena);
    ask.columns = line_columns;
    ask.row_size = sizeof(struct line_row);
    ask.rows_max = BATCH_LINES;
    db_bind_i64(&ask, import->id);
    db_bind_i64_array(&ask, batch->numbers, batch->count);
    db_bind_text_array(&ask, batch->texts, batch->count);
    db_bind_text_array(&ask, batch->faults, batch->count);
    status = run(import, &ask);
    if (status == MC_OK && ask.row_count != batch->count) status = MC_CONFLICT;
    if (status != MC_OK) return status;
    rows = ask.rows;
    for (size_t i = 0; i < ask.row_count; i++)
        report(&rows[i]);
    if ((import->read + (int64_t)batch->count) / PROGRESS_LINES > import->read / PROGRESS_LINES)
        fprintf(stderr, "%lld lines\n", (long long)import->read + (long long)batch->count);
    import->read += (int64_t)batch->count;
    return MC_OK;
}

static enum status finish(struct import *import, bool *ret_whole)
{
    struct arena arena;
    struct db_ask ask;
    enum status status;

    arena_init(&arena, ARENA_BYTES);
    db_ask_init(&ask, SQL_CATALOGUE_IMPORT_END, &arena);
    ask.columns = total_columns;
    ask.row_size = sizeof(struct total_row);
    db_bind_i64(&ask, import->id);
    status = run(import, &ask);
    if (status == MC_OK && ask.row_count != 1) status = MC_CONFLICT;
    if (status == MC_OK) {
        const struct total_row *total = ask.rows;

        printf("{\"lines\":%lld,\"added\":%lld,\"changed\":%lld,\"same\":%lld,\"refused\":%lld}\n",
               (long long)total->lines, (long long)total->added, (long long)total->changed,
               (long long)total->same, (long long)total->refused);
        *ret_whole = total->refused == 0;
    }
    arena_done(&arena);
    return status;
}

static enum status import_file(struct import *import, const char *name, bool *ret_whole)
{
    enum status status = begin(import, name);
    bool more = true;

    while (status == MC_OK && more) {
        struct arena arena;

        arena_init(&arena, ARENA_BYTES);
        status = do_batch(import, &arena, &more);
        arena_done(&arena);
    }
    if (status == MC_OK && ferror(import->file)) status = MC_UNAVAILABLE;
    return status == MC_OK ? finish(import, ret_whole) : status;
}

int command_catalogue(const struct server_config *config, int count, char **arguments)
{
    static struct import import;
    bool whole = false;
    enum status status;

    if (count != 2 || strcmp(arguments[0], "import") != 0) {
        fprintf(stderr, "usage: motcua-server catalogue import FILE\n");
        return 2;
    }
    import.file = fopen(arguments[1], "rbe");
    if (import.file == NULL) {
        fprintf(stderr, "motcua-server catalogue: %s: %s\n", arguments[1], strerror(errno));
        return 1;
    }
    import.lines.read = read_file;
    import.lines.data = import.file;
    status = db_session_open(config->database_url, "app_service",
                             (uint32_t)config->connect_timeout_ms, &import.session);
    if (status == MC_OK) status = import_file(&import, arguments[1], &whole);
    if (status != MC_OK)
        fprintf(stderr,
                "motcua-server catalogue: %s after %lld lines; what was imported stays, run it "
                "again.\n",
                status_name(status), (long long)import.read);
    if (import.session != NULL) db_session_close(import.session);
    fclose(import.file);
    return status == MC_OK && whole ? 0 : 1;
}
