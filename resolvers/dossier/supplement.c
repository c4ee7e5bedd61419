/* Supplement (yêu cầu bổ sung) and SupplementItem: what is missing, and how far it has come. */
#include "dossier/supplement.h"

#include "model.h"
#include "paper/paper.h"
#include "procedure/part_for_viewer.h"
#include "sql.h"

enum { SUPPLEMENTS_MAX = 20, ITEMS_MAX = 20 };

struct supplement {
    int64_t parent_no;
    int64_t id;
    struct str public_id;
    int64_t no;
    bool at_intake;
    struct str reason;
    int64_t until, asked_at, resolved_at;
};

const struct db_column supplement_columns[] = {
    DB_COLUMN(struct supplement, parent_no, DB_I64),
    DB_COLUMN(struct supplement, id, DB_I64),
    DB_COLUMN(struct supplement, public_id, DB_UUID),
    DB_COLUMN(struct supplement, no, DB_I64),
    DB_COLUMN(struct supplement, at_intake, DB_BOOL),
    DB_COLUMN(struct supplement, reason, DB_TEXT),
    DB_COLUMN(struct supplement, until, DB_TIME),
    DB_COLUMN(struct supplement, asked_at, DB_TIME),
    DB_COLUMN(struct supplement, resolved_at, DB_TIME),
    DB_COLUMNS_END,
};

struct supplement_item {
    int64_t parent_no;
    int64_t id;
    struct str public_id, name, part, note, state;
    int64_t received_at;
};

const struct db_column supplement_item_columns[] = {
    DB_COLUMN(struct supplement_item, parent_no, DB_I64),
    DB_COLUMN(struct supplement_item, id, DB_I64),
    DB_COLUMN(struct supplement_item, public_id, DB_UUID),
    DB_COLUMN(struct supplement_item, name, DB_TEXT),
    DB_COLUMN(struct supplement_item, part, DB_TEXT),
    DB_COLUMN(struct supplement_item, note, DB_TEXT),
    DB_COLUMN(struct supplement_item, state, DB_TEXT),
    DB_COLUMN(struct supplement_item, received_at, DB_TIME),
    DB_COLUMNS_END,
};

const size_t supplement_item_size = sizeof(struct supplement_item);

static enum status supplements_ask(struct gql_batch *batch, struct db_ask *ask)
{
    ask->sql = SQL_SUPPLEMENTS_OF_DOSSIERS;
    ask->rows_max = SUPPLEMENTS_MAX * gql_count(batch);
    ask_bind_parents(batch, ask, offsetof(struct dossier, id));
    db_bind_i64(ask, SUPPLEMENTS_MAX);
    return ask->status;
}

const struct ask supplements_of_dossier = { supplements_ask, supplement_columns,
                                            sizeof(struct supplement), ask_answer_list, false };

static enum status items_ask(struct gql_batch *batch, struct db_ask *ask)
{
    ask->sql = SQL_SUPPLEMENT_ITEMS_OF_REQUESTS;
    ask->rows_max = ITEMS_MAX * gql_count(batch);
    ask_bind_parents(batch, ask, offsetof(struct supplement, id));
    return ask->status;
}

static const struct ask items = { items_ask, supplement_item_columns,
                                  sizeof(struct supplement_item), ask_answer_list, false };

enum status missing_items_ask(struct gql_batch *batch, struct db_ask *ask, size_t request)
{
    ask->sql = SQL_SUPPLEMENT_ITEMS_MISSING;
    ask->rows_max = ITEMS_MAX * gql_count(batch);
    ask_bind_parents(batch, ask, request);
    return ask->status;
}

static enum status papers_ask(struct gql_batch *batch, struct db_ask *ask)
{
    ask->sql = SQL_PAPERS_FOR_ITEMS;
    ask_bind_parents(batch, ask, offsetof(struct supplement_item, id));
    part_papers_bind(batch, ask);
    return ask->status;
}

static const struct ask papers = { papers_ask, paper_columns, 0, ask_answer_list, false };

/* Only a citizen has a store. */
static enum gql_progress papers_of_item(struct gql_batch *batch)
{
    if (request_of(batch)->viewer.kind == VIEWER_CITIZEN) return ask_resolve(batch);
    for (size_t i = 0; i < gql_count(batch); i++)
        gql_set_object(batch, i, NULL);
    return GQL_NOW;
}

const struct gql_field supplement_fields[] = {
    GQL_MEMBER("id", struct supplement, public_id),
    GQL_MEMBER("no", struct supplement, no),
    GQL_MEMBER("atIntake", struct supplement, at_intake),
    GQL_MEMBER("reason", struct supplement, reason),
    GQL_MEMBER("until", struct supplement, until),
    GQL_MEMBER("askedAt", struct supplement, asked_at),
    GQL_MEMBER("resolvedAt", struct supplement, resolved_at),
    ASK_FIELD("items", items),
    GQL_FIELDS_END,
};

const struct gql_field supplement_item_fields[] = {
    GQL_MEMBER("id", struct supplement_item, public_id),
    GQL_MEMBER("name", struct supplement_item, name),
    GQL_MEMBER("part", struct supplement_item, part),
    GQL_FIELD_DATA("papers", papers_of_item, &papers),
    GQL_MEMBER("note", struct supplement_item, note),
    GQL_MEMBER("state", struct supplement_item, state),
    GQL_MEMBER("receivedAt", struct supplement_item, received_at),
    GQL_FIELDS_END,
};
