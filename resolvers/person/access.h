/*
 * access.h - looks at a dossier (lượt xem hồ sơ), as its applicant is shown them.
 */
#ifndef RESOLVERS_ACCESS_H
#define RESOLVERS_ACCESS_H

#include "connection.h"

/* Dossier.accesses, with accesses as its data. Null for every dossier that is not the viewer's. */
gql_resolve accesses_of_dossier;
extern const struct ask accesses;

#endif
