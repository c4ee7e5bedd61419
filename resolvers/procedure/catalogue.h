/*
 * catalogue.h - Query.catalogue: what has changed of the procedures, for an offline copy.
 *
 * Read from memory alone: a change is never told by a process whose procedures are older than it.
 * Order:   by day, then as committed; each procedure once, at its latest change that has come.
 */
#ifndef RESOLVERS_CATALOGUE_H
#define RESOLVERS_CATALOGUE_H

#include "request.h"

gql_resolve query_catalogue;

#endif
