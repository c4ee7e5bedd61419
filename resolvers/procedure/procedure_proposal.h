/*
 * procedure_proposal.h - ProcedureProposal (đề xuất công bố): a version, or the end of a procedure,
 * that one officer proposes and another publishes.
 */
#ifndef RESOLVERS_PROCEDURE_PROPOSAL_H
#define RESOLVERS_PROCEDURE_PROPOSAL_H

#include "ask.h"
#include "mutation.h"

/* Viewer.procedureProposals: an empty list for who is no officer; its data is proposals_of_viewer.
 */
gql_resolve procedure_proposals_of_viewer;
extern const struct ask proposals_of_viewer;

extern const struct mutation_kind propose_procedure_version, propose_procedure_end,
    publish_procedure_version, withdraw_proposal;

#endif
