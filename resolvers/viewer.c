/* Viewer (người đang đăng nhập): who asks, and the dossiers that are theirs. */
#include "viewer.h"

#include "dossier/dossier.h"
#include "dossier/draft.h"
#include "dossier/signature_request.h"
#include "dossier/sync.h"
#include "model.h"
#include "office/assignment_rule.h"
#include "office/bulk_job.h"
#include "office/digest.h"
#include "office/officer.h"
#include "office/worklist.h"
#include "paper/paper.h"
#include "paper/result.h"
#include "partner/partner.h"
#include "partner/webhook.h"
#include "person/delegation.h"
#include "person/export.h"
#include "person/grant.h"
#include "person/guest.h"
#include "person/seat.h"
#include "person/session.h"
#include "procedure/procedure_proposal.h"
#include "reference.h"
#include "sql.h"

static enum gql_progress kind(struct gql_batch *batch)
{
    const struct viewer *viewer = &request_of(batch)->viewer;

    for (size_t i = 0; i < gql_count(batch); i++)
        gql_set_text(batch, i, str_of(viewer_kind_name(viewer->kind)));
    return GQL_NOW;
}

static bool is_officer(const struct gql_batch *batch)
{
    return request_of(batch)->viewer.kind == VIEWER_OFFICER;
}

/* Whose dossiers: the agencies of an officer, the subjects of anybody else. */
static void bind_whose(const struct gql_batch *batch, struct db_ask *ask)
{
    const struct viewer *viewer = &request_of(batch)->viewer;
    struct db_i64_array numbers =
        viewer_numbers(ask->arena, is_officer(batch) ? viewer->agencies : viewer->subjects);

    db_bind_i64_array(ask, numbers.items, numbers.count);
}

/* ---- counts ---- */

struct state_count {
    struct str state;
    int64_t count;
};

const struct db_column state_count_columns[] = {
    DB_COLUMN(struct state_count, state, DB_TEXT),
    DB_COLUMN(struct state_count, count, DB_I64),
    DB_COLUMNS_END,
};

struct counts {
    int64_t all, waiting, supplement, received, rejected, done;
};

static const struct {
    const char *group;
    size_t offset;
} count_members[] = {
    { "WAITING", offsetof(struct counts, waiting) },
    { "SUPPLEMENT", offsetof(struct counts, supplement) },
    { "RECEIVED", offsetof(struct counts, received) },
    { "REJECTED", offsetof(struct counts, rejected) },
    { "DONE", offsetof(struct counts, done) },
};

static enum status counts_ask(struct gql_batch *batch, struct db_ask *ask)
{
    ask->sql = is_officer(batch) ? SQL_COUNTS_OF_AGENCIES : SQL_COUNTS_OF_SUBJECTS;
    bind_whose(batch, ask);
    return ask->status;
}

static void add_count(struct counts *counts, struct str group, int64_t count)
{
    counts->all += count;
    for (size_t i = 0; i < sizeof(count_members) / sizeof(count_members[0]); i++)
        if (str_is(group, count_members[i].group))
            *(int64_t *)(void *)((char *)counts + count_members[i].offset) += count;
}

static void counts_answer(struct gql_batch *batch, struct db_ask *ask)
{
    const struct reference *reference = request_of(batch)->reference;
    struct counts *counts = ARENA_NEW(gql_arena(batch), struct counts);

    for (size_t i = 0; i < ask->row_count; i++) {
        const struct state_count *row = ask_row(ask, i);
        const struct dossier_state_row *state = reference_state(reference, row->state);

        add_count(counts, state == NULL ? STR_NONE : state->display_group, row->count);
    }
    for (size_t i = 0; i < gql_count(batch); i++)
        gql_set_object(batch, i, counts);
}

static const struct ask counts = { counts_ask, state_count_columns, sizeof(struct state_count),
                                   counts_answer, false };

/* ---- dossiers ---- */

/* With the grant that shows it, by which the list is ordered. */
struct shared_dossier {
    struct dossier dossier;
    int64_t grant_no;
};

_Static_assert(offsetof(struct shared_dossier, dossier) == 0, "its columns are those of a dossier");

const struct db_column shared_dossier_columns[] = {
    DOSSIER_COLUMNS,
    DB_COLUMN(struct shared_dossier, grant_no, DB_I64),
    DB_COLUMNS_END,
};

static struct place shared_place(const void *node)
{
    return (struct place){ ((const struct shared_dossier *)node)->grant_no, 0 };
}

static const struct list_order shared_order = { CURSOR_GRANT, shared_place };

enum { DOSSIERS_PRESET = 20 };

/* Keys outside of all rows: year 9999 and year 1. */
static const struct place newest = { 253402300799000000, INT64_MAX };
static const struct place oldest = { -62135596800000000, 0 };

static void bind_states(const struct gql_batch *batch, struct db_ask *ask)
{
    const struct reference *reference = request_of(batch)->reference;
    struct str group = gql_arg_text(batch, "group");
    struct str *states = ARENA_ARRAY(ask->arena, reference->state_count, struct str);
    size_t count = 0;

    for (size_t i = 0; i < reference->state_count; i++)
        if (group.data == NULL || str_eq(reference->states[i].display_group, group))
            states[count++] = reference->states[i].id;
    db_bind_text_array(ask, states, count);
}

static void bind_place(struct db_ask *ask, struct place place)
{
    db_bind_time(ask, place.major);
    db_bind_i64(ask, place.minor);
}

enum relation { OWN, SUBMITTED, SHARED, RELATIONS };

static enum relation relation_of(const struct gql_batch *batch)
{
    static const char *const names[RELATIONS] = { "OWN", "SUBMITTED", "SHARED" };
    struct str name = gql_arg_text(batch, "relation");
    enum relation relation = OWN;

    while (relation < SHARED && !str_is(name, names[relation]))
        relation++;
    return relation;
}

/* Of one subject, as most people's are, the index has the page in order; of several their pages are
 * sorted. */
static void ask_own(const struct gql_batch *batch, bool backward, struct db_ask *ask)
{
    struct str subjects = request_of(batch)->viewer.subjects;
    struct db_i64_array whose;

    if (is_officer(batch)) {
        ask->sql = backward ? SQL_DOSSIERS_OF_AGENCIES_BACKWARD : SQL_DOSSIERS_OF_AGENCIES_FORWARD;
        bind_whose(batch, ask);
        return;
    }
    whose = viewer_numbers(ask->arena, subjects);
    if (whose.count == 1) {
        ask->sql = backward ? SQL_DOSSIERS_OF_SUBJECT_BACKWARD : SQL_DOSSIERS_OF_SUBJECT_FORWARD;
        db_bind_i64(ask, whose.items[0]);
    } else {
        ask->sql = backward ? SQL_DOSSIERS_OF_SUBJECTS_BACKWARD : SQL_DOSSIERS_OF_SUBJECTS_FORWARD;
        db_bind_i64_array(ask, whose.items, whose.count);
    }
}

static void ask_related(const struct gql_batch *batch, bool backward, struct db_ask *ask)
{
    const struct embedded *statements[RELATIONS][2] = {
        [SUBMITTED] = { SQL_DOSSIERS_SUBMITTED_FORWARD, SQL_DOSSIERS_SUBMITTED_BACKWARD },
        [SHARED] = { SQL_DOSSIERS_SHARED_FORWARD, SQL_DOSSIERS_SHARED_BACKWARD },
    };

    ask->sql = statements[relation_of(batch)][backward];
    db_bind_i64(ask, request_of(batch)->viewer.me);
}

static enum cursor_kind dossiers_cursor(const struct gql_batch *batch)
{
    return relation_of(batch) == SHARED ? CURSOR_GRANT : CURSOR_DOSSIER;
}

static enum status dossiers_ask(struct gql_batch *batch, struct db_ask *ask)
{
    struct page page;
    enum relation relation = relation_of(batch);
    enum status status = page_read(batch, dossiers_cursor(batch), DOSSIERS_PRESET, &page);

    if (status != MC_OK) return status;
    if (relation == SHARED) {
        ask->columns = shared_dossier_columns;
        ask->row_size = sizeof(struct shared_dossier);
    }
    if (relation == OWN)
        ask_own(batch, page.backward, ask);
    else
        ask_related(batch, page.backward, ask);
    bind_states(batch, ask);
    if (relation == SHARED) {
        db_bind_i64(ask, page.has_after ? page.after.major : INT64_MAX);
        db_bind_i64(ask, page.has_before ? page.before.major : 0);
    } else {
        bind_place(ask, page.has_after ? page.after : newest);
        bind_place(ask, page.has_before ? page.before : oldest);
    }
    db_bind_i64(ask, (int64_t)page.limit + 1);
    return ask->status;
}

static void dossiers_answer(struct gql_batch *batch, struct db_ask *ask)
{
    struct page page;

    MC_ASSERT(page_read(batch, dossiers_cursor(batch), DOSSIERS_PRESET, &page) == MC_OK);
    connection_answer(batch, ask, &page,
                      relation_of(batch) == SHARED ? &shared_order : &dossier_order);
}

static const struct ask dossiers = { dossiers_ask, dossier_columns, sizeof(struct dossier),
                                     dossiers_answer, false };

/* An officer sees what is the agency's, and is shown nothing by a grant. */
static enum gql_progress dossiers_of_viewer(struct gql_batch *batch)
{
    if (!is_officer(batch) || relation_of(batch) == OWN) return ask_resolve(batch);
    connection_answer_none(batch, &dossier_order);
    return GQL_NOW;
}
const struct gql_field viewer_fields[] = {
    GQL_MEMBER("id", struct viewer, id),
    GQL_MEMBER("name", struct viewer, name),
    GQL_FIELD("kind", kind),
    ASK_FIELD("counts", counts),
    GQL_FIELD_DATA("dossiers", dossiers_of_viewer, &dossiers),
    GQL_FIELD_DATA("worklist", worklist_of_viewer, &worklist),
    GQL_FIELD_DATA("assignmentRules", assignment_rules_of_viewer, &assignment_rules),
    GQL_FIELD_DATA("signatureRequests", signature_requests_of_viewer, &signature_requests),
    GQL_FIELD_DATA("load", load_of_viewer, &load),
    GQL_FIELD_DATA("digests", digests_of_viewer, &digests),
    ASK_FIELD("sessions", sessions_of_viewer),
    GQL_FIELD_DATA("roles", roles_of_viewer, &role_grants_of_viewer),
    GQL_FIELD_DATA("staff", staff_of_viewer, &staff),
    GQL_FIELD_DATA("exports", exports_of_viewer, &exports),
    ASK_FIELD("bulkJobs", bulk_jobs),
    GQL_FIELD_DATA("drafts", drafts_of_viewer, &viewer_drafts),
    GQL_FIELD_DATA("grants", grants_of_viewer, &viewer_grants),
    GQL_FIELD_DATA("delegations", delegations_of_viewer, &viewer_delegations),
    GQL_FIELD_DATA("seats", seats_of_viewer, &viewer_seats),
    GQL_FIELD_DATA("partnerKeys", partner_list_of_viewer, &partner_keys),
    GQL_FIELD_DATA("guests", partner_list_of_viewer, &guests_of_viewer),
    GQL_FIELD_DATA("webhookEndpoints", partner_list_of_viewer, &webhook_endpoints_of_viewer),
    GQL_FIELD_DATA("papers", papers_of_viewer, &viewer_papers),
    GQL_FIELD_DATA("procedureProposals", procedure_proposals_of_viewer, &proposals_of_viewer),
    GQL_FIELD_DATA("adapters", sync_list_of_viewer, &viewer_adapters),
    GQL_FIELD_DATA("quarantine", quarantine_of_viewer, &viewer_quarantine),
    GQL_FIELD_DATA("failedSyncs", sync_list_of_viewer, &viewer_failed_syncs),
    GQL_FIELD_DATA("results", results_of_viewer, &viewer_results),
    GQL_FIELDS_END,
};

const struct gql_field dossier_counts_fields[] = {
    GQL_MEMBER("all", struct counts, all),
    GQL_MEMBER("waiting", struct counts, waiting),
    GQL_MEMBER("supplement", struct counts, supplement),
    GQL_MEMBER("received", struct counts, received),
    GQL_MEMBER("rejected", struct counts, rejected),
    GQL_MEMBER("done", struct counts, done),
    GQL_FIELDS_END,
};

enum gql_progress query_viewer(struct gql_batch *batch)
{
    struct viewer *viewer = &request_of(batch)->viewer;

    if (viewer->kind != VIEWER_NONE) gql_set_object(batch, 0, viewer);
    return GQL_NOW;
}
