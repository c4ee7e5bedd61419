/*
 * webhook.h - where a partner's server is told of events (điểm nhận thông báo): which there are,
 * adding, changing, removing, and what their messages are signed by.
 */
#ifndef RESOLVERS_WEBHOOK_H
#define RESOLVERS_WEBHOOK_H

#include "ask.h"
#include "mutation.h"

/* For partner_list_of_viewer. */
extern const struct ask webhook_endpoints_of_viewer;

extern const struct mutation_kind add_webhook_endpoint, update_webhook_endpoint,
    rotate_webhook_secret, remove_webhook_endpoint;

#endif
