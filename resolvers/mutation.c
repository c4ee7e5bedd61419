#include "mutation.h"

#include "sql.h"

enum next { GO_ON, ROLL_BACK };

struct step {
    enum status (*bind)(struct mutation *mutation, struct db_ask *ask);
    const struct db_column *columns;
    size_t row_size;
    enum next (*answer)(struct mutation *mutation, const struct db_ask *ask);
};

static void fail(struct mutation *mutation, enum failure_kind kind)
{
    mutation->failure_kind = kind;
    mutation->failure = failure_new(mutation->request, kind);
    mutation->decided = true;
}

enum status mutation_refuse(struct mutation *mutation, const char *path, const char *vi,
                            const char *en)
{
    fail(mutation, FAILURE_GUARD_FAILED);
    failure_set_problem(mutation->request, mutation->failure, path, vi, en);
    return MC_BAD_INPUT;
}

enum status mutation_refuse_all(struct mutation *mutation, struct problem *problems, size_t count)
{
    fail(mutation, FAILURE_GUARD_FAILED);
    mutation->failure->problems = problems;
    mutation->failure->problem_count = count;
    return MC_BAD_INPUT;
}

/* ---- claim ---- */

struct claim_row {
    struct str verdict;
    struct db_i64_array outcome_ids;
    int64_t outcome_seq;
    struct str outcome_public_id;
    int64_t at;
};

const struct db_column claim_columns[] = {
    DB_COLUMN(struct claim_row, verdict, DB_TEXT),
    DB_COLUMN(struct claim_row, outcome_ids, DB_I64_ARRAY),
    DB_COLUMN(struct claim_row, outcome_seq, DB_I64),
    DB_COLUMN(struct claim_row, outcome_public_id, DB_UUID),
    DB_COLUMN(struct claim_row, at, DB_TIME),
    DB_COLUMNS_END,
};

static enum status claim_bind(struct mutation *mutation, struct db_ask *ask)
{
    struct buf request;

    ask->sql = SQL_IDEMPOTENCY_CLAIM;
    buf_init(&request, mutation->request->arena->bytes_max);
    buf_add(&request, gql_field_name(mutation->batch));
    if (mutation->kind->digest != NULL)
        mutation->kind->digest(mutation, &request);
    else
        gql_input_json(&request, mutation->input);
    db_bind_text(ask, mutation->key);
    db_bind_text(ask, buf_str(&request));
    buf_done(&request);
    return ask->status;
}

static enum next claim_answer(struct mutation *mutation, const struct db_ask *ask)
{
    const struct claim_row *row = ask->rows;

    mutation->outcome.at = row->at;
    if (str_is(row->verdict, "NEW")) return GO_ON;
    if (str_is(row->verdict, "REUSED")) {
        fail(mutation, FAILURE_KEY_REUSED);
        return ROLL_BACK;
    }
    mutation->outcome.id = row->outcome_ids.count > 0 ? row->outcome_ids.items[0] : 0;
    mutation->outcome.seq = row->outcome_seq;
    mutation->outcome.public_id = row->outcome_public_id;
    mutation->decided = true;
    return ROLL_BACK;
}

/* ---- look ---- */

static enum status look_bind(struct mutation *mutation, struct db_ask *ask)
{
    const struct mutation_look *look = mutation->kind->look;

    if (look == NULL) return MC_OK;
    ask->columns = look->columns;
    ask->row_size = look->row_size;
    return look->bind(mutation, ask);
}

static enum next look_answer(struct mutation *mutation, const struct db_ask *ask)
{
    return mutation->kind->look->judge(mutation, ask) == MC_OK ? GO_ON : ROLL_BACK;
}

/* ---- apply ---- */

struct apply_row {
    struct str failure;
    int64_t id;
    struct str public_id;
    int64_t seq;
    struct str problems;
};

const struct db_column apply_columns[] = {
    DB_COLUMN(struct apply_row, failure, DB_TEXT),   DB_COLUMN(struct apply_row, id, DB_I64),
    DB_COLUMN(struct apply_row, public_id, DB_UUID), DB_COLUMN(struct apply_row, seq, DB_I64),
    DB_COLUMN(struct apply_row, problems, DB_TEXT),  DB_COLUMNS_END,
};

static enum status apply_bind(struct mutation *mutation, struct db_ask *ask)
{
    return mutation->kind->bind(mutation, ask);
}

static enum next apply_answer(struct mutation *mutation, const struct db_ask *ask)
{
    const struct apply_row *row = ask->rows;
    enum failure_kind kind;

    mutation->outcome.id = row->id;
    mutation->outcome.seq = row->seq;
    mutation->outcome.public_id = row->public_id;
    if (row->failure.data == NULL) return GO_ON;
    if (failure_kind_of(row->failure, &kind) != MC_OK) return ROLL_BACK;
    fail(mutation, kind);
    mutation->failure->dossier = row->id;
    mutation->failure->retry_after_seconds = row->seq;
    failure_read_problems(mutation->request, mutation->failure, row->problems);
    return ROLL_BACK;
}

/* ---- store ---- */

static enum status store_bind(struct mutation *mutation, struct db_ask *ask)
{
    ask->sql = SQL_IDEMPOTENCY_STORE;
    db_bind_text(ask, mutation->key);
    db_bind_text(ask, str_of(mutation->kind->payload));
    db_bind_i64_array(ask, &mutation->outcome.id, 1);
    db_bind_i64(ask, mutation->outcome.seq);
    db_bind_text(ask, mutation->outcome.public_id);
    return ask->status;
}

static const struct step steps[] = {
    { claim_bind, claim_columns, sizeof(struct claim_row), claim_answer },
    { look_bind, NULL, 0, look_answer },
    { apply_bind, apply_columns, sizeof(struct apply_row), apply_answer },
    { store_bind, NULL, 0, NULL },
};

enum { STEPS = sizeof(steps) / sizeof(steps[0]) };

/* ---- the transaction ---- */

/* The next step that has something to ask. */
static void ask_step(struct mutation *mutation)
{
    enum status status = MC_OK;

    for (; mutation->step < STEPS; mutation->step++) {
        const struct step *step = &steps[mutation->step];

        db_ask_init(&mutation->ask, NULL, mutation->request->arena);
        mutation->ask.columns = step->columns;
        mutation->ask.row_size = step->row_size;
        status = step->bind(mutation, &mutation->ask);
        if (status != MC_OK || mutation->ask.sql != NULL) break;
    }
    if (status != MC_OK)
        db_tx_rollback(&mutation->tx);
    else if (mutation->step == STEPS)
        db_tx_commit(&mutation->tx);
    else
        db_tx_ask(&mutation->tx, &mutation->ask);
}

static void on_ready(struct db_tx *tx, enum status status)
{
    if (status == MC_OK) ask_step(tx->data);
}

/* A kind of principal that may not even call the function is told as by the function itself. */
static bool is_refused(const struct step *step, const struct db_ask *ask)
{
    return step->bind == apply_bind && ask->status == MC_FORBIDDEN;
}

static void on_answered(struct db_tx *tx, struct db_ask *ask)
{
    struct mutation *mutation = tx->data;
    const struct step *step = &steps[mutation->step];
    bool one = step->answer == NULL || step->answer == look_answer || ask->row_count == 1;
    bool usable = ask->status == MC_OK && one;

    if (is_refused(step, ask)) fail(mutation, FAILURE_NOT_ALLOWED);
    if (!usable || (step->answer != NULL && step->answer(mutation, ask) == ROLL_BACK)) {
        db_tx_rollback(tx);
        return;
    }
    mutation->step++;
    ask_step(mutation);
}

void mutation_answer(const struct mutation *mutation, struct gql_batch *batch, size_t i)
{
    if (mutation->status != MC_OK)
        gql_fail(batch, i, mutation->status, NULL);
    else if (mutation->failure != NULL)
        gql_set_object_of(batch, i, failure_type_name(mutation->failure_kind), mutation->failure);
    else
        gql_set_object_of(batch, i, mutation->kind->payload, (void *)&mutation->outcome);
}

void mutation_settled(void *mutation)
{
    ((struct mutation *)mutation)->done(mutation);
}

static void on_ended(struct db_tx *tx, enum status status)
{
    struct mutation *mutation = tx->data;
    const struct services *services = mutation->request->services;
    bool committed = status == MC_OK;

    if (committed) services->ring(services->data);
    if (mutation->decided) status = MC_OK;
    mutation->status = status == MC_CANCELLED ? MC_INTERNAL : status;
    if (committed && mutation->kind->committed != NULL)
        mutation->kind->committed(mutation);
    else
        mutation_settled(mutation);
}

enum status mutation_begin(struct mutation *mutation)
{
    struct request *request = mutation->request;

    mutation->tx.data = mutation;
    mutation->tx.ready = on_ready;
    mutation->tx.answered = on_answered;
    mutation->tx.ended = on_ended;
    viewer_identify_tx(&request->viewer, request->arena, &mutation->tx);
    return request->services->begin(request->services->data, &request->viewer, &mutation->tx);
}

static bool key_fits(struct mutation *mutation)
{
    if (mutation->key.size > 0 && mutation->key.size <= MUTATION_KEY_BYTES_MAX) return true;
    (void)mutation_refuse(mutation, "idempotencyKey", "Khóa dài từ 1 đến 200 byte.",
                          "A key has 1 to 200 bytes.");
    mutation_answer(mutation, mutation->batch, 0);
    return false;
}

static void answer_batch(struct mutation *mutation)
{
    mutation_answer(mutation, mutation->batch, 0);
    gql_batch_done(mutation->batch);
}

enum gql_progress mutation_resolve(struct gql_batch *batch)
{
    struct request *request = request_of(batch);
    struct mutation *mutation = ARENA_NEW(request->arena, struct mutation);
    enum status status;

    if (!request_signed_in(batch)) return GQL_NOW;
    mutation->kind = gql_data(batch);
    mutation->batch = batch;
    mutation->request = request;
    mutation->input = gql_arg(batch, "input");
    mutation->key = gql_input_text(mutation->input, "idempotencyKey");
    mutation->done = answer_batch;
    mutation->tx.timeout_ms = request->timeout_ms;
    if (!key_fits(mutation)) return GQL_NOW;
    status = mutation_begin(mutation);
    if (status == MC_OK) return GQL_LATER;
    gql_fail(batch, 0, status, NULL);
    return GQL_NOW;
}
