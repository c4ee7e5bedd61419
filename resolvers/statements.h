/*
 * statements.h - every statement of the resolvers with what is read of it and who runs it: what
 * `motcua-server check` holds against a database.
 */
#ifndef RESOLVERS_STATEMENTS_H
#define RESOLVERS_STATEMENTS_H

#include "io/db.h"

/* Roles that run a statement, as bits: 1 << (enum viewer_kind). */
struct resolver_statement {
    const struct embedded *sql;
    const struct db_column *columns; /* NULL: only that there is a row */
    unsigned roles;
};

extern const struct resolver_statement resolver_statements[];
extern const size_t resolver_statement_count;

#endif
