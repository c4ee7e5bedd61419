#include "papers.h"

#include "base/fault.h"
#include "base/log.h"
#include "paper_kind.h"
#include "worker_sql.h"

#include <openssl/sha.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

enum { ARENA_BYTES = 16384, TIMEOUT_MS = 10000 };

struct claimed {
    struct str id, media_type;
    int64_t length;
};

static const struct db_column claimed_columns[] = {
    DB_COLUMN(struct claimed, id, DB_UUID),
    DB_COLUMN(struct claimed, media_type, DB_TEXT),
    DB_COLUMN(struct claimed, length, DB_I64),
    DB_COLUMNS_END,
};

struct done {
    bool done;
};

static const struct db_column done_columns[] = {
    DB_COLUMN(struct done, done, DB_BOOL),
    DB_COLUMNS_END,
};

enum status papers_open(struct papers *papers, const struct worker_config *config, uv_loop_t *loop,
                        struct buf *why)
{
    if (config->scanner_url[0] == '\0' && !config->development) {
        buf_add(why, STR("MOTCUA_SCANNER_URL must name clamd, which looks at what people upload; "
                         "only a workshop (MOTCUA_DEVELOPMENT=yes) does without.\n"));
        return MC_BAD_INPUT;
    }
    if (config->scanner_url[0] != '\0' && !scanner_url_is_good(config->scanner_url)) {
        buf_add(why, STR("MOTCUA_SCANNER_URL is host:port, or the path of a socket.\n"));
        return MC_BAD_INPUT;
    }
    if (config->storage_dir[0] == '\0' && !config->development) {
        buf_add(why, STR("MOTCUA_STORAGE_DIR must name where papers are kept, as the server's.\n"));
        return MC_BAD_INPUT;
    }
    *papers = (struct papers){ .config = config, .loop = loop };
    buf_init(&papers->bytes, PAPER_BYTES_MAX);
    arena_init(&papers->arena, ARENA_BYTES);
    arena_init(&papers->asks, ARENA_BYTES);
    return storage_init(&papers->storage, config->storage_dir, why);
}

bool papers_are_idle(const struct papers *papers)
{
    return papers->state == PAPERS_IDLE;
}

void papers_cancel(struct papers *papers)
{
    if (papers->is_photo_open) photo_cancel(&papers->photo);
    if (papers->is_scan_open) scanner_cancel(&papers->scan);
}

void papers_done(struct papers *papers)
{
    if (papers->config == NULL) return;
    buf_done(&papers->bytes);
    arena_done(&papers->arena);
    arena_done(&papers->asks);
}

/* ---- one upload ---- */

static void judge(struct papers *papers, enum status verdict, const char *refusal)
{
    papers->state = PAPERS_JUDGED;
    papers->verdict = verdict;
    papers->refusal = refusal;
}

/* MC_NOT_FOUND: there is none; MC_LIMIT: it is too long. */
static enum status read_file(const char *path, struct buf *bytes)
{
    int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    ssize_t size = 0;

    buf_reset(bytes);
    if (fd < 0) return errno == ENOENT ? MC_NOT_FOUND : MC_UNAVAILABLE;
    for (;;) {
        char *room = buf_room(bytes, (size_t)256 * 1024);

        if (room == NULL) break;
        size = read(fd, room, (size_t)256 * 1024);
        if (size < 0 && errno == EINTR) continue;
        if (size <= 0) break;
        buf_advance(bytes, (size_t)size);
    }
    close(fd);
    return size < 0 ? MC_UNAVAILABLE : buf_status(bytes);
}

static void on_cleaned(struct photo *photo, enum status status)
{
    struct papers *papers = photo->data;

    papers->is_photo_open = false;
    if (status == MC_OK) status = read_file(papers->clean_path, &papers->bytes);
    if (status == MC_OK) status = paper_kind_check(papers->media_type, buf_str(&papers->bytes));
    (void)unlink(papers->clean_path);
    /* Whose cleaning takes longer than any photo needs is no photo. */
    if (status == MC_TIMEOUT) status = MC_INVALID;
    /* exiftool does not tell a photo that it cannot clean from a disk that it cannot write. */
    if (status == MC_INVALID && !storage_has_room(&papers->storage, papers->photo.bytes_max))
        status = MC_UNAVAILABLE;
    judge(papers, status, "UNREADABLE");
}

static void clean(struct papers *papers)
{
    if (!paper_kind_is_photo(papers->media_type)) {
        judge(papers, MC_OK, NULL);
        return;
    }
    (void)unlink(papers->clean_path);
    papers->photo = (struct photo){ .loop = papers->loop,
                                    .program = papers->config->exiftool,
                                    .bytes_max = papers->length + papers->length / 8 + 65536,
                                    .done = on_cleaned,
                                    .data = papers };
    papers->is_photo_open = true;
    photo_clean(&papers->photo, papers->path, papers->clean_path);
}

static void on_scanned(struct scan *scan, enum status status)
{
    struct papers *papers = scan->data;

    papers->is_scan_open = false;
    if (status == MC_OK)
        clean(papers);
    else
        judge(papers, status, "INFECTED");
}

static void look(struct papers *papers)
{
    enum status status;

    papers->state = PAPERS_LOOKING;
    status = read_file(papers->path, &papers->bytes);
    if (status == MC_NOT_FOUND || status == MC_LIMIT ||
        (status == MC_OK && papers->bytes.size != (size_t)papers->length)) {
        judge(papers, MC_INVALID, "INCOMPLETE");
        return;
    }
    if (status != MC_OK) {
        judge(papers, status, NULL);
        return;
    }
    if (paper_kind_check(papers->media_type, buf_str(&papers->bytes)) != MC_OK) {
        judge(papers, MC_INVALID, "NOT_ITS_KIND");
        return;
    }
    if (papers->config->scanner_url[0] == '\0') {
        clean(papers);
        return;
    }
    papers->scan = (struct scan){ .loop = papers->loop,
                                  .url = papers->config->scanner_url,
                                  .timeout_ms = (uint32_t)papers->config->scanner_timeout_ms,
                                  .bytes = buf_str(&papers->bytes),
                                  .done = on_scanned,
                                  .data = papers };
    papers->is_scan_open = true;
    scanner_scan(&papers->scan);
}

/* ---- the database ---- */

static enum status run(struct db_session *session, struct db_ask *ask, struct done *ret_done)
{
    struct db_group group;
    enum status status;

    ask->columns = done_columns;
    ask->row_size = sizeof(struct done);
    ask->rows_max = 1;
    db_group_init(&group, TIMEOUT_MS, NULL, NULL);
    db_group_add(&group, ask);
    status = db_session_run(session, &group);
    if (status == MC_OK && ask->row_count != 1) status = MC_INTERNAL;
    if (status == MC_OK) *ret_done = *(const struct done *)ask->rows;
    return status;
}

static enum status ask_keep(struct papers *papers, struct db_session *session, struct str hash,
                            struct done *ret_done)
{
    struct db_ask ask;

    db_ask_init(&ask, SQL_UPLOAD_KEEP, &papers->asks);
    db_bind_text(&ask, papers->id);
    db_bind_bytes(&ask, hash);
    db_bind_i64(&ask, (int64_t)papers->bytes.size);
    return run(session, &ask, ret_done);
}

static enum status put_back(struct papers *papers, struct db_session *session)
{
    struct done done;
    struct db_ask ask;

    log_event(LOG_ERROR, "upload_waits", LOG_SYMBOL("status", status_name(papers->verdict)));
    db_ask_init(&ask, SQL_UPLOAD_PUT_BACK, &papers->asks);
    db_bind_text(&ask, papers->id);
    db_bind_i64(&ask, PAPERS_AGAIN_S);
    return run(session, &ask, &done);
}

/* Named, put, then clean: no crash in between loses a file that a row tells of. One that nobody
 * wants any more by then is found by the sweep. */
static enum status record_clean(struct papers *papers, struct db_session *session)
{
    unsigned char digest[STORAGE_HASH_BYTES];
    struct str hash = { (const char *)digest, sizeof(digest) };
    struct done done = { false };
    struct db_ask ask;
    enum status status;

    MC_ASSERT(SHA256((const unsigned char *)papers->bytes.data, papers->bytes.size, digest) !=
              NULL);
    status = ask_keep(papers, session, hash, &done);
    if (status != MC_OK || !done.done) return status;
    MC_DEATH("paper.named");
    status = storage_put(&papers->storage, hash, buf_str(&papers->bytes));
    if (status != MC_OK) {
        papers->verdict = status;
        return put_back(papers, session);
    }
    MC_DEATH("paper.put");
    db_ask_init(&ask, SQL_UPLOAD_CLEAN, &papers->asks);
    db_bind_text(&ask, papers->id);
    status = run(session, &ask, &done);
    if (status == MC_OK) (void)unlink(papers->path);
    return status;
}

static enum status record_refusal(struct papers *papers, struct db_session *session)
{
    struct done done;
    struct db_ask ask;
    enum status status;

    db_ask_init(&ask, SQL_UPLOAD_REFUSE, &papers->asks);
    db_bind_text(&ask, papers->id);
    db_bind_text(&ask, str_of(papers->refusal));
    status = run(session, &ask, &done);
    if (status != MC_OK) return status;
    (void)unlink(papers->path);
    log_event(LOG_WARN, "upload_refused", LOG_SYMBOL("why", papers->refusal));
    return MC_OK;
}

static enum status record(struct papers *papers, struct db_session *session)
{
    enum status status;

    arena_reset(&papers->asks); /* tried as often as the database is away */
    if (papers->verdict == MC_OK)
        status = record_clean(papers, session);
    else if (papers->verdict == MC_INVALID)
        status = record_refusal(papers, session);
    else
        status = put_back(papers, session);
    if (status == MC_OK) {
        papers->state = PAPERS_IDLE;
        buf_reset(&papers->bytes);
    }
    return status;
}

static enum status claim(struct papers *papers, struct db_session *session, bool *ret_claimed)
{
    struct db_group group;
    struct db_ask ask;
    const struct claimed *row;
    enum status status;

    arena_reset(&papers->arena);
    db_group_init(&group, TIMEOUT_MS, NULL, NULL);
    db_ask_init(&ask, SQL_UPLOAD_CLAIM, &papers->arena);
    ask.columns = claimed_columns;
    ask.row_size = sizeof(struct claimed);
    ask.rows_max = 1;
    db_bind_i64(&ask, PAPERS_LEASE_S);
    db_group_add(&group, &ask);
    status = db_session_run(session, &group);
    *ret_claimed = status == MC_OK && ask.row_count == 1;
    if (!*ret_claimed) return status;
    row = ask.rows;
    papers->id = row->id;
    papers->media_type = row->media_type;
    papers->length = row->length;
    storage_upload_path(&papers->storage, papers->id, papers->path);
    MC_ASSERT(snprintf(papers->clean_path, sizeof(papers->clean_path), "%s.%d", papers->path,
                       (int)getpid()) < STORAGE_PATH_BYTES);
    return MC_OK;
}

enum status papers_turn(struct papers *papers, struct db_session *session, bool may_claim,
                        bool *ret_again)
{
    bool claimed = false;
    enum status status = MC_OK;

    *ret_again = false;
    if (papers->state == PAPERS_JUDGED) {
        status = record(papers, session);
        *ret_again = status == MC_OK;
    }
    if (status != MC_OK || papers->state != PAPERS_IDLE || !may_claim) return status;
    status = claim(papers, session, &claimed);
    if (claimed) {
        look(papers);
        *ret_again = papers->state == PAPERS_JUDGED;
    }
    return status;
}
