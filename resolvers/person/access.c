/* Access (lượt xem hồ sơ): somebody else than the applicant has seen a dossier. */
#include "person/access.h"

#include "dossier/dossier.h"
#include "model.h"
#include "reference.h"
#include "sql.h"

struct access {
    int64_t parent_no;
    int64_t no;
    int64_t at;
    struct str what, kind, name;
    int64_t agency;
};

const struct db_column access_columns[] = {
    DB_COLUMN(struct access, parent_no, DB_I64), DB_COLUMN(struct access, no, DB_I64),
    DB_COLUMN(struct access, at, DB_TIME),       DB_COLUMN(struct access, what, DB_TEXT),
    DB_COLUMN(struct access, kind, DB_TEXT),     DB_COLUMN(struct access, name, DB_TEXT),
    DB_COLUMN(struct access, agency, DB_I64),    DB_COLUMNS_END,
};

enum { ACCESSES_PRESET = 20 };

/* Behind all rows: year 9999. */
static const struct place latest = { 253402300799000000, INT64_MAX };

static struct place access_place(const void *node)
{
    const struct access *access = node;

    return (struct place){ access->at, access->no };
}

static const struct list_order access_order = { CURSOR_ACCESS, access_place };

/* Dossier.accesses: one statement for all dossiers of the level. */
static enum status accesses_ask(struct gql_batch *batch, struct db_ask *ask)
{
    struct page page;
    enum status status = page_read_forward(batch, CURSOR_ACCESS, ACCESSES_PRESET, &page);
    struct place after;

    if (status != MC_OK) return status;
    after = page.has_after ? page.after : latest;
    ask->sql = SQL_ACCESSES;
    ask->rows_max = (page.limit + 1) * gql_count(batch);
    ask_bind_parents(batch, ask, offsetof(struct dossier, id));
    db_bind_time(ask, after.major);
    db_bind_i64(ask, after.minor);
    db_bind_i64(ask, (int64_t)page.limit + 1);
    return ask->status;
}

static void accesses_answer(struct gql_batch *batch, struct db_ask *ask)
{
    struct page page;

    MC_ASSERT(page_read_forward(batch, CURSOR_ACCESS, ACCESSES_PRESET, &page) == MC_OK);
    connection_answer(batch, ask, &page, &access_order);
    for (size_t i = 0; i < gql_count(batch); i++)
        if (!dossier_is_own(batch, i)) gql_set_object(batch, i, NULL);
}

const struct ask accesses = { accesses_ask, access_columns, sizeof(struct access), accesses_answer,
                              false };

enum gql_progress accesses_of_dossier(struct gql_batch *batch)
{
    for (size_t i = 0; i < gql_count(batch); i++)
        if (dossier_is_own(batch, i)) return ask_resolve(batch);
    return GQL_NOW;
}

static enum gql_progress agency(struct gql_batch *batch)
{
    for (size_t i = 0; i < gql_count(batch); i++) {
        const struct access *access = gql_parent(batch, i);

        if (access->agency != GQL_I64_NONE)
            gql_set_object(batch, i,
                           reference_agency(request_of(batch)->reference, access->agency));
    }
    return GQL_NOW;
}

const struct gql_field access_fields[] = {
    GQL_MEMBER("at", struct access, at),
    GQL_MEMBER("what", struct access, what),
    GQL_MEMBER("kind", struct access, kind),
    GQL_MEMBER("name", struct access, name),
    GQL_FIELD("agency", agency),
    GQL_FIELDS_END,
};
