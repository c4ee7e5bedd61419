/*
 * grant.h - DossierGrant (chia sẻ hồ sơ): a dossier shown to one more; giving and withdrawing.
 */
#ifndef RESOLVERS_GRANT_H
#define RESOLVERS_GRANT_H

#include "ask.h"
#include "mutation.h"

/* Dossier.grants */
extern const struct ask grants_of_dossier;

/* Viewer.grants, of a field whose data is viewer_grants. An officer has none. */
gql_resolve grants_of_viewer;
extern const struct ask viewer_grants;

/* The argument side of Viewer.grants and Viewer.delegations. A partner has given none. */
bool grant_side_is_given(const struct gql_batch *batch);

/* Binds who has given, or to whom it was given, by the argument side. */
void grant_bind_side(const struct gql_batch *batch, struct db_ask *ask);

extern const struct mutation_kind share_dossier, unshare_dossier;

#endif
