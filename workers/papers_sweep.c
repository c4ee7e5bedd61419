/* What nobody names any more goes: rows first, then files. */
#include "base/log.h"
#include "papers.h"
#include "worker_sql.h"

#include <dirent.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum {
    ARENA_BYTES = 1 << 20,
    TIMEOUT_MS = 30000,
    NAMES_MAX = 1000,
    NAME_BYTES_MAX = 128,
    FILES_MAX = 1000,
    HALF_MADE_S = 3600, /* a file that is no upload's own: a worker that died wrote it */
};

struct pruned {
    int64_t rows;
};

static const struct db_column pruned_columns[] = {
    DB_COLUMN(struct pruned, rows, DB_I64),
    DB_COLUMNS_END,
};

struct unknown {
    struct str name;
};

static const struct db_column unknown_columns[] = {
    DB_COLUMN(struct unknown, name, DB_TEXT),
    DB_COLUMNS_END,
};

struct doomed {
    struct str sha256;
};

static const struct db_column doomed_columns[] = {
    DB_COLUMN(struct doomed, sha256, DB_BYTES),
    DB_COLUMNS_END,
};

static enum status run(struct db_session *session, struct db_ask *ask)
{
    struct db_group group;

    db_group_init(&group, TIMEOUT_MS, NULL, NULL);
    db_group_add(&group, ask);
    return db_session_run(session, &group);
}

static enum status prune(struct db_session *session, struct arena *arena, int64_t *ret_rows)
{
    struct db_ask ask;
    enum status status;

    db_ask_init(&ask, SQL_UPLOADS_PRUNE, arena);
    ask.columns = pruned_columns;
    ask.row_size = sizeof(struct pruned);
    ask.rows_max = 1;
    status = run(session, &ask);
    if (status == MC_OK && ask.row_count == 1) *ret_rows = ((const struct pruned *)ask.rows)->rows;
    return status;
}

/* ---- files of uploads ---- */

static bool is_old(const char *path)
{
    struct stat info;

    return lstat(path, &info) == 0 && S_ISREG(info.st_mode) &&
           info.st_mtime < time(NULL) - HALF_MADE_S;
}

/* Of the directory's files, the names of uploads; what is none goes when it is old. */
static size_t read_names(const struct storage *storage, struct arena *arena,
                         struct str names[NAMES_MAX])
{
    const struct dirent *entry;
    char folder[STORAGE_PATH_BYTES], path[STORAGE_PATH_BYTES + sizeof(entry->d_name)];
    size_t count = 0;
    DIR *directory;

    storage_uploads_path(storage, folder);
    directory = opendir(folder);
    while (directory != NULL && count < NAMES_MAX && (entry = readdir(directory)) != NULL) {
        struct str name = str_of(entry->d_name);

        if (name.size >= NAME_BYTES_MAX) continue;
        (void)snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
        if (str_is_uuid(name))
            names[count++] = arena_str(arena, name);
        else if (is_old(path))
            (void)unlink(path);
    }
    if (directory != NULL) closedir(directory);
    return count;
}

static enum status remove_unknown(const struct storage *storage, struct db_session *session,
                                  struct arena *arena, int64_t *ret_files)
{
    struct str *names = ARENA_ARRAY(arena, NAMES_MAX, struct str);
    size_t count = read_names(storage, arena, names);
    char path[STORAGE_PATH_BYTES];
    struct db_ask ask;
    enum status status;

    if (count == 0) return MC_OK;
    db_ask_init(&ask, SQL_UPLOADS_UNKNOWN, arena);
    ask.columns = unknown_columns;
    ask.row_size = sizeof(struct unknown);
    ask.rows_max = NAMES_MAX;
    db_bind_text_array(&ask, names, count);
    status = run(session, &ask);
    for (size_t i = 0; status == MC_OK && i < ask.row_count; i++) {
        storage_upload_path(storage, ((const struct unknown *)ask.rows)[i].name, path);
        if (unlink(path) == 0) ++*ret_files;
    }
    return status;
}

/* ---- files of papers ---- */

static enum status forget(struct db_session *session, struct arena *arena, struct str hash)
{
    struct db_ask ask;

    db_ask_init(&ask, SQL_FILE_GONE, arena);
    db_bind_bytes(&ask, hash);
    return run(session, &ask);
}

static enum status remove_doomed(const struct storage *storage, struct db_session *session,
                                 struct arena *arena, int64_t *ret_files)
{
    struct db_ask ask;
    enum status status;

    db_ask_init(&ask, SQL_FILES_DOOM, arena);
    ask.columns = doomed_columns;
    ask.row_size = sizeof(struct doomed);
    ask.rows_max = FILES_MAX;
    db_bind_i64(&ask, FILES_MAX);
    status = run(session, &ask);
    for (size_t i = 0; status == MC_OK && i < ask.row_count; i++) {
        struct str hash = ((const struct doomed *)ask.rows)[i].sha256;

        status = storage_remove(storage, hash);
        if (status == MC_OK) status = forget(session, arena, hash);
        if (status == MC_OK) ++*ret_files;
    }
    return status;
}

enum status papers_sweep(struct papers *papers, struct db_session *session)
{
    struct arena arena;
    int64_t rows = 0, files = 0;
    enum status status;

    arena_init(&arena, ARENA_BYTES);
    status = prune(session, &arena, &rows);
    if (status == MC_OK) status = remove_unknown(&papers->storage, session, &arena, &files);
    if (status == MC_OK) status = remove_doomed(&papers->storage, session, &arena, &files);
    arena_done(&arena);
    if (rows + files > 0)
        log_event(LOG_INFO, "papers_swept", LOG_I64("rows", rows), LOG_I64("files", files));
    return status;
}
