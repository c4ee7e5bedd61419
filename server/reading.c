/* What a cohort's members are told: rows of the feed, each run once, its bytes handed to all. */
#include "ask.h"
#include "base/memory.h"
#include "model.h"
#include "reply.h"
#include "resolvers/dossier/dossier_event.h"
#include "stream_internal.h"
#include "stream_source.h"

static void on_position(struct db_group *group);
static void on_events(struct db_group *group);

/* ---- from the database ---- */

static enum status ask_database(struct cohort *cohort, enum wait wait,
                                void (*done)(struct db_group *group))
{
    struct app *app = cohort->streams->app;
    enum status status;

    db_group_init(&cohort->group, (uint32_t)app->config->request_timeout_ms, done, cohort);
    viewer_identify_group(&cohort->viewer, &cohort->read_arena, &cohort->group);
    db_group_add(&cohort->group, &cohort->ask);
    status = app->services.ask(app->services.data, &cohort->viewer, &cohort->group);
    cohort->wait = status == MC_OK ? wait : WAIT_NOTHING;
    return status;
}

/* MC_OK: there is nothing more to come. The cohort may be gone. */
static void end_all(struct cohort *cohort, enum status status)
{
    struct stream *stream, *next;

    cohort->at_it = true;
    for (stream = TAILQ_FIRST(&cohort->members); stream != NULL; stream = next) {
        next = TAILQ_NEXT(stream, member);
        if (status == MC_OK)
            stream_complete(stream);
        else
            stream_end(stream, status);
        stream_free_when_idle(stream);
    }
    cohort->at_it = false;
    cohort_free_when_idle(cohort);
}

static void read_position(struct cohort *cohort)
{
    enum status status;

    feed_end_ask(&cohort->ask);
    status = ask_database(cohort, WAIT_POSITION, on_position);
    if (status != MC_OK) end_all(cohort, status);
}

static void read_events(struct cohort *cohort)
{
    enum status status;

    cohort->asked_end = cohort->streams->end;
    cohort->source->ask(cohort, &cohort->ask);
    status = ask_database(cohort, WAIT_EVENTS, on_events);
    (void)status; /* read again at the next ring or tick */
}

static bool has_just_read(const struct cohort *cohort)
{
    uint64_t now_ms = uv_now(&cohort->streams->app->loop);

    return cohort->read_ms != 0 && now_ms - cohort->read_ms < cohort->source->pause_ms;
}

void cohort_read(struct cohort *cohort)
{
    if (cohort->wait != WAIT_NOTHING || has_just_read(cohort)) {
        cohort->rung = true;
        return;
    }
    cohort->rung = false;
    cohort->read_ms = uv_now(&cohort->streams->app->loop);
    arena_reset(&cohort->read_arena);
    db_ask_init(&cohort->ask, NULL, &cohort->read_arena);
    if (cohort->after < 0)
        read_position(cohort);
    else
        read_events(cohort);
}

static void learn_end(struct streams *streams, int64_t feed_no)
{
    if (feed_no > streams->end) streams->end = feed_no;
}

/* The cohort may be gone. */
static void begin_all(struct cohort *cohort)
{
    struct stream *stream, *next;

    cohort->at_it = true;
    for (stream = TAILQ_FIRST(&cohort->members); stream != NULL; stream = next) {
        next = TAILQ_NEXT(stream, member);
        stream_begin(stream);
        stream_free_when_idle(stream);
    }
    cohort->at_it = false;
    if (cohort->count > 0)
        cohort_read(cohort);
    else
        cohort_free_when_idle(cohort);
}

static void on_position(struct db_group *group)
{
    struct cohort *cohort = group->data;
    const struct feed_end *end = cohort->ask.rows;

    cohort->wait = WAIT_NOTHING;
    if (cohort->ask.status != MC_OK) {
        end_all(cohort, cohort->ask.status);
        return;
    }
    if (cohort->count == 0) {
        cohort_free_when_idle(cohort);
        return;
    }
    cohort->seen = cohort->after = end->feed_no;
    learn_end(cohort->streams, end->feed_no);
    begin_all(cohort);
}

/* ---- one event ---- */

static void send_rows(struct cohort *cohort);
static bool finish_row(struct cohort *cohort);

static void on_event_run(struct gql_run *run, void *context)
{
    struct cohort *cohort = CONTAINER_OF(context, struct cohort, request);

    (void)run;
    if (finish_row(cohort)) send_rows(cohort);
}

static enum gql_progress run_row(struct cohort *cohort)
{
    struct app *app = cohort->streams->app;
    struct gql_run_options options = {
        .plan = cohort->plan,
        .variables = cohort->variables,
        .context = &cohort->request,
        .arena = &cohort->event_arena,
        .reply = &cohort->reply,
        .flush = ask_flush,
        .done = on_event_run,
        .event = ask_row(&cohort->ask, cohort->row),
    };

    arena_reset(&cohort->event_arena);
    buf_reset(&cohort->reply);
    cohort->request = (struct request){
        .arena = &cohort->event_arena,
        .viewer = cohort->viewer,
        .services = &app->services,
        .reference = reference_ref(app->reference),
        .timeout_ms = (uint32_t)app->config->request_timeout_ms,
    };
    cohort->wait = WAIT_RUN;
    app_count(app, METRIC_STREAM_RUNS, 1);
    return gql_run_start(&cohort->request.run, &options);
}

static void tell_all(struct cohort *cohort, struct str cursor)
{
    struct stream *stream, *next;

    cohort->at_it = true;
    for (stream = TAILQ_FIRST(&cohort->members); stream != NULL; stream = next) {
        next = TAILQ_NEXT(stream, member);
        stream_tell(stream, cursor, buf_str(&cohort->reply));
    }
    cohort->at_it = false;
}

/* An event that can never be told is told of, so that the next may come. */
static enum status reply_status(struct cohort *cohort)
{
    const struct gql_run *run = &cohort->request.run;
    enum status status = run->status != MC_OK ? run->status : buf_status(&cohort->reply);

    if (status == MC_OK && run->worst != MC_OK && status_retryable(run->worst)) return run->worst;
    if (status == MC_OK || status_retryable(status)) return status;
    buf_reset(&cohort->reply);
    reply_refusal_json(&cohort->reply, status, run->refusal);
    return MC_OK;
}

/* Absent: nobody can go on after it. */
static struct str cursor_of(struct cohort *cohort, const void *row)
{
    struct place place = { cohort->source->place(row), 0 };

    if (!cohort->source->is_feed) return STR_NONE;
    return cursor_write(&cohort->event_arena, CURSOR_FEED, place);
}

/* False: the reading is over. An event that could not be read now is read again later, from the
 * same place. The cohort may be gone. */
static bool finish_row(struct cohort *cohort)
{
    const struct stream_source *source = cohort->source;
    const void *row = ask_row(&cohort->ask, cohort->row);
    bool told = cohort->count > 0 && reply_status(cohort) == MC_OK;

    cohort->wait = WAIT_NOTHING;
    reference_unref(cohort->request.reference);
    cohort->request.reference = NULL;
    if (told) {
        tell_all(cohort, cursor_of(cohort, row));
        cohort->seen = cohort->after = source->place(row);
        if (source->is_feed) learn_end(cohort->streams, cohort->after);
        cohort->row++;
    }
    if (told && source->is_last != NULL && source->is_last(row)) {
        end_all(cohort, MC_OK);
        return false;
    }
    if (told && cohort->count > 0) return true;
    cohort_free_when_idle(cohort);
    return false;
}

/* ---- one reading ---- */

static void end_reading(struct cohort *cohort)
{
    bool all = cohort->ask.row_count < STREAM_BATCH;

    if (cohort->source->is_feed && all && cohort->asked_end > cohort->after)
        cohort->after = cohort->asked_end;
    if (!all || cohort->rung)
        cohort_read(cohort);
    else
        cohort_settle(cohort);
}

/* Runs and hands out rows for as long as nothing has to be waited for. */
static void send_rows(struct cohort *cohort)
{
    while (cohort->row < cohort->ask.row_count) {
        if (!cohort_has_room(cohort)) {
            cohort->wait = WAIT_READER;
            return;
        }
        if (run_row(cohort) == GQL_LATER) return;
        if (!finish_row(cohort)) return;
    }
    end_reading(cohort);
}

static void on_events(struct db_group *group)
{
    struct cohort *cohort = group->data;

    cohort->wait = WAIT_NOTHING;
    cohort->row = 0;
    if (cohort->ask.status == MC_OK && cohort->ask.row_count == 0 && cohort->after == 0 &&
        cohort->source->ends_without_rows)
        end_all(cohort, MC_OK);
    else if (cohort->ask.status == MC_OK && cohort->count > 0)
        send_rows(cohort);
    else
        cohort_free_when_idle(cohort);
}

void cohort_drained(struct cohort *cohort)
{
    if (cohort->wait != WAIT_READER) return;
    cohort->wait = WAIT_NOTHING;
    send_rows(cohort);
}
