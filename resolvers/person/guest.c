#include "person/guest.h"

#include "sql.h"

struct guest {
    int64_t parent_no;
    struct str id, client_id, name;
    int64_t since;
};

const struct db_column guest_columns[] = {
    DB_COLUMN(struct guest, parent_no, DB_I64),  DB_COLUMN(struct guest, id, DB_UUID),
    DB_COLUMN(struct guest, client_id, DB_UUID), DB_COLUMN(struct guest, name, DB_TEXT),
    DB_COLUMN(struct guest, since, DB_TIME),     DB_COLUMNS_END,
};

static enum status guests_ask(struct gql_batch *batch, struct db_ask *ask)
{
    (void)batch;
    ask->sql = SQL_GUESTS_OF_VIEWER;
    return ask->status;
}

const struct ask guests_of_viewer = { guests_ask, guest_columns, sizeof(struct guest),
                                      ask_answer_viewer, false };

const struct gql_field guest_fields[] = {
    GQL_MEMBER("id", struct guest, id),
    GQL_MEMBER("clientId", struct guest, client_id),
    GQL_MEMBER("name", struct guest, name),
    GQL_MEMBER("since", struct guest, since),
    GQL_FIELDS_END,
};

static enum status add_bind(struct mutation *mutation, struct db_ask *ask)
{
    ask->sql = SQL_ADD_GUEST;
    db_bind_text(ask, gql_input_text(mutation->input, "taxCode"));
    db_bind_text(ask, gql_input_text(mutation->input, "guest"));
    return ask->status;
}

static enum status remove_bind(struct mutation *mutation, struct db_ask *ask)
{
    ask->sql = SQL_REMOVE_GUEST;
    db_bind_text(ask, gql_input_text(mutation->input, "taxCode"));
    db_bind_text(ask, gql_input_text(mutation->input, "id"));
    return ask->status;
}

const struct mutation_kind add_guest = { .payload = "GuestAdded", .bind = add_bind };
const struct mutation_kind remove_guest = { .payload = "GuestRemoved", .bind = remove_bind };

static enum status added_ask(struct gql_batch *batch, struct db_ask *ask)
{
    ask->sql = SQL_GUESTS_BY_NO;
    ask_bind_parents(batch, ask, offsetof(struct outcome, id));
    return ask->status;
}

static const struct ask added = { added_ask, guest_columns, sizeof(struct guest), ask_answer_one,
                                  false };

const struct gql_field guest_added_fields[] = {
    ASK_FIELD("guest", added),
    GQL_FIELDS_END,
};

const struct gql_field guest_removed_fields[] = {
    GQL_MEMBER("id", struct outcome, public_id),
    GQL_FIELDS_END,
};
