/* motcua-server reseal: seals by the key in use what an older one has sealed, so that it can leave
 * the ring. Batch by batch, each a transaction of its own: one that is cut short has lost nothing,
 * and the next run goes on with what is left. */
#include "commands.h"
#include "io/cell.h"
#include "io/db.h"
#include "server_sql.h"

#include <openssl/crypto.h>

#include <stdio.h>

enum { ARENA_BYTES = 1 << 24, TIMEOUT_MS = 30000, BATCH = 500, MARK_BYTES = 3 };

struct cell_row {
    int64_t id;
    struct str public_id, cell; /* cell absent: nothing to do */
};

static const struct db_column cell_columns[] = {
    DB_COLUMN(struct cell_row, id, DB_I64),
    DB_COLUMN(struct cell_row, public_id, DB_UUID),
    DB_COLUMN(struct cell_row, cell, DB_BYTES),
    DB_COLUMNS_END,
};

struct resealed {
    int64_t resealed;
};

static const struct db_column resealed_columns[] = {
    DB_COLUMN(struct resealed, resealed, DB_I64),
    DB_COLUMNS_END,
};

struct reseal {
    struct key_ring *ring;
    struct db_session *session;
    const char *table;       /* that holds the cells */
    struct cell_place place; /* that they are bound to; its row changes */
    int64_t after;
    int64_t resealed, overtaken, keyless, broken;
};

struct batch {
    int64_t ids[BATCH];
    struct str old[BATCH], new[BATCH];
    size_t count;
};

static enum status run(struct reseal *reseal, struct db_ask *ask)
{
    struct db_group group;

    db_group_init(&group, TIMEOUT_MS, NULL, NULL);
    db_group_add(&group, ask);
    return db_session_run(reseal->session, &group);
}

static enum status read_batch(struct reseal *reseal, struct arena *arena, struct db_ask *ask)
{
    uint16_t id = key_ring_current(reseal->ring, KEY_CELL)->id;
    const char mark[MARK_BYTES] = { CELL_VERSION, (char)(id >> 8), (char)(id & 0xff) };

    db_ask_init(ask, SQL_CELLS_TO_RESEAL, arena);
    ask->columns = cell_columns;
    ask->row_size = sizeof(struct cell_row);
    ask->rows_max = BATCH;
    db_bind_text(ask, str_of(reseal->table));
    db_bind_bytes(ask, (struct str){ mark, sizeof(mark) });
    db_bind_i64(ask, reseal->after);
    db_bind_i64(ask, BATCH);
    return run(reseal, ask);
}

static struct str hex_of(struct str bytes, struct arena *arena)
{
    static const char digits[] = "0123456789abcdef";
    char *text = arena_alloc(arena, 2 * bytes.size);

    for (size_t i = 0; i < bytes.size; i++) {
        text[2 * i] = digits[(unsigned char)bytes.data[i] >> 4];
        text[2 * i + 1] = digits[(unsigned char)bytes.data[i] & 15];
    }
    return (struct str){ text, 2 * bytes.size };
}

/* What does not open is left as it is, and counted. */
static enum status seal_anew(struct reseal *reseal, const struct cell_row *row, struct arena *arena,
                             struct batch *batch)
{
    struct str plain, sealed;
    enum status status;

    reseal->place.row = row->public_id;
    status = cell_open(reseal->ring, &reseal->place, row->cell, arena, &plain);
    if (status == MC_NOT_FOUND) reseal->keyless++;
    if (status == MC_INVALID) reseal->broken++;
    if (status != MC_OK) return status == MC_NOT_FOUND || status == MC_INVALID ? MC_OK : status;
    status = cell_seal(reseal->ring, &reseal->place, plain, arena, &sealed);
    OPENSSL_cleanse((void *)(uintptr_t)plain.data, plain.size);
    if (status != MC_OK) return status;
    batch->ids[batch->count] = row->id;
    batch->old[batch->count] = hex_of(row->cell, arena);
    batch->new[batch->count++] = hex_of(sealed, arena);
    return MC_OK;
}

static enum status write_batch(struct reseal *reseal, const struct batch *batch,
                               struct arena *arena)
{
    struct db_ask ask;
    enum status status;

    if (batch->count == 0) return MC_OK;
    db_ask_init(&ask, SQL_CELLS_RESEAL, arena);
    ask.columns = resealed_columns;
    ask.row_size = sizeof(struct resealed);
    ask.rows_max = 1;
    db_bind_text(&ask, str_of(reseal->table));
    db_bind_i64_array(&ask, batch->ids, batch->count);
    db_bind_text_array(&ask, batch->old, batch->count);
    db_bind_text_array(&ask, batch->new, batch->count);
    status = run(reseal, &ask);
    if (status != MC_OK) return status;
    int64_t written = ((const struct resealed *)ask.rows)->resealed;

    reseal->resealed += written;
    reseal->overtaken += (int64_t)batch->count - written;
    return MC_OK;
}

static enum status reseal_batch(struct reseal *reseal, struct arena *arena, bool *ret_more)
{
    struct batch *batch = arena_alloc(arena, sizeof(*batch));
    struct db_ask ask;
    enum status status = read_batch(reseal, arena, &ask);
    const struct cell_row *rows = ask.rows;

    batch->count = 0;
    for (size_t i = 0; status == MC_OK && i < ask.row_count; i++) {
        if (rows[i].cell.data != NULL) status = seal_anew(reseal, &rows[i], arena, batch);
        reseal->after = rows[i].id;
    }
    if (status == MC_OK) status = write_batch(reseal, batch, arena);
    if (status == MC_OK) *ret_more = ask.row_count == BATCH;
    return status;
}

static enum status reseal_column(struct reseal *reseal)
{
    bool more = true;
    enum status status = MC_OK;

    while (more && status == MC_OK) {
        struct arena arena;

        arena_init(&arena, ARENA_BYTES);
        status = reseal_batch(reseal, &arena, &more);
        arena_done(&arena);
    }
    printf("%s.%s: %lld sealed anew, %lld by somebody else meanwhile, %lld whose key is not in the "
           "ring, %lld that do not open\n",
           reseal->table, reseal->place.column, (long long)reseal->resealed,
           (long long)reseal->overtaken, (long long)reseal->keyless, (long long)reseal->broken);
    return status;
}

static enum status reseal_all(struct key_ring *ring, struct db_session *session, bool *ret_whole)
{
    /* A message in quarantine holds a cell for the person it may make. */
    static const struct {
        const char *table;
        struct cell_place place;
    } columns[] = { { "person", { "person", "personal_no", STR_NONE } },
                    { "officer", { "officer", "personal_no", STR_NONE } },
                    { "portal_message", { "person", "personal_no", STR_NONE } },
                    { "webhook_secret", { "webhook_secret", "secret", STR_NONE } } };
    enum status status = MC_OK;

    *ret_whole = true;
    for (size_t i = 0; status == MC_OK && i < sizeof(columns) / sizeof(columns[0]); i++) {
        struct reseal reseal = {
            .ring = ring, .session = session, .table = columns[i].table, .place = columns[i].place
        };

        status = reseal_column(&reseal);
        if (reseal.keyless + reseal.broken > 0) *ret_whole = false;
    }
    return status;
}

int command_reseal(const struct server_config *config, int count, char **arguments)
{
    struct server_secrets secrets = { 0 };
    struct db_session *session = NULL;
    struct arena arena;
    struct buf why;
    bool whole = false;
    enum status status;

    (void)count;
    (void)arguments;
    arena_init(&arena, ARENA_BYTES);
    buf_init(&why, 4096);
    status = server_secrets_load(config, &arena, &why, &secrets);
    if (status == MC_OK)
        status = db_session_open(config->database_url, "app_service",
                                 (uint32_t)config->connect_timeout_ms, &session);
    if (status == MC_OK) status = reseal_all(&secrets.keys, session, &whole);
    if (status != MC_OK && why.size == 0)
        buf_printf(&why, "PostgreSQL says %s; what was sealed anew stays, run it again.\n",
                   status_name(status));
    if (status != MC_OK) fprintf(stderr, "motcua-server reseal: %.*s", STR_PRINT(buf_str(&why)));
    if (session != NULL) db_session_close(session);
    key_ring_forget(&secrets.keys);
    buf_done(&why);
    arena_done(&arena);
    return status == MC_OK && whole ? 0 : 1;
}
