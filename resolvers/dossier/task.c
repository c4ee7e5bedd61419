/* InterAgencyTask (nhiệm vụ liên thông): what another agency is to do inside one dossier. */
#include "dossier/task.h"

#include "model.h"
#include "reference.h"
#include "sql.h"

enum { TASKS_MAX = 50 };

struct task {
    int64_t parent_no;
    struct str public_id;
    int64_t agency;
    struct str title, state;
    int64_t sent_at, accepted_at, due_at, closed_at;
    struct str answer;
};

const struct db_column task_columns[] = {
    DB_COLUMN(struct task, parent_no, DB_I64),
    DB_COLUMN(struct task, public_id, DB_UUID),
    DB_COLUMN(struct task, agency, DB_I64),
    DB_COLUMN(struct task, title, DB_TEXT),
    DB_COLUMN(struct task, state, DB_TEXT),
    DB_COLUMN(struct task, sent_at, DB_TIME),
    DB_COLUMN(struct task, accepted_at, DB_TIME),
    DB_COLUMN(struct task, due_at, DB_TIME),
    DB_COLUMN(struct task, closed_at, DB_TIME),
    DB_COLUMN(struct task, answer, DB_TEXT),
    DB_COLUMNS_END,
};

static enum status tasks_ask(struct gql_batch *batch, struct db_ask *ask)
{
    bool officer = request_of(batch)->viewer.kind == VIEWER_OFFICER;

    ask->sql = officer ? SQL_TASKS_OF_DOSSIERS_FOR_OFFICE : SQL_TASKS_OF_DOSSIERS;
    ask->rows_max = TASKS_MAX * gql_count(batch);
    ask_bind_parents(batch, ask, offsetof(struct dossier, id));
    db_bind_i64(ask, TASKS_MAX);
    return ask->status;
}

const struct ask tasks_of_dossier = { tasks_ask, task_columns, sizeof(struct task), ask_answer_list,
                                      false };

static enum gql_progress agency(struct gql_batch *batch)
{
    for (size_t i = 0; i < gql_count(batch); i++) {
        const struct task *task = gql_parent(batch, i);

        gql_set_object(batch, i, reference_agency(request_of(batch)->reference, task->agency));
    }
    return GQL_NOW;
}

const struct gql_field task_fields[] = {
    GQL_MEMBER("id", struct task, public_id),   GQL_FIELD("agency", agency),
    GQL_MEMBER("title", struct task, title),    GQL_MEMBER("state", struct task, state),
    GQL_MEMBER("sentAt", struct task, sent_at), GQL_MEMBER("acceptedAt", struct task, accepted_at),
    GQL_MEMBER("dueAt", struct task, due_at),   GQL_MEMBER("closedAt", struct task, closed_at),
    GQL_MEMBER("answer", struct task, answer),  GQL_FIELDS_END,
};
