/*
 * procedure_content.h - what lies in a version of a procedure: cases, parts, fees, guidance. One
 * statement a field and level, for all its procedures.
 *
 * Limits:  a version has 20 cases, 60 parts and 60 fee rules at most (functions/86_procedures.sql).
 */
#ifndef RESOLVERS_PROCEDURE_CONTENT_H
#define RESOLVERS_PROCEDURE_CONTENT_H

#include "ask.h"

enum { PROCEDURE_PARTS_MAX = 60 };

/* A row of ProcedureCase. */
struct procedure_case {
    int64_t parent_no;
    struct str code, name, name_en;
    int64_t limit_amount; /* GQL_I64_NONE: as the procedure's */
    struct str limit_unit;
};

/* A row of ProcedurePart, and its columns but parent_no as a member of another row. */
struct procedure_part {
    int64_t parent_no;
    struct str code, case_code, name, name_en;
    int64_t originals, copies;
    bool required;
    struct str database, database_en, reason, reason_en; /* absent: it is asked */
};

/* NOLINTBEGIN(bugprone-macro-parentheses): a type and a member are no expressions. */
#define PROCEDURE_PART_COLUMNS(row, member)                                                        \
    DB_COLUMN_AS("code", row, member.code, DB_TEXT),                                               \
        DB_COLUMN_AS("case_code", row, member.case_code, DB_TEXT),                                 \
        DB_COLUMN_AS("name", row, member.name, DB_TEXT),                                           \
        DB_COLUMN_AS("name_en", row, member.name_en, DB_TEXT),                                     \
        DB_COLUMN_AS("originals", row, member.originals, DB_I64),                                  \
        DB_COLUMN_AS("copies", row, member.copies, DB_I64),                                        \
        DB_COLUMN_AS("required", row, member.required, DB_BOOL),                                   \
        DB_COLUMN_AS("database", row, member.database, DB_TEXT),                                   \
        DB_COLUMN_AS("database_en", row, member.database_en, DB_TEXT),                             \
        DB_COLUMN_AS("reason", row, member.reason, DB_TEXT),                                       \
        DB_COLUMN_AS("reason_en", row, member.reason_en, DB_TEXT)
/* NOLINTEND(bugprone-macro-parentheses) */

extern const struct ask procedure_cases, procedure_parts, procedure_fee, procedure_guidance;

/* Dossier.case */
extern const struct ask case_of_dossier;

#endif
