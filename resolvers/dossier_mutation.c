/* What can be done to a dossier: each mutation is one event of its machine. */
#include "dossier_mutation.h"

#include "ask.h"
#include "model.h"
#include "mutation.h"
#include "sql.h"

static enum status submit_bind(struct mutation *mutation, struct db_ask *ask)
{
    const struct gql_input *input = mutation->input;

    ask->sql = SQL_SUBMIT_DOSSIER;
    db_bind_text(ask, gql_input_text(input, "procedure"));
    db_bind_text(ask, gql_input_text(input, "agency"));
    db_bind_text(ask, gql_input_text(input, "applicant"));
    db_bind_text(ask, gql_input_text(input, "channel"));
    return ask->status;
}

static enum status apply_event(struct mutation *mutation, struct db_ask *ask, struct str event)
{
    const struct gql_input *input = mutation->input;
    const struct gql_input *seq = gql_input_field(input, "expectedSeq");
    struct buf arguments;

    buf_init(&arguments, mutation->request->arena->bytes_max);
    gql_input_json(&arguments, input);
    ask->sql = SQL_APPLY_DOSSIER_EVENT;
    db_bind_text(ask, gql_input_text(input, "code"));
    db_bind_text(ask, event);
    db_bind_i64(ask, seq != NULL && seq->kind == GQL_INPUT_INT ? seq->integer : GQL_I64_NONE);
    db_bind_text(ask, buf_str(&arguments));
    buf_done(&arguments);
    return ask->status;
}

static enum status accept_bind(struct mutation *mutation, struct db_ask *ask)
{
    return apply_event(mutation, ask, STR("accept"));
}

static enum status assign_bind(struct mutation *mutation, struct db_ask *ask)
{
    return apply_event(mutation, ask, STR("assign"));
}

static enum status complete_bind(struct mutation *mutation, struct db_ask *ask)
{
    return apply_event(mutation, ask, STR("complete"));
}

static enum status hand_over_bind(struct mutation *mutation, struct db_ask *ask)
{
    return apply_event(mutation, ask, STR("handOver"));
}

static enum status advance_bind(struct mutation *mutation, struct db_ask *ask)
{
    enum status status = apply_event(mutation, ask, gql_input_text(mutation->input, "event"));

    ask->sql = SQL_SANDBOX_ADVANCE;
    return status;
}

const struct mutation_kind submit_dossier = { .payload = "DossierChanged", .bind = submit_bind };
const struct mutation_kind accept_dossier = { .payload = "DossierChanged", .bind = accept_bind };
const struct mutation_kind assign_dossier = { .payload = "DossierChanged", .bind = assign_bind };
const struct mutation_kind complete_dossier = { .payload = "DossierChanged",
                                                .bind = complete_bind };
const struct mutation_kind hand_over_dossier = { .payload = "DossierChanged",
                                                 .bind = hand_over_bind };
const struct mutation_kind sandbox_advance = { .payload = "DossierChanged", .bind = advance_bind };

static enum status dossier_ask(struct gql_batch *batch, struct db_ask *ask)
{
    ask->sql = SQL_DOSSIERS_BY_ID;
    ask_bind_parents(batch, ask, offsetof(struct outcome, id));
    return ask->status;
}

static const struct ask dossier = { dossier_ask, dossier_columns, sizeof(struct dossier),
                                    ask_answer_one, false };

static enum status event_ask(struct gql_batch *batch, struct db_ask *ask)
{
    ask->sql = SQL_DOSSIER_EVENTS_BY_SEQ;
    ask_bind_parents(batch, ask, offsetof(struct outcome, id));
    ask_bind_parents(batch, ask, offsetof(struct outcome, seq));
    return ask->status;
}

static const struct ask event = { event_ask, dossier_event_columns, sizeof(struct dossier_event),
                                  ask_answer_one, false };

const struct gql_field dossier_changed_fields[] = {
    ASK_FIELD("dossier", dossier),
    ASK_FIELD("event", event),
    GQL_FIELDS_END,
};
