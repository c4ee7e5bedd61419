/*
 * bulk_result.h - GET /bulk/<job>.csv and /bulk/<job>.jsonl: what became of each item of a job, to
 * whom the job is shown (row-level security of bulk_job), by the bearer token of GraphQL.
 *
 *     CSV     RFC 4180, UTF-8, with a header: reference,state,code,failure,message,problems; safe
 * to open in a spreadsheet (base/csv_out.h) JSON    one object a line: reference, state, code,
 * failure {code, message, problems}
 *
 * Limits:  BULK_ITEMS_MAX items. Costs BULK_RESULT_COST of the quota.
 * Fails:   404 for a job that is unknown, somebody else's or not done yet, alike; 401, 405, 429,
 *          503.
 */
#ifndef SERVER_BULK_RESULT_H
#define SERVER_BULK_RESULT_H

#include "app.h"

enum { BULK_RESULT_COST = 100 };

/* Of the paths that begin with bulk_result_path. */
extern const char bulk_result_path[];
void bulk_result_handle(struct http_exchange *exchange, void *data);

#endif
