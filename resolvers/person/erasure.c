/* ErasureAccepted (đã đóng tài khoản): what went at once, and what the law keeps. */
#include "person/erasure.h"

#include "ask.h"
#include "sql.h"

struct erased {
    int64_t parent_no;
    struct str what;
    int64_t count;
};

const struct db_column erased_columns[] = {
    DB_COLUMN(struct erased, parent_no, DB_I64),
    DB_COLUMN(struct erased, what, DB_TEXT),
    DB_COLUMN(struct erased, count, DB_I64),
    DB_COLUMNS_END,
};

struct kept {
    int64_t parent_no;
    struct str vi, en;
    int64_t count;
    int64_t until;
    struct str basis;
};

const struct db_column kept_columns[] = {
    DB_COLUMN(struct kept, parent_no, DB_I64),
    DB_COLUMN(struct kept, vi, DB_TEXT),
    DB_COLUMN(struct kept, en, DB_TEXT),
    DB_COLUMN(struct kept, count, DB_I64),
    DB_COLUMN(struct kept, until, DB_TIME),
    DB_COLUMN(struct kept, basis, DB_TEXT),
    DB_COLUMNS_END,
};

static enum status request_bind(struct mutation *mutation, struct db_ask *ask)
{
    (void)mutation;
    ask->sql = SQL_REQUEST_ERASURE;
    return ask->status;
}

static void ended(struct mutation *mutation)
{
    const struct services *services = mutation->request->services;

    services->session_ended(services->data, mutation->outcome.public_id, mutation_settled,
                            mutation);
}

const struct mutation_kind request_erasure = { .payload = "ErasureAccepted",
                                               .bind = request_bind,
                                               .committed = ended };

static enum status erased_ask(struct gql_batch *batch, struct db_ask *ask)
{
    (void)batch;
    ask->sql = SQL_ERASED;
    return ask->status;
}

static enum status kept_ask(struct gql_batch *batch, struct db_ask *ask)
{
    (void)batch;
    ask->sql = SQL_KEPT;
    return ask->status;
}

static const struct ask erased_now = { erased_ask, erased_columns, sizeof(struct erased),
                                       ask_answer_list, false };
static const struct ask kept_until = { kept_ask, kept_columns, sizeof(struct kept), ask_answer_list,
                                       false };

static enum gql_progress what(struct gql_batch *batch)
{
    bool english = str_is(request_of(batch)->viewer.locale, "en");

    for (size_t i = 0; i < gql_count(batch); i++) {
        const struct kept *kept = gql_parent(batch, i);

        gql_set_text(batch, i, english ? kept->en : kept->vi);
    }
    return GQL_NOW;
}

const struct gql_field erased_fields[] = {
    GQL_MEMBER("what", struct erased, what),
    GQL_MEMBER("count", struct erased, count),
    GQL_FIELDS_END,
};

const struct gql_field kept_fields[] = {
    GQL_FIELD("what", what),
    GQL_MEMBER("count", struct kept, count),
    GQL_MEMBER("until", struct kept, until),
    GQL_MEMBER("legalBasis", struct kept, basis),
    GQL_FIELDS_END,
};

const struct gql_field erasure_accepted_fields[] = {
    ASK_FIELD("erasedNow", erased_now),
    ASK_FIELD("keptUntil", kept_until),
    GQL_FIELDS_END,
};
