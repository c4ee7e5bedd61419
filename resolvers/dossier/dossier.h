/*
 * dossier.h - what other types need of Dossier.
 */
#ifndef RESOLVERS_DOSSIER_H
#define RESOLVERS_DOSSIER_H

#include "connection.h"

/* No code is longer; one that is asked for belongs to no dossier. */
enum { DOSSIER_CODE_BYTES_MAX = 64 };

/* Query.dossier(code: String!) */
extern const struct ask dossier_by_code;

/* Is the dossier that is parent i of the batch the viewer's, or of whom it speaks for? */
bool dossier_is_own(const struct gql_batch *batch, size_t i);

/* Newest first: (submitted_at, id). */
extern const struct list_order dossier_order;

#endif
