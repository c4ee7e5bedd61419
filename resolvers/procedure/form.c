#include "procedure/form.h"

#include "model.h"
#include "reference.h"
#include "sql.h"

static struct str case_of(const struct gql_batch *batch)
{
    struct str code = gql_arg_text(batch, "case");

    return code.data == NULL ? STR("") : code;
}

/* ---- what is asked ---- */

enum gql_progress form_of_procedure(struct gql_batch *batch)
{
    const struct reference *reference = request_of(batch)->reference;

    for (size_t i = 0; i < gql_count(batch); i++) {
        const struct procedure *procedure = gql_parent(batch, i);

        gql_set_object(batch, i, reference_form(reference, procedure->version, case_of(batch)));
    }
    return GQL_NOW;
}

static enum gql_progress fields(struct gql_batch *batch)
{
    for (size_t i = 0; i < gql_count(batch); i++) {
        const struct procedure_form *form = gql_parent(batch, i);
        struct gql_cell *items = gql_set_list(batch, i, form->field_count);

        for (size_t field = 0; field < form->field_count; field++)
            items[field] = gql_cell_object(&form->fields[field]);
    }
    return GQL_NOW;
}

const struct gql_field form_fields[] = {
    GQL_MEMBER("case", struct procedure_form, case_code),
    GQL_MEMBER("no", struct procedure_form, no),
    GQL_MEMBER("schema", struct procedure_form, schema),
    GQL_FIELD("fields", fields),
    GQL_MEMBER("fieldsAsked", struct procedure_form, fields_asked),
    GQL_FIELDS_END,
};

const struct gql_field form_field_fields[] = {
    GQL_MEMBER("name", struct procedure_form_field, name),
    GQL_MEMBER("labelVi", struct procedure_form_field, label_vi),
    GQL_MEMBER("labelEn", struct procedure_form_field, label_en),
    GQL_MEMBER("order", struct procedure_form_field, position),
    GQL_MEMBER("required", struct procedure_form_field, required),
    GQL_MEMBER("source", struct procedure_form_field, source),
    GQL_FIELDS_END,
};

/* ---- what is known ---- */

struct prefilled_field {
    int64_t parent_no;
    struct str name, value, source;
};

const struct db_column prefilled_field_columns[] = {
    DB_COLUMN(struct prefilled_field, parent_no, DB_I64),
    DB_COLUMN(struct prefilled_field, name, DB_TEXT),
    DB_COLUMN(struct prefilled_field, value, DB_TEXT),
    DB_COLUMN(struct prefilled_field, source, DB_TEXT),
    DB_COLUMNS_END,
};

struct prefill {
    struct prefilled_field *fields;
    size_t field_count;
    int64_t fields_asked;
};

static const struct procedure_form *form_of(const struct gql_batch *batch, size_t parent)
{
    const struct procedure *procedure = gql_parent(batch, parent);

    return reference_form(request_of(batch)->reference, procedure->version, case_of(batch));
}

enum { KNOWN_FIELDS_MAX = 200 };

static enum status prefill_ask(struct gql_batch *batch, struct db_ask *ask)
{
    ask->sql = SQL_PREFILL_OF_PROCEDURES;
    ask->rows_max = KNOWN_FIELDS_MAX * gql_count(batch);
    ask_bind_parents(batch, ask, offsetof(struct procedure, version));
    db_bind_text(ask, case_of(batch));
    db_bind_text(ask, gql_arg_text(batch, "applicant"));
    return ask->status;
}

static void prefill_answer(struct gql_batch *batch, struct db_ask *ask)
{
    struct prefill *prefills = ARENA_ARRAY(gql_arena(batch), gql_count(batch), struct prefill);
    size_t *first_row;
    enum status status = ask_rows_by_parent(batch, ask, &first_row);

    if (status != MC_OK) {
        gql_fail_all(batch, status, NULL);
        return;
    }
    for (size_t i = 0; i < gql_count(batch); i++) {
        const struct procedure_form *form = form_of(batch, i);
        struct prefill *prefill = &prefills[i];

        if (form == NULL) {
            gql_set_object(batch, i, NULL);
            continue;
        }
        prefill->field_count = first_row[i + 1] - first_row[i];
        if (prefill->field_count > 0) prefill->fields = ask_row(ask, first_row[i]);
        prefill->fields_asked = (int64_t)form->field_count - (int64_t)prefill->field_count;
        gql_set_object(batch, i, prefill);
    }
}

const struct ask procedure_prefill = { prefill_ask, prefilled_field_columns,
                                       sizeof(struct prefilled_field), prefill_answer, false };

enum gql_progress prefill_of_procedure(struct gql_batch *batch)
{
    if (request_of(batch)->viewer.kind == VIEWER_CITIZEN) return ask_resolve(batch);
    for (size_t i = 0; i < gql_count(batch); i++)
        gql_set_object(batch, i, NULL);
    return GQL_NOW;
}

static enum gql_progress known_fields(struct gql_batch *batch)
{
    for (size_t i = 0; i < gql_count(batch); i++) {
        const struct prefill *prefill = gql_parent(batch, i);
        struct gql_cell *items = gql_set_list(batch, i, prefill->field_count);

        for (size_t field = 0; field < prefill->field_count; field++)
            items[field] = gql_cell_object(&prefill->fields[field]);
    }
    return GQL_NOW;
}

const struct gql_field prefill_fields[] = {
    GQL_FIELD("fields", known_fields),
    GQL_MEMBER("fieldsAsked", struct prefill, fields_asked),
    GQL_FIELDS_END,
};

const struct gql_field prefilled_field_fields[] = {
    GQL_MEMBER("name", struct prefilled_field, name),
    GQL_MEMBER("value", struct prefilled_field, value),
    GQL_MEMBER("source", struct prefilled_field, source),
    GQL_FIELDS_END,
};

/* ---- what was declared ---- */

struct declared_form {
    int64_t parent_no;
    int64_t dossier;
    struct str case_code;
    int64_t at;
};

const struct db_column dossier_form_columns[] = {
    DB_COLUMN(struct declared_form, parent_no, DB_I64),
    DB_COLUMN(struct declared_form, dossier, DB_I64),
    DB_COLUMN(struct declared_form, case_code, DB_TEXT),
    DB_COLUMN(struct declared_form, at, DB_TIME),
    DB_COLUMNS_END,
};

static enum status declared_ask(struct gql_batch *batch, struct db_ask *ask)
{
    ask->sql = SQL_FORMS_OF_DOSSIERS;
    ask_bind_parents(batch, ask, offsetof(struct dossier, id));
    return ask->status;
}

const struct ask dossier_form = { declared_ask, dossier_form_columns, sizeof(struct declared_form),
                                  ask_answer_one, false };

/* A partner's key reads no form. */
enum gql_progress form_of_dossier(struct gql_batch *batch)
{
    if (request_of(batch)->viewer.kind != VIEWER_PARTNER) return ask_resolve(batch);
    for (size_t i = 0; i < gql_count(batch); i++)
        gql_set_object(batch, i, NULL);
    return GQL_NOW;
}

struct declared_field {
    int64_t parent_no;
    struct str name, label_vi, label_en, value, source;
};

const struct db_column declared_field_columns[] = {
    DB_COLUMN(struct declared_field, parent_no, DB_I64),
    DB_COLUMN(struct declared_field, name, DB_TEXT),
    DB_COLUMN(struct declared_field, label_vi, DB_TEXT),
    DB_COLUMN(struct declared_field, label_en, DB_TEXT),
    DB_COLUMN(struct declared_field, value, DB_TEXT),
    DB_COLUMN(struct declared_field, source, DB_TEXT),
    DB_COLUMNS_END,
};

enum { FIELDS_MAX = 200 };

static enum status declared_fields_ask(struct gql_batch *batch, struct db_ask *ask)
{
    ask->sql = SQL_DECLARED_FIELDS_OF_DOSSIERS;
    ask->rows_max = FIELDS_MAX * gql_count(batch);
    ask_bind_parents(batch, ask, offsetof(struct declared_form, dossier));
    return ask->status;
}

static const struct ask declared_fields = { declared_fields_ask, declared_field_columns,
                                            sizeof(struct declared_field), ask_answer_list, false };

const struct gql_field dossier_form_fields[] = {
    GQL_MEMBER("case", struct declared_form, case_code),
    ASK_FIELD("fields", declared_fields),
    GQL_MEMBER("declaredAt", struct declared_form, at),
    GQL_FIELDS_END,
};

const struct gql_field declared_field_fields[] = {
    GQL_MEMBER("name", struct declared_field, name),
    GQL_MEMBER("labelVi", struct declared_field, label_vi),
    GQL_MEMBER("labelEn", struct declared_field, label_en),
    GQL_MEMBER("value", struct declared_field, value),
    GQL_MEMBER("source", struct declared_field, source),
    GQL_FIELDS_END,
};
