/*
 * scan_file.h - the file of a scan, from an operator's folder to its result: an upload like any
 * other (functions/46_uploads.sql), so that the worker looks at it before anybody is given it, and
 * another officer checks it.
 *
 * Order:  the bytes are on the disk before the database is told of them.
 * Limits: upload_bytes_max (config.def).
 */
#ifndef SERVER_SCAN_FILE_H
#define SERVER_SCAN_FILE_H

#include "io/db.h"
#include "io/storage.h"

struct scan_file {
    struct db_session *session;
    struct str viewer; /* app.viewer of the officer who attaches */
    const struct storage *storage;
    const char *folder; /* names are of files in it, or below it */
    int64_t bytes_max;
};

/* ret_fault: a sentence in the arena, why the file is not attached; absent: it is. Fails when the
 * database does not answer, or the storage refuses. */
enum status scan_file_attach(const struct scan_file *scan, struct str result, struct str name,
                             struct arena *arena, struct str *ret_fault);

#endif
