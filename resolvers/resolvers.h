/*
 * resolvers.h - all resolvers, as the server binds them to the schema.
 */
#ifndef RESOLVERS_RESOLVERS_H
#define RESOLVERS_RESOLVERS_H

#include "graphql/gql.h"

/* Ties every type and scalar of schema/graphql to its table. Fails: as gql_schema_bind. */
enum status resolvers_bind(struct gql_schema *schema, int64_t list_max, struct gql_errors *errors);

#endif
