/*
 * partner.h - keys of business partners (khóa của đối tác kết nối): which there are, adding and
 * revoking.
 */
#ifndef RESOLVERS_PARTNER_H
#define RESOLVERS_PARTNER_H

#include "ask.h"
#include "mutation.h"

/* Of a field whose data is an ask for what the viewer's partners have. An officer has none. */
gql_resolve partner_list_of_viewer;
extern const struct ask partner_keys;

extern const struct mutation_kind add_partner_key, revoke_partner_key;

#endif
