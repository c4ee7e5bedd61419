#include "partner/sandbox.h"

#include "sql.h"

struct sandbox_person {
    struct str code;
    struct str public_id;
    struct str name;
    struct str kind;
    struct str about;
};

const struct db_column sandbox_person_columns[] = {
    DB_COLUMN(struct sandbox_person, code, DB_TEXT),
    DB_COLUMN(struct sandbox_person, public_id, DB_UUID),
    DB_COLUMN(struct sandbox_person, name, DB_TEXT),
    DB_COLUMN(struct sandbox_person, kind, DB_TEXT),
    DB_COLUMN(struct sandbox_person, about, DB_TEXT),
    DB_COLUMNS_END,
};

static enum status people_ask(struct gql_batch *batch, struct db_ask *ask)
{
    (void)batch;
    ask->sql = SQL_SANDBOX_PEOPLE;
    return ask->status;
}

static void people_answer(struct gql_batch *batch, struct db_ask *ask)
{
    struct gql_cell *items = gql_set_list(batch, 0, ask->row_count);

    for (size_t i = 0; i < ask->row_count; i++)
        items[i] = gql_cell_object(ask_row(ask, i));
}

const struct ask sandbox_people = { people_ask, sandbox_person_columns,
                                    sizeof(struct sandbox_person), people_answer, false };

enum gql_progress sandbox_people_of_viewer(struct gql_batch *batch)
{
    const struct viewer *viewer = &request_of(batch)->viewer;

    if (!request_signed_in(batch)) return GQL_NOW;
    if (viewer->kind == VIEWER_PARTNER && viewer_in_sandbox(viewer)) return ask_resolve(batch);
    (void)gql_set_list(batch, 0, 0);
    return GQL_NOW;
}

const struct gql_field sandbox_person_fields[] = {
    GQL_MEMBER("code", struct sandbox_person, code),
    GQL_MEMBER("id", struct sandbox_person, public_id),
    GQL_MEMBER("name", struct sandbox_person, name),
    GQL_MEMBER("kind", struct sandbox_person, kind),
    GQL_MEMBER("about", struct sandbox_person, about),
    GQL_FIELDS_END,
};
