#include "office/digest.h"

#include "office/worklist.h"
#include "reference.h"
#include "sql.h"

enum { DIGESTS_MAX = 5, LOADS_MAX = 100 };

struct digest {
    int64_t id;
    int64_t agency;
    int32_t day; /* days since 1970 */
    int64_t at;
    int64_t open, due_soon, late;
};

const struct db_column digest_columns[] = {
    DB_COLUMN(struct digest, id, DB_I64),   DB_COLUMN(struct digest, agency, DB_I64),
    DB_COLUMN(struct digest, day, DB_DATE), DB_COLUMN(struct digest, at, DB_TIME),
    DB_COLUMN(struct digest, open, DB_I64), DB_COLUMN(struct digest, due_soon, DB_I64),
    DB_COLUMN(struct digest, late, DB_I64), DB_COLUMNS_END,
};

static enum status digests_ask(struct gql_batch *batch, struct db_ask *ask)
{
    ask->sql = SQL_DIGESTS_OF_VIEWER;
    ask->rows_max = DIGESTS_MAX;
    db_bind_i64(ask, request_of(batch)->viewer.me);
    db_bind_i64(ask, DIGESTS_MAX);
    return ask->status;
}

const struct ask digests = { digests_ask, digest_columns, sizeof(struct digest), ask_answer_viewer,
                             false };

enum gql_progress digests_of_viewer(struct gql_batch *batch)
{
    if (request_of(batch)->viewer.kind == VIEWER_OFFICER) return ask_resolve(batch);
    for (size_t i = 0; i < gql_count(batch); i++)
        (void)gql_set_list(batch, i, 0);
    return GQL_NOW;
}

static enum gql_progress agency(struct gql_batch *batch)
{
    for (size_t i = 0; i < gql_count(batch); i++) {
        const struct digest *digest = gql_parent(batch, i);

        gql_set_object(batch, i, reference_agency(request_of(batch)->reference, digest->agency));
    }
    return GQL_NOW;
}

/* An OfficerLoad, of a digest. */
struct digest_load {
    int64_t parent_no;
    struct load load;
};

#define COLUMN(name) DB_COLUMN_AS(#name, struct digest_load, load.name, DB_I64)
const struct db_column digest_load_columns[] = {
    DB_COLUMN(struct digest_load, parent_no, DB_I64),
    COLUMN(processor),
    COLUMN(open),
    COLUMN(paused),
    COLUMN(late),
    COLUMN(due_in_one_day),
    COLUMN(due_in_three_days),
    DB_COLUMNS_END,
};
#undef COLUMN

static enum status officers_ask(struct gql_batch *batch, struct db_ask *ask)
{
    ask->sql = SQL_LOADS_OF_DIGESTS;
    ask->rows_max = LOADS_MAX * gql_count(batch);
    ask_bind_parents(batch, ask, offsetof(struct digest, id));
    return ask->status;
}

static void officers_answer(struct gql_batch *batch, struct db_ask *ask)
{
    size_t *first;

    if (ask_rows_by_parent(batch, ask, &first) != MC_OK) {
        gql_fail_all(batch, MC_INTERNAL, NULL);
        return;
    }
    for (size_t parent = 0; parent < gql_count(batch); parent++) {
        size_t count = first[parent + 1] - first[parent];
        struct gql_cell *items = gql_set_list(batch, parent, count);

        for (size_t i = 0; i < count; i++) {
            struct digest_load *row = ask_row(ask, first[parent] + i);

            items[i] = gql_cell_object(&row->load);
        }
    }
}

static const struct ask officers = { officers_ask, digest_load_columns, sizeof(struct digest_load),
                                     officers_answer, false };

const struct gql_field digest_fields[] = {
    GQL_MEMBER("day", struct digest, day),
    GQL_MEMBER("at", struct digest, at),
    GQL_FIELD("agency", agency),
    GQL_MEMBER("open", struct digest, open),
    GQL_MEMBER("dueSoon", struct digest, due_soon),
    GQL_MEMBER("late", struct digest, late),
    ASK_FIELD("officers", officers),
    GQL_FIELDS_END,
};
