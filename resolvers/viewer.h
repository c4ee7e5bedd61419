/*
 * viewer.h - Query.viewer.
 */
#ifndef RESOLVERS_VIEWER_H
#define RESOLVERS_VIEWER_H

#include "request.h"

/* Query.viewer: null without a session. Its object is the request's struct viewer. */
gql_resolve query_viewer;

#endif
