/* Export (bản sao dữ liệu cá nhân). */
#include "person/export.h"

#include "sql.h"

struct export
{
    int64_t parent_no;
    struct str id, state;
    int64_t requested_at, ready_at, expires_at;
    int64_t bytes;
};

const struct db_column export_columns[] = {
    DB_COLUMN(struct export, parent_no, DB_I64), DB_COLUMN(struct export, id, DB_UUID),
    DB_COLUMN(struct export, state, DB_TEXT),    DB_COLUMN(struct export, requested_at, DB_TIME),
    DB_COLUMN(struct export, ready_at, DB_TIME), DB_COLUMN(struct export, expires_at, DB_TIME),
    DB_COLUMN(struct export, bytes, DB_I64),     DB_COLUMNS_END,
};

static enum status exports_ask(struct gql_batch *batch, struct db_ask *ask)
{
    (void)batch;
    ask->sql = SQL_EXPORTS_OF_VIEWER;
    return ask->status;
}

/* There is one viewer, wherever it was asked for. */
static void exports_answer(struct gql_batch *batch, struct db_ask *ask)
{
    for (size_t parent = 0; parent < gql_count(batch); parent++) {
        struct gql_cell *items = gql_set_list(batch, parent, ask->row_count);

        for (size_t i = 0; i < ask->row_count; i++)
            items[i] = gql_cell_object(ask_row(ask, i));
    }
}

const struct ask exports = { exports_ask, export_columns, sizeof(struct export), exports_answer,
                             false };

enum gql_progress exports_of_viewer(struct gql_batch *batch)
{
    if (request_of(batch)->viewer.kind == VIEWER_CITIZEN) return ask_resolve(batch);
    for (size_t i = 0; i < gql_count(batch); i++)
        (void)gql_set_list(batch, i, 0);
    return GQL_NOW;
}

static enum gql_progress path(struct gql_batch *batch)
{
    for (size_t i = 0; i < gql_count(batch); i++) {
        const struct export *export = gql_parent(batch, i);

        if (str_is(export->state, "READY"))
            gql_set_text(batch, i,
                         arena_printf(gql_arena(batch), "/exports/%.*s", STR_PRINT(export->id)));
    }
    return GQL_NOW;
}

const struct gql_field export_fields[] = {
    GQL_MEMBER("id", struct export, id),
    GQL_MEMBER("state", struct export, state),
    GQL_MEMBER("requestedAt", struct export, requested_at),
    GQL_MEMBER("readyAt", struct export, ready_at),
    GQL_MEMBER("expiresAt", struct export, expires_at),
    GQL_MEMBER("bytes", struct export, bytes),
    GQL_FIELD("path", path),
    GQL_FIELDS_END,
};

static enum status request_bind(struct mutation *mutation, struct db_ask *ask)
{
    (void)mutation;
    ask->sql = SQL_REQUEST_EXPORT;
    return ask->status;
}

const struct mutation_kind request_export = { .payload = "ExportRequested", .bind = request_bind };

static enum status requested_ask(struct gql_batch *batch, struct db_ask *ask)
{
    ask->sql = SQL_EXPORTS_BY_NO;
    ask_bind_parents(batch, ask, offsetof(struct outcome, id));
    return ask->status;
}

static const struct ask requested = { requested_ask, export_columns, sizeof(struct export),
                                      ask_answer_one, false };

const struct gql_field export_requested_fields[] = {
    ASK_FIELD("export", requested),
    GQL_FIELDS_END,
};
