/*
 * staff_mutation.h - changes of an agency's staff: roles granted and withdrawn, substitutes named
 * and called back, officers added.
 */
#ifndef RESOLVERS_STAFF_MUTATION_H
#define RESOLVERS_STAFF_MUTATION_H

#include "mutation.h"

extern const struct mutation_kind grant_role, withdraw_role, substitute_officer, end_substitution,
    add_officer;

#endif
