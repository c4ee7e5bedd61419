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
    ARENA_BYTES = 2 << 20,
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

struct names {
    struct str items[NAMES_MAX];
    size_t count;
};

/* The names of the next uploads of the directory; what is none goes when it is old. */
static struct names *read_names(DIR *directory, const char *folder, struct arena *arena)
{
    struct names *names = ARENA_NEW(arena, struct names);
    const struct dirent *entry;
    char path[STORAGE_PATH_BYTES + sizeof(entry->d_name)];

    while (names->count < NAMES_MAX && (entry = readdir(directory)) != NULL) {
        struct str name = str_of(entry->d_name);

        if (name.size >= NAME_BYTES_MAX) continue;
        (void)snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
        if (str_is_uuid(name))
            names->items[names->count++] = arena_str(arena, name);
        else if (is_old(path))
            (void)unlink(path);
    }
    return names;
}

static enum status remove_unknown(const struct storage *storage, struct db_session *session,
                                  struct arena *arena, const struct names *names,
                                  int64_t *ret_files)
{
    char path[STORAGE_PATH_BYTES];
    struct db_ask ask;
    enum status status;

    db_ask_init(&ask, SQL_UPLOADS_UNKNOWN, arena);
    ask.columns = unknown_columns;
    ask.row_size = sizeof(struct unknown);
    ask.rows_max = NAMES_MAX;
    db_bind_text_array(&ask, names->items, names->count);
    status = run(session, &ask);
    for (size_t i = 0; status == MC_OK && i < ask.row_count; i++) {
        storage_upload_path(storage, ((const struct unknown *)ask.rows)[i].name, path);
        if (unlink(path) == 0) ++*ret_files;
    }
    return status;
}

static enum status sweep_uploads(const struct storage *storage, struct db_session *session,
                                 struct arena *arena, int64_t *ret_files)
{
    char folder[STORAGE_PATH_BYTES];
    enum status status = MC_OK;
    size_t count = NAMES_MAX;
    DIR *directory;

    storage_uploads_path(storage, folder);
    directory = opendir(folder);
    while (status == MC_OK && directory != NULL && count == NAMES_MAX) {
        const struct names *names = read_names(directory, folder, arena);

        count = names->count;
        if (count > 0) status = remove_unknown(storage, session, arena, names, ret_files);
        arena_reset(arena);
    }
    if (directory != NULL) closedir(directory);
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

/* A row that nobody uses for each file of this turn's share that none names, by which it goes:
 * what a crash has left, or what was put for somebody who no longer wanted it. */
static enum status adopt_strays(const struct storage *storage, struct db_session *session,
                                struct arena *arena, unsigned share)
{
    struct stored *list = ARENA_ARRAY(arena, STORAGE_LIST_MAX, struct stored);
    size_t count = storage_list(storage, share, arena, list);
    int64_t *bytes = ARENA_ARRAY(arena, count + 1, int64_t);
    struct buf hashes;
    struct db_ask ask;
    enum status status;

    if (count == 0) return MC_OK;
    db_ask_init(&ask, SQL_FILES_ADOPT, arena);
    buf_init(&hashes, arena->bytes_max);
    for (size_t i = 0; i < count; i++) {
        buf_add(&hashes, list[i].hash);
        bytes[i] = list[i].bytes;
    }
    db_bind_bytes(&ask, buf_str(&hashes));
    db_bind_i64_array(&ask, bytes, count);
    status = run(session, &ask);
    buf_done(&hashes);
    return status;
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
    if (status == MC_OK) status = sweep_uploads(&papers->storage, session, &arena, &files);
    if (status == MC_OK) status = adopt_strays(&papers->storage, session, &arena, papers->share++);
    arena_reset(&arena);
    if (status == MC_OK) status = remove_doomed(&papers->storage, session, &arena, &files);
    arena_done(&arena);
    if (rows + files > 0)
        log_event(LOG_INFO, "papers_swept", LOG_I64("rows", rows), LOG_I64("files", files));
    return status;
}
