/* Delegation (ủy quyền nộp hồ sơ): somebody hands in for another. */
#include "person/delegation.h"

#include "connection.h"
#include "person/grant.h"
#include "person/party.h"
#include "reference.h"
#include "sql.h"

struct delegation {
    int64_t parent_no;
    int64_t no;
    struct str id;
    struct party delegator, delegate;
    struct str procedure_code; /* absent: all */
    struct str purpose;
    int64_t until, created_at;
};

const struct db_column delegation_columns[] = {
    DB_COLUMN(struct delegation, parent_no, DB_I64),
    DB_COLUMN(struct delegation, no, DB_I64),
    DB_COLUMN(struct delegation, id, DB_UUID),
    PARTY_COLUMNS("delegator", struct delegation, delegator),
    PARTY_COLUMNS("delegate", struct delegation, delegate),
    DB_COLUMN(struct delegation, procedure_code, DB_TEXT),
    DB_COLUMN(struct delegation, purpose, DB_TEXT),
    DB_COLUMN(struct delegation, until, DB_TIME),
    DB_COLUMN(struct delegation, created_at, DB_TIME),
    DB_COLUMNS_END,
};

/* ---- of the viewer ---- */

enum { DELEGATIONS_PRESET = 20 };

static struct place delegation_place(const void *node)
{
    return (struct place){ ((const struct delegation *)node)->no, 0 };
}

static const struct list_order delegation_order = { CURSOR_DELEGATION, delegation_place };

static enum status of_viewer_ask(struct gql_batch *batch, struct db_ask *ask)
{
    struct page page;
    enum status status = page_read_forward(batch, CURSOR_DELEGATION, DELEGATIONS_PRESET, &page);

    if (status != MC_OK) return status;
    ask->sql = grant_side_is_given(batch) ? SQL_DELEGATIONS_GIVEN : SQL_DELEGATIONS_RECEIVED;
    grant_bind_side(batch, ask);
    db_bind_i64(ask, page.has_after ? page.after.major : INT64_MAX);
    db_bind_i64(ask, (int64_t)page.limit + 1);
    return ask->status;
}

static void of_viewer_answer(struct gql_batch *batch, struct db_ask *ask)
{
    struct page page;

    MC_ASSERT(page_read_forward(batch, CURSOR_DELEGATION, DELEGATIONS_PRESET, &page) == MC_OK);
    connection_answer(batch, ask, &page, &delegation_order);
}

const struct ask viewer_delegations = { of_viewer_ask, delegation_columns,
                                        sizeof(struct delegation), of_viewer_answer, false };

enum gql_progress delegations_of_viewer(struct gql_batch *batch)
{
    enum viewer_kind kind = request_of(batch)->viewer.kind;

    if (kind == VIEWER_CITIZEN || kind == VIEWER_PARTNER) return ask_resolve(batch);
    connection_answer_none(batch, &delegation_order);
    return GQL_NOW;
}

/* ---- one ---- */

/* One whose procedure is no longer in force is still not for all of them. */
static struct procedure *latest_version(const struct request *request, struct str code)
{
    const struct reference *reference = request->reference;
    struct procedure *found =
        reference_procedure(reference, code, reference_today(request->services->clock), true);

    for (size_t i = reference->procedure_count; found == NULL && i > 0; i--)
        if (str_eq(reference->procedures[i - 1].code, code)) found = &reference->procedures[i - 1];
    return found;
}

static enum gql_progress procedure(struct gql_batch *batch)
{
    for (size_t i = 0; i < gql_count(batch); i++) {
        const struct delegation *delegation = gql_parent(batch, i);

        if (delegation->procedure_code.data != NULL)
            gql_set_object(batch, i, latest_version(request_of(batch), delegation->procedure_code));
    }
    return GQL_NOW;
}

static const size_t delegator_at = offsetof(struct delegation, delegator);
static const size_t delegate_at = offsetof(struct delegation, delegate);

const struct gql_field delegation_fields[] = {
    GQL_MEMBER("id", struct delegation, id),
    GQL_FIELD_DATA("delegator", party_resolve, &delegator_at),
    GQL_FIELD_DATA("delegate", party_resolve, &delegate_at),
    GQL_FIELD("procedure", procedure),
    GQL_MEMBER("purpose", struct delegation, purpose),
    GQL_MEMBER("until", struct delegation, until),
    GQL_MEMBER("createdAt", struct delegation, created_at),
    GQL_FIELDS_END,
};

/* ---- changes ---- */

static enum status delegate_bind(struct mutation *mutation, struct db_ask *ask)
{
    static const char *const texts[] = { "from", "to", "procedure", "purpose" };

    ask->sql = SQL_DELEGATE;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        db_bind_text(ask, gql_input_text(mutation->input, texts[i]));
    db_bind_time(ask, gql_input_field(mutation->input, "until")->integer);
    return ask->status;
}

static enum status undelegate_bind(struct mutation *mutation, struct db_ask *ask)
{
    ask->sql = SQL_UNDELEGATE;
    db_bind_text(ask, gql_input_text(mutation->input, "delegation"));
    return ask->status;
}

const struct mutation_kind delegate = { .payload = "Delegated", .bind = delegate_bind };
const struct mutation_kind undelegate = { .payload = "Undelegated", .bind = undelegate_bind };

static enum status delegated_ask(struct gql_batch *batch, struct db_ask *ask)
{
    ask->sql = SQL_DELEGATIONS_BY_NO;
    ask_bind_parents(batch, ask, offsetof(struct outcome, id));
    return ask->status;
}

static const struct ask delegated = { delegated_ask, delegation_columns, sizeof(struct delegation),
                                      ask_answer_one, false };

const struct gql_field delegated_fields[] = {
    ASK_FIELD("delegation", delegated),
    GQL_FIELDS_END,
};
