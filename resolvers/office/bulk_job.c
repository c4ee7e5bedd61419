/* BulkJob (lô hồ sơ) and BulkItem: many dossiers handed in at once. */
#include "office/bulk_job.h"

#include "model.h"
#include "mutation.h"
#include "sql.h"

const struct db_column bulk_job_columns[] = {
    DB_COLUMN(struct bulk_job, parent_no, DB_I64),
    DB_COLUMN(struct bulk_job, id, DB_I64),
    DB_COLUMN(struct bulk_job, public_id, DB_UUID),
    DB_COLUMN(struct bulk_job, state, DB_TEXT),
    DB_COLUMN(struct bulk_job, total, DB_I64),
    DB_COLUMN(struct bulk_job, done, DB_I64),
    DB_COLUMN(struct bulk_job, failed, DB_I64),
    DB_COLUMN(struct bulk_job, created_at, DB_TIME),
    DB_COLUMN(struct bulk_job, finished_at, DB_TIME),
    DB_COLUMNS_END,
};

const struct db_column bulk_item_columns[] = {
    DB_COLUMN(struct bulk_item, parent_no, DB_I64),
    DB_COLUMN(struct bulk_item, no, DB_I64),
    DB_COLUMN(struct bulk_item, reference, DB_TEXT),
    DB_COLUMN(struct bulk_item, state, DB_TEXT),
    DB_COLUMN(struct bulk_item, dossier, DB_I64),
    DB_COLUMN(struct bulk_item, code, DB_TEXT),
    DB_COLUMN(struct bulk_item, failure, DB_TEXT),
    DB_COLUMN(struct bulk_item, problems, DB_TEXT),
    DB_COLUMNS_END,
};

/* ---- for streams and files ---- */

void bulk_job_ask(struct str id, int64_t after, struct db_ask *ask)
{
    ask->sql = SQL_BULK_JOB_PROGRESS;
    ask->columns = bulk_job_columns;
    ask->row_size = sizeof(struct bulk_job);
    ask->rows_max = 1;
    db_bind_text(ask, id);
    db_bind_i64(ask, after);
}

int64_t bulk_job_place(const void *job)
{
    const struct bulk_job *row = job;

    return row->done + row->failed + 1;
}

bool bulk_job_is_done(const void *job)
{
    return str_is(((const struct bulk_job *)job)->state, "DONE");
}

void bulk_result_ask(struct str id, struct db_ask *ask)
{
    ask->sql = SQL_BULK_RESULT;
    ask->columns = bulk_item_columns;
    ask->row_size = sizeof(struct bulk_item);
    ask->rows_max = BULK_ITEMS_MAX;
    db_bind_text(ask, id);
}

struct failure *bulk_item_failure(struct request *request, const struct bulk_item *item)
{
    struct failure *failure;

    if (item->failure.data == NULL) return NULL;
    failure = failure_of_word(request, item->failure);
    failure_read_problems(request, failure, item->problems);
    return failure;
}

/* ---- Query.bulkJob, Viewer.bulkJobs ---- */

static enum status job_ask(struct gql_batch *batch, struct db_ask *ask)
{
    bulk_job_ask(gql_arg_text(batch, "id"), 0, ask);
    return ask->status;
}

const struct ask query_bulk_job_ask = { job_ask, bulk_job_columns, sizeof(struct bulk_job),
                                        ask_answer_one, false };

enum gql_progress query_bulk_job(struct gql_batch *batch)
{
    if (!request_signed_in(batch) || !str_is_uuid(gql_arg_text(batch, "id"))) return GQL_NOW;
    return ask_resolve(batch);
}

static enum status jobs_ask(struct gql_batch *batch, struct db_ask *ask)
{
    (void)batch;
    ask->sql = SQL_BULK_JOBS_OF_VIEWER;
    return ask->status;
}

/* There is one viewer, wherever it was asked for. */
static void jobs_answer(struct gql_batch *batch, struct db_ask *ask)
{
    for (size_t parent = 0; parent < gql_count(batch); parent++) {
        struct gql_cell *items = gql_set_list(batch, parent, ask->row_count);

        for (size_t i = 0; i < ask->row_count; i++)
            items[i] = gql_cell_object(ask_row(ask, i));
    }
}

const struct ask bulk_jobs = { jobs_ask, bulk_job_columns, sizeof(struct bulk_job), jobs_answer,
                               false };

/* ---- BulkJob.items ---- */

enum { ITEMS_PRESET = 50 };

static enum status items_ask(struct gql_batch *batch, struct db_ask *ask)
{
    struct page page;
    enum status status = page_read_forward(batch, CURSOR_BULK_ITEM, ITEMS_PRESET, &page);

    if (status != MC_OK) return status;
    ask->sql = SQL_BULK_ITEMS_OF_JOBS;
    ask->rows_max = (page.limit + 1) * gql_count(batch);
    ask_bind_parents(batch, ask, offsetof(struct bulk_job, id));
    db_bind_i64(ask, page.has_after ? page.after.major : 0);
    db_bind_i64(ask, (int64_t)page.limit + 1);
    return ask->status;
}

static struct place item_place(const void *node)
{
    return (struct place){ ((const struct bulk_item *)node)->no, 0 };
}

static const struct list_order item_order = { CURSOR_BULK_ITEM, item_place };

static void items_answer(struct gql_batch *batch, struct db_ask *ask)
{
    struct page page;

    MC_ASSERT(page_read_forward(batch, CURSOR_BULK_ITEM, ITEMS_PRESET, &page) == MC_OK);
    connection_answer(batch, ask, &page, &item_order);
}

static const struct ask items = { items_ask, bulk_item_columns, sizeof(struct bulk_item),
                                  items_answer, false };

static enum gql_progress result_url(struct gql_batch *batch)
{
    for (size_t i = 0; i < gql_count(batch); i++) {
        const struct bulk_job *job = gql_parent(batch, i);

        if (!bulk_job_is_done(job)) continue;
        gql_set_text(batch, i,
                     arena_printf(gql_arena(batch), "/bulk/%.*s.csv", STR_PRINT(job->public_id)));
    }
    return GQL_NOW;
}

const struct gql_field bulk_job_fields[] = {
    GQL_MEMBER("id", struct bulk_job, public_id),
    GQL_MEMBER("state", struct bulk_job, state),
    GQL_MEMBER("total", struct bulk_job, total),
    GQL_MEMBER("done", struct bulk_job, done),
    GQL_MEMBER("failed", struct bulk_job, failed),
    GQL_MEMBER("createdAt", struct bulk_job, created_at),
    GQL_MEMBER("finishedAt", struct bulk_job, finished_at),
    ASK_FIELD("items", items),
    GQL_FIELD("resultUrl", result_url),
    GQL_FIELDS_END,
};

/* ---- BulkItem ---- */

static enum status dossier_ask(struct gql_batch *batch, struct db_ask *ask)
{
    ask->sql = SQL_DOSSIERS_BY_ID;
    ask_bind_parents(batch, ask, offsetof(struct bulk_item, dossier));
    return ask->status;
}

static const struct ask dossier = { dossier_ask, dossier_columns, sizeof(struct dossier),
                                    ask_answer_one, false };

static enum gql_progress failure(struct gql_batch *batch)
{
    for (size_t i = 0; i < gql_count(batch); i++)
        gql_set_object(batch, i, bulk_item_failure(request_of(batch), gql_parent(batch, i)));
    return GQL_NOW;
}

const struct gql_field bulk_item_fields[] = {
    GQL_MEMBER("reference", struct bulk_item, reference),
    GQL_MEMBER("state", struct bulk_item, state),
    GQL_MEMBER("code", struct bulk_item, code),
    ASK_FIELD("dossier", dossier),
    GQL_FIELD("failure", failure),
    GQL_FIELDS_END,
};

/* ---- Mutation.submitBulk ---- */

static enum status submit_bind(struct mutation *mutation, struct db_ask *ask)
{
    struct buf json;

    buf_init(&json, mutation->request->arena->bytes_max);
    gql_input_json(&json, gql_input_field(mutation->input, "items"));
    ask->sql = SQL_SUBMIT_BULK;
    db_bind_text(ask, buf_str(&json));
    buf_done(&json);
    return ask->status;
}

const struct mutation_kind submit_bulk = { .payload = "BulkJobAccepted", .bind = submit_bind };

static enum status accepted_ask(struct gql_batch *batch, struct db_ask *ask)
{
    ask->sql = SQL_BULK_JOBS_BY_ID;
    ask_bind_parents(batch, ask, offsetof(struct outcome, id));
    return ask->status;
}

static const struct ask accepted = { accepted_ask, bulk_job_columns, sizeof(struct bulk_job),
                                     ask_answer_one, false };

const struct gql_field bulk_job_accepted_fields[] = {
    ASK_FIELD("job", accepted),
    GQL_FIELDS_END,
};
