#include "ask.h"
#include "base/memory.h"
#include "dossier_event.h"
#include "model.h"
#include "stream_internal.h"

enum { CHECK_BYTES_MAX = 256 * 1024 };

static void send_row(struct stream *stream);

/* ---- the end of a stream ---- */

void stream_free_when_idle(struct stream *stream)
{
    struct streams *streams = stream->streams;

    if (!stream->closing || stream->wait != WAIT_NOTHING || stream->checking) return;
    TAILQ_REMOVE(&streams->open, stream, link);
    streams->count--;
    buf_done(&stream->reply);
    arena_done(&stream->read_arena);
    arena_done(&stream->event_arena);
    arena_done(&stream->check_arena);
    operation_free(stream->operation);
    mem_free(stream);
    if (streams->draining && streams->count == 0) streams->drained(streams->drained_data);
}

void stream_close(struct stream *stream)
{
    struct operation *operation = stream->operation;

    if (stream->closing) return;
    stream->closing = true;
    if (!operation->gone) operation->carrier->stream->close(operation);
    if (stream->checking) session_check_cancel(&operation->check);
    if (stream->wait == WAIT_POSITION || stream->wait == WAIT_EVENTS)
        db_group_cancel(&stream->group);
    if (stream->wait == WAIT_RUN) request_cancel(&stream->request, MC_CANCELLED);
    if (stream->wait == WAIT_READER) stream->wait = WAIT_NOTHING;
}

void stream_gone(struct stream *stream)
{
    stream_close(stream);
    stream_free_when_idle(stream);
}

/* A stream that ends without complete is tried again by its client; one that ends with it is not.
 */
void stream_end(struct stream *stream, enum status status)
{
    struct operation *operation = stream->operation;
    const struct stream_carrier *carrier = operation->carrier->stream;
    struct gql_errors errors;
    struct buf body;

    gql_errors_init(&errors, &stream->check_arena, 1);
    gql_errors_add(&errors, status, STR_NONE, NULL, 0, "%s", status_sentence(status));
    buf_init(&body, 4096);
    gql_errors_json(&body, &errors);
    if (!status_retryable(status) && carrier->next(operation, STR_NONE, buf_str(&body)) == MC_OK &&
        carrier->complete(operation) == MC_OK)
        stream->sent_ms = uv_now(&stream->streams->app->loop);
    buf_done(&body);
    stream_close(stream);
}

/* ---- reading and sending ---- */

static void begin_reading(struct stream *stream, enum wait wait,
                          void (*done)(struct db_group *group))
{
    struct app *app = stream->streams->app;
    const struct viewer *viewer = &stream->operation->request.viewer;
    enum status status;

    db_group_init(&stream->group, (uint32_t)app->config->request_timeout_ms, done, stream);
    viewer_identify_group(viewer, &stream->read_arena, &stream->group);
    db_group_add(&stream->group, &stream->ask);
    stream->wait = wait;
    status = app->services.ask(app->services.data, viewer, &stream->group);
    if (status != MC_OK) stream->wait = WAIT_NOTHING;
}

static void end_run(struct stream *stream)
{
    stream->wait = WAIT_NOTHING;
    reference_unref(stream->request.reference);
    stream->request.reference = NULL;
}

static void on_event_run(struct gql_run *run, void *context)
{
    struct stream *stream = CONTAINER_OF(context, struct stream, request);

    (void)run;
    end_run(stream);
    send_row(stream);
}

/* False when the reader is gone or too slow. */
static bool send_reply(struct stream *stream)
{
    const struct dossier_event *event = ask_row(&stream->ask, stream->row);
    struct operation *operation = stream->operation;
    struct str cursor = cursor_write(&stream->event_arena, CURSOR_FEED, feed_place(event));

    if (stream->closing) return false;
    if (operation->carrier->stream->next(operation, cursor, buf_str(&stream->reply)) != MC_OK) {
        stream_close(stream);
        return false;
    }
    stream->sent_ms = uv_now(&stream->streams->app->loop);
    stream->after = event->feed_no;
    app_count(stream->streams->app, METRIC_STREAM_EVENTS, 1);
    return true;
}

static enum gql_progress run_row(struct stream *stream)
{
    struct operation *operation = stream->operation;
    struct gql_run_options options = {
        .plan = operation->plan,
        .variables = operation->graphql.variables,
        .context = &stream->request,
        .arena = &stream->event_arena,
        .reply = &stream->reply,
        .flush = ask_flush,
        .done = on_event_run,
        .event = ask_row(&stream->ask, stream->row),
    };

    arena_reset(&stream->event_arena);
    buf_reset(&stream->reply);
    stream->request = (struct request){
        .arena = &stream->event_arena,
        .viewer = operation->request.viewer,
        .services = operation->request.services,
        .reference = reference_ref(operation->app->reference),
        .timeout_ms = operation->request.timeout_ms,
    };
    stream->wait = WAIT_RUN;
    return gql_run_start(&stream->request.run, &options);
}

static void end_reading(struct stream *stream)
{
    bool again = stream->rung || stream->ask.row_count == STREAM_BATCH;

    stream->rung = false;
    if (again && !stream->closing) stream_read(stream);
}

static bool reader_is_behind(const struct stream *stream)
{
    size_t waiting_max = (size_t)stream->streams->app->config->stream_queue_bytes;

    return stream->operation->carrier->stream->waiting(stream->operation) >= waiting_max;
}

/* Runs and sends rows for as long as nothing has to be waited for. */
static void send_rows(struct stream *stream)
{
    while (stream->row < stream->ask.row_count && !stream->closing) {
        if (reader_is_behind(stream)) {
            stream->wait = WAIT_READER;
            return;
        }
        if (run_row(stream) == GQL_LATER) return;
        end_run(stream);
        if (!send_reply(stream)) break;
        stream->row++;
    }
    end_reading(stream);
    stream_free_when_idle(stream);
}

static void send_row(struct stream *stream)
{
    bool retry = stream->request.run.worst != MC_OK && status_retryable(stream->request.run.worst);

    /* An event that could not be read now is read again later, from the same place. */
    if (stream->request.run.status == MC_OK && !retry && send_reply(stream)) {
        stream->row++;
        send_rows(stream);
        return;
    }
    stream_free_when_idle(stream);
}

void stream_drained(struct stream *stream)
{
    if (stream->wait != WAIT_READER) return;
    stream->wait = WAIT_NOTHING;
    send_rows(stream);
}

static void on_events(struct db_group *group)
{
    struct stream *stream = group->data;

    stream->wait = WAIT_NOTHING;
    if (stream->ask.status != MC_OK || stream->closing) {
        stream_free_when_idle(stream);
        return;
    }
    stream->row = 0;
    send_rows(stream);
}

void stream_read(struct stream *stream)
{
    struct feed_range range = { stream->code, stream->after, STREAM_BATCH };

    if (stream->wait != WAIT_NOTHING) {
        stream->rung = true;
        return;
    }
    arena_reset(&stream->read_arena);
    db_ask_init(&stream->ask, NULL, &stream->read_arena);
    feed_ask(&stream->operation->request.viewer, &range, &stream->ask);
    begin_reading(stream, WAIT_EVENTS, on_events);
}

/* ---- the start of a stream ---- */

static void on_position(struct db_group *group)
{
    struct stream *stream = group->data;
    const struct feed_end *end = stream->ask.rows;

    stream->wait = WAIT_NOTHING;
    if (!stream->closing && stream->ask.status != MC_OK) stream_end(stream, stream->ask.status);
    if (!stream->closing) {
        stream->after = end->feed_no;
        stream_read(stream);
    }
    stream_free_when_idle(stream);
}

static void find_position(struct stream *stream)
{
    db_ask_init(&stream->ask, NULL, &stream->read_arena);
    feed_end_ask(&stream->ask);
    begin_reading(stream, WAIT_POSITION, on_position);
    if (stream->wait == WAIT_NOTHING) stream_end(stream, MC_UNAVAILABLE);
}

/* The argument, else what a reconnecting EventSource says. */
static struct str cursor_of(struct operation *operation, const struct gql_input *arguments)
{
    struct str cursor = gql_input_text(arguments, "after");

    return cursor.data != NULL ? cursor : operation->resume;
}

static void refuse_stream(struct operation *operation, enum status status,
                          struct gql_errors *errors)
{
    gql_errors_json(&operation->reply, errors);
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
    arena_init(&stream->read_arena, (size_t)operation->app->config->request_bytes_max);
    arena_init(&stream->event_arena, (size_t)operation->app->config->request_bytes_max);
    arena_init(&stream->check_arena, CHECK_BYTES_MAX);
    buf_init(&stream->reply, (size_t)operation->app->config->reply_bytes_max);
    TAILQ_INSERT_TAIL(&streams->open, stream, link);
    streams->count++;
    operation->stream = stream;
    return stream;
}

static enum status check_stream(struct operation *operation, struct gql_errors *errors,
                                const struct gql_input **ret_arguments, struct place *ret_after)
{
    struct streams *streams = operation->app->streams;
    struct gql_event_source source;
    struct str cursor;
    enum status status = MC_OK;

    if (operation->request.viewer.kind == VIEWER_NONE) status = MC_UNAUTHENTICATED;
    if (streams->draining || streams->count >= (size_t)operation->app->config->streams_max)
        status = MC_BUSY;
    if (status == MC_OK)
        status = gql_subscription_source(operation->plan, operation->graphql.variables,
                                         &operation->arena, errors, &source);
    if (status == MC_OK) {
        *ret_arguments = source.arguments;
        cursor = cursor_of(operation, *ret_arguments);
        if (cursor.size > 0)
            status = cursor_read(&operation->arena, CURSOR_FEED, cursor, ret_after);
    }
    if (status != MC_OK && errors->count == 0)
        gql_errors_add(errors, status, STR_NONE, NULL, 0, "%s", status_sentence(status));
    return status;
}

void stream_open(struct operation *operation)
{
    struct place after = { -1, 0 };
    const struct gql_input *arguments;
    struct gql_errors errors;
    struct stream *stream;
    enum status status;

    gql_errors_init(&errors, &operation->arena, 10);
    status = check_stream(operation, &errors, &arguments, &after);
    if (status != MC_OK) {
        refuse_stream(operation, status, &errors);
        return;
    }
    app_count(operation->app, METRIC_OPERATIONS_SUBSCRIPTION, 1);
    stream = stream_new(operation);
    stream->code = gql_input_text(arguments, "code");
    stream->after = after.major;
    if (operation->carrier->stream->open(
            operation, (size_t)operation->app->config->stream_queue_bytes +
                           (size_t)operation->app->config->reply_bytes_max) != MC_OK)
        stream_close(stream);
    if (!stream->closing && stream->after >= 0) stream_read(stream);
    if (!stream->closing && stream->after < 0) find_position(stream);
    stream_free_when_idle(stream);
}

/* ---- the session ---- */

static void on_rechecked(struct session_check *check, enum status status)
{
    struct stream *stream = check->data;

    stream->checking = false;
    if (!stream->closing && status == MC_UNAUTHENTICATED) stream_end(stream, MC_UNAUTHENTICATED);
    stream_free_when_idle(stream);
}

void stream_check_session(struct stream *stream)
{
    struct app *app = stream->streams->app;
    struct operation *operation = stream->operation;

    if (clock_wall_us(app->clock) / 1000000 >= operation->check.expires_s) {
        stream_end(stream, MC_UNAUTHENTICATED);
        return;
    }
    if (stream->checking) return;
    arena_reset(&stream->check_arena);
    operation->check.arena = &stream->check_arena;
    operation->check.viewer.session = operation->request.viewer.session;
    operation->check.done = on_rechecked;
    operation->check.data = stream;
    stream->checking = session_recheck(&app->sessions, &operation->check) == MC_OK;
}
