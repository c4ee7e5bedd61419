#include "look_up_count.h"

#include "base/memory.h"
#include "operation.h"

/* Under way; in the request's arena. */
struct counting {
    struct look_up_call *call;
    struct quota_attempt attempt;
};

static void on_counted(struct quota_attempt *attempt)
{
    struct counting *counting = attempt->data;

    counting->call->retry_after_s = attempt->retry_after_s;
    counting->call->done(counting->call, attempt->status);
}

enum status look_up_count(void *data, struct look_up_call *call, bool *ret_later)
{
    struct app *app = data;
    struct arena *arena = call->request->arena;
    struct counting *counting = ARENA_NEW(arena, struct counting);

    counting->call = call;
    counting->attempt = (struct quota_attempt){
        .dossier = call->code,
        .address = CONTAINER_OF(call->request, struct operation, request)->address,
        .in_all = true,
        .arena = arena,
        .done = on_counted,
        .data = counting,
    };
    *ret_later = quota_attempt(app->quota, &counting->attempt) == QUOTA_LATER;
    call->retry_after_s = counting->attempt.retry_after_s;
    return counting->attempt.status;
}
