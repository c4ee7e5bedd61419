/* Dossier (hồ sơ): one request of one applicant under one procedure. */
#include "dossier/dossier.h"

#include "dossier/channel.h"
#include "dossier/deadline.h"
#include "dossier/dossier_place.h"
#include "dossier/external_no.h"
#include "dossier/fee_demand.h"
#include "dossier/issued_form.h"
#include "dossier/next_action.h"
#include "dossier/signature_request.h"
#include "dossier/supplement.h"
#include "dossier/sync.h"
#include "dossier/task.h"
#include "model.h"
#include "paper/paper.h"
#include "person/access.h"
#include "person/access_class.h"
#include "person/grant.h"
#include "procedure/form.h"
#include "procedure/procedure_content.h"
#include "reference.h"
#include "sql.h"

const struct db_column dossier_columns[] = { DOSSIER_COLUMNS, DB_COLUMNS_END };

static const struct reference *reference_of(const struct gql_batch *batch)
{
    return request_of(batch)->reference;
}

static enum gql_progress group(struct gql_batch *batch)
{
    for (size_t i = 0; i < gql_count(batch); i++) {
        const struct dossier *dossier = gql_parent(batch, i);
        const struct dossier_state_row *state =
            reference_state(reference_of(batch), dossier->state);

        if (state != NULL) gql_set_text(batch, i, state->display_group);
    }
    return GQL_NOW;
}

static enum gql_progress national_status(struct gql_batch *batch)
{
    for (size_t i = 0; i < gql_count(batch); i++) {
        const struct dossier *dossier = gql_parent(batch, i);
        const struct dossier_state_row *state =
            reference_state(reference_of(batch), dossier->state);

        if (state != NULL && state->national_code != GQL_I64_NONE)
            gql_set_int(batch, i, state->national_code);
    }
    return GQL_NOW;
}

static enum gql_progress procedure(struct gql_batch *batch)
{
    for (size_t i = 0; i < gql_count(batch); i++) {
        const struct dossier *dossier = gql_parent(batch, i);

        gql_set_object(batch, i,
                       reference_version(reference_of(batch), dossier->procedure_version));
    }
    return GQL_NOW;
}

static enum gql_progress received_agency(struct gql_batch *batch)
{
    for (size_t i = 0; i < gql_count(batch); i++) {
        const struct dossier *dossier = gql_parent(batch, i);

        gql_set_object(batch, i, reference_agency(reference_of(batch), dossier->received_agency));
    }
    return GQL_NOW;
}

static enum gql_progress competent_agency(struct gql_batch *batch)
{
    for (size_t i = 0; i < gql_count(batch); i++) {
        const struct dossier *dossier = gql_parent(batch, i);

        gql_set_object(batch, i, reference_agency(reference_of(batch), dossier->competent_agency));
    }
    return GQL_NOW;
}

const struct db_column applicant_columns[] = {
    DB_COLUMN(struct applicant, parent_no, DB_I64),
    DB_COLUMN(struct applicant, public_id, DB_UUID),
    DB_COLUMN(struct applicant, name, DB_TEXT),
    DB_COLUMN(struct applicant, kind, DB_TEXT),
    DB_COLUMNS_END,
};

static enum status applicant_ask(struct gql_batch *batch, struct db_ask *ask)
{
    bool officer = request_of(batch)->viewer.kind == VIEWER_OFFICER;

    ask->sql = officer ? SQL_SUBJECTS_BY_ID : SQL_APPLICANTS_OF_DOSSIERS;
    ask_bind_parents(batch, ask,
                     officer ? offsetof(struct dossier, applicant) : offsetof(struct dossier, id));
    return ask->status;
}

static const struct ask applicant = { applicant_ask, applicant_columns, sizeof(struct applicant),
                                      ask_answer_one, false };

bool dossier_is_own(const struct gql_batch *batch, size_t i)
{
    const struct viewer *viewer = &request_of(batch)->viewer;
    const struct dossier *dossier = gql_parent(batch, i);

    return viewer_speaks_for(viewer, dossier->applicant);
}

enum { TIMELINE_PRESET = 20 };

static bool is_own(const struct gql_batch *batch)
{
    for (size_t i = 0; i < gql_count(batch); i++)
        if (!dossier_is_own(batch, i)) return false;
    return true;
}

/* What every list asks of an event is little, and each value costs. */
static bool selects_whole_events(const struct gql_batch *batch)
{
    static const char *const fields[] = { "id", "event", "from", "actor" };
    size_t i = 0;

    while (i < sizeof(fields) / sizeof(fields[0]) && !gql_selects_below(batch, fields[i]))
        i++;
    return i < sizeof(fields) / sizeof(fields[0]);
}

/* By whether the look at one of them is to be noted, by what is asked, and [backward]. */
struct timelines {
    const struct embedded *const *statements;
    const struct db_column *columns;
};

static struct timelines timelines_of(const struct gql_batch *batch)
{
    static const struct embedded *const all[] = { SQL_TIMELINES_FORWARD, SQL_TIMELINES_BACKWARD };
    static const struct embedded *const own[] = { SQL_TIMELINES_OF_SUBJECTS_FORWARD,
                                                  SQL_TIMELINES_OF_SUBJECTS_BACKWARD };
    static const struct embedded *const brief[] = { SQL_TIMELINES_OF_SUBJECTS_BRIEF_FORWARD,
                                                    SQL_TIMELINES_OF_SUBJECTS_BRIEF_BACKWARD };

    if (!is_own(batch)) return (struct timelines){ all, dossier_event_columns };
    if (selects_whole_events(batch)) return (struct timelines){ own, own_timeline_columns };
    return (struct timelines){ brief, brief_timeline_columns };
}

/* Dossier.timeline: one statement for all dossiers of the level. */
static enum status timeline_ask(struct gql_batch *batch, struct db_ask *ask)
{
    struct timelines timelines = timelines_of(batch);
    struct page page;
    enum status status = page_read(batch, CURSOR_TIMELINE, TIMELINE_PRESET, &page);

    if (status != MC_OK) return status;
    ask->sql = timelines.statements[page.backward];
    ask->columns = timelines.columns;
    ask->rows_max = (page.limit + 1) * gql_count(batch);
    ask_bind_parents(batch, ask, offsetof(struct dossier, id));
    db_bind_i64(ask, page.has_after ? page.after.major : 0);
    db_bind_i64(ask, page.has_before ? page.before.major : INT32_MAX);
    db_bind_i64(ask, (int64_t)page.limit + 1);
    return ask->status;
}

static struct place timeline_place(const void *node)
{
    return (struct place){ ((const struct dossier_event *)node)->seq, 0 };
}

static const struct list_order timeline_order = { CURSOR_TIMELINE, timeline_place };

static void tell_parents(const struct gql_batch *batch, struct db_ask *ask)
{
    for (size_t i = 0; i < ask->row_count; i++) {
        struct dossier_event *event = ask_row(ask, i);
        size_t parent = (size_t)event->parent_no;

        if (parent < gql_count(batch))
            event->dossier = ((const struct dossier *)gql_parent(batch, parent))->id;
    }
}

static void timeline_answer(struct gql_batch *batch, struct db_ask *ask)
{
    struct page page;

    MC_ASSERT(page_read(batch, CURSOR_TIMELINE, TIMELINE_PRESET, &page) == MC_OK);
    if (ask->columns != dossier_event_columns) tell_parents(batch, ask);
    connection_answer(batch, ask, &page, &timeline_order);
}

static const struct ask timeline = { timeline_ask, dossier_event_columns,
                                     sizeof(struct dossier_event), timeline_answer, false };

const struct gql_field dossier_fields[] = {
    GQL_MEMBER("id", struct dossier, public_id),
    GQL_MEMBER("code", struct dossier, code),
    ASK_FIELD("externalDossierNo", external_no_of_dossier),
    GQL_MEMBER("state", struct dossier, state),
    GQL_FIELD("group", group),
    GQL_FIELD("nationalStatus", national_status),
    GQL_FIELD("procedure", procedure),
    ASK_FIELD("case", case_of_dossier),
    ASK_FIELD("applicant", applicant),
    GQL_FIELD("receivedAgency", received_agency),
    GQL_FIELD("competentAgency", competent_agency),
    GQL_FIELD_DATA("place", place_of_dossier, &dossier_place_ask),
    GQL_MEMBER("submittedAt", struct dossier, submitted_at),
    GQL_MEMBER("receivedAt", struct dossier, received_at),
    GQL_MEMBER("dueAt", struct dossier, due_at),
    GQL_MEMBER("finishedAt", struct dossier, finished_at),
    GQL_MEMBER("seq", struct dossier, seq),
    ASK_FIELD("accessClass", access_class_of_dossier),
    ASK_FIELD("deadline", deadline_of_dossier),
    ASK_FIELD("grants", grants_of_dossier),
    GQL_FIELD_DATA("form", form_of_dossier, &dossier_form),
    ASK_FIELD("timeline", timeline),
    GQL_FIELD_DATA("parts", parts_of_dossier, &dossier_parts),
    GQL_FIELD_DATA("announcedParts", parts_of_dossier, &dossier_announced_parts),
    GQL_FIELD_DATA("resultFiles", parts_of_dossier, &dossier_result_files),
    ASK_FIELD("nextAction", next_action_of_dossier),
    ASK_FIELD("supplements", supplements_of_dossier),
    ASK_FIELD("tasks", tasks_of_dossier),
    ASK_FIELD("feeDemands", fee_demands_of_dossier),
    ASK_FIELD("channel", channel_of_dossier),
    ASK_FIELD("issuedForms", issued_forms_of_dossier),
    GQL_FIELD_DATA("signatureRequest", signature_request_of_dossier, &dossier_signature_request),
    GQL_FIELD_DATA("accesses", accesses_of_dossier, &accesses),
    GQL_FIELD_DATA("sync", sync_of_dossier, &dossier_sync),
    GQL_FIELD_DATA("portalPapers", portal_papers_of_dossier, &dossier_portal_papers),
    GQL_FIELDS_END,
};

const struct gql_field applicant_fields[] = {
    GQL_MEMBER("id", struct applicant, public_id),
    GQL_MEMBER("name", struct applicant, name),
    GQL_MEMBER("kind", struct applicant, kind),
    GQL_FIELDS_END,
};

static struct place dossier_place(const void *node)
{
    const struct dossier *dossier = node;

    return (struct place){ dossier->submitted_at, dossier->id };
}

const struct list_order dossier_order = { CURSOR_DOSSIER, dossier_place };

static enum status by_code_ask(struct gql_batch *batch, struct db_ask *ask)
{
    struct str code = gql_arg_text(batch, "code");

    ask->sql = SQL_DOSSIER_BY_CODE;
    db_bind_text(ask, code.size > DOSSIER_CODE_BYTES_MAX ? STR("") : code);
    return ask->status;
}

const struct ask dossier_by_code = { by_code_ask, dossier_columns, sizeof(struct dossier),
                                     ask_answer_one, false };
