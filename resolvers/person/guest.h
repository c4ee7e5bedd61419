/*
 * guest.h - guests of a partner's TEAM keys (khách): which there are, adding and removing.
 */
#ifndef RESOLVERS_GUEST_H
#define RESOLVERS_GUEST_H

#include "ask.h"
#include "mutation.h"

/* For partner_list_of_viewer. */
extern const struct ask guests_of_viewer;

extern const struct mutation_kind add_guest, remove_guest;

#endif
