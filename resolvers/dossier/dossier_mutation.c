/* What can be done to a dossier: each mutation is one event of its machine. */
#include "dossier/dossier_mutation.h"

#include "ask.h"
#include "base/json_out.h"
#include "dossier/dossier_place.h"
#include "dossier/draft.h"
#include "model.h"
#include "mutation.h"
#include "sql.h"

/* What it is filed with: {"consent":…,"parts":…}. */
static void bind_filed(const struct mutation *mutation, struct db_ask *ask)
{
    struct buf filed;

    buf_init(&filed, mutation->request->arena->bytes_max);
    buf_add(&filed, STR("{\"consent\":"));
    gql_input_json(&filed, gql_input_field(mutation->input, "consent"));
    buf_add(&filed, STR(",\"parts\":"));
    gql_input_json(&filed, gql_input_field(mutation->input, "parts"));
    buf_add_char(&filed, '}');
    db_bind_text(ask, buf_str(&filed));
    buf_done(&filed);
}

static enum status submit_bind(struct mutation *mutation, struct db_ask *ask)
{
    const struct gql_input *input = mutation->input;
    struct str draft = gql_input_text(input, "draft");

    if (draft.data != NULL) {
        ask->sql = SQL_SUBMIT_DRAFT;
        db_bind_text(ask, draft);
        dossier_place_bind(input, ask);
        db_bind_text(ask, gql_input_text(input, "case"));
        bind_filed(mutation, ask);
        return ask->status;
    }
    ask->sql = SQL_SUBMIT_DOSSIER;
    db_bind_text(ask, gql_input_text(input, "procedure"));
    db_bind_text(ask, gql_input_text(input, "agency"));
    db_bind_text(ask, gql_input_text(input, "applicant"));
    db_bind_text(ask, gql_input_text(input, "channel"));
    dossier_place_bind(input, ask);
    db_bind_text(ask, gql_input_text(input, "case"));
    bind_filed(mutation, ask);
    return ask->status;
}

/* Which event of the machine (dossier_transition) a field is. Where a value of its input decides,
 * that value makes it the other event. */
static const struct {
    const char *field, *event;
    const char *decides, *value, *other_event;
} changes[] = {
    { "acceptDossier", "accept", NULL, NULL, NULL },
    { "acceptDossiers", "accept", NULL, NULL, NULL },
    { "assignDossier", "assign", NULL, NULL, NULL },
    { "assignDossiers", "assign", NULL, NULL, NULL },
    { "completeDossier", "complete", NULL, NULL, NULL },
    { "completeDossiers", "complete", NULL, NULL, NULL },
    { "handOverDossier", "handOver", NULL, NULL, NULL },
    { "handOverDossiers", "handOver", NULL, NULL, NULL },
    { "collectResult", "collect", NULL, NULL, NULL },
    { "askIntakeSupplement", "askIntakeSupplement", NULL, NULL, NULL },
    { "supplementDossier", "supplement", NULL, NULL, NULL },
    { "receiveItems", "receiveItems", NULL, NULL, NULL },
    { "waiveSupplement", "waive", NULL, NULL, NULL },
    { "rejectDossier", "reject", NULL, NULL, NULL },
    { "sendTask", "sendTask", NULL, NULL, NULL },
    { "acceptTask", "taskAccepted", NULL, NULL, NULL },
    { "answerTask", "taskDone", "outcome", "RETURNED", "taskReturned" },
    { "askSupplement", "askSupplement", NULL, NULL, NULL },
    { "demandFee", "demandFee", NULL, NULL, NULL },
    { "recordPayment", "paid", NULL, NULL, NULL },
    { "exemptFee", "exemptFee", NULL, NULL, NULL },
    { "payDossier", "choosePayment", NULL, NULL, NULL },
    { "recordExternalNo", "recordExternalNo", NULL, NULL, NULL },
    { "requestWithdraw", "requestWithdraw", NULL, NULL, NULL },
    { "decideWithdrawal", "approveWithdraw", "approve", "false", "refuseWithdraw" },
    { "stopDossier", "stop", NULL, NULL, NULL },
    { "reopenDossier", "reopen", NULL, NULL, NULL },
    { "extendDossier", "extend", NULL, NULL, NULL },
    { "chooseDelivery", "chooseDelivery", NULL, NULL, NULL },
    { "changeChannel", "changeChannel", NULL, NULL, NULL },
    { "proposeSupplement", "askSupplement", NULL, NULL, NULL },
    { "proposeStop", "stop", NULL, NULL, NULL },
    { "proposeExtension", "extend", NULL, NULL, NULL },
};

static bool has_value(const struct gql_input *input, const char *name, const char *value)
{
    const struct gql_input *field = gql_input_field(input, name);

    if (field == NULL) return false;
    if (field->kind == GQL_INPUT_BOOL) return str_is(STR("true"), value) == field->boolean;
    return str_is(field->text, value);
}

static struct str event_of(const struct mutation *mutation)
{
    struct str field = gql_field_name(mutation->batch);
    size_t i = 0;

    while (!str_is(field, changes[i].field))
        MC_ASSERT(++i < sizeof(changes) / sizeof(changes[0]));
    if (changes[i].decides != NULL &&
        has_value(mutation->input, changes[i].decides, changes[i].value))
        return str_of(changes[i].other_event);
    return str_of(changes[i].event);
}

/* Moments come as numbers of microseconds; the database reads them as RFC 3339 writes them. */
static void write_argument(struct buf *out, const struct gql_input_field *field)
{
    bool is_moment = str_is(field->name, "until") || str_is(field->name, "dueAt");

    json_quote(out, field->name);
    buf_add_char(out, ':');
    if (!is_moment || field->value->kind != GQL_INPUT_INT) {
        gql_input_json(out, field->value);
        return;
    }
    buf_add_char(out, '"');
    clock_rfc3339(out, field->value->integer, 0);
    buf_add_char(out, '"');
}

static void write_arguments(struct buf *out, const struct gql_input *input)
{
    buf_add_char(out, '{');
    for (size_t i = 0; i < input->count; i++) {
        if (i > 0) buf_add_char(out, ',');
        write_argument(out, &input->fields[i]);
    }
    buf_add_char(out, '}');
}

static enum status apply_event(struct mutation *mutation, struct db_ask *ask, struct str event)
{
    const struct gql_input *input = mutation->input;
    const struct gql_input *seq = gql_input_field(input, "expectedSeq");
    struct buf arguments;

    buf_init(&arguments, mutation->request->arena->bytes_max);
    write_arguments(&arguments, input);
    ask->sql = SQL_APPLY_DOSSIER_EVENT;
    db_bind_text(ask, gql_input_text(input, "code"));
    db_bind_text(ask, event);
    db_bind_i64(ask, seq != NULL && seq->kind == GQL_INPUT_INT ? seq->integer : GQL_I64_NONE);
    db_bind_text(ask, buf_str(&arguments));
    buf_done(&arguments);
    return ask->status;
}

static enum status change_bind(struct mutation *mutation, struct db_ask *ask)
{
    return apply_event(mutation, ask, event_of(mutation));
}

static enum status propose_bind(struct mutation *mutation, struct db_ask *ask)
{
    enum status status = apply_event(mutation, ask, event_of(mutation));

    ask->sql = SQL_PROPOSE_SIGNATURE;
    return status;
}

static enum status advance_bind(struct mutation *mutation, struct db_ask *ask)
{
    enum status status = apply_event(mutation, ask, gql_input_text(mutation->input, "event"));

    ask->sql = SQL_SANDBOX_ADVANCE;
    return status;
}

const struct mutation_kind submit_dossier = { .payload = "DossierChanged",
                                              .bind = submit_bind,
                                              .look = &draft_look };
const struct mutation_kind change_dossier = { .payload = "DossierChanged", .bind = change_bind };
const struct mutation_kind propose_signature = { .payload = "SignatureRequested",
                                                 .bind = propose_bind };
const struct mutation_kind answer_task = { .payload = "TaskAnswered", .bind = change_bind };
const struct mutation_kind sandbox_advance = { .payload = "DossierChanged", .bind = advance_bind };

static enum status dossier_ask(struct gql_batch *batch, struct db_ask *ask)
{
    ask->sql = SQL_DOSSIERS_BY_ID;
    ask_bind_parents(batch, ask, offsetof(struct outcome, id));
    return ask->status;
}

static const struct ask dossier = { dossier_ask, dossier_columns, sizeof(struct dossier),
                                    ask_answer_one, false };

const struct gql_field task_answered_fields[] = {
    GQL_MEMBER("id", struct outcome, public_id),
    GQL_MEMBER("at", struct outcome, at),
    ASK_FIELD("dossier", dossier),
    GQL_FIELDS_END,
};

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
    GQL_MEMBER("trackingCode", struct outcome, secret),
    GQL_FIELDS_END,
};
