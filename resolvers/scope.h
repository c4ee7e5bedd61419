/*
 * scope.h - what a partner's key must hold before it asks (phạm vi của khóa): one table of fields.
 *
 * Row-level security shows no row without it; this says which scope is missing instead of answering
 * null. Only partners have scopes; what a change needs is tested by its SQL function.
 */
#ifndef RESOLVERS_SCOPE_H
#define RESOLVERS_SCOPE_H

#include "request.h"

/* NULL: the viewer may ask; else the sentence that names what is missing. "Node" and a type stand
 * for an object of that type, found by its id. */
const char *scope_missing(const struct viewer *viewer, struct str type, struct str field);

/* True when the viewer may ask the batch's field; else every position fails with FORBIDDEN. */
bool scope_allows(struct gql_batch *batch);

#endif
