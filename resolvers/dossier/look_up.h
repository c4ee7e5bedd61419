/*
 * look_up.h - Query.lookUpDossier (tra cứu hồ sơ), for anybody who holds a receipt, and the
 * tracking code that stands on it.
 *
 * One statement for each look, after it was counted (services->count_look_up): whatever is wrong
 * with it costs and says the same. Several looks in one document are counted one by one.
 */
#ifndef RESOLVERS_LOOK_UP_H
#define RESOLVERS_LOOK_UP_H

#include "ask.h"
#include "dossier/look_up_call.h"
#include "mutation.h"

/* Its data is look_up. */
gql_resolve query_look_up_dossier;
extern const struct ask look_up;

extern const struct mutation_kind make_tracking_code;

extern const struct db_column dossier_status_columns[];

#endif
