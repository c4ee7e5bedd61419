/*
 * storage.h - where the bytes of papers lie: named by what they are (SHA-256), never by anybody.
 *
 * A table of functions, of which "disk" is the one row: files of a directory, two levels of folders
 * by the first bytes of the hash, written under another name, synchronised and renamed, mode 0600.
 * What is there under a name is whole and does not change; putting the same bytes again is no
 * change. Beside it lie uploads on their way, one file each (storage_upload_path).
 *
 * Life:    a storage is a value; root is a constant.
 * Order:   put and remove block, for a worker; open is for a loop, and opened comes from it. Who
 *          puts and who removes the same bytes agree in the database (functions/46_uploads.sql).
 * Fails:   MC_NOT_FOUND (open), MC_UNAVAILABLE (the disk is full, away or refuses).
 */
#ifndef IO_STORAGE_H
#define IO_STORAGE_H

#include "base/arena.h"
#include "base/buf.h"

#include <uv.h>

enum {
    STORAGE_HASH_BYTES = 32,
    STORAGE_PATH_BYTES = 512,
    STORAGE_SHARES = 256, /* of all that is stored, about equal */
    STORAGE_LIST_MAX = 8192,
};

struct stored {
    struct str hash;
    int64_t bytes;
};

struct storage_open {
    void (*opened)(struct storage_open *open, enum status status, uv_file file);
    void *data;
    uv_fs_t request; /* the rest is its own */
};

struct storage {
    const struct storage_kind *kind;
    const char *root;
};

struct storage_kind {
    const char *name;
    enum status (*put)(const struct storage *storage, struct str hash, struct str bytes);
    enum status (*open)(const struct storage *storage, struct str hash, uv_loop_t *loop,
                        struct storage_open *open);
    enum status (*remove)(const struct storage *storage, struct str hash);
    size_t (*list)(const struct storage *storage, unsigned share, struct arena *arena,
                   struct stored list[STORAGE_LIST_MAX]);
};

extern const struct storage_kind storage_disk;

/* Makes root, unless it is there, and what is in it; "" stands for a workshop's, .run/storage.
 * Fails: MC_BAD_INPUT, MC_UNAVAILABLE with a sentence in why. */
enum status storage_init(struct storage *storage, const char *root, struct buf *why);

/* The file of an upload on its way: id is a UUID in lower case. */
void storage_upload_path(const struct storage *storage, struct str id,
                         char ret_path[STORAGE_PATH_BYTES]);
/* The directory those files are in. */
void storage_uploads_path(const struct storage *storage, char ret_path[STORAGE_PATH_BYTES]);

static inline enum status storage_put(const struct storage *storage, struct str hash,
                                      struct str bytes)
{
    return storage->kind->put(storage, hash, bytes);
}

/* opened comes once when MC_OK is returned; the file is the caller's. */
static inline enum status storage_open(const struct storage *storage, struct str hash,
                                       uv_loop_t *loop, struct storage_open *open)
{
    return storage->kind->open(storage, hash, loop, open);
}

/* What is stored, a share at a time, for looking after it: STORAGE_LIST_MAX at most; it blocks. */
static inline size_t storage_list(const struct storage *storage, unsigned share,
                                  struct arena *arena, struct stored list[STORAGE_LIST_MAX])
{
    return storage->kind->list(storage, share, arena, list);
}

/* Could so many more bytes be written? True also where nobody can tell. */
bool storage_has_room(const struct storage *storage, int64_t bytes);

/* Bytes that are not there are removed already. */
static inline enum status storage_remove(const struct storage *storage, struct str hash)
{
    return storage->kind->remove(storage, hash);
}

#endif
