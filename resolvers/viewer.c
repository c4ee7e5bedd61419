/* Viewer (người đang đăng nhập): who asks, and the dossiers that are theirs. */
#include "viewer.h"

#include "bulk_job.h"
#include "dossier.h"
#include "export.h"
#include "model.h"
#include "officer.h"
#include "partner.h"
#include "reference.h"
#include "session.h"
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

/* By who asks and by direction. */
static const struct embedded *dossiers_statement(bool officer, bool backward)
{
    if (officer)
        return backward ? SQL_DOSSIERS_OF_AGENCIES_BACKWARD : SQL_DOSSIERS_OF_AGENCIES_FORWARD;
    return backward ? SQL_DOSSIERS_OF_SUBJECTS_BACKWARD : SQL_DOSSIERS_OF_SUBJECTS_FORWARD;
}

static enum status dossiers_ask(struct gql_batch *batch, struct db_ask *ask)
{
    struct page page;
    enum status status = page_read(batch, CURSOR_DOSSIER, DOSSIERS_PRESET, &page);

    if (status != MC_OK) return status;
    ask->sql = dossiers_statement(is_officer(batch), page.backward);
    bind_whose(batch, ask);
    bind_states(batch, ask);
    bind_place(ask, page.has_after ? page.after : newest);
    bind_place(ask, page.has_before ? page.before : oldest);
    db_bind_i64(ask, (int64_t)page.limit + 1);
    return ask->status;
}

static void dossiers_answer(struct gql_batch *batch, struct db_ask *ask)
{
    struct page page;

    MC_ASSERT(page_read(batch, CURSOR_DOSSIER, DOSSIERS_PRESET, &page) == MC_OK);
    connection_answer(batch, ask, &page, &dossier_order);
}

static const struct ask dossiers = { dossiers_ask, dossier_columns, sizeof(struct dossier),
                                     dossiers_answer, false };

const struct gql_field viewer_fields[] = {
    GQL_MEMBER("id", struct viewer, id),
    GQL_MEMBER("name", struct viewer, name),
    GQL_FIELD("kind", kind),
    ASK_FIELD("counts", counts),
    ASK_FIELD("dossiers", dossiers),
    ASK_FIELD("sessions", sessions_of_viewer),
    GQL_FIELD_DATA("partnerKeys", partner_keys_of_viewer, &partner_keys),
    GQL_FIELD_DATA("roles", roles_of_viewer, &role_grants_of_viewer),
    GQL_FIELD_DATA("staff", staff_of_viewer, &staff),
    GQL_FIELD_DATA("exports", exports_of_viewer, &exports),
    ASK_FIELD("bulkJobs", bulk_jobs),
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
