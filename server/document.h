/*
 * document.h - which document a request means: the text it sends, a trusted one it names, or one
 * that was sent before. Who may send what is the client's policy.
 *
 * Fails:   MC_BAD_INPUT (contradictory), MC_DOCUMENT_UNKNOWN (the client sends it with its text),
 *          MC_DOCUMENT_REFUSED (not of a manifest), with an error.
 * Source:  GraphQL over HTTP, appendix "Persisted documents" (draft); Apollo, "Automatic persisted
 *          queries".
 */
#ifndef SERVER_DOCUMENT_H
#define SERVER_DOCUMENT_H

#include "operation.h"

/* Sets graphql.document.text and is_trusted, and the plan when the set has it ready. */
enum status document_find(struct operation *operation, struct gql_errors *errors);

/* Once it has a plan: a document with errors is not worth the room. Next time its hash is enough.
 */
void document_remember(struct operation *operation);

#endif
