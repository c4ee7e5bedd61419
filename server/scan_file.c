#include "scan_file.h"

#include "result_line.h"
#include "server_sql.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { TIMEOUT_MS = 60000 };

struct created_row {
    struct str failure, id;
    int64_t expires_at;
};

static const struct db_column created_columns[] = {
    DB_COLUMN(struct created_row, failure, DB_TEXT),
    DB_COLUMN(struct created_row, id, DB_UUID),
    DB_COLUMN(struct created_row, expires_at, DB_TIME),
    DB_COLUMNS_END,
};

struct received_row {
    int64_t received;
    bool whole;
};

static const struct db_column received_columns[] = {
    DB_COLUMN(struct received_row, received, DB_I64),
    DB_COLUMN(struct received_row, whole, DB_BOOL),
    DB_COLUMNS_END,
};

struct attached_row {
    struct str failure, reason;
};

static const struct db_column attached_columns[] = {
    DB_COLUMN(struct attached_row, failure, DB_TEXT),
    DB_COLUMN(struct attached_row, reason, DB_TEXT),
    DB_COLUMNS_END,
};

struct ended_row {
    struct str id;
};

static const struct db_column ended_columns[] = {
    DB_COLUMN(struct ended_row, id, DB_UUID),
    DB_COLUMNS_END,
};

/* One file on its way. */
struct sending {
    const struct scan_file *scan;
    struct str result, name, upload;
    int file;
    int64_t bytes;
    struct arena *arena;
    struct str fault;
};

static enum status run(const struct scan_file *scan, struct db_ask *ask)
{
    struct db_group group;
    enum status status;

    ask->rows_max = 1;
    db_group_init(&group, TIMEOUT_MS, NULL, NULL);
    db_group_set(&group, "app.viewer", scan->viewer);
    db_group_add(&group, ask);
    status = db_session_run(scan->session, &group);
    return status == MC_OK && ask->row_count != 1 ? MC_CONFLICT : status;
}

/* ---- the operator's file ---- */

/* Below the folder: an inventory comes from elsewhere, and reads nothing else of this machine. */
static bool is_below(struct str name)
{
    if (name.size == 0 || name.data[0] == '/' || memchr(name.data, '\0', name.size) != NULL)
        return false;
    while (name.size > 0)
        if (str_is(str_split(&name, '/'), "..")) return false;
    return true;
}

static bool open_file(struct sending *sending)
{
    struct str path = arena_printf(sending->arena, "%s/%.*s%c", sending->scan->folder,
                                   STR_PRINT(sending->name), '\0');
    struct stat info;

    sending->file =
        is_below(sending->name) ? open(path.data, O_RDONLY | O_NOFOLLOW | O_CLOEXEC) : -1;
    if (sending->file < 0) return false;
    if (fstat(sending->file, &info) != 0 || !S_ISREG(info.st_mode)) return false;
    sending->bytes = info.st_size;
    return true;
}

static bool copy(int from, int to, int64_t bytes)
{
    char room[1 << 16];

    while (bytes > 0) {
        ssize_t got =
            read(from, room, bytes < (int64_t)sizeof(room) ? (size_t)bytes : sizeof(room));

        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return false;
        for (ssize_t at = 0, put; at < got; at += put) {
            put = write(to, room + at, (size_t)(got - at));
            if (put < 0 && errno == EINTR) put = 0;
            if (put < 0) return false;
        }
        bytes -= got;
    }
    return true;
}

static bool sync_folder(const struct storage *storage)
{
    char path[STORAGE_PATH_BYTES];
    int fd;
    bool synced;

    storage_uploads_path(storage, path);
    fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    synced = fd >= 0 && fsync(fd) == 0;
    if (fd >= 0) close(fd);
    return synced;
}

static enum status put(const struct sending *sending)
{
    const struct storage *storage = sending->scan->storage;
    char path[STORAGE_PATH_BYTES];
    int to;
    bool written;

    storage_upload_path(storage, sending->upload, path);
    to = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    written = to >= 0 && copy(sending->file, to, sending->bytes) && fsync(to) == 0;
    if (to >= 0) written = close(to) == 0 && written;
    if (written && sync_folder(storage)) return MC_OK;
    unlink(path);
    return MC_UNAVAILABLE;
}

/* ---- the upload ---- */

static enum status create(struct sending *sending)
{
    struct db_ask ask;
    const struct created_row *row;
    enum status status;

    db_ask_init(&ask, SQL_UPLOAD_CREATE, sending->arena);
    ask.columns = created_columns;
    ask.row_size = sizeof(struct created_row);
    db_bind_i64(&ask, sending->bytes);
    db_bind_text(&ask, str_of(result_scan_media_type(sending->name)));
    status = run(sending->scan, &ask);
    if (status != MC_OK) return status;
    row = ask.rows;
    sending->upload = row->id;
    if (row->failure.data != NULL)
        sending->fault = STR("The officer may not upload, or too many uploads of his wait.");
    return MC_OK;
}

static enum status tell(const struct sending *sending)
{
    struct db_ask ask;

    db_ask_init(&ask, SQL_UPLOAD_ADVANCE, sending->arena);
    ask.columns = received_columns;
    ask.row_size = sizeof(struct received_row);
    db_bind_text(&ask, sending->upload);
    db_bind_i64(&ask, 0);
    db_bind_i64(&ask, sending->bytes);
    return run(sending->scan, &ask);
}

static enum status attach(struct sending *sending)
{
    struct db_ask ask;
    const struct attached_row *row;
    enum status status;

    db_ask_init(&ask, SQL_ATTACH_SCAN_FILE, sending->arena);
    ask.columns = attached_columns;
    ask.row_size = sizeof(struct attached_row);
    db_bind_text(&ask, sending->result);
    db_bind_text(&ask, sending->upload);
    status = run(sending->scan, &ask);
    if (status != MC_OK) return status;
    row = ask.rows;
    if (row->failure.data != NULL)
        sending->fault = row->reason.data != NULL ? row->reason : row->failure;
    return MC_OK;
}

/* What is not attached waits for nobody; its file goes with it, or with the next sweep. */
static void give_up(const struct sending *sending)
{
    char path[STORAGE_PATH_BYTES];
    struct db_ask ask;

    db_ask_init(&ask, SQL_UPLOAD_END, sending->arena);
    ask.columns = ended_columns;
    ask.row_size = sizeof(struct ended_row);
    db_bind_text(&ask, sending->upload);
    if (run(sending->scan, &ask) != MC_OK) return;
    storage_upload_path(sending->scan->storage, sending->upload, path);
    unlink(path);
}

static enum status send_file(struct sending *sending)
{
    enum status status = create(sending);

    if (status != MC_OK || sending->fault.data != NULL) return status;
    status = put(sending);
    if (status == MC_OK) status = tell(sending);
    if (status == MC_OK) status = attach(sending);
    if (status != MC_OK || sending->fault.data != NULL) give_up(sending);
    return status;
}

enum status scan_file_attach(const struct scan_file *scan, struct str result, struct str name,
                             struct arena *arena, struct str *ret_fault)
{
    struct sending sending = { scan, result, name, STR_NONE, -1, 0, arena, STR_NONE };
    enum status status = MC_OK;

    if (!open_file(&sending))
        sending.fault = STR("There is no such file beside the inventory.");
    else if (result_scan_media_type(name) == NULL)
        sending.fault = STR("A scan is a .pdf, .jpg, .png or .heic.");
    else if (sending.bytes < 1 || sending.bytes > scan->bytes_max)
        sending.fault =
            arena_printf(arena, "A scan has 1 to %lld bytes.", (long long)scan->bytes_max);
    else
        status = send_file(&sending);
    if (sending.file >= 0) close(sending.file);
    *ret_fault = sending.fault;
    return status;
}
