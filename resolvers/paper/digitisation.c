#include "paper/digitisation.h"

#include "reference.h"
#include "sql.h"

#include <math.h>

struct digitisation {
    int64_t parent_no;
    struct str level;
    int64_t still_valid, digitised;
    int64_t target, year;
    double ratio;
};

const struct db_column digitisation_columns[] = {
    DB_COLUMN(struct digitisation, parent_no, DB_I64),
    DB_COLUMN(struct digitisation, level, DB_TEXT),
    DB_COLUMN(struct digitisation, still_valid, DB_I64),
    DB_COLUMN(struct digitisation, digitised, DB_I64),
    DB_COLUMN(struct digitisation, target, DB_I64),
    DB_COLUMN(struct digitisation, year, DB_I64),
    DB_COLUMNS_END,
};

struct paper_reuse {
    int64_t parent_no;
    int64_t parts, reused;
    double ratio;
};

const struct db_column paper_reuse_columns[] = {
    DB_COLUMN(struct paper_reuse, parent_no, DB_I64),
    DB_COLUMN(struct paper_reuse, parts, DB_I64),
    DB_COLUMN(struct paper_reuse, reused, DB_I64),
    DB_COLUMNS_END,
};

/* In percent with one decimal, rounded down: 99.97 is no 100. Null of nothing. */
static double percent(int64_t part, int64_t whole)
{
    int64_t tenths = whole <= 0 ? 0 : part * 1000 / whole;

    return whole <= 0 ? (double)NAN : (double)tenths / 10;
}

static void digitisation_answer(struct gql_batch *batch, struct db_ask *ask)
{
    for (size_t i = 0; i < ask->row_count; i++) {
        struct digitisation *row = ask_row(ask, i);

        row->ratio = percent(row->digitised, row->still_valid);
    }
    ask_answer_list(batch, ask);
}

static void paper_reuse_answer(struct gql_batch *batch, struct db_ask *ask)
{
    for (size_t i = 0; i < ask->row_count; i++) {
        struct paper_reuse *row = ask_row(ask, i);

        row->ratio = percent(row->reused, row->parts);
    }
    ask_answer_one(batch, ask);
}

static enum status of_province_ask(struct gql_batch *batch, struct db_ask *ask)
{
    (void)batch;
    ask->sql = SQL_DIGITISATION_OF_PROVINCE;
    return ask->status;
}

static enum status of_agencies_ask(struct gql_batch *batch, struct db_ask *ask)
{
    ask->sql = SQL_DIGITISATION_OF_AGENCIES;
    ask_bind_parents(batch, ask, offsetof(struct agency, id));
    return ask->status;
}

static enum status reuse_ask(struct gql_batch *batch, struct db_ask *ask)
{
    ask->sql = SQL_PAPER_REUSE_OF_AGENCIES;
    ask_bind_parents(batch, ask, offsetof(struct agency, id));
    return ask->status;
}

const struct ask query_digitisation = { of_province_ask, digitisation_columns,
                                        sizeof(struct digitisation), digitisation_answer, true };
const struct ask agency_digitisation = { of_agencies_ask, digitisation_columns,
                                         sizeof(struct digitisation), digitisation_answer, true };
const struct ask agency_paper_reuse = { reuse_ask, paper_reuse_columns, sizeof(struct paper_reuse),
                                        paper_reuse_answer, true };

const struct gql_field digitisation_fields[] = {
    GQL_MEMBER("level", struct digitisation, level),
    GQL_MEMBER("stillValid", struct digitisation, still_valid),
    GQL_MEMBER("digitised", struct digitisation, digitised),
    GQL_MEMBER("ratio", struct digitisation, ratio),
    GQL_MEMBER("target", struct digitisation, target),
    GQL_MEMBER("year", struct digitisation, year),
    GQL_FIELDS_END,
};

const struct gql_field paper_reuse_fields[] = {
    GQL_MEMBER("parts", struct paper_reuse, parts),
    GQL_MEMBER("reused", struct paper_reuse, reused),
    GQL_MEMBER("ratio", struct paper_reuse, ratio),
    GQL_FIELDS_END,
};
