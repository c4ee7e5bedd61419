/*
 * session_open.h - opens, steps up and refreshes sessions: services->sign_in.
 *
 * A code becomes an identity (code_exchange.h), an identity a row of the database, a row a viewer
 * with tokens. The personal number goes to the database sealed and indexed (io/cell.h), bound to
 * the public id of whom it is of. Asked twice within 30 s, for an answer was lost, the same code
 * gives the same session: the exchange has been, so it is not asked again.
 *
 * A person of the sandbox needs no identity: the session of a partner's test key vouches for it.
 *
 * Attempts are counted (quota.h): by address and in all before the code is looked at, by personal
 * number once it is known, whether it is anybody's here or not.
 *
 * Fails: MC_RATE, with the call's retry_after_s; as code_exchange.h; MC_UNAUTHENTICATED: nobody we
 * know, another person's second factor, or none, a refresh token that no longer counts, no test
 * key; MC_NOT_FOUND: no such person in the sandbox; as the pool.
 */
#ifndef SERVER_SESSION_OPEN_H
#define SERVER_SESSION_OPEN_H

#include "app.h"
#include "resolvers/person/sign_in.h"

/* data is the struct app. Rules of services.h. */
enum status session_open(void *data, struct sign_in_call *call);

#endif
