/*
 * bulk.h - many dossiers by their codes.
 */
#ifndef RESOLVERS_BULK_H
#define RESOLVERS_BULK_H

#include "ask.h"

/* Query.bulkDossiers(codes: [String!]!): one statement; the schema limits how many. */
extern const struct ask bulk_dossiers;

#endif
