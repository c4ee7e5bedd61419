#include "dossier/look_up.h"

#include "dossier/dossier.h"
#include "model.h"
#include "reference.h"
#include "sql.h"

/* ---- the look ---- */

struct dossier_status {
    struct str state;
    int64_t due_at;
};

const struct db_column dossier_status_columns[] = {
    DB_COLUMN(struct dossier_status, state, DB_TEXT),
    DB_COLUMN(struct dossier_status, due_at, DB_TIME),
    DB_COLUMNS_END,
};

static enum status look_up_ask(struct gql_batch *batch, struct db_ask *ask)
{
    struct str code = gql_arg_text(batch, "code");
    struct request *request = request_of(batch);

    ask->sql = SQL_LOOK_UP_DOSSIER;
    db_bind_text(ask, code.size > DOSSIER_CODE_BYTES_MAX ? STR("") : code);
    db_bind_bytes(ask, request->services->tracking_digest(gql_arg_text(batch, "trackingCode"),
                                                          request->arena));
    return ask->status;
}

static struct failure *refuse(struct gql_batch *batch, enum failure_kind kind)
{
    struct failure *failure = failure_new(request_of(batch), kind);

    gql_set_object_of(batch, 0, failure_type_name(kind), failure);
    return failure;
}

static void look_up_answer(struct gql_batch *batch, struct db_ask *ask)
{
    if (ask->row_count == 1)
        gql_set_object_of(batch, 0, "DossierStatus", ask_row(ask, 0));
    else
        (void)refuse(batch, FAILURE_NOT_FOUND);
}

const struct ask look_up = { look_up_ask, dossier_status_columns, sizeof(struct dossier_status),
                             look_up_answer, true };

/* GQL_LATER: the statement is among the level's. */
static enum gql_progress go_on(struct gql_batch *batch, const struct look_up_call *call,
                               enum status status)
{
    if (status == MC_OK) return ask_resolve(batch);
    if (status == MC_RATE)
        refuse(batch, FAILURE_RATE_LIMITED)->retry_after_seconds = call->retry_after_s;
    else
        gql_fail(batch, 0, status, NULL);
    return GQL_NOW;
}

static void on_counted(struct look_up_call *call, enum status status)
{
    struct gql_batch *batch = call->data;

    if (go_on(batch, call, status) == GQL_LATER)
        ask_flush(call->request);
    else
        gql_batch_done(batch);
}

enum gql_progress query_look_up_dossier(struct gql_batch *batch)
{
    struct request *request = request_of(batch);
    struct look_up_call *call = ARENA_NEW(request->arena, struct look_up_call);
    bool later = false;
    enum status status;

    call->request = request;
    call->code = gql_arg_text(batch, "code");
    call->done = on_counted;
    call->data = batch;
    status = request->services->count_look_up(request->services->data, call, &later);
    return later ? GQL_LATER : go_on(batch, call, status);
}

static enum gql_progress national_status(struct gql_batch *batch)
{
    for (size_t i = 0; i < gql_count(batch); i++) {
        const struct dossier_status *status = gql_parent(batch, i);
        const struct dossier_state_row *state =
            reference_state(request_of(batch)->reference, status->state);

        if (state != NULL && state->national_code != GQL_I64_NONE)
            gql_set_int(batch, i, state->national_code);
    }
    return GQL_NOW;
}

const struct gql_field dossier_status_fields[] = {
    GQL_MEMBER("state", struct dossier_status, state),
    GQL_FIELD("nationalStatus", national_status),
    GQL_MEMBER("dueAt", struct dossier_status, due_at),
    GQL_FIELDS_END,
};

/* ---- the code ---- */

static enum status make_bind(struct mutation *mutation, struct db_ask *ask)
{
    struct tracking_code code;

    mutation->request->services->new_tracking_code(mutation->request->arena, &code);
    mutation->outcome.secret = code.shown;
    ask->sql = SQL_MAKE_TRACKING_CODE;
    db_bind_text(ask, gql_input_text(mutation->input, "code"));
    db_bind_bytes(ask, code.digest);
    return ask->status;
}

const struct mutation_kind make_tracking_code = { .payload = "TrackingCodeMade",
                                                  .bind = make_bind };

static enum status dossier_ask(struct gql_batch *batch, struct db_ask *ask)
{
    ask->sql = SQL_DOSSIERS_BY_ID;
    ask_bind_parents(batch, ask, offsetof(struct outcome, id));
    return ask->status;
}

static const struct ask dossier = { dossier_ask, dossier_columns, sizeof(struct dossier),
                                    ask_answer_one, false };

const struct gql_field tracking_code_made_fields[] = {
    ASK_FIELD("dossier", dossier),
    GQL_MEMBER("trackingCode", struct outcome, secret),
    GQL_FIELDS_END,
};
