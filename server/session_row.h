/*
 * session_row.h - a session as the database tells it (server/sql/session_viewer.sql).
 */
#ifndef SERVER_SESSION_ROW_H
#define SERVER_SESSION_ROW_H

#include "request.h"

struct session_row {
    struct str session; /* uuid */
    struct str kind;
    int64_t me;
    struct str id, subjects, agencies, roles, name, locale, scopes, environment;
    int64_t epoch;
    int64_t expires_at;   /* microseconds since 1970 UTC */
    int64_t rights_until; /* as well; INT64_MIN: never */
};

/* Makes the ask for one session; its answer is a struct session_row, or none. */
void session_row_ask(struct db_ask *ask, struct arena *arena, struct str session);

/* Texts stay the row's. Fails: MC_UNAUTHENTICATED when there is no row. */
enum status session_row_viewer(const struct db_ask *ask, struct viewer *ret_viewer);

#endif
