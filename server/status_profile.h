/*
 * status_profile.h - the HTTP status of a GraphQL outcome. Two readings of GraphQL over HTTP
 * differ:
 *
 *     audit      what the published audits and today's clients expect: an application/json client
 *                gets 200 for every well-formed request
 *     draft2026  the stage 2 draft of August 2026: 422 for what cannot be executed, 294 for data
 *                with errors, whatever the media type
 *
 * Source: GraphQL over HTTP, sections 6.4 and 7; npm graphql-http 1.23.
 */
#ifndef SERVER_STATUS_PROFILE_H
#define SERVER_STATUS_PROFILE_H

#include "carrier.h"

enum status_profile { PROFILE_AUDIT, PROFILE_DRAFT2026, PROFILE_COUNT };

/* Fails: MC_BAD_INPUT for any other name. */
enum status status_profile_named(const char *name, enum status_profile *ret_profile);

/* of_json: the client takes application/json only. */
int profile_status_of_outcome(enum status_profile profile, bool of_json,
                              const struct outcome *outcome);

/* Of a request that is no GraphQL request. */
int profile_status_of_refusal(enum status_profile profile, enum status status);

#endif
