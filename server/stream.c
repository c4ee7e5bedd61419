#include "base/memory.h"
#include "model.h"
#include "reply.h"
#include "resolvers/dossier/dossier_event.h"
#include "scope.h"
#include "stream_internal.h"
#include "stream_source.h"

enum { CHECK_BYTES_MAX = 256 * 1024 };

/* ---- the end of a stream ---- */

void stream_free_when_idle(struct stream *stream)
{
    struct streams *streams = stream->streams;

    if (!stream->closing || stream->checking) return;
    TAILQ_REMOVE(&streams->open, stream, link);
    streams->count--;
    arena_done(&stream->check_arena);
    operation_free(stream->operation);
    mem_free(stream);
    streams_drained_when_idle(streams);
}

static void let_go(struct stream *stream)
{
    if (stream->checking) session_check_cancel(&stream->operation->check);
    cohort_leave(stream);
}

/* One that has not begun is refused, as any operation may be; whatever may be tried again, as by a
 * server that is busy. */
static void refuse(struct stream *stream, enum status status)
{
    struct operation *operation = stream->operation;
    enum status why = status_retryable(status) ? MC_BUSY : status;

    stream->closing = true;
    operation->line.status = why;
    if (!operation->gone) operation->carrier->refuse(operation, why, NULL);
    let_go(stream);
}

void stream_close(struct stream *stream)
{
    struct operation *operation = stream->operation;

    if (stream->closing) return;
    if (!stream->begun && !operation->gone) {
        refuse(stream, MC_BUSY);
        return;
    }
    stream->closing = true;
    if (!operation->gone) operation->carrier->stream->close(operation);
    let_go(stream);
}

void stream_gone(struct stream *stream)
{
    stream_close(stream);
    stream_free_when_idle(stream);
}

static enum status say_failure(struct operation *operation, enum status status, struct str json)
{
    const struct stream_carrier *carrier = operation->carrier->stream;
    enum status sent;

    if (carrier->fail != NULL) return carrier->fail(operation, status, json);
    sent = carrier->next(operation, STR_NONE, json);
    return sent == MC_OK ? carrier->complete(operation) : sent;
}

/* A stream that ends without a word is tried again by its client. */
void stream_end(struct stream *stream, enum status status)
{
    struct buf body;
    enum status sent = MC_OK;

    if (!stream->begun) {
        refuse(stream, status);
        return;
    }
    stream->operation->line.status = status;
    buf_init(&body, 4096);
    reply_refusal_json(&body, status, NULL);
    if (!status_retryable(status)) sent = say_failure(stream->operation, status, buf_str(&body));
    (void)sent; /* gone or too slow: it ends all the same */
    buf_done(&body);
    stream_close(stream);
}

void stream_complete(struct stream *stream)
{
    struct operation *operation = stream->operation;
    enum status sent = operation->carrier->stream->complete(operation);

    (void)sent; /* gone or too slow: it ends all the same */
    stream_close(stream);
}

void stream_tell(struct stream *stream, struct str cursor, struct str json)
{
    struct operation *operation = stream->operation;
    enum status sent = operation->carrier->stream->next(operation, cursor, json);

    if (sent != MC_OK) {
        operation->line.status = sent;
        stream_close(stream);
        stream_free_when_idle(stream);
        return;
    }
    operation->line.bytes += json.size;
    stream->sent_ms = uv_now(&stream->streams->app->loop);
    app_count(stream->streams->app, METRIC_STREAM_EVENTS, 1);
}

void stream_drained(struct stream *stream)
{
    if (stream->cohort != NULL) cohort_drained(stream->cohort);
}

/* ---- the start of a stream ---- */

/* Where it begins: the argument, else what a reconnecting EventSource says, else the end. */
static enum status read_after(struct operation *operation, const struct gql_input *arguments,
                              int64_t *ret_after)
{
    struct str cursor = gql_input_text(arguments, "after");
    struct place place = { -1, 0 };
    enum status status = MC_OK;

    if (cursor.data == NULL) cursor = operation->resume;
    if (cursor.size > 0) status = cursor_read(&operation->arena, CURSOR_FEED, cursor, &place);
    *ret_after = place.major;
    return status;
}

static enum status read_subject(struct operation *operation, const struct gql_event_source *field,
                                struct cohort_subject *subject)
{
    subject->source = stream_source_of(field->field);
    MC_ASSERT(subject->source != NULL);
    subject->about = gql_input_text(field->arguments, subject->source->about);
    if (subject->source->is_feed) return read_after(operation, field->arguments, &subject->after);
    subject->after = 0;
    return MC_OK;
}

static void refuse_stream(struct operation *operation, enum status status,
                          struct gql_errors *errors)
{
    gql_errors_json(&operation->reply, errors);
    operation->line.status = status;
    if (status_retryable(status))
        operation->carrier->refuse(operation, status, NULL);
    else
        operation->carrier->reply(
            operation, &(struct outcome){ .status = status, .body = buf_str(&operation->reply) });
    operation_free(operation);
}

static struct stream *stream_new(struct operation *operation)
{
    struct streams *streams = operation->app->streams;
    struct stream *stream = MEM_NEW(struct stream);

    stream->operation = operation;
    stream->streams = streams;
    arena_init(&stream->check_arena, CHECK_BYTES_MAX);
    TAILQ_INSERT_TAIL(&streams->open, stream, link);
    streams->count++;
    operation->stream = stream;
    return stream;
}

static enum status check_stream(struct operation *operation, struct gql_errors *errors,
                                struct cohort_subject *subject)
{
    struct streams *streams = operation->app->streams;
    struct gql_event_source field;
    const char *missing = NULL;
    enum status status = MC_OK;

    if (operation->request.viewer.kind == VIEWER_NONE) status = MC_UNAUTHENTICATED;
    if (streams->draining || streams->count >= (size_t)operation->app->config->streams_max)
        status = MC_BUSY;
    if (status == MC_OK)
        status = gql_subscription_source(operation->plan, operation->graphql.variables,
                                         &operation->arena, errors, &field);
    if (status == MC_OK)
        missing = scope_missing(&operation->request.viewer, STR("Subscription"), field.field);
    if (missing != NULL) status = MC_FORBIDDEN;
    if (status == MC_OK) status = read_subject(operation, &field, subject);
    if (status != MC_OK && errors->count == 0)
        gql_errors_add(errors, status, STR_NONE, NULL, 0, "%s",
                       missing != NULL ? missing : status_sentence(status));
    return status;
}

void stream_begin(struct stream *stream)
{
    struct operation *operation = stream->operation;
    const struct server_config *config = operation->app->config;
    size_t queue_bytes_max = (size_t)config->stream_queue_bytes + (size_t)config->reply_bytes_max;

    stream->begun = true;
    if (operation->carrier->stream->open(operation, queue_bytes_max) != MC_OK) stream_close(stream);
}

void stream_open(struct operation *operation)
{
    struct cohort_subject subject;
    struct gql_errors errors;
    struct stream *stream;
    enum status status;

    gql_errors_init(&errors, &operation->arena, 10);
    status = check_stream(operation, &errors, &subject);
    if (status != MC_OK) {
        refuse_stream(operation, status, &errors);
        return;
    }
    app_count(operation->app, METRIC_OPERATIONS_SUBSCRIPTION, 1);
    stream = stream_new(operation);
    cohort_open(stream, &subject);
    if (subject.after >= 0) stream_begin(stream);
    if (stream->closing)
        stream_free_when_idle(stream);
    else
        cohort_read(stream->cohort);
}

/* ---- the session ---- */

/* With other rights it is another stream: the client comes back and is read anew. */
static void on_rechecked(struct session_check *check, enum status status)
{
    struct stream *stream = check->data;

    stream->checking = false;
    if (!stream->closing && status == MC_UNAUTHENTICATED) stream_end(stream, MC_UNAUTHENTICATED);
    if (!stream->closing && status == MC_OK &&
        (check->viewer.epoch != stream->operation->request.viewer.epoch ||
         check->viewer.rights_until != stream->operation->request.viewer.rights_until))
        stream_end(stream, MC_CONFLICT);
    stream_free_when_idle(stream);
}

static void recheck(struct stream *stream)
{
    struct session_check *check = &stream->operation->check;

    arena_reset(&stream->check_arena);
    check->arena = &stream->check_arena;
    check->viewer.session = stream->operation->request.viewer.session;
    check->done = on_rechecked;
    check->data = stream;
    stream->checking = session_recheck(&stream->streams->app->sessions, check) == MC_OK;
}

void stream_check_session(struct stream *stream)
{
    struct app *app = stream->streams->app;
    struct operation *operation = stream->operation;
    bool expired = clock_wall_us(app->clock) / 1000000 >= operation->check.expires_s;
    enum session_standing standing = session_standing(&app->sessions, &operation->request.viewer);

    if (expired || standing == SESSION_ENDED)
        stream_end(stream, MC_UNAUTHENTICATED);
    else if (standing == SESSION_DOUBTED && !stream->checking)
        recheck(stream);
}
