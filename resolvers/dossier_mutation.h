/*
 * dossier_mutation.h - Mutation.submitDossier, the events that officers apply, and the sandbox's
 * officer.
 */
#ifndef RESOLVERS_DOSSIER_MUTATION_H
#define RESOLVERS_DOSSIER_MUTATION_H

#include "mutation.h"

extern const struct mutation_kind submit_dossier, accept_dossier, assign_dossier, complete_dossier,
    hand_over_dossier, sandbox_advance;

#endif
