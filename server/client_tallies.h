/*
 * client_tallies.h - who uses what: operations by client name and version, deprecated fields by
 * client, so that an old manifest and an old field can be retired knowingly.
 *
 * Source: the headers apollographql-client-name and -version, or graphql-client-name and -version.
 */
#ifndef SERVER_CLIENT_TALLIES_H
#define SERVER_CLIENT_TALLIES_H

#include "base/tallies.h"
#include "graphql/gql.h"
#include "http/http.h"

enum { TALLY_CLIENTS, TALLY_DEPRECATED, TALLY_FAMILIES };

extern const struct tally_family tally_families[TALLY_FAMILIES];

/* Views of the exchange; absent when the client does not say, or says what is no name. */
struct client_name {
    struct str name, version;
};

struct client_name client_name_of(const struct http_exchange *exchange);

void client_tally(struct tallies *tallies, size_t slot, const struct client_name *client,
                  const struct gql_plan *plan);

#endif
