/*
 * near_point.h - Query.nearestPoints.
 */
#ifndef RESOLVERS_NEAR_POINT_H
#define RESOLVERS_NEAR_POINT_H

#include "ask.h"

/* Its data is the ask, used when the arguments are right. */
gql_resolve query_nearest_points;
extern const struct ask nearest_points;

#endif
