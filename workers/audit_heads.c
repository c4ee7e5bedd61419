/* motcua-worker audit-heads: the signed ends of the audit's chains, for another agency to keep. */
#include "base/base64.h"
#include "base/json_out.h"
#include "seal.h"
#include "worker_sql.h"

#include <stdio.h>

enum {
    ARENA_BYTES = 1 << 28,
    LINE_BYTES_MAX = 8192,
    CONNECT_TIMEOUT_MS = 5000,
    TIMEOUT_MS = 30000
};

struct head {
    struct str head, key_id, signature;
};

static const struct db_column head_columns[] = {
    DB_COLUMN(struct head, head, DB_TEXT),
    DB_COLUMN(struct head, key_id, DB_TEXT),
    DB_COLUMN(struct head, signature, DB_BYTES),
    DB_COLUMNS_END,
};

static enum status read_heads(const struct worker_config *config, struct db_ask *ask)
{
    struct db_session *session;
    struct db_group group;
    enum status status =
        db_session_open(config->database_url, "app_worker", CONNECT_TIMEOUT_MS, &session);

    if (status != MC_OK) return status;
    db_group_init(&group, TIMEOUT_MS, NULL, NULL);
    db_group_add(&group, ask);
    status = db_session_run(session, &group);
    db_session_close(session);
    return status;
}

static void print_line(const struct head *head, struct arena *arena)
{
    struct buf text;
    struct json_out json;

    buf_init(&text, LINE_BYTES_MAX);
    json = json_out(&text);
    json_object_open(&json);
    json_key(&json, "head");
    json_str(&json, head->head);
    json_key(&json, "key");
    json_str(&json, head->key_id);
    json_key(&json, "signature");
    json_str(&json, base64url_encode(arena, head->signature));
    json_object_close(&json);
    printf("%.*s\n", STR_PRINT(buf_str(&text)));
    buf_done(&text);
}

int print_audit_heads(const struct worker_config *config, int64_t count)
{
    struct arena arena;
    struct db_ask ask;
    enum status status;

    arena_init(&arena, ARENA_BYTES);
    db_ask_init(&ask, SQL_AUDIT_HEADS, &arena);
    ask.columns = head_columns;
    ask.row_size = sizeof(struct head);
    ask.rows_max = (size_t)count;
    db_bind_i64(&ask, count);
    status = read_heads(config, &ask);
    if (status != MC_OK)
        (void)fprintf(stderr, "motcua-worker: PostgreSQL says %s\n", status_name(status));
    for (size_t i = 0; status == MC_OK && i < ask.row_count; i++)
        print_line((const struct head *)ask.rows + i, &arena);
    arena_done(&arena);
    return status == MC_OK ? 0 : 1;
}
