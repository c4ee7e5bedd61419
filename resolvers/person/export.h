/*
 * export.h - copies of a person's own data (bản sao dữ liệu cá nhân): which there are, and asking
 * for one. The server hands them out at /exports/<id>.
 */
#ifndef RESOLVERS_EXPORT_H
#define RESOLVERS_EXPORT_H

#include "ask.h"
#include "mutation.h"

/* Of a field whose data is exports. Only a citizen has any. */
gql_resolve exports_of_viewer;
extern const struct ask exports;

extern const struct mutation_kind request_export;

#endif
