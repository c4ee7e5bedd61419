/* DossierPlace (nơi có việc, nơi hỗ trợ). */
#include "dossier/dossier_place.h"

#include "model.h"
#include "reference.h"
#include "sql.h"

struct dossier_place {
    int64_t parent_no;
    int64_t given_id, unit_id, support_id;
};

const struct db_column dossier_place_columns[] = {
    DB_COLUMN(struct dossier_place, parent_no, DB_I64),
    DB_COLUMN_AS("given", struct dossier_place, given_id, DB_I64),
    DB_COLUMN_AS("unit", struct dossier_place, unit_id, DB_I64),
    DB_COLUMN_AS("support_agency", struct dossier_place, support_id, DB_I64),
    DB_COLUMNS_END,
};

static enum status place_ask(struct gql_batch *batch, struct db_ask *ask)
{
    ask->sql = SQL_PLACES_OF_DOSSIERS;
    ask_bind_parents(batch, ask, offsetof(struct dossier, id));
    return ask->status;
}

const struct ask dossier_place_ask = { place_ask, dossier_place_columns,
                                       sizeof(struct dossier_place), ask_answer_one, false };

enum gql_progress place_of_dossier(struct gql_batch *batch)
{
    if (request_of(batch)->viewer.kind != VIEWER_PARTNER) return ask_resolve(batch);
    for (size_t i = 0; i < gql_count(batch); i++)
        gql_set_object(batch, i, NULL);
    return GQL_NOW;
}

void dossier_place_bind(const struct gql_input *input, struct db_ask *ask)
{
    const struct gql_input *place = gql_input_field(input, "place"),
                           *on = gql_input_field(place, "on");

    db_bind_text(ask, gql_input_text(place, "code"));
    db_bind_i64(ask, on != NULL && on->kind == GQL_INPUT_INT ? on->integer : GQL_I64_NONE);
    db_bind_text(ask, gql_input_text(input, "supportAgency"));
}

static const size_t given_at = offsetof(struct dossier_place, given_id),
                    unit_at = offsetof(struct dossier_place, unit_id);

static enum gql_progress unit(struct gql_batch *batch)
{
    size_t at = *(const size_t *)gql_data(batch);

    for (size_t i = 0; i < gql_count(batch); i++) {
        const char *row = gql_parent(batch, i);
        int64_t id = *(const int64_t *)(const void *)(row + at);

        gql_set_object(batch, i, reference_unit(request_of(batch)->reference, id));
    }
    return GQL_NOW;
}

static enum gql_progress support_agency(struct gql_batch *batch)
{
    for (size_t i = 0; i < gql_count(batch); i++) {
        const struct dossier_place *place = gql_parent(batch, i);

        gql_set_object(batch, i, reference_agency(request_of(batch)->reference, place->support_id));
    }
    return GQL_NOW;
}

const struct gql_field dossier_place_fields[] = {
    GQL_FIELD_DATA("given", unit, &given_at),
    GQL_FIELD_DATA("unit", unit, &unit_at),
    GQL_FIELD("supportAgency", support_agency),
    GQL_FIELDS_END,
};
