/*
 * officer.h - officers (cán bộ), the roles they hold and who stands in for them; the roles there
 * are.
 */
#ifndef RESOLVERS_OFFICER_H
#define RESOLVERS_OFFICER_H

#include "ask.h"

/* Query.staffRoles: for everybody. */
extern const struct ask staff_roles;

/* Viewer.roles, whose data is role_grants_of_viewer: who is no officer has none. */
gql_resolve roles_of_viewer;
extern const struct ask role_grants_of_viewer;

/* Viewer.staff, whose data is staff: null but for an administrator or head. */
gql_resolve staff_of_viewer;
extern const struct ask staff;

extern const struct db_column officer_columns[], role_grant_columns[], substitution_columns[],
    staff_role_columns[];
extern const size_t officer_size; /* of a row of officer_columns */

/* The officer, grant or substitution of a change's outcome, by its number. */
extern const struct ask officer_of_outcome, role_grant_of_outcome, substitution_of_outcome;

#endif
