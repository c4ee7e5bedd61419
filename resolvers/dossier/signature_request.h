/*
 * signature_request.h - what an officer proposes and the head of the agency signs (trình ký):
 * Dossier.signatureRequest, Viewer.signatureRequests, Mutation.signRequest, Mutation.returnRequest.
 * To propose is an event of the dossier's that waits: dossier_mutation.h.
 */
#ifndef RESOLVERS_SIGNATURE_REQUEST_H
#define RESOLVERS_SIGNATURE_REQUEST_H

#include "ask.h"
#include "mutation.h"

/* Null, and none, for who is no officer; their data is the ask beside them. */
gql_resolve signature_request_of_dossier, signature_requests_of_viewer;
extern const struct ask dossier_signature_request, signature_requests;

extern const struct mutation_kind sign_request, return_request;

extern const struct db_column signature_part_columns[], signature_request_columns[];

#endif
