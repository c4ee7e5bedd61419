/* The one storage there is: files of a directory. */
#include "storage.h"

#include "base/fault.h"
#include "base/memory.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum { ROOT_BYTES_MAX = 256, FOLDERS = 2 };

static const char workshop_root[] = ".run/storage";

/* root/papers/ab/cd/abcd...; folder: how many folders of the name to give, FOLDERS + 1 for all. */
static void paper_path(const struct storage *storage, struct str hash, int folder,
                       char path[STORAGE_PATH_BYTES])
{
    static const char digits[] = "0123456789abcdef";
    char text[2 * STORAGE_HASH_BYTES + 1];
    int size;

    MC_ASSERT(hash.size == STORAGE_HASH_BYTES);
    for (size_t i = 0; i < STORAGE_HASH_BYTES; i++) {
        text[2 * i] = digits[(unsigned char)hash.data[i] >> 4];
        text[2 * i + 1] = digits[(unsigned char)hash.data[i] & 15];
    }
    text[sizeof(text) - 1] = '\0';
    size = snprintf(path, STORAGE_PATH_BYTES, "%s/papers", storage->root);
    for (int i = 0; i < folder && i < FOLDERS; i++)
        size += snprintf(path + size, STORAGE_PATH_BYTES - (size_t)size, "/%.2s", text + 2 * i);
    if (folder > FOLDERS)
        size += snprintf(path + size, STORAGE_PATH_BYTES - (size_t)size, "/%s", text);
    MC_ASSERT(size < STORAGE_PATH_BYTES);
}

void storage_uploads_path(const struct storage *storage, char ret_path[STORAGE_PATH_BYTES])
{
    MC_ASSERT(snprintf(ret_path, STORAGE_PATH_BYTES, "%s/uploads", storage->root) <
              STORAGE_PATH_BYTES);
}

void storage_upload_path(const struct storage *storage, struct str id,
                         char ret_path[STORAGE_PATH_BYTES])
{
    MC_ASSERT(str_is_uuid(id));
    MC_ASSERT(snprintf(ret_path, STORAGE_PATH_BYTES, "%s/uploads/%.*s", storage->root,
                       STR_PRINT(id)) < STORAGE_PATH_BYTES);
}

static bool is_directory(const char *path)
{
    struct stat info;

    return mkdir(path, 0700) == 0 ||
           (errno == EEXIST && stat(path, &info) == 0 && S_ISDIR(info.st_mode));
}

enum status storage_init(struct storage *storage, const char *root, struct buf *why)
{
    char path[STORAGE_PATH_BYTES];

    if (root[0] == '\0') root = workshop_root;
    if (strlen(root) > ROOT_BYTES_MAX) {
        buf_printf(why, "MOTCUA_STORAGE_DIR is a directory's name of at most %d bytes.\n",
                   ROOT_BYTES_MAX);
        return MC_BAD_INPUT;
    }
    *storage = (struct storage){ &storage_disk, root };
    if (root == workshop_root) (void)mkdir(".run", 0700);
    if (is_directory(root)) {
        (void)snprintf(path, sizeof(path), "%s/papers", root);
        if (is_directory(path)) {
            storage_uploads_path(storage, path);
            if (is_directory(path)) return MC_OK;
        }
    }
    buf_printf(why, "%s cannot be used for papers (%s); name another by MOTCUA_STORAGE_DIR.\n",
               root, strerror(errno));
    return MC_UNAVAILABLE;
}

/* ---- put ---- */

static bool sync_directory(const char *path)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool synced = fd >= 0 && fsync(fd) == 0;

    if (fd >= 0) close(fd);
    return synced;
}

static bool write_all(int fd, struct str bytes)
{
    while (bytes.size > 0) {
        ssize_t size = write(fd, bytes.data, bytes.size);

        if (size < 0 && errno == EINTR) continue;
        if (size <= 0) return false;
        bytes.data += size;
        bytes.size -= (size_t)size;
    }
    return true;
}

static bool write_file(const char *path, struct str bytes)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    bool written = fd >= 0 && write_all(fd, bytes) && fsync(fd) == 0;

    if (fd >= 0 && close(fd) != 0) written = false;
    return written;
}

/* A folder is synchronised into the one above it when it is new: a crash must not take it back. */
static bool make_folders(const struct storage *storage, struct str hash)
{
    char path[STORAGE_PATH_BYTES], above[STORAGE_PATH_BYTES];

    for (int folder = 1; folder <= FOLDERS; folder++) {
        paper_path(storage, hash, folder, path);
        if (mkdir(path, 0700) != 0) {
            if (errno != EEXIST) return false;
            continue;
        }
        paper_path(storage, hash, folder - 1, above);
        if (!sync_directory(above)) return false;
    }
    return true;
}

static enum status disk_put(const struct storage *storage, struct str hash, struct str bytes)
{
    char path[STORAGE_PATH_BYTES], folder[STORAGE_PATH_BYTES], temporary[STORAGE_PATH_BYTES];
    bool put;

    paper_path(storage, hash, FOLDERS + 1, path);
    paper_path(storage, hash, FOLDERS, folder);
    /* Among the uploads, where what a crash leaves behind is swept. One of this name is of a
     * process that died here: its number has come round again. */
    MC_ASSERT(snprintf(temporary, sizeof(temporary), "%s/uploads/%s.%d", storage->root,
                       strrchr(path, '/') + 1, (int)getpid()) < STORAGE_PATH_BYTES);
    (void)unlink(temporary);
    put = make_folders(storage, hash) && write_file(temporary, bytes);
    MC_DEATH("storage.written");
    put = put && rename(temporary, path) == 0 && sync_directory(folder);
    if (!put) (void)unlink(temporary);
    return put ? MC_OK : MC_UNAVAILABLE;
}

/* ---- open ---- */

static void on_opened(uv_fs_t *request)
{
    struct storage_open *open = CONTAINER_OF(request, struct storage_open, request);
    ssize_t result = request->result;

    uv_fs_req_cleanup(request);
    if (result >= 0)
        open->opened(open, MC_OK, (uv_file)result);
    else
        open->opened(open, result == UV_ENOENT ? MC_NOT_FOUND : MC_UNAVAILABLE, -1);
}

static enum status disk_open(const struct storage *storage, struct str hash, uv_loop_t *loop,
                             struct storage_open *open)
{
    char path[STORAGE_PATH_BYTES];

    paper_path(storage, hash, FOLDERS + 1, path);
    return uv_fs_open(loop, &open->request, path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC, 0,
                      on_opened) == 0
               ? MC_OK
               : MC_UNAVAILABLE;
}

/* ---- remove ---- */

/* A file that a crash brings back is one too many, which disk_list finds. */
static enum status disk_remove(const struct storage *storage, struct str hash)
{
    char path[STORAGE_PATH_BYTES];

    paper_path(storage, hash, FOLDERS + 1, path);
    return unlink(path) == 0 || errno == ENOENT ? MC_OK : MC_UNAVAILABLE;
}

/* ---- list ---- */

/* -1: none, as they are written in names. */
static int digit_of(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool hash_of(const char *name, unsigned char hash[STORAGE_HASH_BYTES])
{
    if (strlen(name) != 2 * STORAGE_HASH_BYTES) return false;
    for (size_t i = 0; i < STORAGE_HASH_BYTES; i++) {
        int high = digit_of(name[2 * i]), low = digit_of(name[2 * i + 1]);

        if (high < 0 || low < 0) return false;
        hash[i] = (unsigned char)(high << 4 | low);
    }
    return true;
}

/* Of one folder that holds files. */
static void list_folder(const char *path, struct arena *arena, struct stored *list, size_t *count)
{
    DIR *directory = opendir(path);
    const struct dirent *entry;
    unsigned char hash[STORAGE_HASH_BYTES];
    struct stat info;

    while (directory != NULL && *count < STORAGE_LIST_MAX && (entry = readdir(directory)) != NULL) {
        if (!hash_of(entry->d_name, hash) ||
            fstatat(dirfd(directory), entry->d_name, &info, AT_SYMLINK_NOFOLLOW) != 0)
            continue;
        list[*count].hash =
            arena_str(arena, (struct str){ (const char *)hash, STORAGE_HASH_BYTES });
        list[(*count)++].bytes = (int64_t)info.st_size;
    }
    if (directory != NULL) closedir(directory);
}

static size_t disk_list(const struct storage *storage, unsigned share, struct arena *arena,
                        struct stored list[STORAGE_LIST_MAX])
{
    char path[STORAGE_PATH_BYTES];
    size_t count = 0;

    for (unsigned folder = 0; folder < 256; folder++) {
        MC_ASSERT(snprintf(path, sizeof(path), "%s/papers/%02x/%02x", storage->root,
                           share % STORAGE_SHARES, folder) < STORAGE_PATH_BYTES);
        list_folder(path, arena, list, &count);
    }
    return count;
}

bool storage_has_room(const struct storage *storage, int64_t bytes)
{
    struct statvfs info;

    return statvfs(storage->root, &info) != 0 ||
           (int64_t)info.f_bavail >= bytes / (int64_t)info.f_frsize + 1;
}

const struct storage_kind storage_disk = { "disk", disk_put, disk_open, disk_remove, disk_list };
