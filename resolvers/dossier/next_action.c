/* NextAction (việc người nộp cần làm): one statement says of each dossier which, its details are
 * the levels below. */
#include "dossier/next_action.h"

#include "dossier/fee_demand.h"
#include "dossier/supplement.h"
#include "model.h"
#include "sql.h"

struct next_action {
    int64_t parent_no;
    struct str kind;
    int64_t request, demand; /* of which kind it is not, none */
    int64_t until;
};

const struct db_column next_action_columns[] = {
    DB_COLUMN(struct next_action, parent_no, DB_I64), DB_COLUMN(struct next_action, kind, DB_TEXT),
    DB_COLUMN(struct next_action, request, DB_I64),   DB_COLUMN(struct next_action, demand, DB_I64),
    DB_COLUMN(struct next_action, until, DB_TIME),    DB_COLUMNS_END,
};

static enum status next_action_ask(struct gql_batch *batch, struct db_ask *ask)
{
    ask->sql = SQL_NEXT_ACTIONS_OF_DOSSIERS;
    ask_bind_parents(batch, ask, offsetof(struct dossier, id));
    return ask->status;
}

const struct ask next_action_of_dossier = { next_action_ask, next_action_columns,
                                            sizeof(struct next_action), ask_answer_one, false };

static enum status parts_ask(struct gql_batch *batch, struct db_ask *ask)
{
    ask->columns = supplement_item_columns;
    ask->row_size = supplement_item_size;
    return missing_items_ask(batch, ask, offsetof(struct next_action, request));
}

static enum status fee_ask(struct gql_batch *batch, struct db_ask *ask)
{
    ask->columns = fee_demand_columns;
    ask->row_size = fee_demand_size;
    return fee_demand_ask(batch, ask, offsetof(struct next_action, demand));
}

static const struct ask parts = { parts_ask, supplement_item_columns, 0, ask_answer_list, false };
static const struct ask fee = { fee_ask, fee_demand_columns, 0, ask_answer_one, false };

const struct gql_field next_action_fields[] = {
    GQL_MEMBER("kind", struct next_action, kind),
    ASK_FIELD("parts", parts),
    ASK_FIELD("fee", fee),
    GQL_MEMBER("until", struct next_action, until),
    GQL_FIELDS_END,
};
