/*
 * graphql-harness: the engine's parts behind one pipe, for tests written in other languages. It
 * reads one JSON object a line and answers each with one; an unknown op or a bad line is answered
 * with {"harnessError"} and it goes on. A row of the table is an operation.
 */
#include "harness_execute.h"
#include "harness_language.h"
#include "harness_schema.h"
#include "harness_validate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *op;
    json_t *(*answer)(const json_t *request);
} operations[] = {
    { "parse", harness_parse },     { "lex", harness_lex }, { "validate", harness_validate },
    { "schema", harness_schema },   { "sdl", harness_sdl }, { "introspect", harness_introspect },
    { "execute", harness_execute },
};

static json_t *answer(const char *line)
{
    json_error_t error;
    json_t *request = json_loads(line, JSON_ALLOW_NUL, &error), *given = NULL;
    const char *op = json_string_value(json_object_get(request, "op"));

    for (size_t i = 0; op != NULL && i < sizeof(operations) / sizeof(operations[0]); i++)
        if (strcmp(operations[i].op, op) == 0) given = operations[i].answer(request);
    if (given == NULL)
        given = json_pack("{s:s}", "harnessError",
                          request == NULL ? error.text : "no such op, or it lacks something");
    json_decref(request);
    return given;
}

int main(void)
{
    char *line = NULL;
    size_t capacity = 0;

    while (getline(&line, &capacity, stdin) > 0) {
        json_t *given = answer(line);
        char *text = json_dumps(given, JSON_COMPACT);

        if (text == NULL || puts(text) < 0 || fflush(stdout) != 0) return 1;
        free(text);
        json_decref(given);
    }
    free(line);
    return 0;
}
