/*
 * external_no.h - a dossier's number in another system of the agency that decides it (số hồ sơ của
 * hệ thống khác), and dossiers by that number.
 *
 * Limits:  Query.dossiersByExternalNo gives 20 dossiers at most.
 */
#ifndef RESOLVERS_EXTERNAL_NO_H
#define RESOLVERS_EXTERNAL_NO_H

#include "ask.h"

/* Dossier.externalDossierNo */
extern const struct ask external_no_of_dossier;

/* Query.dossiersByExternalNo */
extern const struct ask dossiers_by_external_no;

#endif
