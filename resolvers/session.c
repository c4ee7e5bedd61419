#include "session.h"

#include "sql.h"

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

static void ended(const struct mutation *mutation)
{
    const struct services *services = mutation->request->services;

    services->session_ended(services->data, mutation->outcome.public_id);
}

/* The answer is given in the moment of the commit. */
static enum gql_progress ended_at(struct gql_batch *batch)
{
    gql_set_int(batch, 0, clock_wall_us(request_of(batch)->services->clock));
    return GQL_NOW;
}

const struct mutation_kind end_session = { .payload = "SessionEnded",
                                           .bind = end_bind,
                                           .committed = ended };
const struct mutation_kind end_other_sessions = { .payload = "OtherSessionsEnded",
                                                  .bind = end_others_bind };

const struct gql_field session_ended_fields[] = {
    GQL_MEMBER("id", struct outcome, public_id),
    GQL_FIELD("at", ended_at),
    GQL_FIELDS_END,
};

const struct gql_field other_sessions_ended_fields[] = {
    GQL_MEMBER("count", struct outcome, seq),
    GQL_FIELDS_END,
};
