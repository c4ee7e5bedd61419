/* IssuedForm (phiếu đã ban hành): by the number of the circular's annex, 01 to 07. */
#include "dossier/issued_form.h"

#include "model.h"
#include "sql.h"

enum { FORMS_MAX = 50 };

struct issued_form {
    int64_t parent_no;
    struct str public_id, kind, number, state;
    int64_t at;
};

const struct db_column issued_form_columns[] = {
    DB_COLUMN(struct issued_form, parent_no, DB_I64),
    DB_COLUMN(struct issued_form, public_id, DB_UUID),
    DB_COLUMN(struct issued_form, kind, DB_TEXT),
    DB_COLUMN(struct issued_form, number, DB_TEXT),
    DB_COLUMN(struct issued_form, state, DB_TEXT),
    DB_COLUMN(struct issued_form, at, DB_TIME),
    DB_COLUMNS_END,
};

static enum status forms_ask(struct gql_batch *batch, struct db_ask *ask)
{
    ask->sql = SQL_ISSUED_FORMS_OF_DOSSIERS;
    ask->rows_max = FORMS_MAX * gql_count(batch);
    ask_bind_parents(batch, ask, offsetof(struct dossier, id));
    db_bind_i64(ask, FORMS_MAX);
    return ask->status;
}

const struct ask issued_forms_of_dossier = { forms_ask, issued_form_columns,
                                             sizeof(struct issued_form), ask_answer_list, false };

static const struct {
    const char *number, *name;
} kinds[] = {
    { "01", "RECEIPT" }, { "02", "SUPPLEMENT" }, { "03", "REJECTION" }, { "04", "APOLOGY" },
    { "05", "STOP" },    { "06", "CONTROL" },    { "07", "REGISTER" },
};

static enum gql_progress kind(struct gql_batch *batch)
{
    for (size_t i = 0; i < gql_count(batch); i++) {
        const struct issued_form *form = gql_parent(batch, i);

        for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++)
            if (str_is(form->kind, kinds[k].number)) gql_set_text(batch, i, str_of(kinds[k].name));
    }
    return GQL_NOW;
}

const struct gql_field issued_form_fields[] = {
    GQL_MEMBER("id", struct issued_form, public_id),
    GQL_FIELD("kind", kind),
    GQL_MEMBER("number", struct issued_form, number),
    GQL_MEMBER("state", struct issued_form, state),
    GQL_MEMBER("at", struct issued_form, at),
    GQL_FIELDS_END,
};
