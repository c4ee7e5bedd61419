/* NearPoint, ServicePoint (điểm tiếp nhận): where a dossier can be handed in. From where somebody
 * looks goes into one statement as bound values, which are in no log (schema/db/roles.sql). */
#include "office/near_point.h"

#include "reference.h"
#include "sql.h"

#include <math.h>

enum { POINTS_PRESET = 10 };
static const double millionths = 1e6;

struct near_point {
    int64_t parent_no;
    int64_t unit; /* to choose from: the row is no point */
    int64_t id;
    struct str public_id;
    int64_t agency;
    struct str name;
    int64_t latitude_e6, longitude_e6; /* degrees */
    bool sample;
    int64_t metres;
    bool receives, supports;
    double latitude, longitude;
};

const struct db_column near_point_columns[] = {
    DB_COLUMN(struct near_point, parent_no, DB_I64),
    DB_COLUMN(struct near_point, unit, DB_I64),
    DB_COLUMN(struct near_point, id, DB_I64),
    DB_COLUMN(struct near_point, public_id, DB_UUID),
    DB_COLUMN(struct near_point, agency, DB_I64),
    DB_COLUMN(struct near_point, name, DB_TEXT),
    DB_COLUMN_AS("latitude", struct near_point, latitude_e6, DB_I64),
    DB_COLUMN_AS("longitude", struct near_point, longitude_e6, DB_I64),
    DB_COLUMN(struct near_point, sample, DB_BOOL),
    DB_COLUMN(struct near_point, metres, DB_I64),
    DB_COLUMN(struct near_point, receives, DB_BOOL),
    DB_COLUMN(struct near_point, supports, DB_BOOL),
    DB_COLUMNS_END,
};

struct nearest {
    struct near_point **points;
    size_t point_count;
    struct unit **units;
    size_t unit_count;
};

static const struct procedure *procedure_of(const struct gql_batch *batch)
{
    const struct request *request = request_of(batch);

    return reference_procedure(request->reference, gql_arg_text(batch, "procedure"),
                               reference_today(request->services->clock),
                               viewer_in_sandbox(&request->viewer));
}

static double degrees_of(const struct gql_input *coordinates, const char *name)
{
    const struct gql_input *value = gql_input_field(coordinates, name);

    return value->kind == GQL_INPUT_INT ? (double)value->integer : value->real;
}

static const struct gql_input *given(const struct gql_batch *batch, const char *name)
{
    const struct gql_input *value = gql_input_field(gql_arg(batch, "at"), name);

    return value == NULL || value->kind == GQL_INPUT_NULL ? NULL : value;
}

/* NULL when all is well. */
static const char *fault_of(const struct gql_batch *batch)
{
    const struct gql_input *coordinates = given(batch, "coordinates");

    if ((given(batch, "unit") == NULL) == (coordinates == NULL))
        return "at takes a unit or coordinates, one of both.";
    if (gql_arg_int(batch, "first", POINTS_PRESET) < 0) return "first is not negative.";
    if (coordinates != NULL && !(fabs(degrees_of(coordinates, "latitude")) <= 90 &&
                                 fabs(degrees_of(coordinates, "longitude")) <= 180))
        return "A latitude is -90 to 90, a longitude -180 to 180.";
    return NULL;
}

enum gql_progress query_nearest_points(struct gql_batch *batch)
{
    const char *fault = fault_of(batch);

    if (fault == NULL && procedure_of(batch) != NULL) return ask_resolve(batch);
    if (fault != NULL)
        gql_fail(batch, 0, MC_BAD_INPUT, fault);
    else
        gql_set_object(batch, 0, NULL);
    return GQL_NOW;
}

static enum status nearest_ask(struct gql_batch *batch, struct db_ask *ask)
{
    const struct gql_input *unit = given(batch, "unit"), *coordinates = given(batch, "coordinates"),
                           *on = gql_input_field(unit, "on");

    ask->sql = SQL_NEAREST_POINTS;
    db_bind_i64(ask, procedure_of(batch)->version);
    db_bind_text(ask, gql_input_text(unit, "code"));
    db_bind_i64(ask, on != NULL && on->kind == GQL_INPUT_INT ? on->integer : GQL_I64_NONE);
    if (coordinates == NULL) {
        db_bind_null(ask);
        db_bind_null(ask);
    } else {
        db_bind_i64(ask, llround(degrees_of(coordinates, "latitude") * millionths));
        db_bind_i64(ask, llround(degrees_of(coordinates, "longitude") * millionths));
    }
    db_bind_i64(ask, gql_arg_int(batch, "first", POINTS_PRESET));
    return ask->status;
}

static void nearest_answer(struct gql_batch *batch, struct db_ask *ask)
{
    struct arena *arena = gql_arena(batch);
    struct nearest *nearest = ARENA_NEW(arena, struct nearest);

    nearest->points = ARENA_ARRAY(arena, ask->row_count, struct near_point *);
    nearest->units = ARENA_ARRAY(arena, ask->row_count, struct unit *);
    for (size_t i = 0; i < ask->row_count; i++) {
        struct near_point *row = ask_row(ask, i);
        struct unit *unit = reference_unit(request_of(batch)->reference, row->unit);

        if (unit != NULL) nearest->units[nearest->unit_count++] = unit;
        if (row->id == GQL_I64_NONE) continue;
        row->latitude = (double)row->latitude_e6 / millionths;
        row->longitude = (double)row->longitude_e6 / millionths;
        nearest->points[nearest->point_count++] = row;
    }
    gql_set_object(batch, 0, nearest);
}

const struct ask nearest_points = { nearest_ask, near_point_columns, sizeof(struct near_point),
                                    nearest_answer, true };

static enum gql_progress points(struct gql_batch *batch)
{
    for (size_t i = 0; i < gql_count(batch); i++) {
        const struct nearest *nearest = gql_parent(batch, i);
        struct gql_cell *items = gql_set_list(batch, i, nearest->point_count);

        for (size_t j = 0; j < nearest->point_count; j++)
            items[j] = gql_cell_object(nearest->points[j]);
    }
    return GQL_NOW;
}

static enum gql_progress units(struct gql_batch *batch)
{
    for (size_t i = 0; i < gql_count(batch); i++) {
        const struct nearest *nearest = gql_parent(batch, i);
        struct gql_cell *items = gql_set_list(batch, i, nearest->unit_count);

        for (size_t j = 0; j < nearest->unit_count; j++)
            items[j] = gql_cell_object(nearest->units[j]);
    }
    return GQL_NOW;
}

const struct gql_field nearest_points_fields[] = {
    GQL_FIELD("points", points),
    GQL_FIELD("units", units),
    GQL_FIELDS_END,
};

/* The row serves both types. */
static enum gql_progress point(struct gql_batch *batch)
{
    for (size_t i = 0; i < gql_count(batch); i++)
        gql_set_object(batch, i, gql_parent(batch, i));
    return GQL_NOW;
}

const struct gql_field near_point_fields[] = {
    GQL_FIELD("point", point),
    GQL_MEMBER("distanceMetres", struct near_point, metres),
    GQL_MEMBER("receives", struct near_point, receives),
    GQL_MEMBER("supports", struct near_point, supports),
    GQL_FIELDS_END,
};

static enum gql_progress agency(struct gql_batch *batch)
{
    for (size_t i = 0; i < gql_count(batch); i++) {
        const struct near_point *row = gql_parent(batch, i);

        gql_set_object(batch, i, reference_agency(request_of(batch)->reference, row->agency));
    }
    return GQL_NOW;
}

struct opening_hours {
    int64_t parent_no;
    int64_t weekday;
    struct str opens, closes;
};

const struct db_column opening_hours_columns[] = {
    DB_COLUMN(struct opening_hours, parent_no, DB_I64),
    DB_COLUMN(struct opening_hours, weekday, DB_I64),
    DB_COLUMN(struct opening_hours, opens, DB_TEXT),
    DB_COLUMN(struct opening_hours, closes, DB_TEXT),
    DB_COLUMNS_END,
};

enum { HOURS_MAX = 50 };

static enum status opening_hours_ask(struct gql_batch *batch, struct db_ask *ask)
{
    ask->sql = SQL_HOURS_OF_POINTS;
    ask->rows_max = HOURS_MAX * gql_count(batch);
    ask_bind_parents(batch, ask, offsetof(struct near_point, id));
    return ask->status;
}

static const struct ask opening_hours = { opening_hours_ask, opening_hours_columns,
                                          sizeof(struct opening_hours), ask_answer_list, true };

const struct gql_field service_point_fields[] = {
    GQL_MEMBER("id", struct near_point, public_id),
    GQL_FIELD("agency", agency),
    GQL_MEMBER("name", struct near_point, name),
    GQL_MEMBER("latitude", struct near_point, latitude),
    GQL_MEMBER("longitude", struct near_point, longitude),
    GQL_MEMBER("isSample", struct near_point, sample),
    ASK_FIELD("openingHours", opening_hours),
    GQL_FIELDS_END,
};

const struct gql_field opening_hours_fields[] = {
    GQL_MEMBER("weekday", struct opening_hours, weekday),
    GQL_MEMBER("opens", struct opening_hours, opens),
    GQL_MEMBER("closes", struct opening_hours, closes),
    GQL_FIELDS_END,
};
