#include "person/sign_in.h"

#include "failure.h"

enum { DEVICE_CHARACTERS_MAX = 100 };

static void refuse_input(struct gql_batch *batch, const char *path, const char *vi, const char *en)
{
    struct request *request = request_of(batch);
    struct failure *failure = failure_new(request, FAILURE_GUARD_FAILED);

    failure_set_problem(request, failure, path, vi, en);
    gql_set_object_of(batch, 0, failure_type_name(FAILURE_GUARD_FAILED), failure);
}

/* The same for everybody and every reason, but for who tries too often; who is known in the sandbox
 * is no secret to its partner. */
static void refuse(struct gql_batch *batch, const struct sign_in_call *call, enum status status)
{
    enum failure_kind kind = status == MC_RATE ? FAILURE_RATE_LIMITED : FAILURE_NOT_ALLOWED;
    struct failure *failure;

    if (status == MC_NOT_FOUND && call->kind == SIGN_IN_SANDBOX) {
        refuse_input(batch, "person", "Không có người thử nghiệm này; xem sandboxPeople.",
                     "There is no such person in the sandbox; see sandboxPeople.");
        return;
    }
    if (status != MC_RATE && status != MC_UNAUTHENTICATED) {
        gql_fail(batch, 0, status, NULL);
        return;
    }
    failure = failure_new(request_of(batch), kind);
    failure->retry_after_seconds = call->retry_after_s;
    gql_set_object_of(batch, 0, failure_type_name(kind), failure);
}

static void on_done(struct sign_in_call *call, enum status status)
{
    struct gql_batch *batch = call->data;

    if (status == MC_OK) {
        request_of(batch)->viewer = call->viewer;
        gql_set_object_of(batch, 0, "SignedIn", call);
    } else {
        refuse(batch, call, status);
    }
    gql_batch_done(batch);
}

static enum gql_progress start(struct gql_batch *batch, struct sign_in_call *call)
{
    struct request *request = request_of(batch);
    enum status status;

    call->request = request;
    call->arena = request->arena;
    call->done = on_done;
    call->data = batch;
    status = request->services->sign_in(request->services->data, call);
    if (status == MC_OK) return GQL_LATER;
    refuse(batch, call, status);
    return GQL_NOW;
}

static struct sign_in_call *read_call(struct gql_batch *batch, enum sign_in_kind kind)
{
    const struct gql_input *input = gql_arg(batch, "input");
    struct sign_in_call *call = ARENA_NEW(request_of(batch)->arena, struct sign_in_call);
    const struct {
        const char *name;
        struct str *text;
    } texts[] = {
        { "issuer", &call->issuer },
        { "code", &call->code },
        { "codeVerifier", &call->code_verifier },
        { "redirectUri", &call->redirect_uri },
        { "nonce", &call->nonce },
        { "device", &call->device },
        { "refreshToken", &call->refresh_token },
        { "person", &call->person },
    };

    call->kind = kind;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        *texts[i].text = gql_input_text(input, texts[i].name);
    return call;
}

static size_t characters(struct str text)
{
    size_t count = 0;

    for (size_t i = 0; i < text.size; i++)
        count += ((unsigned char)text.data[i] & 0xc0) != 0x80;
    return count;
}

static enum gql_progress start_on_device(struct gql_batch *batch, struct sign_in_call *call)
{
    if (characters(call->device) <= DEVICE_CHARACTERS_MAX) return start(batch, call);
    refuse_input(batch, "device", "Tên thiết bị dài nhất 100 ký tự.",
                 "A device's name has 100 characters at most.");
    return GQL_NOW;
}

enum gql_progress sign_in_new(struct gql_batch *batch)
{
    return start_on_device(batch, read_call(batch, SIGN_IN_NEW));
}

enum gql_progress sign_in_sandbox(struct gql_batch *batch)
{
    const struct viewer *viewer = &request_of(batch)->viewer;
    struct sign_in_call *call;

    if (!request_signed_in(batch)) return GQL_NOW;
    call = read_call(batch, SIGN_IN_SANDBOX);
    call->session = viewer->session;
    if (viewer->kind == VIEWER_PARTNER && viewer_in_sandbox(viewer))
        return start_on_device(batch, call);
    refuse(batch, call, MC_UNAUTHENTICATED);
    return GQL_NOW;
}

enum gql_progress sign_in_step_up(struct gql_batch *batch)
{
    struct sign_in_call *call;

    if (!request_signed_in(batch)) return GQL_NOW;
    call = read_call(batch, SIGN_IN_STEP_UP);
    call->session = request_of(batch)->viewer.session;
    return start(batch, call);
}

enum gql_progress sign_in_refresh(struct gql_batch *batch)
{
    return start(batch, read_call(batch, SIGN_IN_REFRESH));
}

static enum gql_progress viewer(struct gql_batch *batch)
{
    gql_set_object(batch, 0, &request_of(batch)->viewer);
    return GQL_NOW;
}

const struct gql_field signed_in_fields[] = {
    GQL_MEMBER("accessToken", struct sign_in_call, access_token),
    GQL_MEMBER("expiresAt", struct sign_in_call, expires_at),
    GQL_MEMBER("refreshToken", struct sign_in_call, next_refresh_token),
    GQL_FIELD("viewer", viewer),
    GQL_FIELDS_END,
};
