#include "base/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *or_abort(void *memory)
{
    if (memory == NULL) {
        fputs("motcua: out of memory\n", stderr);
        abort();
    }
    return memory;
}

void *mem_alloc(size_t size)
{
    return or_abort(calloc(1, size == 0 ? 1 : size));
}

void *mem_realloc(void *memory, size_t size)
{
    return or_abort(realloc(memory, size == 0 ? 1 : size));
}

char *mem_strdup(const char *text)
{
    return or_abort(strdup(text));
}

void mem_free(void *memory)
{
    free(memory);
}
