/* Viewer.worklist, Viewer.load. The database tells loads by agency and officer; an agency's is
 * their sum. */
#include "office/worklist.h"

#include "connection.h"
#include "model.h"
#include "office/officer.h"
#include "reference.h"
#include "scope.h"
#include "sql.h"

enum { WORK_PRESET = 20, OFFICERS_MAX = 100 };

/* ---- the list ---- */

/* With the moment by which the list is ordered. */
struct work {
    struct dossier dossier;
    int64_t work_at;
};

_Static_assert(offsetof(struct work, dossier) == 0, "its columns are those of a dossier");

const struct db_column work_columns[] = {
    DOSSIER_COLUMNS,
    DB_COLUMN(struct work, work_at, DB_TIME),
    DB_COLUMNS_END,
};

static struct place work_place(const void *node)
{
    const struct work *work = node;

    return (struct place){ work->work_at, work->dossier.id };
}

static const struct list_order work_order = { CURSOR_WORK, work_place };

/* Before all rows: year 1. */
static const struct place first_of_all = { -62135596800000000, 0 };

static void bind_agencies(const struct gql_batch *batch, struct db_ask *ask)
{
    struct db_i64_array agencies = viewer_numbers(ask->arena, request_of(batch)->viewer.agencies);

    db_bind_i64_array(ask, agencies.items, agencies.count);
}

/* By WorklistScope: whose list it is. */
static void bind_scope(const struct gql_batch *batch, struct db_ask *ask)
{
    struct str of = gql_arg_text(batch, "of");

    if (str_is(of, "MINE")) {
        ask->sql = SQL_WORKLIST_OF_OFFICER;
        db_bind_i64(ask, request_of(batch)->viewer.me);
        return;
    }
    ask->sql = str_is(of, "RESULTS") ? SQL_WORKLIST_OF_RESULTS : SQL_WORKLIST_OF_AGENCIES;
    bind_agencies(batch, ask);
}

static enum status worklist_ask(struct gql_batch *batch, struct db_ask *ask)
{
    struct page page;
    enum status status = page_read_forward(batch, CURSOR_WORK, WORK_PRESET, &page);
    struct place after;

    if (status != MC_OK) return status;
    after = page.has_after ? page.after : first_of_all;
    bind_scope(batch, ask);
    db_bind_time(ask, after.major);
    db_bind_i64(ask, after.minor);
    db_bind_i64(ask, (int64_t)page.limit + 1);
    return ask->status;
}

static void worklist_answer(struct gql_batch *batch, struct db_ask *ask)
{
    struct page page;

    MC_ASSERT(page_read_forward(batch, CURSOR_WORK, WORK_PRESET, &page) == MC_OK);
    connection_answer(batch, ask, &page, &work_order);
}

const struct ask worklist = { worklist_ask, work_columns, sizeof(struct work), worklist_answer,
                              false };

static bool is_officer(const struct gql_batch *batch)
{
    return request_of(batch)->viewer.kind == VIEWER_OFFICER;
}

enum gql_progress worklist_of_viewer(struct gql_batch *batch)
{
    if (is_officer(batch)) return ask_resolve(batch);
    if (scope_allows(batch)) connection_answer_none(batch, &work_order);
    return GQL_NOW;
}

/* ---- loads ---- */

const struct db_column load_columns[] = {
    DB_COLUMN(struct load, agency, DB_I64),
    DB_COLUMN(struct load, processor, DB_I64),
    DB_COLUMN(struct load, waiting, DB_I64),
    DB_COLUMN(struct load, open, DB_I64),
    DB_COLUMN(struct load, paused, DB_I64),
    DB_COLUMN(struct load, late, DB_I64),
    DB_COLUMN(struct load, due_in_one_day, DB_I64),
    DB_COLUMN(struct load, due_in_three_days, DB_I64),
    DB_COLUMN(struct load, at_counter, DB_I64),
    DB_COLUMN(struct load, tasks, DB_I64),
    DB_COLUMN(struct load, tasks_late, DB_I64),
    DB_COLUMN(struct load, results, DB_I64),
    DB_COLUMNS_END,
};

struct agency_load {
    struct load sum;
    struct load *officers[OFFICERS_MAX];
    size_t officer_count;
};

static enum status load_ask(struct gql_batch *batch, struct db_ask *ask)
{
    ask->sql = SQL_LOADS_OF_AGENCIES;
    bind_agencies(batch, ask);
    return ask->status;
}

static void add(struct agency_load *agency, struct load *row)
{
    agency->sum.waiting += row->waiting;
    agency->sum.open += row->open;
    agency->sum.paused += row->paused;
    agency->sum.late += row->late;
    agency->sum.due_in_one_day += row->due_in_one_day;
    agency->sum.due_in_three_days += row->due_in_three_days;
    agency->sum.at_counter += row->at_counter;
    agency->sum.tasks += row->tasks;
    agency->sum.tasks_late += row->tasks_late;
    agency->sum.results += row->results;
    if (row->open > 0 && agency->officer_count < OFFICERS_MAX)
        agency->officers[agency->officer_count++] = row;
}

/* There is one viewer, wherever it was asked for. */
static void load_answer(struct gql_batch *batch, struct db_ask *ask)
{
    struct db_i64_array numbers =
        viewer_numbers(gql_arena(batch), request_of(batch)->viewer.agencies);
    struct agency_load *agencies = ARENA_ARRAY(gql_arena(batch), numbers.count, struct agency_load);

    for (size_t a = 0; a < numbers.count; a++) {
        agencies[a].sum.agency = numbers.items[a];
        for (size_t i = 0; i < ask->row_count; i++) {
            struct load *row = ask_row(ask, i);

            if (row->agency == numbers.items[a]) add(&agencies[a], row);
        }
    }
    for (size_t parent = 0; parent < gql_count(batch); parent++) {
        struct gql_cell *items = gql_set_list(batch, parent, numbers.count);

        for (size_t a = 0; a < numbers.count; a++)
            items[a] = gql_cell_object(&agencies[a]);
    }
}

const struct ask load = { load_ask, load_columns, sizeof(struct load), load_answer, false };

enum gql_progress load_of_viewer(struct gql_batch *batch)
{
    if (is_officer(batch)) return ask_resolve(batch);
    for (size_t i = 0; i < gql_count(batch); i++)
        (void)gql_set_list(batch, i, 0);
    return GQL_NOW;
}

static enum gql_progress agency(struct gql_batch *batch)
{
    for (size_t i = 0; i < gql_count(batch); i++) {
        const struct agency_load *agency = gql_parent(batch, i);

        gql_set_object(batch, i,
                       reference_agency(request_of(batch)->reference, agency->sum.agency));
    }
    return GQL_NOW;
}

/* Who has how much to do is the head's to know. */
static enum gql_progress officers(struct gql_batch *batch)
{
    if (!viewer_acts_as(&request_of(batch)->viewer, "HEAD")) return GQL_NOW;
    for (size_t parent = 0; parent < gql_count(batch); parent++) {
        struct agency_load *agency = gql_parent(batch, parent);
        struct gql_cell *items = gql_set_list(batch, parent, agency->officer_count);

        for (size_t i = 0; i < agency->officer_count; i++)
            items[i] = gql_cell_object(agency->officers[i]);
    }
    return GQL_NOW;
}

static enum status officer_ask(struct gql_batch *batch, struct db_ask *ask)
{
    ask->columns = officer_columns;
    ask->row_size = officer_size;
    ask->sql = SQL_OFFICERS_BY_ID;
    ask_bind_parents(batch, ask, offsetof(struct load, processor));
    return ask->status;
}

static const struct ask officer = { officer_ask, officer_columns, 0, ask_answer_one, false };

const struct gql_field agency_load_fields[] = {
    GQL_FIELD("agency", agency),
    GQL_MEMBER("waiting", struct agency_load, sum.waiting),
    GQL_MEMBER("open", struct agency_load, sum.open),
    GQL_MEMBER("paused", struct agency_load, sum.paused),
    GQL_MEMBER("late", struct agency_load, sum.late),
    GQL_MEMBER("dueInOneDay", struct agency_load, sum.due_in_one_day),
    GQL_MEMBER("dueInThreeDays", struct agency_load, sum.due_in_three_days),
    GQL_MEMBER("atCounter", struct agency_load, sum.at_counter),
    GQL_MEMBER("tasks", struct agency_load, sum.tasks),
    GQL_MEMBER("tasksLate", struct agency_load, sum.tasks_late),
    GQL_MEMBER("results", struct agency_load, sum.results),
    GQL_FIELD("officers", officers),
    GQL_FIELDS_END,
};

const struct gql_field officer_load_fields[] = {
    ASK_FIELD("officer", officer),
    GQL_MEMBER("open", struct load, open),
    GQL_MEMBER("paused", struct load, paused),
    GQL_MEMBER("late", struct load, late),
    GQL_MEMBER("dueInOneDay", struct load, due_in_one_day),
    GQL_MEMBER("dueInThreeDays", struct load, due_in_three_days),
    GQL_FIELDS_END,
};
