/* DossierGrant (chia sẻ hồ sơ): one dossier shown to one more. */
#include "person/grant.h"

#include "connection.h"
#include "model.h"
#include "person/party.h"
#include "sql.h"
#include "words.h"

struct grant {
    int64_t parent_no;
    int64_t no;
    struct str id;
    struct str kind;
    int64_t dossier;
    struct party grantee;
    struct str fields; /* with blanks between */
    struct str purpose;
    int64_t until, created_at, revoked_at;
};

const struct db_column grant_columns[] = {
    DB_COLUMN(struct grant, parent_no, DB_I64),   DB_COLUMN(struct grant, no, DB_I64),
    DB_COLUMN(struct grant, id, DB_UUID),         DB_COLUMN(struct grant, kind, DB_TEXT),
    DB_COLUMN(struct grant, dossier, DB_I64),     PARTY_COLUMNS("grantee", struct grant, grantee),
    DB_COLUMN(struct grant, fields, DB_TEXT),     DB_COLUMN(struct grant, purpose, DB_TEXT),
    DB_COLUMN(struct grant, until, DB_TIME),      DB_COLUMN(struct grant, created_at, DB_TIME),
    DB_COLUMN(struct grant, revoked_at, DB_TIME), DB_COLUMNS_END,
};

/* ---- of a dossier ---- */

enum { OF_DOSSIER_PRESET = 10 };

static enum status of_dossier_ask(struct gql_batch *batch, struct db_ask *ask)
{
    int64_t first = gql_arg_int(batch, "first", OF_DOSSIER_PRESET);

    if (first < 0) return MC_BAD_INPUT;
    ask->sql = SQL_GRANTS_OF_DOSSIERS;
    ask->rows_max = (size_t)first * gql_count(batch);
    ask_bind_parents(batch, ask, offsetof(struct dossier, id));
    db_bind_i64(ask, first);
    return ask->status;
}

const struct ask grants_of_dossier = { of_dossier_ask, grant_columns, sizeof(struct grant),
                                       ask_answer_list, false };

/* ---- of the viewer ---- */

enum { GRANTS_PRESET = 20 };

static struct place grant_place(const void *node)
{
    return (struct place){ ((const struct grant *)node)->no, 0 };
}

static const struct list_order grant_order = { CURSOR_GRANT, grant_place };

bool grant_side_is_given(const struct gql_batch *batch)
{
    return str_is(gql_arg_text(batch, "side"), "GIVEN");
}

void grant_bind_side(const struct gql_batch *batch, struct db_ask *ask)
{
    const struct viewer *viewer = &request_of(batch)->viewer;
    struct db_i64_array givers;

    if (!grant_side_is_given(batch)) {
        db_bind_i64(ask, viewer->me);
        return;
    }
    givers = viewer_numbers(ask->arena, viewer->subjects);
    db_bind_i64_array(ask, givers.items, givers.count);
}

static enum status of_viewer_ask(struct gql_batch *batch, struct db_ask *ask)
{
    struct page page;
    enum status status = page_read_forward(batch, CURSOR_GRANT, GRANTS_PRESET, &page);

    if (status != MC_OK) return status;
    ask->sql = grant_side_is_given(batch) ? SQL_GRANTS_GIVEN : SQL_GRANTS_RECEIVED;
    grant_bind_side(batch, ask);
    db_bind_i64(ask, page.has_after ? page.after.major : INT64_MAX);
    db_bind_i64(ask, (int64_t)page.limit + 1);
    return ask->status;
}

static void of_viewer_answer(struct gql_batch *batch, struct db_ask *ask)
{
    struct page page;

    MC_ASSERT(page_read_forward(batch, CURSOR_GRANT, GRANTS_PRESET, &page) == MC_OK);
    connection_answer(batch, ask, &page, &grant_order);
}

const struct ask viewer_grants = { of_viewer_ask, grant_columns, sizeof(struct grant),
                                   of_viewer_answer, false };

enum gql_progress grants_of_viewer(struct gql_batch *batch)
{
    enum viewer_kind kind = request_of(batch)->viewer.kind;

    if (kind == VIEWER_CITIZEN || kind == VIEWER_PARTNER) return ask_resolve(batch);
    connection_answer_none(batch, &grant_order);
    return GQL_NOW;
}

/* ---- one ---- */

static enum status dossier_ask(struct gql_batch *batch, struct db_ask *ask)
{
    ask->sql = SQL_DOSSIERS_BY_ID;
    ask_bind_parents(batch, ask, offsetof(struct grant, dossier));
    return ask->status;
}

static const struct ask dossier = { dossier_ask, dossier_columns, sizeof(struct dossier),
                                    ask_answer_one, false };

static enum gql_progress fields(struct gql_batch *batch)
{
    for (size_t i = 0; i < gql_count(batch); i++)
        words_set(batch, i, ((const struct grant *)gql_parent(batch, i))->fields);
    return GQL_NOW;
}

static const size_t grantee_at = offsetof(struct grant, grantee);

const struct gql_field grant_fields[] = {
    GQL_MEMBER("id", struct grant, id),
    GQL_MEMBER("kind", struct grant, kind),
    ASK_FIELD("dossier", dossier),
    GQL_FIELD_DATA("grantee", party_resolve, &grantee_at),
    GQL_FIELD("fields", fields),
    GQL_MEMBER("purpose", struct grant, purpose),
    GQL_MEMBER("until", struct grant, until),
    GQL_MEMBER("createdAt", struct grant, created_at),
    GQL_MEMBER("revokedAt", struct grant, revoked_at),
    GQL_FIELDS_END,
};

/* ---- changes ---- */

enum { DOSSIER_FIELDS_MAX = 16 };

static enum status share_bind(struct mutation *mutation, struct db_ask *ask)
{
    const struct gql_input *input = mutation->input, *list = gql_input_field(input, "fields");
    struct str wanted[DOSSIER_FIELDS_MAX];
    size_t count = list->count > DOSSIER_FIELDS_MAX ? 0 : list->count;

    for (size_t i = 0; i < count; i++)
        wanted[i] = list->items[i]->text;
    ask->sql = SQL_SHARE_DOSSIER;
    db_bind_text(ask, gql_input_text(input, "code"));
    db_bind_text(ask, gql_input_text(input, "with"));
    db_bind_text_array(ask, wanted, count);
    db_bind_text(ask, gql_input_text(input, "purpose"));
    db_bind_time(ask, gql_input_field(input, "until")->integer);
    return ask->status;
}

static enum status unshare_bind(struct mutation *mutation, struct db_ask *ask)
{
    ask->sql = SQL_UNSHARE_DOSSIER;
    db_bind_text(ask, gql_input_text(mutation->input, "grant"));
    return ask->status;
}

const struct mutation_kind share_dossier = { .payload = "DossierShared", .bind = share_bind };
const struct mutation_kind unshare_dossier = { .payload = "DossierUnshared", .bind = unshare_bind };

static enum status shared_ask(struct gql_batch *batch, struct db_ask *ask)
{
    ask->sql = SQL_GRANTS_BY_NO;
    ask_bind_parents(batch, ask, offsetof(struct outcome, id));
    return ask->status;
}

static const struct ask shared = { shared_ask, grant_columns, sizeof(struct grant), ask_answer_one,
                                   false };

const struct gql_field dossier_shared_fields[] = {
    ASK_FIELD("grant", shared),
    GQL_FIELDS_END,
};

const struct gql_field ended_fields[] = {
    GQL_MEMBER("id", struct outcome, public_id),
    GQL_MEMBER("at", struct outcome, at),
    GQL_FIELDS_END,
};
