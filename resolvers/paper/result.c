#include "paper/result.h"

#include "base/json_out.h"
#include "connection.h"
#include "paper/paper.h"
#include "reference.h"
#include "sql.h"

struct result {
    int64_t parent_no;
    int64_t id;
    struct str public_id, number, title, kind, procedure;
    int64_t issuer;
    struct str authority_level;
    int64_t agency;
    int32_t issued_on, valid_until;
    struct str tax_code, state;
    int64_t paper;
    struct str sha256, attached_by;
    int64_t attached_at;
    struct str return_reason;
    int64_t digitised_at;
};

const struct db_column result_columns[] = {
    DB_COLUMN(struct result, parent_no, DB_I64),
    DB_COLUMN(struct result, id, DB_I64),
    DB_COLUMN(struct result, public_id, DB_UUID),
    DB_COLUMN(struct result, number, DB_TEXT),
    DB_COLUMN(struct result, title, DB_TEXT),
    DB_COLUMN(struct result, kind, DB_TEXT),
    DB_COLUMN(struct result, procedure, DB_TEXT),
    DB_COLUMN(struct result, issuer, DB_I64),
    DB_COLUMN(struct result, authority_level, DB_TEXT),
    DB_COLUMN(struct result, agency, DB_I64),
    DB_COLUMN(struct result, issued_on, DB_DATE),
    DB_COLUMN(struct result, valid_until, DB_DATE),
    DB_COLUMN(struct result, tax_code, DB_TEXT),
    DB_COLUMN(struct result, state, DB_TEXT),
    DB_COLUMN(struct result, paper, DB_I64),
    DB_COLUMN(struct result, sha256, DB_TEXT),
    DB_COLUMN(struct result, attached_by, DB_TEXT),
    DB_COLUMN(struct result, attached_at, DB_TIME),
    DB_COLUMN(struct result, return_reason, DB_TEXT),
    DB_COLUMN(struct result, digitised_at, DB_TIME),
    DB_COLUMNS_END,
};

const size_t result_size = sizeof(struct result);

#define RESULT_ASK(ask, answer)                                                                    \
    {                                                                                              \
        ask, result_columns, sizeof(struct result), answer, false                                  \
    }

/* ---- of the viewer ---- */

enum { RESULTS_PRESET = 20 };

static struct place result_place(const void *node)
{
    return (struct place){ ((const struct result *)node)->id, 0 };
}

static const struct list_order result_order = { CURSOR_RESULT, result_place };

static enum status of_viewer_ask(struct gql_batch *batch, struct db_ask *ask)
{
    struct db_i64_array agencies = viewer_numbers(ask->arena, request_of(batch)->viewer.agencies);
    struct page page;
    enum status status = page_read_forward(batch, CURSOR_RESULT, RESULTS_PRESET, &page);

    if (status != MC_OK) return status;
    ask->sql = SQL_RESULTS_OF_AGENCIES;
    ask->rows_max = page.limit + 1;
    db_bind_i64_array(ask, agencies.items, agencies.count);
    db_bind_text(ask, gql_arg_text(batch, "state"));
    db_bind_i64(ask, page.has_after ? page.after.major : 0);
    db_bind_i64(ask, (int64_t)page.limit + 1);
    return ask->status;
}

static void of_viewer_answer(struct gql_batch *batch, struct db_ask *ask)
{
    struct page page;

    MC_ASSERT(page_read_forward(batch, CURSOR_RESULT, RESULTS_PRESET, &page) == MC_OK);
    connection_answer(batch, ask, &page, &result_order);
}

const struct ask viewer_results = RESULT_ASK(of_viewer_ask, of_viewer_answer);

enum gql_progress results_of_viewer(struct gql_batch *batch)
{
    if (request_of(batch)->viewer.kind == VIEWER_OFFICER) return ask_resolve(batch);
    connection_answer_none(batch, &result_order);
    return GQL_NOW;
}

/* ---- one ---- */

static enum gql_progress issuer(struct gql_batch *batch)
{
    for (size_t i = 0; i < gql_count(batch); i++) {
        const struct result *result = gql_parent(batch, i);

        gql_set_object(batch, i, reference_agency(request_of(batch)->reference, result->issuer));
    }
    return GQL_NOW;
}

static enum gql_progress agency(struct gql_batch *batch)
{
    for (size_t i = 0; i < gql_count(batch); i++) {
        const struct result *result = gql_parent(batch, i);

        gql_set_object(batch, i, reference_agency(request_of(batch)->reference, result->agency));
    }
    return GQL_NOW;
}

static enum status scan_ask(struct gql_batch *batch, struct db_ask *ask)
{
    ask->columns = paper_columns;
    ask->row_size = paper_size;
    ask->sql = SQL_PAPERS_BY_ID;
    ask_bind_parents(batch, ask, offsetof(struct result, paper));
    return ask->status;
}

static const struct ask scan = { scan_ask, paper_columns, 0, ask_answer_one, false };

const struct gql_field result_fields[] = {
    GQL_MEMBER("id", struct result, public_id),
    GQL_MEMBER("number", struct result, number),
    GQL_MEMBER("title", struct result, title),
    GQL_MEMBER("kind", struct result, kind),
    GQL_MEMBER("procedure", struct result, procedure),
    GQL_FIELD("issuer", issuer),
    GQL_MEMBER("authorityLevel", struct result, authority_level),
    GQL_FIELD("agency", agency),
    GQL_MEMBER("issuedOn", struct result, issued_on),
    GQL_MEMBER("validUntil", struct result, valid_until),
    GQL_MEMBER("taxCode", struct result, tax_code),
    GQL_MEMBER("state", struct result, state),
    ASK_FIELD("scan", scan),
    GQL_MEMBER("sha256", struct result, sha256),
    GQL_MEMBER("attachedBy", struct result, attached_by),
    GQL_MEMBER("attachedAt", struct result, attached_at),
    GQL_MEMBER("returnReason", struct result, return_reason),
    GQL_MEMBER("digitisedAt", struct result, digitised_at),
    GQL_FIELDS_END,
};

/* ---- an import ---- */

struct result_import {
    int64_t parent_no;
    int64_t id;
    struct str public_id;
    int64_t at;
    int64_t lines, listed, known;
};

const struct db_column result_import_columns[] = {
    DB_COLUMN(struct result_import, parent_no, DB_I64),
    DB_COLUMN(struct result_import, id, DB_I64),
    DB_COLUMN(struct result_import, public_id, DB_UUID),
    DB_COLUMN(struct result_import, at, DB_TIME),
    DB_COLUMN(struct result_import, lines, DB_I64),
    DB_COLUMN(struct result_import, listed, DB_I64),
    DB_COLUMN(struct result_import, known, DB_I64),
    DB_COLUMNS_END,
};

struct line_problem {
    int64_t parent_no;
    int64_t line;
    struct str path, message;
};

const struct db_column line_problem_columns[] = {
    DB_COLUMN(struct line_problem, parent_no, DB_I64),
    DB_COLUMN(struct line_problem, line, DB_I64),
    DB_COLUMN(struct line_problem, path, DB_TEXT),
    DB_COLUMN(struct line_problem, message, DB_TEXT),
    DB_COLUMNS_END,
};

enum { LINE_PROBLEMS_MAX = 1200 };

static enum status problems_ask(struct gql_batch *batch, struct db_ask *ask)
{
    ask->sql = SQL_PROBLEMS_OF_RESULT_IMPORTS;
    ask->rows_max = LINE_PROBLEMS_MAX * gql_count(batch);
    ask_bind_parents(batch, ask, offsetof(struct result_import, id));
    db_bind_i64(ask, LINE_PROBLEMS_MAX);
    return ask->status;
}

static const struct ask problems = { problems_ask, line_problem_columns,
                                     sizeof(struct line_problem), ask_answer_list, false };

const struct gql_field result_import_fields[] = {
    GQL_MEMBER("id", struct result_import, public_id),
    GQL_MEMBER("at", struct result_import, at),
    GQL_MEMBER("lines", struct result_import, lines),
    GQL_MEMBER("listed", struct result_import, listed),
    GQL_MEMBER("known", struct result_import, known),
    ASK_FIELD("problems", problems),
    GQL_FIELDS_END,
};

const struct gql_field result_line_problem_fields[] = {
    GQL_MEMBER("line", struct line_problem, line),
    GQL_MEMBER("path", struct line_problem, path),
    GQL_MEMBER("message", struct line_problem, message),
    GQL_FIELDS_END,
};

/* ---- changes ---- */

/* The blind index of an input's personalNo in hexadecimal, as a value in JSON; "" of what is no
 * such number. */
static enum status write_index(const struct mutation *mutation, struct str number, struct buf *out)
{
    const struct services *services = mutation->request->services;
    struct sealed_number sealed = { .table = "person" };
    enum status status =
        services->seal_number(services->data, number, mutation->request->arena, &sealed);

    if (status != MC_OK && status != MC_BAD_INPUT) return status;
    buf_add_char(out, '"');
    for (size_t i = 0; status == MC_OK && i < sealed.personal_no_index.size; i++)
        buf_printf(out, "%02x", (unsigned)(unsigned char)sealed.personal_no_index.data[i]);
    buf_add_char(out, '"');
    return MC_OK;
}

/* An object in JSON, with holderIndex for its personalNo: numbers are few enough to be tried one
 * after the other, and neither a parameter nor a digest holds one. */
static enum status write_object(const struct mutation *mutation, const struct gql_input *object,
                                struct buf *out)
{
    char separator = '{';
    enum status status = MC_OK;

    for (size_t i = 0; i < object->count && status == MC_OK; i++) {
        const struct gql_input_field *field = &object->fields[i];
        bool number = str_is(field->name, "personalNo");

        if (field->value->kind == GQL_INPUT_NULL || str_is(field->name, "idempotencyKey")) continue;
        buf_add_char(out, separator);
        separator = ',';
        json_quote(out, number ? STR("holderIndex") : field->name);
        buf_add_char(out, ':');
        if (number)
            status = write_index(mutation, gql_input_text(object, "personalNo"), out);
        else
            gql_input_json(out, field->value);
    }
    buf_add(out, separator == '{' ? STR("{}") : STR("}"));
    return status;
}

static enum status write_lines(const struct mutation *mutation, struct buf *out)
{
    const struct gql_input *lines = gql_input_field(mutation->input, "lines");
    enum status status = MC_OK;

    buf_add_char(out, '[');
    for (size_t i = 0; i < lines->count && status == MC_OK; i++) {
        if (i > 0) buf_add_char(out, ',');
        status = write_object(mutation, lines->items[i], out);
    }
    buf_add_char(out, ']');
    return status;
}

/* What fails here fails again in the bind, which can say so. */
static void import_digest(const struct mutation *mutation, struct buf *out)
{
    (void)write_lines(mutation, out);
}

static enum status import_bind(struct mutation *mutation, struct db_ask *ask)
{
    struct buf lines;
    enum status status;

    buf_init(&lines, mutation->request->arena->bytes_max);
    status = write_lines(mutation, &lines);
    ask->sql = SQL_IMPORT_RESULTS;
    db_bind_text(ask, buf_str(&lines));
    buf_done(&lines);
    return status == MC_OK ? ask->status : status;
}

static enum status attach_bind(struct mutation *mutation, struct db_ask *ask)
{
    ask->sql = SQL_ATTACH_RESULT_SCAN;
    db_bind_text(ask, gql_input_text(mutation->input, "result"));
    db_bind_text(ask, gql_input_text(mutation->input, "upload"));
    return ask->status;
}

static void check_digest(const struct mutation *mutation, struct buf *out)
{
    (void)write_object(mutation, mutation->input, out);
}

static enum status check_bind(struct mutation *mutation, struct db_ask *ask)
{
    const struct gql_input *input = mutation->input;
    const struct gql_input *fits = gql_input_field(input, "fits");
    const struct services *services = mutation->request->services;
    struct str number = gql_input_text(input, "personalNo");
    struct sealed_number sealed = { .table = "person" };
    enum status status = MC_OK;

    if (number.data != NULL)
        status = services->seal_number(services->data, number, mutation->request->arena, &sealed);
    if (status == MC_BAD_INPUT)
        return mutation_refuse(mutation, "personalNo", "Số định danh cá nhân gồm 12 chữ số.",
                               "A personal number has 12 digits.");
    if (status != MC_OK) return status;
    ask->sql = SQL_CHECK_RESULT;
    db_bind_text(ask, gql_input_text(input, "result"));
    db_bind_bool(ask, fits != NULL && fits->kind == GQL_INPUT_BOOL && fits->boolean);
    db_bind_text(ask, gql_input_text(input, "reason"));
    db_bind_bytes(ask, sealed.personal_no_index);
    db_bind_text(ask, gql_input_text(input, "taxCode"));
    return ask->status;
}

static enum status remove_bind(struct mutation *mutation, struct db_ask *ask)
{
    ask->sql = SQL_REMOVE_RESULT;
    db_bind_text(ask, gql_input_text(mutation->input, "result"));
    return ask->status;
}

const struct mutation_kind import_results = { .payload = "ResultsImported",
                                              .bind = import_bind,
                                              .digest = import_digest };
const struct mutation_kind attach_result_scan = { .payload = "ResultChanged", .bind = attach_bind };
const struct mutation_kind check_result = { .payload = "ResultChanged",
                                            .bind = check_bind,
                                            .digest = check_digest };
const struct mutation_kind remove_result = { .payload = "ResultRemoved", .bind = remove_bind };

static enum status imported_ask(struct gql_batch *batch, struct db_ask *ask)
{
    ask->sql = SQL_RESULT_IMPORTS_BY_ID;
    ask_bind_parents(batch, ask, offsetof(struct outcome, id));
    return ask->status;
}

static const struct ask imported = { imported_ask, result_import_columns,
                                     sizeof(struct result_import), ask_answer_one, false };

const struct gql_field results_imported_fields[] = {
    ASK_FIELD("import", imported),
    GQL_FIELDS_END,
};

static enum status changed_ask(struct gql_batch *batch, struct db_ask *ask)
{
    ask->sql = SQL_RESULTS_BY_ID;
    ask_bind_parents(batch, ask, offsetof(struct outcome, id));
    return ask->status;
}

static const struct ask changed = RESULT_ASK(changed_ask, ask_answer_one);

const struct gql_field result_changed_fields[] = {
    ASK_FIELD("result", changed),
    GQL_FIELDS_END,
};

const struct gql_field result_removed_fields[] = {
    GQL_MEMBER("id", struct outcome, public_id),
    GQL_FIELDS_END,
};
