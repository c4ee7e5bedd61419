/*
 * procedure.h - Query.procedure and Query.procedures.
 */
#ifndef RESOLVERS_PROCEDURE_H
#define RESOLVERS_PROCEDURE_H

#include "request.h"

gql_resolve query_procedure;
gql_resolve query_procedures;

#endif
