/*
 * dossier_batch.h - Mutation.acceptDossiers and its like: many dossiers changed in the same way,
 * each a change of its own.
 *
 * Each is a transaction under a key of its own, made of the key that was sent and the dossier's
 * code: what one dossier waits for keeps no other locked, and what is sent again under the same key
 * goes on where it was cut.
 *
 * Limits:  BATCH_KEY_BYTES_MAX for the key; the schema says how many. All of them together
 * have the time of one request; those it does not suffice for are answered TIMEOUT.
 */
#ifndef RESOLVERS_DOSSIER_BATCH_H
#define RESOLVERS_DOSSIER_BATCH_H

#include "request.h"

enum { BATCH_KEY_BYTES_MAX = 100 };

/* Which change, the field's name tells (dossier_mutation.c). */
gql_resolve change_dossiers;

#endif
