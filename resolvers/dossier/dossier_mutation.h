/*
 * dossier_mutation.h - Mutation.submitDossier, all that is one event of a dossier's machine, and
 * the sandbox's officer.
 */
#ifndef RESOLVERS_DOSSIER_MUTATION_H
#define RESOLVERS_DOSSIER_MUTATION_H

#include "mutation.h"

/* Which event a field is, is known by its name: a table in dossier_mutation.c. */
extern const struct mutation_kind submit_dossier, change_dossier, propose_signature, answer_task,
    sandbox_advance;

#endif
