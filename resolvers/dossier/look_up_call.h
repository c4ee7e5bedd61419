/*
 * look_up_call.h - one look at a dossier without a session, as it is counted
 * (services->count_look_up).
 */
#ifndef RESOLVERS_LOOK_UP_CALL_H
#define RESOLVERS_LOOK_UP_CALL_H

#include "request.h"

struct look_up_call {
    struct request *request; /* that asks */
    struct str code;         /* of a dossier, there or not */
    void (*done)(struct look_up_call *call, enum status status);
    void *data;
    int64_t retry_after_s; /* with MC_RATE */
};

#endif
