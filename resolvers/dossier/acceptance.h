/*
 * acceptance.h - Mutation.acceptDossiers: many dossiers accepted, each a change of its own.
 *
 * Each is a transaction under a key of its own, made of the key that was sent and the dossier's
 * code: what one dossier waits for keeps no other locked, and what is sent again under the same key
 * goes on where it was cut.
 *
 * Limits:  ACCEPTANCE_KEY_BYTES_MAX for the key; the schema says how many. All of them together
 * have the time of one request; those it does not suffice for are answered TIMEOUT.
 */
#ifndef RESOLVERS_ACCEPTANCE_H
#define RESOLVERS_ACCEPTANCE_H

#include "request.h"

enum { ACCEPTANCE_KEY_BYTES_MAX = 100 };

gql_resolve accept_dossiers;

#endif
