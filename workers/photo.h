/*
 * photo.h - a photo without what tells where it was taken.
 *
 * exiftool does it, in a process of its own: it knows the places of JPEG, PNG and HEIC (EXIF, XMP,
 * IPTC, maker notes, comments, what follows the picture) better than anything we would write,
 * leaves the picture's own bytes as they are, is written in a language that keeps its memory, and
 * is kept up for twenty years. libexif reads EXIF alone and libvips would encode the picture anew.
 * All goes but orientation and colour profile. What it has written it then reads again: a file in
 * which any place is left is none of ours.
 *
 * Life:    one photo at a time; the paths live until done.
 * Limits:  PHOTO_TIMEOUT_MS, memory, time, size of the output (prlimit).
 * Fails:   (in done) MC_INVALID: it cannot be cleaned; MC_TIMEOUT; MC_UNAVAILABLE: exiftool
 *          cannot be run.
 */
#ifndef WORKERS_PHOTO_H
#define WORKERS_PHOTO_H

#include "base/str.h"

#include <uv.h>

enum { PHOTO_TIMEOUT_MS = 20000 };

struct photo {
    uv_loop_t *loop;
    const char *program; /* exiftool */
    int64_t bytes_max;   /* of the output */
    void (*done)(struct photo *photo, enum status status);
    void *data;

    uv_process_t process; /* the rest is its own */
    uv_timer_t timer;
    size_t open_handles;
    int found; /* a file in memory, of what it has printed: nothing, when all is gone */
    enum status status;
};

/* Writes to a file that is not there yet. done comes once, from the loop. */
void photo_clean(struct photo *photo, const char *from, const char *to);

/* Ends it: done comes soon. */
void photo_cancel(struct photo *photo);

#endif
