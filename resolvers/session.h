/*
 * session.h - sessions (phiên đăng nhập): ending them.
 */
#ifndef RESOLVERS_SESSION_H
#define RESOLVERS_SESSION_H

#include "mutation.h"

extern const struct mutation_kind end_session, end_other_sessions;

#endif
