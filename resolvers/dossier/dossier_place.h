/*
 * dossier_place.h - Dossier.place, and what a submission says of it.
 */
#ifndef RESOLVERS_DOSSIER_PLACE_H
#define RESOLVERS_DOSSIER_PLACE_H

#include "ask.h"

/* Its data is the ask, used for who is no partner's key. */
gql_resolve place_of_dossier;
extern const struct ask dossier_place_ask;

/* Binds code, day and helping agency of an input with place and supportAgency: three values. */
void dossier_place_bind(const struct gql_input *input, struct db_ask *ask);

#endif
