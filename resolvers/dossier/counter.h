/*
 * counter.h - Mutation.acceptAtCounter: a dossier handed in and accepted at the counter.
 */
#ifndef RESOLVERS_COUNTER_H
#define RESOLVERS_COUNTER_H

#include "mutation.h"

extern const struct mutation_kind accept_at_counter;

#endif
