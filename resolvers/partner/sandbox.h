/*
 * sandbox.h - the invented people (người thử nghiệm) that a partner's test key plays.
 */
#ifndef RESOLVERS_SANDBOX_H
#define RESOLVERS_SANDBOX_H

#include "ask.h"

/* Query.sandboxPeople; its data is the ask. Empty for whoever is no test key. */
gql_resolve sandbox_people_of_viewer;
extern const struct ask sandbox_people;

#endif
