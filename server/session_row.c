#include "session_row.h"

#include "server_sql.h"

static const struct db_column session_row_columns[] = {
    DB_COLUMN(struct session_row, session, DB_UUID),
    DB_COLUMN(struct session_row, kind, DB_TEXT),
    DB_COLUMN(struct session_row, me, DB_I64),
    DB_COLUMN(struct session_row, id, DB_UUID),
    DB_COLUMN(struct session_row, subjects, DB_TEXT),
    DB_COLUMN(struct session_row, agencies, DB_TEXT),
    DB_COLUMN(struct session_row, roles, DB_TEXT),
    DB_COLUMN(struct session_row, name, DB_TEXT),
    DB_COLUMN(struct session_row, locale, DB_TEXT),
    DB_COLUMN(struct session_row, scopes, DB_TEXT),
    DB_COLUMN(struct session_row, environment, DB_TEXT),
    DB_COLUMN(struct session_row, epoch, DB_I64),
    DB_COLUMN(struct session_row, expires_at, DB_TIME),
    DB_COLUMN(struct session_row, rights_until, DB_TIME),
    DB_COLUMNS_END,
};

void session_row_ask(struct db_ask *ask, struct arena *arena, struct str session)
{
    db_ask_init(ask, SQL_SESSION_VIEWER, arena);
    ask->columns = session_row_columns;
    ask->row_size = sizeof(struct session_row);
    ask->rows_max = 1;
    db_bind_text(ask, session);
}

static enum viewer_kind kind_of(struct str name)
{
    for (int kind = VIEWER_CITIZEN; kind < VIEWER_KIND_COUNT; kind++)
        if (str_is(name, viewer_kind_name((enum viewer_kind)kind))) return (enum viewer_kind)kind;
    return VIEWER_NONE;
}

enum status session_row_viewer(const struct db_ask *ask, struct viewer *ret_viewer)
{
    const struct session_row *row = ask->rows;

    if (ask->row_count != 1) return MC_UNAUTHENTICATED;
    *ret_viewer = (struct viewer){
        .kind = kind_of(row->kind),
        .me = row->me,
        .id = row->id,
        .name = row->name,
        .subjects = row->subjects,
        .agencies = row->agencies,
        .roles = row->roles,
        .locale = row->locale,
        .session = row->session,
        .scopes = row->scopes,
        .environment = row->environment,
        .epoch = row->epoch,
        .rights_until = row->rights_until == INT64_MIN ? 0 : row->rights_until,
        .session_until = row->expires_at,
    };
    return MC_OK;
}
