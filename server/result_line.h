/*
 * result_line.h - a line of an inventory of results: a ResultLine of the API (result.graphql) in
 * JSON, with days as YYYY-MM-DD, and `scan`, the name of a file beside the inventory.
 *
 * The personal number leaves this door as its blind index alone.
 *
 * Life:    texts live in the arena given.
 */
#ifndef SERVER_RESULT_LINE_H
#define SERVER_RESULT_LINE_H

#include "base/arena.h"
#include "io/key_ring.h"

struct result_line {
    struct str json;   /* as import_result_lines takes it */
    struct str scan;   /* absent: none is named */
    const char *fault; /* a sentence; NULL: none */
};

enum status result_line_read(const struct key_ring *keys, struct str text, struct arena *arena,
                             struct result_line *ret_line);

/* What a file of this name is uploaded as; NULL: nothing that a scan may be. */
const char *result_scan_media_type(struct str name);

#endif
