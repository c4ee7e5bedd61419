/* BulkDossier (một hồ sơ trong danh sách tra cứu): many dossiers by their codes, for partners. */
#include "office/bulk.h"

#include "dossier/dossier.h"
#include "model.h"
#include "sql.h"

struct bulk_dossier {
    struct str code;
    struct dossier *dossier; /* NULL: none that the viewer may see */
};

static enum status dossiers_ask(struct gql_batch *batch, struct db_ask *ask)
{
    const struct gql_input *list = gql_arg(batch, "codes");
    struct str *codes = ARENA_ARRAY(ask->arena, list->count, struct str);

    for (size_t i = 0; i < list->count; i++) {
        struct str code = list->items[i]->text;

        codes[i] = code.size > DOSSIER_CODE_BYTES_MAX ? STR("") : code;
    }
    ask->sql = SQL_DOSSIERS_BY_CODE;
    ask->rows_max = list->count;
    db_bind_text_array(ask, codes, list->count);
    return ask->status;
}

/* The row's parent_no is the place of its code in the list. */
static void dossiers_answer(struct gql_batch *batch, struct db_ask *ask)
{
    const struct gql_input *list = gql_arg(batch, "codes");
    struct bulk_dossier *dossiers = ARENA_ARRAY(gql_arena(batch), list->count, struct bulk_dossier);
    struct gql_cell *items = gql_set_list(batch, 0, list->count);

    for (size_t i = 0; i < list->count; i++) {
        dossiers[i].code = list->items[i]->text;
        items[i] = gql_cell_object(&dossiers[i]);
    }
    for (size_t i = 0; i < ask->row_count; i++) {
        struct dossier *row = ask_row(ask, i);

        dossiers[row->parent_no].dossier = row;
    }
}

const struct ask bulk_dossiers = { dossiers_ask, dossier_columns, sizeof(struct dossier),
                                   dossiers_answer, false };

const struct gql_field bulk_dossier_fields[] = {
    GQL_MEMBER("code", struct bulk_dossier, code),
    GQL_MEMBER("dossier", struct bulk_dossier, dossier),
    GQL_FIELDS_END,
};
