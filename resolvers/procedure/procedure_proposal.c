#include "procedure/procedure_proposal.h"

#include "sql.h"

struct proposal {
    int64_t parent_no;
    struct str id;
    struct str code, name;
    int32_t valid_from, ends_on;
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
    DB_COLUMN(struct proposal, ends_on, DB_DATE),
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
    GQL_MEMBER("endsOn", struct proposal, ends_on),
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

enum { FORMS_MAX = 21 }; /* one a case, and one of all: more are refused by their number */

/* What the database cannot tell: whether a schema is one that a form may be checked by. */
static enum status form_refused(struct mutation *mutation)
{
    const struct request *request = mutation->request;
    const struct gql_input *forms = gql_input_field(mutation->input, "forms");

    if (forms == NULL || request->viewer.kind != VIEWER_OFFICER) return MC_OK;
    for (size_t i = 0; i < forms->count && i < FORMS_MAX; i++) {
        struct str schema = gql_input_text(forms->items[i], "schema");

        if (request->services->is_form_schema(schema)) continue;
        return mutation_refuse(mutation,
                               arena_printf(request->arena, "forms.%zu.schema%c", i, '\0').data,
                               "Đây không phải lược đồ JSON (draft 7) mà dịch vụ này nhận.",
                               "This is no JSON Schema, draft 7, that this service takes.");
    }
    return MC_OK;
}

static enum status propose_bind(struct mutation *mutation, struct db_ask *ask)
{
    enum status status = form_refused(mutation);

    if (status != MC_OK) return status;
    ask->sql = SQL_PROPOSE_PROCEDURE_VERSION;
    bind_input(mutation, ask);
    return ask->status;
}

static enum status end_bind(struct mutation *mutation, struct db_ask *ask)
{
    ask->sql = SQL_PROPOSE_PROCEDURE_END;
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
const struct mutation_kind propose_procedure_end = { .payload = "ProcedureEndProposed",
                                                     .bind = end_bind };
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

/* Of all these payloads. */
const struct gql_field proposal_changed_fields[] = {
    ASK_FIELD("proposal", proposal_of_outcome),
    GQL_FIELDS_END,
};
