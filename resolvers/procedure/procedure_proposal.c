#include "procedure/procedure_proposal.h"

#include "sql.h"

struct proposal {
    int64_t parent_no;
    struct str id;
    struct str code, name;
    int32_t valid_from;
    struct str state, proposed_by;
    int64_t proposed_at;
    struct str content;
};

const struct db_column proposal_columns[] = {
    DB_COLUMN(struct proposal, parent_no, DB_I64),
    DB_COLUMN(struct proposal, id, DB_UUID),
    DB_COLUMN(struct proposal, code, DB_TEXT),
    DB_COLUMN(struct proposal, name, DB_TEXT),
    DB_COLUMN(struct proposal, valid_from, DB_DATE),
    DB_COLUMN(struct proposal, state, DB_TEXT),
    DB_COLUMN(struct proposal, proposed_by, DB_TEXT),
    DB_COLUMN(struct proposal, proposed_at, DB_TIME),
    DB_COLUMN(struct proposal, content, DB_TEXT),
    DB_COLUMNS_END,
};

static enum status proposals_ask(struct gql_batch *batch, struct db_ask *ask)
{
    (void)batch;
    ask->sql = SQL_PROPOSALS_OF_VIEWER;
    return ask->status;
}

const struct ask proposals_of_viewer = { proposals_ask, proposal_columns, sizeof(struct proposal),
                                         ask_answer_viewer, false };

enum gql_progress procedure_proposals_of_viewer(struct gql_batch *batch)
{
    if (request_of(batch)->viewer.kind == VIEWER_OFFICER) return ask_resolve(batch);
    for (size_t i = 0; i < gql_count(batch); i++)
        (void)gql_set_list(batch, i, 0);
    return GQL_NOW;
}

const struct gql_field procedure_proposal_fields[] = {
    GQL_MEMBER("id", struct proposal, id),
    GQL_MEMBER("procedure", struct proposal, code),
    GQL_MEMBER("name", struct proposal, name),
    GQL_MEMBER("validFrom", struct proposal, valid_from),
    GQL_MEMBER("state", struct proposal, state),
    GQL_MEMBER("proposedBy", struct proposal, proposed_by),
    GQL_MEMBER("proposedAt", struct proposal, proposed_at),
    GQL_MEMBER("content", struct proposal, content),
    GQL_FIELDS_END,
};

/* ---- changes ---- */

static void bind_input(const struct mutation *mutation, struct db_ask *ask)
{
    struct buf json;

    buf_init(&json, mutation->request->arena->bytes_max);
    gql_input_json(&json, mutation->input);
    db_bind_text(ask, buf_str(&json));
    buf_done(&json);
}

static enum status propose_bind(struct mutation *mutation, struct db_ask *ask)
{
    ask->sql = SQL_PROPOSE_PROCEDURE_VERSION;
    bind_input(mutation, ask);
    return ask->status;
}

static enum status publish_bind(struct mutation *mutation, struct db_ask *ask)
{
    ask->sql = SQL_PUBLISH_PROCEDURE_VERSION;
    db_bind_text(ask, gql_input_text(mutation->input, "proposal"));
    bind_input(mutation, ask);
    return ask->status;
}

static enum status withdraw_bind(struct mutation *mutation, struct db_ask *ask)
{
    ask->sql = SQL_WITHDRAW_PROPOSAL;
    db_bind_text(ask, gql_input_text(mutation->input, "proposal"));
    return ask->status;
}

const struct mutation_kind propose_procedure_version = { .payload = "ProcedureVersionProposed",
                                                         .bind = propose_bind };
const struct mutation_kind publish_procedure_version = { .payload = "ProcedureVersionPublished",
                                                         .bind = publish_bind };
const struct mutation_kind withdraw_proposal = { .payload = "ProposalWithdrawn",
                                                 .bind = withdraw_bind };

static enum status outcome_ask(struct gql_batch *batch, struct db_ask *ask)
{
    ask->sql = SQL_PROPOSALS_BY_NO;
    ask_bind_parents(batch, ask, offsetof(struct outcome, id));
    return ask->status;
}

static const struct ask proposal_of_outcome = { outcome_ask, proposal_columns,
                                                sizeof(struct proposal), ask_answer_one, false };

/* Of all three payloads. */
const struct gql_field proposal_changed_fields[] = {
    ASK_FIELD("proposal", proposal_of_outcome),
    GQL_FIELDS_END,
};
