/*
 * session.h - sessions (phiên đăng nhập): which there are, and ending them.
 */
#ifndef RESOLVERS_SESSION_H
#define RESOLVERS_SESSION_H

#include "ask.h"
#include "mutation.h"

extern const struct ask sessions_of_viewer;
extern const struct mutation_kind end_session, end_other_sessions;

#endif
