/*
 * delegation.h - Delegation (ủy quyền nộp hồ sơ): one hands in for another; giving and taking back.
 */
#ifndef RESOLVERS_DELEGATION_H
#define RESOLVERS_DELEGATION_H

#include "ask.h"
#include "mutation.h"

/* Viewer.delegations, of a field whose data is viewer_delegations. An officer has none. */
gql_resolve delegations_of_viewer;
extern const struct ask viewer_delegations;

extern const struct mutation_kind delegate, undelegate;

#endif
