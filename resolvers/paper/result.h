/*
 * result.h - ProcedureResult (kết quả giải quyết) of before the electronic system: an agency's
 * inventory of what it keeps on paper, and how it is digitised by two officers.
 */
#ifndef RESOLVERS_RESULT_H
#define RESOLVERS_RESULT_H

#include "ask.h"
#include "mutation.h"

/* Viewer.results, of a field whose data is viewer_results. Only an officer has any. */
gql_resolve results_of_viewer;
extern const struct ask viewer_results;

/* Rows of results, for an ask of SQL_RESULTS_OF_PAPERS elsewhere. */
extern const struct db_column result_columns[];
extern const size_t result_size;

extern const struct mutation_kind import_results, attach_result_scan, check_result, remove_result;

#endif
