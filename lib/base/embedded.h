/*
 * embedded.h - a file of the source tree, kept in the program (written by tools/embed.c).
 *
 * Life: constant data. mc_embed (tools/cmake/embed.cmake) says how a directory becomes a header.
 */
#ifndef BASE_EMBEDDED_H
#define BASE_EMBEDDED_H

#include <stddef.h>

struct embedded {
    const char *name; /* the file's name without its extension */
    const char *text; /* NUL-terminated */
    size_t text_bytes;
};

#endif
