/*
 * upload_file.h - the file of an upload on its way, written without the loop waiting for a disk.
 *
 * One writer at a time, over all processes: the file is locked (flock) from open to close, and a
 * process that dies lets go of it. Bytes count only once they are on the disk: write is followed by
 * fdatasync before `done`, and, for the first bytes of a file, by fsync of its directory. The
 * database is told after that, so that an offset which a client has been given is never taken back,
 * whichever machine fails. Every chunk of at most 1 MiB costs one such wait, which a client on a
 * weak network does not feel.
 *
 * libuv's own pool of four threads does the calls (uv_fs_*): none runs code of ours, and all each
 * touches are a descriptor and bytes that nobody else uses meanwhile. Only flock is called from the
 * loop, since it is told not to wait.
 *
 * Life:    embedded by the caller; the bytes live until done.
 * Order:   one call at a time; done comes from the loop, once a call.
 * Fails:   (in done) MC_CONFLICT: somebody else writes it; MC_UNAVAILABLE: the disk;
 *          MC_DISK_FULL: no room on it, or no more is allowed.
 */
#ifndef SERVER_UPLOAD_FILE_H
#define SERVER_UPLOAD_FILE_H

#include "io/storage.h"

struct upload_file {
    uv_loop_t *loop;
    const struct storage *storage;
    void (*done)(struct upload_file *file, enum status status);
    void *data;

    uv_fs_t request; /* the rest is its own */
    uv_file fd, directory;
    struct str bytes;
    int64_t at;
    bool is_new;
    ssize_t error;
};

/* id: a UUID. Makes the file when there is none. */
void upload_file_open(struct upload_file *file, struct str id);
void upload_file_write(struct upload_file *file, struct str bytes, int64_t at);
/* After an open that did not fail. */
void upload_file_close(struct upload_file *file);

/* Takes the file away, some time: nobody waits for it. */
void upload_file_remove(uv_loop_t *loop, const struct storage *storage, struct str id);

#endif
