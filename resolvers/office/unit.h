/*
 * unit.h - Query.units.
 */
#ifndef RESOLVERS_UNIT_H
#define RESOLVERS_UNIT_H

#include "ask.h"

extern const struct ask query_units;

#endif
