/* endSession (đăng xuất): an effect that is not SQL and is safe to repeat, so it takes no key. */
#include "session.h"

#include "failure.h"

struct ending {
    struct gql_batch *batch;
    int64_t at;
};

static void on_session_ended(void *context, enum status status)
{
    struct ending *ending = context;
    const struct services *services = request_of(ending->batch)->services;

    ending->at = clock_wall_us(services->clock);
    if (status == MC_OK)
        gql_set_object_of(ending->batch, 0, "SessionEnded", ending);
    else
        gql_fail(ending->batch, 0, status, NULL);
    gql_batch_done(ending->batch);
}

enum gql_progress end_session(struct gql_batch *batch)
{
    struct request *request = request_of(batch);
    struct ending *ending = ARENA_NEW(request->arena, struct ending);
    enum status status;

    if (!request_signed_in(batch)) return GQL_NOW;
    ending->batch = batch;
    status = request->services->end_session(request->services->data, &request->viewer,
                                            on_session_ended, ending);
    if (status == MC_OK) return GQL_LATER;
    gql_fail(batch, 0, status, NULL);
    return GQL_NOW;
}

const struct gql_field session_ended_fields[] = {
    GQL_MEMBER("at", struct ending, at),
    GQL_FIELDS_END,
};
