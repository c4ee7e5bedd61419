/*
 * scalars.h - how DateTime, Date, Dong and Cursor are read and written.
 *
 * DateTime: cells and inputs are microseconds since 1970 UTC; written with the offset +07:00.
 * Date: days since 1970. Dong: a number. Cursor: text.
 */
#ifndef RESOLVERS_SCALARS_H
#define RESOLVERS_SCALARS_H

#include "graphql/gql.h"

enum { RESOLVER_SCALARS = 4 };

extern const struct gql_scalar *const resolver_scalars[RESOLVER_SCALARS];

#endif
