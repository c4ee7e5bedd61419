/*
 * catalogue_lines.h - the lines of a file that may be of any size and hold any bytes.
 *
 * Life:    a line's text is a view of the reader, until the next is read.
 * Order:   as in the file; empty ones are passed over, and counted.
 * Limits:  CATALOGUE_LINE_BYTES_MAX a line; of a longer one the rest is passed over.
 * Source:  https://jsonlines.org (UTF-8, one value a line; a byte order mark at the front is taken
 *          off).
 */
#ifndef SERVER_CATALOGUE_LINES_H
#define SERVER_CATALOGUE_LINES_H

#include "base/str.h"

enum { CATALOGUE_LINE_BYTES_MAX = 65536 };

struct catalogue_line {
    int64_t number;    /* from 1 */
    struct str text;   /* UTF-8 without a NUL; empty when there is a fault */
    const char *fault; /* a sentence; NULL: none */
};

struct catalogue_lines {
    /* Gives the next bytes, room_bytes at most; 0: there are no more. */
    size_t (*read)(void *data, char *room, size_t room_bytes);
    void *data;

    int64_t number; /* the rest is the reader's own */
    bool ended, skipping;
    size_t at, end;
    char room[CATALOGUE_LINE_BYTES_MAX + 1];
};

/* False: there are no more lines. */
bool catalogue_lines_next(struct catalogue_lines *lines, struct catalogue_line *ret_line);

#endif
