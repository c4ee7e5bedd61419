#include "office/on_time.h"

#include "reference.h"
#include "sql.h"

enum { MONTHS = 12, HUNDRED = 100 };

struct on_time {
    int64_t parent_no;
    int32_t month; /* its first day, days since 1970 */
    int64_t finished, on_time;
};

const struct db_column on_time_columns[] = {
    DB_COLUMN(struct on_time, parent_no, DB_I64),
    DB_COLUMN(struct on_time, month, DB_DATE),
    DB_COLUMN(struct on_time, finished, DB_I64),
    DB_COLUMN(struct on_time, on_time, DB_I64),
    DB_COLUMNS_END,
};

static enum status on_time_ask(struct gql_batch *batch, struct db_ask *ask)
{
    int64_t months = gql_arg_int(batch, "months", MONTHS);

    if (months < 0) return MC_BAD_INPUT;
    ask->sql = SQL_ON_TIME_OF_AGENCIES;
    ask->rows_max = (size_t)months * gql_count(batch) + 1;
    ask_bind_parents(batch, ask, offsetof(struct agency, id));
    db_bind_i64(ask, months);
    return ask->status;
}

const struct ask on_time_of_agency = { on_time_ask, on_time_columns, sizeof(struct on_time),
                                       ask_answer_list, true };

static enum gql_progress percent(struct gql_batch *batch)
{
    for (size_t i = 0; i < gql_count(batch); i++) {
        const struct on_time *month = gql_parent(batch, i);

        gql_set_int(batch, i, month->on_time * HUNDRED / month->finished);
    }
    return GQL_NOW;
}

const struct gql_field on_time_fields[] = {
    GQL_MEMBER("month", struct on_time, month),
    GQL_MEMBER("finished", struct on_time, finished),
    GQL_MEMBER("onTime", struct on_time, on_time),
    GQL_FIELD("percent", percent),
    GQL_FIELDS_END,
};
