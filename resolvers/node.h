/*
 * node.h - Query.node.
 */
#ifndef RESOLVERS_NODE_H
#define RESOLVERS_NODE_H

#include "ask.h"

/* From memory, or by query_node_ask, which is its field's data. */
gql_resolve query_node;
extern const struct ask query_node_ask;

#endif
