/* AccessClass (mức tiếp cận): who is told of a dossier. */
#include "person/access_class.h"

#include "model.h"
#include "sql.h"

struct access_class {
    int64_t parent_no;
    struct str access_class;
};

const struct db_column access_class_columns[] = {
    DB_COLUMN(struct access_class, parent_no, DB_I64),
    DB_COLUMN(struct access_class, access_class, DB_TEXT),
    DB_COLUMNS_END,
};

static enum status of_dossier_ask(struct gql_batch *batch, struct db_ask *ask)
{
    ask->sql = SQL_ACCESS_CLASSES_OF_DOSSIERS;
    ask_bind_parents(batch, ask, offsetof(struct dossier, id));
    return ask->status;
}

static void of_dossier_answer(struct gql_batch *batch, struct db_ask *ask)
{
    for (size_t i = 0; i < ask->row_count; i++) {
        const struct access_class *row = ask_row(ask, i);

        gql_set_text(batch, (size_t)row->parent_no, row->access_class);
    }
}

const struct ask access_class_of_dossier = { of_dossier_ask, access_class_columns,
                                             sizeof(struct access_class), of_dossier_answer,
                                             false };

static enum status classify_bind(struct mutation *mutation, struct db_ask *ask)
{
    ask->sql = SQL_CLASSIFY_DOSSIER;
    db_bind_text(ask, gql_input_text(mutation->input, "code"));
    db_bind_text(ask, gql_input_text(mutation->input, "accessClass"));
    db_bind_text(ask, gql_input_text(mutation->input, "reason"));
    return ask->status;
}

const struct mutation_kind classify_dossier = { .payload = "DossierClassified",
                                                .bind = classify_bind };

static enum status classified_ask(struct gql_batch *batch, struct db_ask *ask)
{
    ask->sql = SQL_DOSSIERS_BY_ID;
    ask_bind_parents(batch, ask, offsetof(struct outcome, id));
    return ask->status;
}

static const struct ask classified = { classified_ask, dossier_columns, sizeof(struct dossier),
                                       ask_answer_one, false };

const struct gql_field dossier_classified_fields[] = {
    ASK_FIELD("dossier", classified),
    GQL_FIELDS_END,
};
