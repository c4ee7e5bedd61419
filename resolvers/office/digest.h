/*
 * digest.h - Viewer.digests: what the head of an agency is sent each working morning (bản tin đầu
 * ngày).
 */
#ifndef RESOLVERS_DIGEST_H
#define RESOLVERS_DIGEST_H

#include "ask.h"

/* Whose data is digests: none for who is no officer. */
gql_resolve digests_of_viewer;
extern const struct ask digests;

extern const struct db_column digest_columns[], digest_load_columns[];

#endif
