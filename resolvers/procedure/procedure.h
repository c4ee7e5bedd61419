/*
 * procedure.h - Query.procedure and Query.procedures.
 */
#ifndef RESOLVERS_PROCEDURE_H
#define RESOLVERS_PROCEDURE_H

#include "request.h"

gql_resolve query_procedure;
/* Its data is the ask of procedure_search.h, used when there are words to search for. */
gql_resolve query_procedures;

/* How many a page shows when it is not said. */
enum { PROCEDURES_PRESET = 20 };

#endif
