#include "base/memory.h"
#include "stream_internal.h"

enum { TICK_MS = 500, UNRUNG_READ_TICKS = 10 };

static void keep_alive(struct stream *stream)
{
    struct app *app = stream->streams->app;
    uint64_t quiet_ms = uv_now(&app->loop) - stream->sent_ms;

    if (quiet_ms < (uint64_t)app->config->stream_heartbeat_s * 1000) return;
    stream->sent_ms = uv_now(&app->loop);
    if (stream->operation->carrier->stream->alive(stream->operation, false) != MC_OK)
        stream_close(stream);
}

static void tick_stream(struct stream *stream)
{
    if (stream->closing) return;
    stream_check_session(stream);
    if (stream->begun && !stream->closing) keep_alive(stream);
}

static void tick_cohort(struct cohort *cohort)
{
    if (cohort->count == 0 || cohort->after < 0) return;
    if (++cohort->ticks % UNRUNG_READ_TICKS == 0 || cohort->rung) cohort_read(cohort);
}

static void on_tick(uv_timer_t *timer)
{
    struct streams *streams = timer->data;
    struct stream *stream, *next;
    struct cohort *cohort, *next_cohort;

    for (stream = TAILQ_FIRST(&streams->open); stream != NULL; stream = next) {
        next = TAILQ_NEXT(stream, link);
        tick_stream(stream);
        stream_free_when_idle(stream);
    }
    for (cohort = TAILQ_FIRST(&streams->cohorts); cohort != NULL; cohort = next_cohort) {
        next_cohort = TAILQ_NEXT(cohort, link);
        tick_cohort(cohort);
    }
}

void streams_check_sessions(struct streams *streams)
{
    struct stream *stream, *next;

    for (stream = TAILQ_FIRST(&streams->open); stream != NULL; stream = next) {
        next = TAILQ_NEXT(stream, link);
        if (!stream->closing) stream_check_session(stream);
        stream_free_when_idle(stream);
    }
}

static bool list_has(struct str list, struct str number)
{
    while (list.size > 0)
        if (str_eq(str_split(&list, ','), number)) return true;
    return false;
}

static bool lists_meet(struct str list, struct str numbers)
{
    while (numbers.size > 0)
        if (list_has(list, str_split(&numbers, ','))) return true;
    return false;
}

/* Who an event is for: feed_no|event|applicant|submitter|received|competent|grantees, as the ring
 * says. */
struct audience {
    struct str applicant, submitter, received, competent, grantees;
};

static bool is_for(const struct audience *audience, const struct viewer *viewer)
{
    if (viewer->kind == VIEWER_OFFICER)
        return list_has(viewer->agencies, audience->received) ||
               list_has(viewer->agencies, audience->competent);
    return list_has(viewer->subjects, audience->applicant) ||
           list_has(viewer->subjects, audience->submitter) ||
           lists_meet(viewer->subjects, audience->grantees);
}

static void read_all(struct streams *streams, const struct audience *audience)
{
    struct cohort *cohort, *next;

    for (cohort = TAILQ_FIRST(&streams->cohorts); cohort != NULL; cohort = next) {
        next = TAILQ_NEXT(cohort, link);
        if (cohort->count > 0 && (audience == NULL || is_for(audience, &cohort->viewer)))
            cohort_read(cohort);
    }
}

static void on_ring(struct redis_subscription *ring, struct str payload)
{
    struct streams *streams = ring->data;
    struct audience audience;

    while (payload.size > 0) {
        struct str line = str_split(&payload, '\n');

        (void)str_split(&line, '|');
        (void)str_split(&line, '|');
        audience.applicant = str_split(&line, '|');
        audience.submitter = str_split(&line, '|');
        audience.received = str_split(&line, '|');
        audience.competent = str_split(&line, '|');
        audience.grantees = line;
        read_all(streams, &audience);
    }
}

static void on_gap(struct redis_subscription *ring)
{
    read_all(ring->data, NULL);
}

struct streams *streams_new(struct app *app)
{
    struct streams *streams = MEM_NEW(struct streams);

    streams->app = app;
    TAILQ_INIT(&streams->open);
    TAILQ_INIT(&streams->cohorts);
    streams->ring = (struct redis_subscription){
        .channel = "feed", .message = on_ring, .gap = on_gap, .data = streams
    };
    redis_subscribe(app->redis, &streams->ring);
    MC_ASSERT(uv_timer_init(&app->loop, &streams->tick) == 0);
    streams->tick.data = streams;
    uv_timer_start(&streams->tick, on_tick, TICK_MS, TICK_MS);
    return streams;
}

size_t streams_count(const struct streams *streams)
{
    return streams->count;
}

size_t streams_cohorts(const struct streams *streams)
{
    return streams->cohort_count;
}

void streams_drained_when_idle(struct streams *streams)
{
    if (streams->draining && streams->count == 0 && streams->cohort_count == 0)
        streams->drained(streams->drained_data);
}

/* Who reads too slowly to hear it comes back all the same. */
static void say_goodbye(const struct stream *stream)
{
    enum status sent;

    if (!stream->begun || stream->closing) return;
    sent = stream->operation->carrier->stream->alive(stream->operation, true);
    (void)sent;
}

void streams_drain(struct streams *streams, void (*closed)(void *data), void *data)
{
    struct stream *stream, *next;

    streams->draining = true;
    streams->drained = closed;
    streams->drained_data = data;
    uv_close((uv_handle_t *)&streams->tick, NULL);
    redis_unsubscribe(streams->app->redis, &streams->ring);
    if (streams->count == 0 && streams->cohort_count == 0) {
        closed(data);
        return;
    }
    for (stream = TAILQ_FIRST(&streams->open); stream != NULL; stream = next) {
        next = TAILQ_NEXT(stream, link);
        say_goodbye(stream);
        stream_close(stream);
        stream_free_when_idle(stream);
    }
}

void streams_free(struct streams *streams)
{
    mem_free(streams);
}
