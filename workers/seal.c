#include "seal.h"

#include "worker_sql.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/sha.h>

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

enum { ARENA_BYTES = 1 << 16, TIMEOUT_MS = 10000, RAW_KEY_BYTES = 32, SIGNATURE_BYTES = 64 };

struct sealed {
    int64_t sealed;
};

static const struct db_column sealed_columns[] = {
    DB_COLUMN(struct sealed, sealed, DB_I64),
    DB_COLUMNS_END,
};

struct head {
    struct str head;
};

static const struct db_column head_columns[] = {
    DB_COLUMN(struct head, head, DB_TEXT),
    DB_COLUMNS_END,
};

/* ---- the key ---- */

static bool is_private(int fd)
{
    struct stat info;

    return fstat(fd, &info) == 0 && S_ISREG(info.st_mode) && (info.st_mode & 0377) == 0 &&
           info.st_uid == geteuid();
}

/* NULL when there is none in it. A key behind a password is none: nobody is there to type it. */
static EVP_PKEY *read_key(int fd)
{
    char no_password[] = "";
    FILE *file = fdopen(fd, "r");
    EVP_PKEY *key;

    MC_ASSERT(file != NULL);
    key = PEM_read_PrivateKey(file, NULL, NULL, no_password);
    (void)fclose(file);
    if (key != NULL && EVP_PKEY_get_id(key) != EVP_PKEY_ED25519) {
        EVP_PKEY_free(key);
        key = NULL;
    }
    ERR_clear_error();
    return key;
}

static void name_key(struct sealer *sealer)
{
    unsigned char raw[RAW_KEY_BYTES], hash[SHA256_DIGEST_LENGTH];
    size_t size = sizeof(raw);

    MC_ASSERT(EVP_PKEY_get_raw_public_key(sealer->key, raw, &size) == 1);
    (void)SHA256(raw, size, hash);
    for (size_t i = 0; i < SEAL_KEY_ID_BYTES / 2; i++)
        (void)snprintf(sealer->key_id + 2 * i, 3, "%02x", hash[i]);
}

enum status sealer_open(struct sealer *sealer, const struct worker_config *config, struct buf *why)
{
    const char *path = config->audit_key_file;
    int fd;

    *sealer = (struct sealer){ .config = config };
    if (path[0] == '\0') return MC_OK;
    fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd >= 0 && !is_private(fd)) {
        close(fd);
        buf_printf(why, "MOTCUA_AUDIT_KEY_FILE: %s must be ours alone to read: chmod 0400.\n",
                   path);
        return MC_BAD_INPUT;
    }
    if (fd >= 0) sealer->key = read_key(fd);
    if (sealer->key == NULL) {
        buf_printf(why, "MOTCUA_AUDIT_KEY_FILE: %s is not an Ed25519 private key in PEM.\n", path);
        return MC_BAD_INPUT;
    }
    name_key(sealer);
    return MC_OK;
}

void sealer_close(struct sealer *sealer)
{
    EVP_PKEY_free(sealer->key);
    sealer->key = NULL;
}

/* ---- the work ---- */

static enum status run(struct db_session *session, struct db_ask *ask)
{
    struct db_group group;

    db_group_init(&group, TIMEOUT_MS, NULL, NULL);
    db_group_add(&group, ask);
    return db_session_run(session, &group);
}

static enum status chain(struct db_session *session, struct arena *arena, bool *ret_again)
{
    struct db_ask ask;
    enum status status;

    db_ask_init(&ask, SQL_AUDIT_SEAL, arena);
    ask.columns = sealed_columns;
    ask.row_size = sizeof(struct sealed);
    db_bind_i64(&ask, SEAL_ROWS_MAX);
    status = run(session, &ask);
    if (status == MC_OK) *ret_again = ((const struct sealed *)ask.rows)->sealed == SEAL_ROWS_MAX;
    return status;
}

static enum status sign(const struct sealer *sealer, struct str text, unsigned char *signature)
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    size_t size = SIGNATURE_BYTES;
    bool good;

    MC_ASSERT(context != NULL);
    good =
        EVP_DigestSignInit(context, NULL, NULL, NULL, sealer->key) == 1 &&
        EVP_DigestSign(context, signature, &size, (const unsigned char *)text.data, text.size) == 1;
    EVP_MD_CTX_free(context);
    ERR_clear_error();
    return good ? MC_OK : MC_INTERNAL;
}

/* Another worker's head may come between question and answer: then theirs counts. */
static enum status sign_head(const struct sealer *sealer, struct db_session *session,
                             struct arena *arena)
{
    unsigned char signature[SIGNATURE_BYTES];
    struct db_ask next, add;
    enum status status;

    db_ask_init(&next, SQL_AUDIT_HEAD_NEXT, arena);
    next.columns = head_columns;
    next.row_size = sizeof(struct head);
    db_bind_i64(&next, sealer->config->audit_head_s);
    status = run(session, &next);
    if (status != MC_OK || next.row_count == 0) return status;
    const struct head *head = next.rows;

    status = sign(sealer, head->head, signature);
    if (status != MC_OK) return status;
    db_ask_init(&add, SQL_AUDIT_HEAD_ADD, arena);
    db_bind_text(&add, head->head);
    db_bind_text(&add, str_of(sealer->key_id));
    db_bind_bytes(&add, (struct str){ (const char *)signature, sizeof(signature) });
    return run(session, &add);
}

enum status sealer_turn(struct sealer *sealer, struct db_session *session, bool *ret_again)
{
    struct arena arena;
    enum status status;

    arena_init(&arena, ARENA_BYTES);
    status = chain(session, &arena, ret_again);
    if (status == MC_OK && sealer->key != NULL) status = sign_head(sealer, session, &arena);
    arena_done(&arena);
    return status;
}
