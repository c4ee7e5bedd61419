/* Files of any bytes, read in pieces of any size: every line is told once, in order, and what is
 * told without a fault is UTF-8. The first byte says how large the pieces are. */
#include "base/memory.h"
#include "base/utf8.h"
#include "server/catalogue_lines.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t data_bytes);

struct source {
    const uint8_t *data;
    size_t left, piece;
};

static size_t give(void *data, char *room, size_t room_bytes)
{
    struct source *source = data;
    size_t count = source->left < source->piece ? source->left : source->piece;

    if (count > room_bytes) count = room_bytes;
    memcpy(room, source->data, count);
    source->data += count;
    source->left -= count;
    return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t data_bytes)
{
    static struct catalogue_lines lines;
    struct source source;
    struct catalogue_line line;
    int64_t former = 0, line_ends = 0;

    if (data_bytes < 2) return 0;
    source = (struct source){ data + 1, data_bytes - 1, (size_t)data[0] + 1 };
    for (size_t i = 1; i < data_bytes; i++)
        line_ends += data[i] == '\n';
    lines = (struct catalogue_lines){ .read = give, .data = &source };
    while (catalogue_lines_next(&lines, &line)) {
        MC_ASSERT(line.number > former && line.number <= line_ends + 1);
        MC_ASSERT(utf8_check(line.text) == line.text.size);
        MC_ASSERT(memchr(line.text.data, '\0', line.text.size) == NULL);
        MC_ASSERT(memchr(line.text.data, '\n', line.text.size) == NULL);
        MC_ASSERT((line.text.size > 0) == (line.fault == NULL));
        former = line.number;
    }
    return 0;
}
