/* FeeDemand (yêu cầu nghĩa vụ tài chính): how much, for what, until when; and
 * Mutation.recordRefund. */
#include "dossier/fee_demand.h"

#include "model.h"
#include "reference.h"
#include "sql.h"

enum { DEMANDS_MAX = 20 };

struct fee_demand {
    int64_t parent_no;
    struct str public_id;
    int64_t amount_dong, rule_dong;
    struct str amount_reason, what;
    int64_t until, demanded_at, paid_at, exempted_at, refunded_at;
    struct str exempt_reason, exempt_basis;
    int64_t payee;
    struct str bank, account_no, account_holder, transfer_note; /* absent: no account */
    struct str method;
    int64_t method_at;
};

const struct db_column fee_demand_columns[] = {
    DB_COLUMN(struct fee_demand, parent_no, DB_I64),
    DB_COLUMN(struct fee_demand, public_id, DB_UUID),
    DB_COLUMN(struct fee_demand, amount_dong, DB_I64),
    DB_COLUMN(struct fee_demand, rule_dong, DB_I64),
    DB_COLUMN(struct fee_demand, amount_reason, DB_TEXT),
    DB_COLUMN(struct fee_demand, what, DB_TEXT),
    DB_COLUMN(struct fee_demand, until, DB_TIME),
    DB_COLUMN(struct fee_demand, demanded_at, DB_TIME),
    DB_COLUMN(struct fee_demand, paid_at, DB_TIME),
    DB_COLUMN(struct fee_demand, exempted_at, DB_TIME),
    DB_COLUMN(struct fee_demand, exempt_reason, DB_TEXT),
    DB_COLUMN(struct fee_demand, exempt_basis, DB_TEXT),
    DB_COLUMN(struct fee_demand, refunded_at, DB_TIME),
    DB_COLUMN(struct fee_demand, payee, DB_I64),
    DB_COLUMN(struct fee_demand, bank, DB_TEXT),
    DB_COLUMN(struct fee_demand, account_no, DB_TEXT),
    DB_COLUMN(struct fee_demand, account_holder, DB_TEXT),
    DB_COLUMN(struct fee_demand, transfer_note, DB_TEXT),
    DB_COLUMN(struct fee_demand, method, DB_TEXT),
    DB_COLUMN(struct fee_demand, method_at, DB_TIME),
    DB_COLUMNS_END,
};

const size_t fee_demand_size = sizeof(struct fee_demand);

static enum status demands_ask(struct gql_batch *batch, struct db_ask *ask)
{
    ask->sql = SQL_FEE_DEMANDS_OF_DOSSIERS;
    ask->rows_max = DEMANDS_MAX * gql_count(batch);
    ask_bind_parents(batch, ask, offsetof(struct dossier, id));
    db_bind_i64(ask, DEMANDS_MAX);
    return ask->status;
}

const struct ask fee_demands_of_dossier = { demands_ask, fee_demand_columns,
                                            sizeof(struct fee_demand), ask_answer_list, false };

enum status fee_demand_ask(struct gql_batch *batch, struct db_ask *ask, size_t demand)
{
    ask->sql = SQL_FEE_DEMANDS_BY_ID;
    ask_bind_parents(batch, ask, demand);
    return ask->status;
}

static enum gql_progress payee(struct gql_batch *batch)
{
    for (size_t i = 0; i < gql_count(batch); i++) {
        const struct fee_demand *demand = gql_parent(batch, i);

        gql_set_object(batch, i, reference_agency(request_of(batch)->reference, demand->payee));
    }
    return GQL_NOW;
}

static enum gql_progress account(struct gql_batch *batch)
{
    for (size_t i = 0; i < gql_count(batch); i++) {
        struct fee_demand *demand = gql_parent(batch, i);

        gql_set_object(batch, i, demand->account_no.data == NULL ? NULL : demand);
    }
    return GQL_NOW;
}

const struct gql_field transfer_account_fields[] = {
    GQL_MEMBER("bank", struct fee_demand, bank),
    GQL_MEMBER("number", struct fee_demand, account_no),
    GQL_MEMBER("holder", struct fee_demand, account_holder),
    GQL_FIELDS_END,
};

const struct gql_field fee_demand_fields[] = {
    GQL_MEMBER("id", struct fee_demand, public_id),
    GQL_MEMBER("amountDong", struct fee_demand, amount_dong),
    GQL_MEMBER("ruleDong", struct fee_demand, rule_dong),
    GQL_MEMBER("amountReason", struct fee_demand, amount_reason),
    GQL_MEMBER("what", struct fee_demand, what),
    GQL_MEMBER("until", struct fee_demand, until),
    GQL_MEMBER("demandedAt", struct fee_demand, demanded_at),
    GQL_MEMBER("paidAt", struct fee_demand, paid_at),
    GQL_MEMBER("exemptedAt", struct fee_demand, exempted_at),
    GQL_MEMBER("exemptReason", struct fee_demand, exempt_reason),
    GQL_MEMBER("exemptBasis", struct fee_demand, exempt_basis),
    GQL_MEMBER("refundedAt", struct fee_demand, refunded_at),
    GQL_FIELD("payee", payee),
    GQL_FIELD("account", account),
    GQL_MEMBER("transferNote", struct fee_demand, transfer_note),
    GQL_MEMBER("method", struct fee_demand, method),
    GQL_MEMBER("chosenAt", struct fee_demand, method_at),
    GQL_FIELDS_END,
};

/* ---- what is given back ---- */

static enum status refund_bind(struct mutation *mutation, struct db_ask *ask)
{
    const struct gql_input *amount = gql_input_field(mutation->input, "amountDong");

    ask->sql = SQL_RECORD_REFUND;
    db_bind_text(ask, gql_input_text(mutation->input, "code"));
    db_bind_text(ask, gql_input_text(mutation->input, "demand"));
    db_bind_i64(ask,
                amount != NULL && amount->kind == GQL_INPUT_INT ? amount->integer : GQL_I64_NONE);
    db_bind_text(ask, gql_input_text(mutation->input, "reference"));
    return ask->status;
}

const struct mutation_kind record_refund = { .payload = "RefundRecorded", .bind = refund_bind };

static enum status refunded_ask(struct gql_batch *batch, struct db_ask *ask)
{
    ask->sql = SQL_DOSSIERS_BY_ID;
    ask_bind_parents(batch, ask, offsetof(struct outcome, id));
    return ask->status;
}

static const struct ask refunded = { refunded_ask, dossier_columns, sizeof(struct dossier),
                                     ask_answer_one, false };

const struct gql_field refund_recorded_fields[] = {
    ASK_FIELD("dossier", refunded),
    GQL_FIELDS_END,
};
