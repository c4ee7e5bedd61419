/*
 * look_up_count.h - how often dossiers are looked up: each by the address that asks, all by that
 * address, and in all (quota.h, look_up_limit_*). Nothing else is kept of who asks.
 */
#ifndef SERVER_LOOK_UP_COUNT_H
#define SERVER_LOOK_UP_COUNT_H

#include "resolvers/dossier/look_up_call.h"

/* services->count_look_up; data is the app. */
enum status look_up_count(void *data, struct look_up_call *call, bool *ret_later);

#endif
