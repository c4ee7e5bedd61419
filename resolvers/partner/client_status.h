/*
 * client_status.h - may this version of an app still be used?
 */
#ifndef RESOLVERS_CLIENT_STATUS_H
#define RESOLVERS_CLIENT_STATUS_H

#include "graphql/gql.h"

enum { VERSION_PARTS = 4 };

/* "1.12.3" by its numbers, so that 1.12 is above 1.9; missing parts are 0; what follows a '-' or
 * '+'
 * ("-beta.2", "+412") does not count. Fails: MC_BAD_INPUT. */
enum status version_read(struct str text, int64_t ret_parts[VERSION_PARTS]);

/* Below 0, 0, above 0. */
int version_compare(const int64_t a[VERSION_PARTS], const int64_t b[VERSION_PARTS]);

gql_resolve query_client_status;

#endif
