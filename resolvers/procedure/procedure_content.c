/* ProcedureCase (trường hợp giải quyết), ProcedurePart (thành phần hồ sơ), Fee (phí, lệ phí) and
 * Guidance (hướng dẫn). Not in memory: with all of the country's procedures they are some ten times
 * of what is, and few requests ask for them. */
#include "procedure/procedure_content.h"

#include "model.h"
#include "reference.h"
#include "sql.h"

enum { CASES_MAX = 20, KINDS_OF_FEE = 2 };

static void bind_versions(const struct gql_batch *batch, struct db_ask *ask, size_t rows_max)
{
    ask_bind_parents(batch, ask, offsetof(struct procedure, version));
    ask->rows_max = rows_max * gql_count(batch);
}

static int64_t today_of(const struct gql_batch *batch)
{
    return reference_today(request_of(batch)->services->clock);
}

/* ---- cases ---- */

const struct db_column procedure_case_columns[] = {
    DB_COLUMN(struct procedure_case, parent_no, DB_I64),
    DB_COLUMN(struct procedure_case, code, DB_TEXT),
    DB_COLUMN(struct procedure_case, name, DB_TEXT),
    DB_COLUMN(struct procedure_case, name_en, DB_TEXT),
    DB_COLUMN(struct procedure_case, limit_amount, DB_I64),
    DB_COLUMN(struct procedure_case, limit_unit, DB_TEXT),
    DB_COLUMNS_END,
};

static enum status cases_ask(struct gql_batch *batch, struct db_ask *ask)
{
    ask->sql = SQL_CASES_OF_VERSIONS;
    bind_versions(batch, ask, CASES_MAX);
    return ask->status;
}

const struct ask procedure_cases = { cases_ask, procedure_case_columns,
                                     sizeof(struct procedure_case), ask_answer_list, true };

static enum status case_ask(struct gql_batch *batch, struct db_ask *ask)
{
    ask->sql = SQL_CASES_OF_DOSSIERS;
    ask_bind_parents(batch, ask, offsetof(struct dossier, id));
    return ask->status;
}

const struct ask case_of_dossier = { case_ask, procedure_case_columns,
                                     sizeof(struct procedure_case), ask_answer_one, false };

const struct gql_field procedure_case_fields[] = {
    GQL_MEMBER("code", struct procedure_case, code),
    GQL_MEMBER("name", struct procedure_case, name),
    GQL_MEMBER("nameEn", struct procedure_case, name_en),
    GQL_MEMBER("limitAmount", struct procedure_case, limit_amount),
    GQL_MEMBER("limitUnit", struct procedure_case, limit_unit),
    GQL_FIELDS_END,
};

/* ---- parts ---- */

const struct db_column procedure_part_columns[] = {
    DB_COLUMN(struct procedure_part, parent_no, DB_I64),
    DB_COLUMN(struct procedure_part, code, DB_TEXT),
    DB_COLUMN(struct procedure_part, case_code, DB_TEXT),
    DB_COLUMN(struct procedure_part, name, DB_TEXT),
    DB_COLUMN(struct procedure_part, name_en, DB_TEXT),
    DB_COLUMN(struct procedure_part, originals, DB_I64),
    DB_COLUMN(struct procedure_part, copies, DB_I64),
    DB_COLUMN(struct procedure_part, required, DB_BOOL),
    DB_COLUMN(struct procedure_part, database, DB_TEXT),
    DB_COLUMN(struct procedure_part, database_en, DB_TEXT),
    DB_COLUMN(struct procedure_part, reason, DB_TEXT),
    DB_COLUMN(struct procedure_part, reason_en, DB_TEXT),
    DB_COLUMNS_END,
};

static enum status parts_ask(struct gql_batch *batch, struct db_ask *ask)
{
    ask->sql = SQL_PARTS_OF_VERSIONS;
    bind_versions(batch, ask, PROCEDURE_PARTS_MAX);
    db_bind_text(ask, gql_arg_text(batch, "case"));
    return ask->status;
}

const struct ask procedure_parts = { parts_ask, procedure_part_columns,
                                     sizeof(struct procedure_part), ask_answer_list, true };

static enum gql_progress not_asked(struct gql_batch *batch)
{
    for (size_t i = 0; i < gql_count(batch); i++) {
        struct procedure_part *part = gql_parent(batch, i);

        gql_set_object(batch, i, part->database.data == NULL ? NULL : part);
    }
    return GQL_NOW;
}

const struct gql_field procedure_part_fields[] = {
    GQL_MEMBER("code", struct procedure_part, code),
    GQL_MEMBER("case", struct procedure_part, case_code),
    GQL_MEMBER("name", struct procedure_part, name),
    GQL_MEMBER("nameEn", struct procedure_part, name_en),
    GQL_MEMBER("originals", struct procedure_part, originals),
    GQL_MEMBER("copies", struct procedure_part, copies),
    GQL_MEMBER("required", struct procedure_part, required),
    GQL_FIELD("notAsked", not_asked),
    GQL_FIELDS_END,
};

const struct gql_field not_asked_fields[] = {
    GQL_MEMBER("database", struct procedure_part, database),
    GQL_MEMBER("databaseEn", struct procedure_part, database_en),
    GQL_MEMBER("reason", struct procedure_part, reason),
    GQL_MEMBER("reasonEn", struct procedure_part, reason_en),
    GQL_FIELDS_END,
};

/* ---- fees ---- */

struct fee_rule {
    int64_t parent_no;
    struct str id, kind;
    int64_t amount_dong;
    struct str collected, decision;
    int32_t valid_from, valid_to;
};

const struct db_column fee_rule_columns[] = {
    DB_COLUMN(struct fee_rule, parent_no, DB_I64),
    DB_COLUMN(struct fee_rule, id, DB_UUID),
    DB_COLUMN(struct fee_rule, kind, DB_TEXT),
    DB_COLUMN(struct fee_rule, amount_dong, DB_I64),
    DB_COLUMN(struct fee_rule, collected, DB_TEXT),
    DB_COLUMN(struct fee_rule, decision, DB_TEXT),
    DB_COLUMN(struct fee_rule, valid_from, DB_DATE),
    DB_COLUMN(struct fee_rule, valid_to, DB_DATE),
    DB_COLUMNS_END,
};

struct fee {
    int64_t amount_dong;
    struct fee_rule *rules[KINDS_OF_FEE];
    size_t count;
};

static enum status fee_ask(struct gql_batch *batch, struct db_ask *ask)
{
    ask->sql = SQL_FEES_OF_VERSIONS;
    bind_versions(batch, ask, KINDS_OF_FEE);
    db_bind_text(ask, gql_arg_text(batch, "case"));
    db_bind_text(ask, gql_arg_text(batch, "channel"));
    db_bind_text(ask, gql_arg_text(batch, "agency"));
    db_bind_i64(ask, gql_arg_int(batch, "on", today_of(batch)));
    return ask->status;
}

/* No rule: no fee is known, and null says so. */
static void fee_answer(struct gql_batch *batch, struct db_ask *ask)
{
    size_t *first;

    if (ask_rows_by_parent(batch, ask, &first) != MC_OK) {
        gql_fail_all(batch, MC_INTERNAL, NULL);
        return;
    }
    for (size_t parent = 0; parent < gql_count(batch); parent++) {
        struct fee *fee;

        if (first[parent] == first[parent + 1]) continue;
        fee = ARENA_NEW(gql_arena(batch), struct fee);
        for (size_t i = first[parent]; i < first[parent + 1] && fee->count < KINDS_OF_FEE; i++) {
            fee->rules[fee->count] = ask_row(ask, i);
            fee->amount_dong += fee->rules[fee->count++]->amount_dong;
        }
        gql_set_object(batch, parent, fee);
    }
}

const struct ask procedure_fee = { fee_ask, fee_rule_columns, sizeof(struct fee_rule), fee_answer,
                                   true };

static enum gql_progress rules(struct gql_batch *batch)
{
    for (size_t parent = 0; parent < gql_count(batch); parent++) {
        const struct fee *fee = gql_parent(batch, parent);
        struct gql_cell *items = gql_set_list(batch, parent, fee->count);

        for (size_t i = 0; i < fee->count; i++)
            items[i] = gql_cell_object(fee->rules[i]);
    }
    return GQL_NOW;
}

const struct gql_field fee_fields[] = {
    GQL_MEMBER("amountDong", struct fee, amount_dong),
    GQL_FIELD("rules", rules),
    GQL_FIELDS_END,
};

const struct gql_field fee_rule_fields[] = {
    GQL_MEMBER("id", struct fee_rule, id),
    GQL_MEMBER("kind", struct fee_rule, kind),
    GQL_MEMBER("amountDong", struct fee_rule, amount_dong),
    GQL_MEMBER("collected", struct fee_rule, collected),
    GQL_MEMBER("decision", struct fee_rule, decision),
    GQL_MEMBER("validFrom", struct fee_rule, valid_from),
    GQL_MEMBER("validTo", struct fee_rule, valid_to),
    GQL_FIELDS_END,
};

/* ---- guidance ---- */

struct guidance {
    int64_t parent_no;
    int64_t no;
    struct str text;
    int32_t valid_from;
};

const struct db_column guidance_columns[] = {
    DB_COLUMN(struct guidance, parent_no, DB_I64),
    DB_COLUMN(struct guidance, no, DB_I64),
    DB_COLUMN(struct guidance, text, DB_TEXT),
    DB_COLUMN(struct guidance, valid_from, DB_DATE),
    DB_COLUMNS_END,
};

static enum status guidance_ask(struct gql_batch *batch, struct db_ask *ask)
{
    ask->sql = SQL_GUIDANCE_OF_PROCEDURES;
    ask_bind_parents(batch, ask, offsetof(struct procedure, id));
    db_bind_bool(ask, str_is(gql_arg_text(batch, "locale"), "EN"));
    db_bind_i64(ask, today_of(batch));
    return ask->status;
}

const struct ask procedure_guidance = { guidance_ask, guidance_columns, sizeof(struct guidance),
                                        ask_answer_one, true };

const struct gql_field guidance_fields[] = {
    GQL_MEMBER("no", struct guidance, no),
    GQL_MEMBER("text", struct guidance, text),
    GQL_MEMBER("validFrom", struct guidance, valid_from),
    GQL_FIELDS_END,
};
