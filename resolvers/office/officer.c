#include "office/officer.h"

#include "connection.h"
#include "mutation.h"
#include "sql.h"

enum { STAFF_PRESET = 20 };

/* ---- roles there are ---- */

struct staff_role {
    int64_t parent_no;
    struct str code, name, duty;
};

const struct db_column staff_role_columns[] = {
    DB_COLUMN(struct staff_role, parent_no, DB_I64),
    DB_COLUMN(struct staff_role, code, DB_TEXT),
    DB_COLUMN(struct staff_role, name, DB_TEXT),
    DB_COLUMN(struct staff_role, duty, DB_TEXT),
    DB_COLUMNS_END,
};

static enum status staff_roles_ask(struct gql_batch *batch, struct db_ask *ask)
{
    (void)batch;
    ask->sql = SQL_STAFF_ROLES;
    return ask->status;
}

const struct ask staff_roles = { staff_roles_ask, staff_role_columns, sizeof(struct staff_role),
                                 ask_answer_list, true };

const struct gql_field staff_role_fields[] = {
    GQL_MEMBER("code", struct staff_role, code),
    GQL_MEMBER("name", struct staff_role, name),
    GQL_MEMBER("duty", struct staff_role, duty),
    GQL_FIELDS_END,
};

/* ---- rows of officers, grants and substitutions ---- */

struct officer {
    int64_t parent_no;
    int64_t id;
    struct str public_id, name;
};

const struct db_column officer_columns[] = {
    DB_COLUMN(struct officer, parent_no, DB_I64),
    DB_COLUMN(struct officer, id, DB_I64),
    DB_COLUMN(struct officer, public_id, DB_UUID),
    DB_COLUMN(struct officer, name, DB_TEXT),
    DB_COLUMNS_END,
};

const size_t officer_size = sizeof(struct officer);

struct role_grant {
    int64_t parent_no;
    struct str id, role, role_name;
    int64_t starts_at, ends_at;
    int64_t substitute_for; /* an officer; 0: one's own */
};

const struct db_column role_grant_columns[] = {
    DB_COLUMN(struct role_grant, parent_no, DB_I64),
    DB_COLUMN(struct role_grant, id, DB_UUID),
    DB_COLUMN(struct role_grant, role, DB_TEXT),
    DB_COLUMN(struct role_grant, role_name, DB_TEXT),
    DB_COLUMN(struct role_grant, starts_at, DB_TIME),
    DB_COLUMN(struct role_grant, ends_at, DB_TIME),
    DB_COLUMN(struct role_grant, substitute_for, DB_I64),
    DB_COLUMNS_END,
};

struct substitution {
    int64_t parent_no;
    struct str id;
    int64_t absent, substitute; /* officers */
    int64_t starts_at, ends_at;
    bool with_administration;
};

const struct db_column substitution_columns[] = {
    DB_COLUMN(struct substitution, parent_no, DB_I64),
    DB_COLUMN(struct substitution, id, DB_UUID),
    DB_COLUMN(struct substitution, absent, DB_I64),
    DB_COLUMN(struct substitution, substitute, DB_I64),
    DB_COLUMN(struct substitution, starts_at, DB_TIME),
    DB_COLUMN(struct substitution, ends_at, DB_TIME),
    DB_COLUMN(struct substitution, with_administration, DB_BOOL),
    DB_COLUMNS_END,
};

#define OFFICER_ASK(ask, answer)                                                                   \
    {                                                                                              \
        ask, officer_columns, sizeof(struct officer), answer, false                                \
    }
#define ROLE_GRANT_ASK(ask, answer)                                                                \
    {                                                                                              \
        ask, role_grant_columns, sizeof(struct role_grant), answer, false                          \
    }
#define SUBSTITUTION_ASK(ask, answer)                                                              \
    {                                                                                              \
        ask, substitution_columns, sizeof(struct substitution), answer, false                      \
    }

static enum status ask_by(struct gql_batch *batch, struct db_ask *ask, const struct embedded *sql,
                          size_t member)
{
    ask->sql = sql;
    ask_bind_parents(batch, ask, member);
    return ask->status;
}

/* ---- RoleGrant ---- */

static enum status substitute_for_ask(struct gql_batch *batch, struct db_ask *ask)
{
    return ask_by(batch, ask, SQL_OFFICERS_BY_ID, offsetof(struct role_grant, substitute_for));
}

static const struct ask substitute_for = OFFICER_ASK(substitute_for_ask, ask_answer_one);

const struct gql_field role_grant_fields[] = {
    GQL_MEMBER("id", struct role_grant, id),
    GQL_MEMBER("role", struct role_grant, role),
    GQL_MEMBER("roleName", struct role_grant, role_name),
    GQL_MEMBER("from", struct role_grant, starts_at),
    GQL_MEMBER("until", struct role_grant, ends_at),
    ASK_FIELD("substituteFor", substitute_for),
    GQL_FIELDS_END,
};

/* ---- Officer ---- */

static enum status roles_ask(struct gql_batch *batch, struct db_ask *ask)
{
    return ask_by(batch, ask, SQL_ROLE_GRANTS_OF_OFFICERS, offsetof(struct officer, id));
}

static enum status substitutions_ask(struct gql_batch *batch, struct db_ask *ask)
{
    return ask_by(batch, ask, SQL_SUBSTITUTIONS_OF_OFFICERS, offsetof(struct officer, id));
}

static const struct ask roles = ROLE_GRANT_ASK(roles_ask, ask_answer_list);
static const struct ask substitutions = SUBSTITUTION_ASK(substitutions_ask, ask_answer_list);

const struct gql_field officer_fields[] = {
    GQL_MEMBER("id", struct officer, public_id),
    GQL_MEMBER("name", struct officer, name),
    ASK_FIELD("roles", roles),
    ASK_FIELD("substitutions", substitutions),
    GQL_FIELDS_END,
};

/* ---- Substitution ---- */

static enum status absent_ask(struct gql_batch *batch, struct db_ask *ask)
{
    return ask_by(batch, ask, SQL_OFFICERS_BY_ID, offsetof(struct substitution, absent));
}

static enum status substitute_ask(struct gql_batch *batch, struct db_ask *ask)
{
    return ask_by(batch, ask, SQL_OFFICERS_BY_ID, offsetof(struct substitution, substitute));
}

static const struct ask absent = OFFICER_ASK(absent_ask, ask_answer_one);
static const struct ask substitute = OFFICER_ASK(substitute_ask, ask_answer_one);

const struct gql_field substitution_fields[] = {
    GQL_MEMBER("id", struct substitution, id),
    ASK_FIELD("officer", absent),
    ASK_FIELD("substitute", substitute),
    GQL_MEMBER("from", struct substitution, starts_at),
    GQL_MEMBER("until", struct substitution, ends_at),
    GQL_MEMBER("withAdministration", struct substitution, with_administration),
    GQL_FIELDS_END,
};

/* ---- Viewer.roles ---- */

static enum status viewer_roles_ask(struct gql_batch *batch, struct db_ask *ask)
{
    (void)batch;
    ask->sql = SQL_ROLE_GRANTS_OF_VIEWER;
    return ask->status;
}

/* There is one viewer, wherever it was asked for. */
static void viewer_roles_answer(struct gql_batch *batch, struct db_ask *ask)
{
    for (size_t parent = 0; parent < gql_count(batch); parent++) {
        struct gql_cell *items = gql_set_list(batch, parent, ask->row_count);

        for (size_t i = 0; i < ask->row_count; i++)
            items[i] = gql_cell_object(ask_row(ask, i));
    }
}

const struct ask role_grants_of_viewer = ROLE_GRANT_ASK(viewer_roles_ask, viewer_roles_answer);

enum gql_progress roles_of_viewer(struct gql_batch *batch)
{
    if (request_of(batch)->viewer.kind == VIEWER_OFFICER) return ask_resolve(batch);
    for (size_t i = 0; i < gql_count(batch); i++)
        (void)gql_set_list(batch, i, 0);
    return GQL_NOW;
}

/* ---- Viewer.staff ---- */

static struct place officer_place(const void *node)
{
    const struct officer *officer = node;

    return (struct place){ 0, officer->id };
}

static const struct list_order staff_order = { CURSOR_OFFICER, officer_place };

static enum status staff_ask(struct gql_batch *batch, struct db_ask *ask)
{
    struct page page;
    enum status status = page_read(batch, CURSOR_OFFICER, STAFF_PRESET, &page);

    if (status != MC_OK) return status;
    ask->sql = page.backward ? SQL_STAFF_BACKWARD : SQL_STAFF_FORWARD;
    db_bind_i64(ask, page.has_after ? page.after.minor : 0);
    db_bind_i64(ask, page.has_before ? page.before.minor : INT64_MAX);
    db_bind_i64(ask, (int64_t)page.limit + 1);
    return ask->status;
}

static void staff_answer(struct gql_batch *batch, struct db_ask *ask)
{
    struct page page;

    MC_ASSERT(page_read(batch, CURSOR_OFFICER, STAFF_PRESET, &page) == MC_OK);
    connection_answer(batch, ask, &page, &staff_order);
}

const struct ask staff = OFFICER_ASK(staff_ask, staff_answer);
/* The statement asks the same: this only tells null from an empty page. */
enum gql_progress staff_of_viewer(struct gql_batch *batch)
{
    const struct viewer *viewer = &request_of(batch)->viewer;

    if (viewer->kind != VIEWER_OFFICER ||
        !(viewer_acts_as(viewer, "ADMINISTRATOR") || viewer_acts_as(viewer, "HEAD")))
        return GQL_NOW;
    return ask_resolve(batch);
}

/* ---- of a change's outcome ---- */

static enum status outcome_officer_ask(struct gql_batch *batch, struct db_ask *ask)
{
    return ask_by(batch, ask, SQL_OFFICERS_BY_ID, offsetof(struct outcome, id));
}

static enum status outcome_grant_ask(struct gql_batch *batch, struct db_ask *ask)
{
    return ask_by(batch, ask, SQL_ROLE_GRANTS_BY_NO, offsetof(struct outcome, id));
}

static enum status outcome_substitution_ask(struct gql_batch *batch, struct db_ask *ask)
{
    return ask_by(batch, ask, SQL_SUBSTITUTIONS_BY_NO, offsetof(struct outcome, id));
}

const struct ask officer_of_outcome = OFFICER_ASK(outcome_officer_ask, ask_answer_one);
const struct ask role_grant_of_outcome = ROLE_GRANT_ASK(outcome_grant_ask, ask_answer_one);
const struct ask substitution_of_outcome =
    SUBSTITUTION_ASK(outcome_substitution_ask, ask_answer_one);
