#include "dossier/signature_request.h"

#include "connection.h"
#include "model.h"
#include "scope.h"
#include "sql.h"

enum { PRESET = 20, PARTS_MAX = 20 };

struct signature_request {
    int64_t parent_no;
    int64_t id;
    struct str public_id;
    int64_t dossier;
    struct str event, reason, legal_basis;
    int64_t until, due_at;
    struct str note, note_internal;
    int64_t seq;
    struct str proposed_by;
    int64_t proposed_at;
    struct str state, answer, decided_by;
    int64_t decided_at;
};

const struct db_column signature_request_columns[] = {
    DB_COLUMN(struct signature_request, parent_no, DB_I64),
    DB_COLUMN(struct signature_request, id, DB_I64),
    DB_COLUMN(struct signature_request, public_id, DB_UUID),
    DB_COLUMN(struct signature_request, dossier, DB_I64),
    DB_COLUMN(struct signature_request, event, DB_TEXT),
    DB_COLUMN(struct signature_request, reason, DB_TEXT),
    DB_COLUMN(struct signature_request, legal_basis, DB_TEXT),
    DB_COLUMN(struct signature_request, until, DB_TIME),
    DB_COLUMN(struct signature_request, due_at, DB_TIME),
    DB_COLUMN(struct signature_request, note, DB_TEXT),
    DB_COLUMN(struct signature_request, note_internal, DB_TEXT),
    DB_COLUMN(struct signature_request, seq, DB_I64),
    DB_COLUMN(struct signature_request, proposed_by, DB_TEXT),
    DB_COLUMN(struct signature_request, proposed_at, DB_TIME),
    DB_COLUMN(struct signature_request, state, DB_TEXT),
    DB_COLUMN(struct signature_request, answer, DB_TEXT),
    DB_COLUMN(struct signature_request, decided_by, DB_TEXT),
    DB_COLUMN(struct signature_request, decided_at, DB_TIME),
    DB_COLUMNS_END,
};

static bool is_officer(const struct gql_batch *batch)
{
    return request_of(batch)->viewer.kind == VIEWER_OFFICER;
}

/* ---- of a dossier ---- */

static enum status of_dossier_ask(struct gql_batch *batch, struct db_ask *ask)
{
    ask->sql = SQL_SIGNATURE_REQUESTS_OF_DOSSIERS;
    ask_bind_parents(batch, ask, offsetof(struct dossier, id));
    return ask->status;
}

const struct ask dossier_signature_request = { of_dossier_ask, signature_request_columns,
                                               sizeof(struct signature_request), ask_answer_one,
                                               false };

enum gql_progress signature_request_of_dossier(struct gql_batch *batch)
{
    return is_officer(batch) ? ask_resolve(batch) : GQL_NOW;
}

/* ---- the viewer's list ---- */

static struct place place_of(const void *node)
{
    const struct signature_request *request = node;

    return (struct place){ request->proposed_at, request->id };
}

static const struct list_order order = { CURSOR_SIGNATURE, place_of };

/* Before all rows: year 1. */
static const struct place first_of_all = { -62135596800000000, 0 };

static enum status list_ask(struct gql_batch *batch, struct db_ask *ask)
{
    struct db_i64_array agencies = viewer_numbers(ask->arena, request_of(batch)->viewer.agencies);
    struct page page;
    enum status status = page_read_forward(batch, CURSOR_SIGNATURE, PRESET, &page);
    struct place after;

    if (status != MC_OK) return status;
    after = page.has_after ? page.after : first_of_all;
    ask->sql = SQL_SIGNATURE_REQUESTS_OF_OFFICER;
    db_bind_i64_array(ask, agencies.items, agencies.count);
    db_bind_time(ask, after.major);
    db_bind_i64(ask, after.minor);
    db_bind_i64(ask, (int64_t)page.limit + 1);
    return ask->status;
}

static void list_answer(struct gql_batch *batch, struct db_ask *ask)
{
    struct page page;

    MC_ASSERT(page_read_forward(batch, CURSOR_SIGNATURE, PRESET, &page) == MC_OK);
    connection_answer(batch, ask, &page, &order);
}

const struct ask signature_requests = { list_ask, signature_request_columns,
                                        sizeof(struct signature_request), list_answer, false };

enum gql_progress signature_requests_of_viewer(struct gql_batch *batch)
{
    if (is_officer(batch)) return ask_resolve(batch);
    if (scope_allows(batch)) connection_answer_none(batch, &order);
    return GQL_NOW;
}

/* ---- one ---- */

struct signature_part {
    int64_t parent_no;
    struct str name, part, note;
};

const struct db_column signature_part_columns[] = {
    DB_COLUMN(struct signature_part, parent_no, DB_I64),
    DB_COLUMN(struct signature_part, name, DB_TEXT),
    DB_COLUMN(struct signature_part, part, DB_TEXT),
    DB_COLUMN(struct signature_part, note, DB_TEXT),
    DB_COLUMNS_END,
};

static enum status parts_ask(struct gql_batch *batch, struct db_ask *ask)
{
    ask->sql = SQL_SIGNATURE_PARTS_OF_REQUESTS;
    ask->rows_max = PARTS_MAX * gql_count(batch);
    ask_bind_parents(batch, ask, offsetof(struct signature_request, id));
    return ask->status;
}

static const struct ask parts = { parts_ask, signature_part_columns, sizeof(struct signature_part),
                                  ask_answer_list, false };

static enum status dossier_ask(struct gql_batch *batch, struct db_ask *ask)
{
    ask->sql = SQL_DOSSIERS_BY_ID_FOR_OFFICE;
    ask_bind_parents(batch, ask, offsetof(struct signature_request, dossier));
    return ask->status;
}

static const struct ask dossier = { dossier_ask, dossier_columns, sizeof(struct dossier),
                                    ask_answer_one, false };

const struct gql_field signature_part_fields[] = {
    GQL_MEMBER("name", struct signature_part, name),
    GQL_MEMBER("part", struct signature_part, part),
    GQL_MEMBER("note", struct signature_part, note),
    GQL_FIELDS_END,
};

const struct gql_field signature_request_fields[] = {
    GQL_MEMBER("id", struct signature_request, public_id),
    ASK_FIELD("dossier", dossier),
    GQL_MEMBER("event", struct signature_request, event),
    ASK_FIELD("parts", parts),
    GQL_MEMBER("reason", struct signature_request, reason),
    GQL_MEMBER("legalBasis", struct signature_request, legal_basis),
    GQL_MEMBER("until", struct signature_request, until),
    GQL_MEMBER("dueAt", struct signature_request, due_at),
    GQL_MEMBER("note", struct signature_request, note),
    GQL_MEMBER("noteInternal", struct signature_request, note_internal),
    GQL_MEMBER("seq", struct signature_request, seq),
    GQL_MEMBER("proposedBy", struct signature_request, proposed_by),
    GQL_MEMBER("proposedAt", struct signature_request, proposed_at),
    GQL_MEMBER("state", struct signature_request, state),
    GQL_MEMBER("answer", struct signature_request, answer),
    GQL_MEMBER("decidedBy", struct signature_request, decided_by),
    GQL_MEMBER("decidedAt", struct signature_request, decided_at),
    GQL_FIELDS_END,
};

/* ---- changes ---- */

static void bind_request(const struct mutation *mutation, struct db_ask *ask)
{
    const struct gql_input *seq = gql_input_field(mutation->input, "expectedSeq");

    db_bind_text(ask, gql_input_text(mutation->input, "request"));
    db_bind_i64(ask, seq != NULL && seq->kind == GQL_INPUT_INT ? seq->integer : GQL_I64_NONE);
}

static enum status sign_bind(struct mutation *mutation, struct db_ask *ask)
{
    ask->sql = SQL_SIGN_REQUEST;
    bind_request(mutation, ask);
    return ask->status;
}

static enum status return_bind(struct mutation *mutation, struct db_ask *ask)
{
    ask->sql = SQL_RETURN_REQUEST;
    bind_request(mutation, ask);
    db_bind_text(ask, gql_input_text(mutation->input, "reason"));
    return ask->status;
}

const struct mutation_kind sign_request = { .payload = "DossierChanged", .bind = sign_bind };
const struct mutation_kind return_request = { .payload = "SignatureRequestReturned",
                                              .bind = return_bind };

static enum status outcome_ask(struct gql_batch *batch, struct db_ask *ask)
{
    ask->sql = SQL_SIGNATURE_REQUESTS_BY_ID;
    ask_bind_parents(batch, ask, offsetof(struct outcome, id));
    return ask->status;
}

static const struct ask request_of_outcome = { outcome_ask, signature_request_columns,
                                               sizeof(struct signature_request), ask_answer_one,
                                               false };

/* Of both payloads. */
const struct gql_field signature_changed_fields[] = {
    ASK_FIELD("request", request_of_outcome),
    GQL_FIELDS_END,
};
