/* Seat (người dùng của tổ chức) and Organisation (tổ chức), which is always that of a seat. */
#include "person/seat.h"

#include "person/party.h"
#include "sql.h"

struct seat {
    int64_t parent_no;
    int64_t no;
    struct str id;
    int64_t organisation;
    struct str organisation_id, organisation_name, tax_code;
    struct party person;
    struct str role;
    int32_t since; /* days since 1970 */
    int64_t until;
};

const struct db_column seat_columns[] = {
    DB_COLUMN(struct seat, parent_no, DB_I64),
    DB_COLUMN(struct seat, no, DB_I64),
    DB_COLUMN(struct seat, id, DB_UUID),
    DB_COLUMN(struct seat, organisation, DB_I64),
    DB_COLUMN(struct seat, organisation_id, DB_UUID),
    DB_COLUMN(struct seat, organisation_name, DB_TEXT),
    DB_COLUMN(struct seat, tax_code, DB_TEXT),
    PARTY_COLUMNS("person", struct seat, person),
    DB_COLUMN(struct seat, role, DB_TEXT),
    DB_COLUMN(struct seat, since, DB_DATE),
    DB_COLUMN(struct seat, until, DB_TIME),
    DB_COLUMNS_END,
};

static enum status of_viewer_ask(struct gql_batch *batch, struct db_ask *ask)
{
    ask->sql = SQL_SEATS_OF_VIEWER;
    db_bind_i64(ask, request_of(batch)->viewer.me);
    return ask->status;
}

/* There is one viewer, wherever it was asked for. */
static void of_viewer_answer(struct gql_batch *batch, struct db_ask *ask)
{
    for (size_t parent = 0; parent < gql_count(batch); parent++) {
        struct gql_cell *items = gql_set_list(batch, parent, ask->row_count);

        for (size_t i = 0; i < ask->row_count; i++)
            items[i] = gql_cell_object(ask_row(ask, i));
    }
}

const struct ask viewer_seats = { of_viewer_ask, seat_columns, sizeof(struct seat),
                                  of_viewer_answer, false };

enum gql_progress seats_of_viewer(struct gql_batch *batch)
{
    if (request_of(batch)->viewer.kind == VIEWER_CITIZEN) return ask_resolve(batch);
    for (size_t i = 0; i < gql_count(batch); i++)
        (void)gql_set_list(batch, i, 0);
    return GQL_NOW;
}

/* An organisation is read with its seat and shares its row. */
static enum gql_progress organisation(struct gql_batch *batch)
{
    for (size_t i = 0; i < gql_count(batch); i++)
        gql_set_object(batch, i, (void *)(uintptr_t)gql_parent(batch, i));
    return GQL_NOW;
}

static const size_t person_at = offsetof(struct seat, person);

const struct gql_field seat_fields[] = {
    GQL_MEMBER("id", struct seat, id),
    GQL_FIELD("organisation", organisation),
    GQL_FIELD_DATA("person", party_resolve, &person_at),
    GQL_MEMBER("role", struct seat, role),
    GQL_MEMBER("since", struct seat, since),
    GQL_MEMBER("until", struct seat, until),
    GQL_FIELDS_END,
};

enum { SEATS_PRESET = 20 };

static enum status of_organisation_ask(struct gql_batch *batch, struct db_ask *ask)
{
    int64_t first = gql_arg_int(batch, "first", SEATS_PRESET);

    if (first < 0) return MC_BAD_INPUT;
    ask->sql = SQL_SEATS_OF_ORGANISATIONS;
    ask->rows_max = (size_t)first * gql_count(batch);
    ask_bind_parents(batch, ask, offsetof(struct seat, organisation));
    db_bind_i64(ask, first);
    return ask->status;
}

static const struct ask of_organisation = { of_organisation_ask, seat_columns, sizeof(struct seat),
                                            ask_answer_list, false };

const struct gql_field organisation_fields[] = {
    GQL_MEMBER("id", struct seat, organisation_id),
    GQL_MEMBER("name", struct seat, organisation_name),
    GQL_MEMBER("taxCode", struct seat, tax_code),
    ASK_FIELD("seats", of_organisation),
    GQL_FIELDS_END,
};

/* ---- changes ---- */

static enum status give_bind(struct mutation *mutation, struct db_ask *ask)
{
    const struct gql_input *input = mutation->input, *until = gql_input_field(input, "until");

    ask->sql = SQL_GIVE_SEAT;
    db_bind_text(ask, gql_input_text(input, "taxCode"));
    db_bind_text(ask, gql_input_text(input, "person"));
    db_bind_text(ask, gql_input_text(input, "role"));
    db_bind_time(ask, until == NULL || until->kind != GQL_INPUT_INT ? INT64_MIN : until->integer);
    return ask->status;
}

static enum status withdraw_bind(struct mutation *mutation, struct db_ask *ask)
{
    ask->sql = SQL_WITHDRAW_SEAT;
    db_bind_text(ask, gql_input_text(mutation->input, "seat"));
    return ask->status;
}

const struct mutation_kind give_seat = { .payload = "SeatGiven", .bind = give_bind };
const struct mutation_kind withdraw_seat = { .payload = "SeatWithdrawn", .bind = withdraw_bind };

static enum status given_ask(struct gql_batch *batch, struct db_ask *ask)
{
    ask->sql = SQL_SEATS_BY_NO;
    ask_bind_parents(batch, ask, offsetof(struct outcome, id));
    return ask->status;
}

static const struct ask given = { given_ask, seat_columns, sizeof(struct seat), ask_answer_one,
                                  false };

const struct gql_field seat_given_fields[] = {
    ASK_FIELD("seat", given),
    GQL_FIELDS_END,
};
