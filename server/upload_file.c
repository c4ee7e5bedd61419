#include "upload_file.h"

#include "base/log.h"
#include "base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>

static struct upload_file *file_of(uv_fs_t *request)
{
    return CONTAINER_OF(request, struct upload_file, request);
}

static ssize_t take_result(uv_fs_t *request)
{
    ssize_t result = request->result;

    uv_fs_req_cleanup(request);
    return result;
}

static bool is_full(ssize_t error)
{
    return error == UV_ENOSPC || error == UV_EFBIG || error == -EDQUOT;
}

static void fail(struct upload_file *file, ssize_t error)
{
    log_event(LOG_ERROR, "upload_file",
              LOG_OURS("error", log_ours(str_of(uv_err_name((int)error)))));
    file->done(file, is_full(error) ? MC_DISK_FULL : MC_UNAVAILABLE);
}

/* ---- open ---- */

static void on_refused(uv_fs_t *request)
{
    struct upload_file *file = file_of(request);

    (void)take_result(request);
    file->fd = -1;
    file->done(file, MC_CONFLICT);
}

static void on_opened(uv_fs_t *request)
{
    struct upload_file *file = file_of(request);
    ssize_t result = take_result(request);

    if (result < 0) {
        fail(file, result);
        return;
    }
    file->fd = (uv_file)result;
    if (flock(file->fd, LOCK_EX | LOCK_NB) == 0)
        file->done(file, MC_OK);
    else
        MC_ASSERT(uv_fs_close(file->loop, request, file->fd, on_refused) == 0);
}

void upload_file_open(struct upload_file *file, struct str id)
{
    char path[STORAGE_PATH_BYTES];

    storage_upload_path(file->storage, id, path);
    file->fd = -1;
    MC_ASSERT(uv_fs_open(file->loop, &file->request, path,
                         O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600, on_opened) == 0);
}

/* ---- write ---- */

static void on_directory_closed(uv_fs_t *request)
{
    struct upload_file *file = file_of(request);

    (void)take_result(request);
    if (file->error < 0)
        fail(file, file->error);
    else
        file->done(file, MC_OK);
}

static void on_directory_synced(uv_fs_t *request)
{
    struct upload_file *file = file_of(request);

    file->error = take_result(request);
    MC_ASSERT(uv_fs_close(file->loop, request, file->directory, on_directory_closed) == 0);
}

static void on_directory_opened(uv_fs_t *request)
{
    struct upload_file *file = file_of(request);
    ssize_t result = take_result(request);

    if (result < 0) {
        fail(file, result);
        return;
    }
    file->directory = (uv_file)result;
    MC_ASSERT(uv_fs_fsync(file->loop, request, file->directory, on_directory_synced) == 0);
}

static void on_synced(uv_fs_t *request)
{
    struct upload_file *file = file_of(request);
    char path[STORAGE_PATH_BYTES];
    ssize_t result = take_result(request);

    if (result < 0) {
        fail(file, result);
    } else if (!file->is_new) {
        file->done(file, MC_OK);
    } else {
        storage_uploads_path(file->storage, path);
        MC_ASSERT(uv_fs_open(file->loop, request, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0,
                             on_directory_opened) == 0);
    }
}

static void write_on(struct upload_file *file);

static void on_written(uv_fs_t *request)
{
    struct upload_file *file = file_of(request);
    ssize_t result = take_result(request);

    if (result < 0) {
        fail(file, result);
        return;
    }
    file->bytes.data += result;
    file->bytes.size -= (size_t)result;
    file->at += result;
    write_on(file);
}

static void write_on(struct upload_file *file)
{
    uv_buf_t bytes = { .base = (char *)(uintptr_t)file->bytes.data, .len = file->bytes.size };

    if (bytes.len > 0)
        MC_ASSERT(uv_fs_write(file->loop, &file->request, file->fd, &bytes, 1, file->at,
                              on_written) == 0);
    else
        MC_ASSERT(uv_fs_fdatasync(file->loop, &file->request, file->fd, on_synced) == 0);
}

void upload_file_write(struct upload_file *file, struct str bytes, int64_t at)
{
    file->bytes = bytes;
    file->at = at;
    file->is_new = at == 0;
    write_on(file);
}

/* ---- end ---- */

static void on_closed(uv_fs_t *request)
{
    struct upload_file *file = file_of(request);

    (void)take_result(request);
    file->fd = -1;
    file->done(file, MC_OK);
}

void upload_file_close(struct upload_file *file)
{
    MC_ASSERT(uv_fs_close(file->loop, &file->request, file->fd, on_closed) == 0);
}

static void on_removed(uv_fs_t *request)
{
    uv_fs_req_cleanup(request);
    mem_free(request);
}

void upload_file_remove(uv_loop_t *loop, const struct storage *storage, struct str id)
{
    char path[STORAGE_PATH_BYTES];
    uv_fs_t *request = MEM_NEW(uv_fs_t);

    storage_upload_path(storage, id, path);
    MC_ASSERT(uv_fs_unlink(loop, request, path, on_removed) == 0);
}
