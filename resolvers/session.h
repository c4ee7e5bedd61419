/*
 * session.h - Mutation.endSession.
 */
#ifndef RESOLVERS_SESSION_H
#define RESOLVERS_SESSION_H

#include "request.h"

gql_resolve end_session;

#endif
