/*
 * engine.c - engine-bench: does one work with one document, as often as fits in some milliseconds.
 *
 * A line of JSON in, a line of JSON out, until the input ends:
 *     {"schema": "ours"}                                        -> {"text": SDL}
 *     {"worst": 3}                                              -> {"name": ..., "text": document}
 *     {"work": "validate", "document": ..., "milliseconds": 200}
 *         -> {"status": "MC_OK", "errors": 0, "times": 71, "seconds": 0.2, "answer": ...}
 * Seconds are of CPU. With 0 milliseconds the work is done once. engine.mjs is the one who asks.
 */
#include "base/memory.h"
#include "engine_works.h"
#include "tests/fuzz/worst_documents.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { DOCUMENT_BYTES_MAX = 32 * 1024, TEXT_BYTES_MAX = 1 << 24, BATCH_MAX = 4096 };

static double cpu_seconds(void)
{
    struct timespec now;

    MC_ASSERT(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now) == 0);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* In batches that grow, so that reading the clock costs nothing. */
static json_t *measure(struct engine *engine, double seconds_wanted)
{
    double start = cpu_seconds(), seconds = 0;
    size_t times = 0, batch = 1;

    do {
        for (size_t i = 0; i < batch; i++)
            engine->work->once(engine);
        times += batch;
        if (batch < BATCH_MAX) batch *= 2;
        seconds = cpu_seconds() - start;
        if (seconds > 0 && (double)batch / (double)times * seconds > seconds_wanted / 8)
            batch = 1 + (size_t)((double)times / seconds * seconds_wanted / 16);
    } while (seconds < seconds_wanted);
    return json_pack("{s:s, s:I, s:s%, s:I, s:f, s:s%}", "status", status_name(engine->status),
                     "errors", (json_int_t)engine->errors, "complaint", engine->complaint.data,
                     engine->complaint.size, "times", (json_int_t)times, "seconds", seconds,
                     "answer", buf_str(&engine->reply).data, engine->reply.size);
}

static json_t *work(struct engine *engine, const json_t *request)
{
    const json_t *document = json_object_get(request, "document");
    struct str text = { json_string_value(document), json_string_length(document) };
    const char *name = json_string_value(json_object_get(request, "work"));
    double milliseconds = json_number_value(json_object_get(request, "milliseconds"));
    enum status status;

    if (name == NULL || text.data == NULL) return NULL;
    buf_reset(&engine->reply);
    status = engine_prepare(engine, name, text);
    if (status != MC_OK) return json_pack("{s:s}", "status", status_name(status));
    return measure(engine, milliseconds / 1000);
}

static json_t *schema_text(const struct engine *engine, const char *name)
{
    struct buf text;
    json_t *answer;

    buf_init(&text, TEXT_BYTES_MAX);
    engine_schema_text(engine, name, &text);
    answer = json_pack("{s:s%}", "text", buf_str(&text).data, text.size);
    buf_done(&text);
    return answer;
}

static json_t *worst(size_t number)
{
    const struct worst_document *document = &worst_documents[number];
    struct buf text;
    json_t *answer;

    if (number >= worst_document_count) return json_object();
    buf_init(&text, DOCUMENT_BYTES_MAX);
    document->write(&text, DOCUMENT_BYTES_MAX);
    answer =
        json_pack("{s:s, s:s%}", "name", document->name, "text", buf_str(&text).data, text.size);
    buf_done(&text);
    return answer;
}

static json_t *answer_to(struct engine *engine, const json_t *request)
{
    const char *schema = json_string_value(json_object_get(request, "schema"));
    const json_t *number = json_object_get(request, "worst");

    if (schema != NULL) return schema_text(engine, schema);
    if (json_is_integer(number)) return worst((size_t)json_integer_value(number));
    return work(engine, request);
}

static bool answer_line(struct engine *engine, const char *line)
{
    json_t *request = json_loads(line, 0, NULL);
    json_t *answer = request == NULL ? NULL : answer_to(engine, request);
    bool understood = answer != NULL;

    if (understood) {
        json_dumpf(answer, stdout, JSON_COMPACT);
        puts("");
        fflush(stdout);
    } else {
        fputs("engine-bench: not a request\n", stderr);
    }
    json_decref(answer);
    json_decref(request);
    return understood;
}

int main(void)
{
    struct engine engine;
    char *line = NULL;
    size_t room = 0;
    bool understood = true;

    engine_init(&engine);
    while (understood && getline(&line, &room, stdin) > 0)
        understood = answer_line(&engine, line);
    free(line); /* getline's */
    engine_done(&engine);
    return understood ? 0 : 1;
}
