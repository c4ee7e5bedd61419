#include "dossier/draft.h"

#include "dossier/form_problems.h"
#include "model.h"
#include "person/party.h"
#include "reference.h"
#include "sql.h"
#include "words.h"

struct draft {
    int64_t parent_no;
    int64_t id;
    struct str public_id;
    int64_t version;
    struct str case_code;
    int64_t agency;
    struct str channel;
    int64_t seq;
    int64_t updated_at, expires_at;
    bool outdated;
    int64_t carried_at; /* INT64_MIN: it was not */
    struct str added, dropped;
    struct party applicant;
};

const struct db_column draft_columns[] = {
    DB_COLUMN(struct draft, parent_no, DB_I64),
    DB_COLUMN(struct draft, id, DB_I64),
    DB_COLUMN(struct draft, public_id, DB_UUID),
    DB_COLUMN(struct draft, version, DB_I64),
    DB_COLUMN(struct draft, case_code, DB_TEXT),
    DB_COLUMN(struct draft, agency, DB_I64),
    DB_COLUMN(struct draft, channel, DB_TEXT),
    DB_COLUMN(struct draft, seq, DB_I64),
    DB_COLUMN(struct draft, updated_at, DB_TIME),
    DB_COLUMN(struct draft, expires_at, DB_TIME),
    DB_COLUMN(struct draft, outdated, DB_BOOL),
    DB_COLUMN(struct draft, carried_at, DB_TIME),
    DB_COLUMN(struct draft, added, DB_TEXT),
    DB_COLUMN(struct draft, dropped, DB_TEXT),
    PARTY_COLUMNS("applicant", struct draft, applicant),
    DB_COLUMNS_END,
};

static bool may_draft(const struct request *request)
{
    return request->viewer.kind == VIEWER_CITIZEN || request->viewer.kind == VIEWER_PARTNER;
}

/* ---- read ---- */

static enum status of_viewer_ask(struct gql_batch *batch, struct db_ask *ask)
{
    (void)batch;
    ask->sql = SQL_DRAFTS_OF_VIEWER;
    return ask->status;
}

const struct ask viewer_drafts = { of_viewer_ask, draft_columns, sizeof(struct draft),
                                   ask_answer_viewer, false };

enum gql_progress drafts_of_viewer(struct gql_batch *batch)
{
    if (may_draft(request_of(batch))) return ask_resolve(batch);
    for (size_t i = 0; i < gql_count(batch); i++)
        (void)gql_set_list(batch, i, 0);
    return GQL_NOW;
}

static enum gql_progress procedure(struct gql_batch *batch)
{
    for (size_t i = 0; i < gql_count(batch); i++) {
        const struct draft *draft = gql_parent(batch, i);

        gql_set_object(batch, i, reference_version(request_of(batch)->reference, draft->version));
    }
    return GQL_NOW;
}

static enum gql_progress agency(struct gql_batch *batch)
{
    for (size_t i = 0; i < gql_count(batch); i++) {
        const struct draft *draft = gql_parent(batch, i);

        gql_set_object(batch, i, reference_agency(request_of(batch)->reference, draft->agency));
    }
    return GQL_NOW;
}

static enum gql_progress changes(struct gql_batch *batch)
{
    for (size_t i = 0; i < gql_count(batch); i++) {
        struct draft *draft = gql_parent(batch, i);

        gql_set_object(batch, i, draft->carried_at == INT64_MIN ? NULL : draft);
    }
    return GQL_NOW;
}

static enum gql_progress names(struct gql_batch *batch)
{
    const size_t *at = gql_data(batch);

    for (size_t i = 0; i < gql_count(batch); i++) {
        const char *draft = gql_parent(batch, i);

        words_set(batch, i, *(const struct str *)(const void *)(draft + *at));
    }
    return GQL_NOW;
}

static const size_t added_at = offsetof(struct draft, added);
static const size_t dropped_at = offsetof(struct draft, dropped);

const struct gql_field draft_changes_fields[] = {
    GQL_MEMBER("at", struct draft, carried_at),
    GQL_FIELD_DATA("added", names, &added_at),
    GQL_FIELD_DATA("dropped", names, &dropped_at),
    GQL_FIELDS_END,
};

struct draft_field {
    int64_t parent_no;
    struct str name, value;
    int64_t seq, at;
    bool asked;
};

const struct db_column draft_field_columns[] = {
    DB_COLUMN(struct draft_field, parent_no, DB_I64),
    DB_COLUMN(struct draft_field, name, DB_TEXT),
    DB_COLUMN(struct draft_field, value, DB_TEXT),
    DB_COLUMN(struct draft_field, seq, DB_I64),
    DB_COLUMN(struct draft_field, at, DB_TIME),
    DB_COLUMN(struct draft_field, asked, DB_BOOL),
    DB_COLUMNS_END,
};

enum { FIELDS_MAX = 200 };

static enum status fields_ask(struct gql_batch *batch, struct db_ask *ask)
{
    ask->sql = SQL_DRAFT_FIELDS_OF_DRAFTS;
    ask->rows_max = FIELDS_MAX * gql_count(batch);
    ask_bind_parents(batch, ask, offsetof(struct draft, id));
    return ask->status;
}

static const struct ask fields = { fields_ask, draft_field_columns, sizeof(struct draft_field),
                                   ask_answer_list, false };

struct draft_part {
    int64_t parent_no;
    struct str part, paper, upload;
    bool on_paper;
};

const struct db_column draft_part_columns[] = {
    DB_COLUMN(struct draft_part, parent_no, DB_I64), DB_COLUMN(struct draft_part, part, DB_TEXT),
    DB_COLUMN(struct draft_part, paper, DB_UUID),    DB_COLUMN(struct draft_part, upload, DB_UUID),
    DB_COLUMN(struct draft_part, on_paper, DB_BOOL), DB_COLUMNS_END,
};

enum { PARTS_MAX = 60 };

static enum status parts_ask(struct gql_batch *batch, struct db_ask *ask)
{
    ask->sql = SQL_DRAFT_PARTS_OF_DRAFTS;
    ask->rows_max = PARTS_MAX * gql_count(batch);
    ask_bind_parents(batch, ask, offsetof(struct draft, id));
    return ask->status;
}

static const struct ask parts = { parts_ask, draft_part_columns, sizeof(struct draft_part),
                                  ask_answer_list, false };

static const size_t applicant_at = offsetof(struct draft, applicant);

const struct gql_field draft_fields[] = {
    GQL_MEMBER("id", struct draft, public_id),
    GQL_FIELD("procedure", procedure),
    GQL_MEMBER("case", struct draft, case_code),
    GQL_FIELD_DATA("applicant", party_resolve, &applicant_at),
    GQL_FIELD("agency", agency),
    GQL_MEMBER("channel", struct draft, channel),
    GQL_MEMBER("seq", struct draft, seq),
    GQL_MEMBER("outdated", struct draft, outdated),
    GQL_FIELD("changes", changes),
    ASK_FIELD("fields", fields),
    ASK_FIELD("parts", parts),
    GQL_MEMBER("updatedAt", struct draft, updated_at),
    GQL_MEMBER("expiresAt", struct draft, expires_at),
    GQL_FIELDS_END,
};

const struct gql_field draft_part_fields[] = {
    GQL_MEMBER("part", struct draft_part, part),
    GQL_MEMBER("paper", struct draft_part, paper),
    GQL_MEMBER("upload", struct draft_part, upload),
    GQL_MEMBER("onPaper", struct draft_part, on_paper),
    GQL_FIELDS_END,
};

const struct gql_field draft_field_fields[] = {
    GQL_MEMBER("name", struct draft_field, name),   GQL_MEMBER("value", struct draft_field, value),
    GQL_MEMBER("seq", struct draft_field, seq),     GQL_MEMBER("savedAt", struct draft_field, at),
    GQL_MEMBER("asked", struct draft_field, asked), GQL_FIELDS_END,
};

/* ---- changed ---- */

static enum status save_bind(struct mutation *mutation, struct db_ask *ask)
{
    struct buf input;

    buf_init(&input, mutation->request->arena->bytes_max);
    gql_input_json(&input, mutation->input);
    ask->sql = SQL_SAVE_DRAFT;
    db_bind_text(ask, buf_str(&input));
    buf_done(&input);
    return ask->status;
}

static enum status remove_bind(struct mutation *mutation, struct db_ask *ask)
{
    ask->sql = SQL_REMOVE_DRAFT;
    db_bind_text(ask, gql_input_text(mutation->input, "id"));
    return ask->status;
}

const struct mutation_kind save_draft = { .payload = "DraftSaved", .bind = save_bind };
const struct mutation_kind remove_draft = { .payload = "DraftRemoved", .bind = remove_bind };

static enum status saved_ask(struct gql_batch *batch, struct db_ask *ask)
{
    ask->sql = SQL_DRAFTS_BY_ID;
    ask_bind_parents(batch, ask, offsetof(struct outcome, id));
    return ask->status;
}

static const struct ask saved = { saved_ask, draft_columns, sizeof(struct draft), ask_answer_one,
                                  false };

const struct gql_field draft_saved_fields[] = { ASK_FIELD("draft", saved), GQL_FIELDS_END };

const struct gql_field draft_removed_fields[] = {
    GQL_MEMBER("id", struct outcome, public_id),
    GQL_FIELDS_END,
};

/* ---- handed in ---- */

struct draft_document {
    int64_t form;
    struct str schema, document;
};

const struct db_column draft_document_columns[] = {
    DB_COLUMN(struct draft_document, form, DB_I64),
    DB_COLUMN(struct draft_document, schema, DB_TEXT),
    DB_COLUMN(struct draft_document, document, DB_TEXT),
    DB_COLUMNS_END,
};

/* Whoever writes no drafts has none, and is told so by submit_draft itself. */
static enum status look_bind(struct mutation *mutation, struct db_ask *ask)
{
    struct str draft = gql_input_text(mutation->input, "draft");

    if (draft.data == NULL || !may_draft(mutation->request)) return MC_OK;
    ask->sql = SQL_DRAFT_DOCUMENT;
    db_bind_text(ask, draft);
    return ask->status;
}

static enum status look_judge(struct mutation *mutation, const struct db_ask *ask)
{
    const struct services *services = mutation->request->services;
    const struct draft_document *row = ask->rows;
    struct form_check check = { 0 };
    enum status status;

    if (ask->row_count == 0) return MC_OK;
    check.form = row->form;
    check.schema = row->schema;
    check.document = row->document;
    status = services->check_form(services->data, &check, mutation->request->arena);
    if (status == MC_LIMIT)
        return mutation_refuse(mutation, "fields", "Tờ khai quá lớn.", "The form is too large.");
    if (status != MC_OK || check.problem_count == 0) return status;
    return mutation_refuse_all(mutation, form_problems(mutation->request, &check),
                               check.problem_count);
}

const struct mutation_look draft_look = { look_bind, draft_document_columns,
                                          sizeof(struct draft_document), look_judge };
