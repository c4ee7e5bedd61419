#include "base/status.h"

#include <stdio.h>
#include <stdlib.h>

static const struct {
    const char *name;
    const char *code;
    int http;
    bool retryable;
    const char *sentence;
} rows[MC_STATUS_COUNT] = {
#define STATUS_ROW(name, code, http, retry, sentence) { #name, code, http, retry, sentence },
    STATUS_TABLE(STATUS_ROW)
#undef STATUS_ROW
};

const char *status_name(enum status status)
{
    return rows[status].name;
}

const char *status_code(enum status status)
{
    return rows[status].code;
}

int status_http(enum status status)
{
    return rows[status].http;
}

bool status_retryable(enum status status)
{
    return rows[status].retryable;
}

const char *status_sentence(enum status status)
{
    return rows[status].sentence;
}

void status_assert_failed(const char *condition, const char *file, int line)
{
    fprintf(stderr, "motcua: broken invariant: %s (%s:%d)\n", condition, file, line);
    abort();
}
