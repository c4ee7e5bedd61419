#include "office/assignment_rule.h"

#include "office/officer.h"
#include "sql.h"

struct assignment_rule {
    int64_t parent_no;
    int64_t id;
    struct str public_id, procedure, name, kind;
    int64_t officer; /* 0: none */
    struct str set_name;
    int64_t set_at;
};

const struct db_column assignment_rule_columns[] = {
    DB_COLUMN(struct assignment_rule, parent_no, DB_I64),
    DB_COLUMN(struct assignment_rule, id, DB_I64),
    DB_COLUMN(struct assignment_rule, public_id, DB_UUID),
    DB_COLUMN(struct assignment_rule, procedure, DB_TEXT),
    DB_COLUMN(struct assignment_rule, name, DB_TEXT),
    DB_COLUMN(struct assignment_rule, kind, DB_TEXT),
    DB_COLUMN(struct assignment_rule, officer, DB_I64),
    DB_COLUMN(struct assignment_rule, set_name, DB_TEXT),
    DB_COLUMN(struct assignment_rule, set_at, DB_TIME),
    DB_COLUMNS_END,
};

static enum status rules_ask(struct gql_batch *batch, struct db_ask *ask)
{
    (void)batch;
    ask->sql = SQL_ASSIGNMENT_RULES_OF_VIEWER;
    return ask->status;
}

const struct ask assignment_rules = { rules_ask, assignment_rule_columns,
                                      sizeof(struct assignment_rule), ask_answer_viewer, false };

enum gql_progress assignment_rules_of_viewer(struct gql_batch *batch)
{
    if (request_of(batch)->viewer.kind == VIEWER_OFFICER) return ask_resolve(batch);
    for (size_t i = 0; i < gql_count(batch); i++)
        (void)gql_set_list(batch, i, 0);
    return GQL_NOW;
}

static enum status officer_ask(struct gql_batch *batch, struct db_ask *ask)
{
    ask->columns = officer_columns;
    ask->row_size = officer_size;
    ask->sql = SQL_OFFICERS_BY_ID;
    ask_bind_parents(batch, ask, offsetof(struct assignment_rule, officer));
    return ask->status;
}

static const struct ask officer = { officer_ask, officer_columns, 0, ask_answer_one, false };

const struct gql_field assignment_rule_fields[] = {
    GQL_MEMBER("id", struct assignment_rule, public_id),
    GQL_MEMBER("procedure", struct assignment_rule, procedure),
    GQL_MEMBER("name", struct assignment_rule, name),
    GQL_MEMBER("kind", struct assignment_rule, kind),
    ASK_FIELD("officer", officer),
    GQL_MEMBER("setBy", struct assignment_rule, set_name),
    GQL_MEMBER("setAt", struct assignment_rule, set_at),
    GQL_FIELDS_END,
};

/* ---- changes ---- */

static enum status set_bind(struct mutation *mutation, struct db_ask *ask)
{
    ask->sql = SQL_SET_ASSIGNMENT_RULE;
    db_bind_text(ask, gql_input_text(mutation->input, "procedure"));
    db_bind_text(ask, gql_input_text(mutation->input, "kind"));
    db_bind_text(ask, gql_input_text(mutation->input, "officer"));
    return ask->status;
}

const struct mutation_kind set_assignment_rule = { .payload = "AssignmentRuleSet",
                                                   .bind = set_bind };

static enum status outcome_ask(struct gql_batch *batch, struct db_ask *ask)
{
    ask->sql = SQL_ASSIGNMENT_RULES_BY_ID;
    ask_bind_parents(batch, ask, offsetof(struct outcome, id));
    return ask->status;
}

static const struct ask rule_of_outcome = { outcome_ask, assignment_rule_columns,
                                            sizeof(struct assignment_rule), ask_answer_one, false };

const struct gql_field assignment_rule_set_fields[] = {
    ASK_FIELD("rule", rule_of_outcome),
    GQL_FIELDS_END,
};
