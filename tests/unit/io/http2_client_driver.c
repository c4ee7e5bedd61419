/*
 * http2_client_driver ORIGIN CA COUNT [name=number ...] - the client as a program, for tests that
 * bring their own server. Sends COUNT requests at once, waits for all, and prints a line for each:
 *     request STATUS REASON MAYBE_PROCESSED HTTP CALLS BODY
 * then one line of counters. Names: body, rounds, gap_ms, cancel_ms, timeout_ms, answer_max, and
 * the settings of the client.
 */
#include "base/memory.h"
#include "io/http2_client.h"

#include <stdio.h>
#include <stdlib.h>

enum { REQUESTS_MAX = 4096 };

struct options {
    int64_t body, rounds, gap_ms, cancel_ms, timeout_ms, answer_max;
    struct http2_client_settings settings;
};

static struct http2_request requests[REQUESTS_MAX];
static int calls[REQUESTS_MAX];
static size_t count, ended;
static bool sending;

static void on_done(struct http2_request *request)
{
    MC_ASSERT(!sending);
    calls[request - requests]++;
    ended++;
}

static void option_set(struct options *options, const char *argument)
{
    const struct {
        const char *name;
        int64_t *wide;
        uint32_t *narrow;
    } names[] = {
        { "body", &options->body, NULL },
        { "rounds", &options->rounds, NULL },
        { "gap_ms", &options->gap_ms, NULL },
        { "cancel_ms", &options->cancel_ms, NULL },
        { "timeout_ms", &options->timeout_ms, NULL },
        { "answer_max", &options->answer_max, NULL },
        { "connections_max", NULL, &options->settings.connections_max },
        { "streams_max", NULL, &options->settings.streams_max },
        { "connect_timeout_ms", NULL, &options->settings.connect_timeout_ms },
        { "ping_idle_ms", NULL, &options->settings.ping_idle_ms },
        { "ping_answer_ms", NULL, &options->settings.ping_answer_ms },
        { "idle_close_ms", NULL, &options->settings.idle_close_ms },
    };
    struct str value = str_of(argument), name = str_split(&value, '=');
    int64_t number;

    MC_ASSERT(str_to_i64(value, &number) == MC_OK);
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
        if (!str_is(name, names[i].name)) continue;
        if (names[i].wide != NULL)
            *names[i].wide = number;
        else
            *names[i].narrow = (uint32_t)number;
        return;
    }
    MC_ASSERT(false && "an option that is there");
}

static void on_timer(uv_timer_t *timer)
{
    *(bool *)timer->data = true;
}

static void run_for(uv_loop_t *loop, int64_t ms)
{
    static uv_timer_t timer;
    bool over = false;

    uv_timer_init(loop, &timer);
    timer.data = &over;
    uv_update_time(loop);
    uv_timer_start(&timer, on_timer, (uint64_t)ms, 0);
    while (!over)
        uv_run(loop, UV_RUN_ONCE);
    uv_close((uv_handle_t *)&timer, NULL);
    uv_run(loop, UV_RUN_NOWAIT);
}

static void send_round(struct http2_client *client, const char *origin,
                       const struct options *options, struct str body)
{
    static char paths[REQUESTS_MAX][24];

    ended = 0;
    for (size_t i = 0; i < count; i++) {
        enum status status;

        snprintf(paths[i], sizeof(paths[i]), "/%zu", i);
        http2_request_done(&requests[i]);
        http2_request_init(&requests[i], (size_t)options->answer_max);
        requests[i].path = str_of(paths[i]);
        requests[i].body = body;
        requests[i].timeout_ms = (uint32_t)options->timeout_ms;
        requests[i].done = on_done;
        calls[i] = 0;
        sending = true;
        status = http2_client_send(client, str_of(origin), &requests[i]);
        sending = false;
        if (status != MC_OK) {
            printf("refused %s\n", status_name(status));
            exit(EXIT_SUCCESS);
        }
    }
}

static void print(const struct http2_client *client)
{
    struct http2_client_counts counts = http2_client_count(client);

    for (size_t i = 0; i < count; i++)
        printf(
            "request %s %s %d %d %d %.*s\n", status_name(requests[i].status),
            requests[i].reason == NULL ? "-" : requests[i].reason, requests[i].maybe_processed,
            requests[i].http, calls[i],
            STR_PRINT(requests[i].answer.size < 100 ? buf_str(&requests[i].answer) : STR("long")));
    printf("counts connects=%d goaways=%d pings=%d resends=%d\n", (int)counts.connects,
           (int)counts.goaways, (int)counts.pings, (int)counts.resends);
}

int main(int argc, char **argv)
{
    struct options options = {
        .rounds = 1, .timeout_ms = 10000, .answer_max = 65536, .settings = http2_client_preset
    };
    struct http2_client *client;
    uv_loop_t loop;
    int64_t number;
    char *body;

    MC_ASSERT(argc >= 4 && str_to_i64(str_of(argv[3]), &number) == MC_OK);
    MC_ASSERT(number <= REQUESTS_MAX);
    count = (size_t)number;
    options.settings.ca_file = argv[2];
    for (int i = 4; i < argc; i++)
        option_set(&options, argv[i]);
    body = mem_alloc((size_t)options.body + 1);
    memset(body, 'x', (size_t)options.body);

    uv_loop_init(&loop);
    MC_ASSERT(http2_client_new(&loop, &options.settings, &client) == MC_OK);
    for (int64_t round = 0; round < options.rounds; round++) {
        if (round > 0) run_for(&loop, options.gap_ms);
        send_round(client, argv[1], &options, (struct str){ body, (size_t)options.body });
        if (options.cancel_ms > 0) {
            run_for(&loop, options.cancel_ms);
            for (size_t i = 0; i < count; i++)
                http2_request_cancel(&requests[i]);
        }
        while (ended < count)
            uv_run(&loop, UV_RUN_ONCE);
        run_for(&loop, 20); /* a second call would show */
    }
    print(client);
    http2_client_close(client, NULL, NULL);
    uv_run(&loop, UV_RUN_DEFAULT);
    MC_ASSERT(uv_loop_close(&loop) == 0);
    for (size_t i = 0; i < count; i++)
        http2_request_done(&requests[i]);
    mem_free(body);
    return EXIT_SUCCESS;
}
