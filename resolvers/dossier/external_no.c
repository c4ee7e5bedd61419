#include "dossier/external_no.h"

#include "model.h"
#include "sql.h"

struct external_no {
    int64_t parent_no;
    struct str external_no;
};

const struct db_column external_no_columns[] = {
    DB_COLUMN(struct external_no, parent_no, DB_I64),
    DB_COLUMN(struct external_no, external_no, DB_TEXT),
    DB_COLUMNS_END,
};

static enum status of_dossier_ask(struct gql_batch *batch, struct db_ask *ask)
{
    ask->sql = SQL_EXTERNAL_NOS_OF_DOSSIERS;
    ask_bind_parents(batch, ask, offsetof(struct dossier, id));
    return ask->status;
}

static void of_dossier_answer(struct gql_batch *batch, struct db_ask *ask)
{
    for (size_t i = 0; i < ask->row_count; i++) {
        const struct external_no *row = ask_row(ask, i);

        gql_set_text(batch, (size_t)row->parent_no, row->external_no);
    }
}

const struct ask external_no_of_dossier = { of_dossier_ask, external_no_columns,
                                            sizeof(struct external_no), of_dossier_answer, false };

enum { DOSSIERS_MAX = 20, NUMBER_BYTES_MAX = 240 };

static enum status dossiers_ask(struct gql_batch *batch, struct db_ask *ask)
{
    struct str number = gql_arg_text(batch, "externalDossierNo");

    ask->sql = SQL_DOSSIERS_BY_EXTERNAL_NO;
    ask->rows_max = DOSSIERS_MAX;
    db_bind_text(ask, number.size > NUMBER_BYTES_MAX ? STR("") : number);
    db_bind_text(ask, gql_arg_text(batch, "agency"));
    db_bind_i64(ask, DOSSIERS_MAX);
    return ask->status;
}

const struct ask dossiers_by_external_no = { dossiers_ask, dossier_columns, sizeof(struct dossier),
                                             ask_answer_list, false };
