#include "person/session.h"

#include "sql.h"

/* ---- those that stand ---- */

struct session {
    struct str id;
    struct str device;
    int64_t created_at, last_seen_at, stepped_up_until;
};

const struct db_column session_columns[] = {
    DB_COLUMN(struct session, id, DB_UUID),
    DB_COLUMN(struct session, device, DB_TEXT),
    DB_COLUMN(struct session, created_at, DB_TIME),
    DB_COLUMN(struct session, last_seen_at, DB_TIME),
    DB_COLUMN(struct session, stepped_up_until, DB_TIME),
    DB_COLUMNS_END,
};

static enum status sessions_ask(struct gql_batch *batch, struct db_ask *ask)
{
    (void)batch;
    ask->sql = SQL_SESSIONS_OF_VIEWER;
    return ask->status;
}

const struct ask sessions_of_viewer = { sessions_ask, session_columns, sizeof(struct session),
                                        ask_answer_viewer, false };

static enum gql_progress is_current(struct gql_batch *batch)
{
    const struct viewer *viewer = &request_of(batch)->viewer;

    for (size_t i = 0; i < gql_count(batch); i++) {
        const struct session *session = gql_parent(batch, i);

        gql_set_bool(batch, i, str_eq(session->id, viewer->session));
    }
    return GQL_NOW;
}

const struct gql_field session_fields[] = {
    GQL_MEMBER("id", struct session, id),
    GQL_MEMBER("device", struct session, device),
    GQL_MEMBER("createdAt", struct session, created_at),
    GQL_MEMBER("lastSeenAt", struct session, last_seen_at),
    GQL_MEMBER("steppedUpUntil", struct session, stepped_up_until),
    GQL_FIELD("isCurrent", is_current),
    GQL_FIELDS_END,
};

/* ---- their end ---- */

static enum status end_bind(struct mutation *mutation, struct db_ask *ask)
{
    ask->sql = SQL_END_SESSION;
    db_bind_text(ask, gql_input_text(mutation->input, "session"));
    return ask->status;
}

static enum status end_others_bind(struct mutation *mutation, struct db_ask *ask)
{
    (void)mutation;
    ask->sql = SQL_END_OTHER_SESSIONS;
    return ask->status;
}

static void ended(struct mutation *mutation)
{
    const struct services *services = mutation->request->services;

    services->session_ended(services->data, mutation->outcome.public_id, mutation_settled,
                            mutation);
}

const struct mutation_kind end_session = { .payload = "SessionEnded",
                                           .bind = end_bind,
                                           .committed = ended };
const struct mutation_kind end_other_sessions = { .payload = "OtherSessionsEnded",
                                                  .bind = end_others_bind };

const struct gql_field session_ended_fields[] = {
    GQL_MEMBER("id", struct outcome, public_id),
    GQL_MEMBER("at", struct outcome, at),
    GQL_FIELDS_END,
};

const struct gql_field other_sessions_ended_fields[] = {
    GQL_MEMBER("count", struct outcome, seq),
    GQL_FIELDS_END,
};
