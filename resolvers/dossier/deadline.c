/* Deadline (thời hạn) of a dossier. Each list is one statement for all dossiers of the level. */
#include "dossier/deadline.h"

#include "model.h"
#include "reference.h"
#include "sql.h"

const struct db_column deadline_columns[] = {
    DB_COLUMN(struct deadline, parent_no, DB_I64),
    DB_COLUMN(struct deadline, dossier, DB_I64),
    DB_COLUMN(struct deadline, due_at, DB_TIME),
    DB_COLUMN(struct deadline, clock, DB_TEXT),
    DB_COLUMN(struct deadline, limit_amount, DB_I64),
    DB_COLUMN(struct deadline, limit_unit, DB_TEXT),
    DB_COLUMN(struct deadline, limit_text, DB_TEXT),
    DB_COLUMN(struct deadline, remaining_minutes, DB_I64),
    DB_COLUMN(struct deadline, day_minutes, DB_I64),
    DB_COLUMN(struct deadline, stood_at, DB_TIME),
    DB_COLUMN(struct deadline, pause_reason, DB_TEXT),
    DB_COLUMN(struct deadline, days_ahead, DB_TEXT),
    DB_COLUMN(struct deadline, is_late, DB_BOOL),
    DB_COLUMN(struct deadline, extended_late, DB_BOOL),
    DB_COLUMN(struct deadline, counts_as_late, DB_BOOL),
    DB_COLUMN(struct deadline, intake_late, DB_BOOL),
    DB_COLUMN(struct deadline, reopened_at, DB_TIME),
    DB_COLUMNS_END,
};

static enum status deadline_ask(struct gql_batch *batch, struct db_ask *ask)
{
    ask->sql = SQL_DEADLINES_OF_DOSSIERS;
    ask_bind_parents(batch, ask, offsetof(struct dossier, id));
    return ask->status;
}

const struct ask deadline_of_dossier = { deadline_ask, deadline_columns, sizeof(struct deadline),
                                         ask_answer_one, false };

static enum status list_ask(struct gql_batch *batch, struct db_ask *ask, const struct embedded *sql,
                            size_t each_max)
{
    ask->sql = sql;
    ask->rows_max = each_max * gql_count(batch);
    ask_bind_parents(batch, ask, offsetof(struct deadline, dossier));
    db_bind_i64(ask, (int64_t)each_max);
    return ask->status;
}

/* ---- pauses ---- */

enum { PAUSES_MAX = 50, DAYS_OFF_MAX = 50, EXTENSIONS_MAX = 20, HOLDERS_MAX = 50 };

struct pause {
    int64_t parent_no;
    struct str reason;
    int64_t from_at, to_at;
};

const struct db_column pause_columns[] = {
    DB_COLUMN(struct pause, parent_no, DB_I64),
    DB_COLUMN(struct pause, reason, DB_TEXT),
    DB_COLUMN(struct pause, from_at, DB_TIME),
    DB_COLUMN(struct pause, to_at, DB_TIME),
    DB_COLUMNS_END,
};

static enum status pauses_ask(struct gql_batch *batch, struct db_ask *ask)
{
    return list_ask(batch, ask, SQL_PAUSES_OF_DOSSIERS, PAUSES_MAX);
}

static const struct ask pauses = { pauses_ask, pause_columns, sizeof(struct pause), ask_answer_list,
                                   false };

const struct gql_field pause_fields[] = {
    GQL_MEMBER("reason", struct pause, reason),
    GQL_MEMBER("from", struct pause, from_at),
    GQL_MEMBER("to", struct pause, to_at),
    GQL_FIELDS_END,
};

/* ---- days off ---- */

struct day_off {
    int64_t parent_no;
    int32_t day;
    struct str name;
};

const struct db_column day_off_columns[] = {
    DB_COLUMN(struct day_off, parent_no, DB_I64),
    DB_COLUMN(struct day_off, day, DB_DATE),
    DB_COLUMN(struct day_off, name, DB_TEXT),
    DB_COLUMNS_END,
};

static enum status days_off_ask(struct gql_batch *batch, struct db_ask *ask)
{
    return list_ask(batch, ask, SQL_DAYS_OFF_OF_DOSSIERS, DAYS_OFF_MAX);
}

static const struct ask days_off = { days_off_ask, day_off_columns, sizeof(struct day_off),
                                     ask_answer_list, false };

const struct gql_field day_off_fields[] = {
    GQL_MEMBER("day", struct day_off, day),
    GQL_MEMBER("name", struct day_off, name),
    GQL_FIELDS_END,
};

/* ---- extensions ---- */

struct extension {
    int64_t parent_no;
    int64_t old_due, new_due;
    struct str reason;
    bool late;
};

const struct db_column extension_columns[] = {
    DB_COLUMN(struct extension, parent_no, DB_I64), DB_COLUMN(struct extension, old_due, DB_TIME),
    DB_COLUMN(struct extension, new_due, DB_TIME),  DB_COLUMN(struct extension, reason, DB_TEXT),
    DB_COLUMN(struct extension, late, DB_BOOL),     DB_COLUMNS_END,
};

static enum status extensions_ask(struct gql_batch *batch, struct db_ask *ask)
{
    return list_ask(batch, ask, SQL_EXTENSIONS_OF_DOSSIERS, EXTENSIONS_MAX);
}

static const struct ask extensions = { extensions_ask, extension_columns, sizeof(struct extension),
                                       ask_answer_list, false };

const struct gql_field extension_fields[] = {
    GQL_MEMBER("oldDue", struct extension, old_due),
    GQL_MEMBER("newDue", struct extension, new_due),
    GQL_MEMBER("reason", struct extension, reason),
    GQL_MEMBER("isLate", struct extension, late),
    GQL_FIELDS_END,
};

/* ---- who held it ---- */

struct holder {
    int64_t parent_no;
    struct str kind;
    int64_t agency;
    struct str officer_name;
    int64_t since, until;
    int64_t working_minutes;
};

const struct db_column holder_columns[] = {
    DB_COLUMN(struct holder, parent_no, DB_I64),
    DB_COLUMN(struct holder, kind, DB_TEXT),
    DB_COLUMN(struct holder, agency, DB_I64),
    DB_COLUMN(struct holder, officer_name, DB_TEXT),
    DB_COLUMN(struct holder, since, DB_TIME),
    DB_COLUMN(struct holder, until, DB_TIME),
    DB_COLUMN(struct holder, working_minutes, DB_I64),
    DB_COLUMNS_END,
};

static enum status holders_ask(struct gql_batch *batch, struct db_ask *ask)
{
    return list_ask(batch, ask, SQL_HOLDERS_OF_DOSSIERS, HOLDERS_MAX);
}

static const struct ask holders = { holders_ask, holder_columns, sizeof(struct holder),
                                    ask_answer_list, false };

static enum gql_progress holder_agency(struct gql_batch *batch)
{
    for (size_t i = 0; i < gql_count(batch); i++) {
        const struct holder *holder = gql_parent(batch, i);

        if (holder->agency != GQL_I64_NONE)
            gql_set_object(batch, i,
                           reference_agency(request_of(batch)->reference, holder->agency));
    }
    return GQL_NOW;
}

const struct gql_field holder_fields[] = {
    GQL_MEMBER("kind", struct holder, kind),
    GQL_FIELD("agency", holder_agency),
    GQL_MEMBER("officerName", struct holder, officer_name),
    GQL_MEMBER("since", struct holder, since),
    GQL_MEMBER("until", struct holder, until),
    GQL_MEMBER("workingMinutes", struct holder, working_minutes),
    GQL_FIELDS_END,
};

/* ---- the whole ---- */

/* The rule is part of the deadline's own row. */
static enum gql_progress rule(struct gql_batch *batch)
{
    for (size_t i = 0; i < gql_count(batch); i++) {
        struct deadline *deadline = gql_parent(batch, i);

        if (deadline->limit_amount != GQL_I64_NONE) gql_set_object(batch, i, deadline);
    }
    return GQL_NOW;
}

const struct gql_field deadline_rule_fields[] = {
    GQL_MEMBER("amount", struct deadline, limit_amount),
    GQL_MEMBER("unit", struct deadline, limit_unit),
    GQL_MEMBER("text", struct deadline, limit_text),
    GQL_FIELDS_END,
};

static enum gql_progress explanation(struct gql_batch *batch)
{
    const struct request *request = request_of(batch);
    struct str locale = gql_arg_text(batch, "locale");
    bool english = locale.size > 0 ? str_is(locale, "EN") : str_is(request->viewer.locale, "en");

    for (size_t i = 0; i < gql_count(batch); i++)
        gql_set_text(batch, i, deadline_explain(gql_parent(batch, i), english, request->arena));
    return GQL_NOW;
}

const struct gql_field deadline_fields[] = {
    GQL_MEMBER("dueAt", struct deadline, due_at),
    GQL_MEMBER("state", struct deadline, clock),
    GQL_MEMBER("remainingWorkingMinutes", struct deadline, remaining_minutes),
    ASK_FIELD("pauses", pauses),
    GQL_FIELD("rule", rule),
    ASK_FIELD("holidaysCounted", days_off),
    ASK_FIELD("extensions", extensions),
    GQL_FIELD("explanation", explanation),
    ASK_FIELD("holders", holders),
    GQL_MEMBER("isLate", struct deadline, is_late),
    GQL_MEMBER("countsAsLate", struct deadline, counts_as_late),
    GQL_MEMBER("intakeLate", struct deadline, intake_late),
    GQL_FIELDS_END,
};
