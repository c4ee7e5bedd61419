#include "revocations.h"

#include "base/hash.h"
#include "base/log.h"
#include "base/memory.h"
#include "server_sql.h"

#include <stdio.h>

enum {
    READ_EVERY_MS = 300,
    READ_TIMEOUT_MS = 2000,
    OVERLAP_S = 12,        /* a change may be committed that long after its time */
    DOUBT_AFTER_MS = 1000, /* without a reading */
    READ_BYTES_MAX = 64 * 1024 * 1024,
};

struct change_row {
    int64_t no;
    struct str session, principal;
    int64_t epoch;
};

static const struct db_column change_columns[] = {
    DB_COLUMN(struct change_row, no, DB_I64),
    DB_COLUMN(struct change_row, session, DB_UUID),
    DB_COLUMN(struct change_row, principal, DB_TEXT),
    DB_COLUMN(struct change_row, epoch, DB_I64),
    DB_COLUMNS_END,
};

/* What was told within one stretch of REVOCATIONS_KEEP_S. */
struct stretch {
    struct arena arena;
    struct hash_map epochs; /* of principals; of a session that ended: any */
    uint64_t since_ms;
};

struct revocations {
    struct revocations_settings settings;
    uv_timer_t timer;
    struct stretch stretches[2]; /* the present one first */
    struct arena arena;
    struct db_group group;
    struct db_ask ask;
    uint64_t asked_ms, read_ms; /* of the last reading that came; 0: none yet */
    bool reading, closing, timer_closed;
    void (*closed)(void *data);
    void *closed_data;
};

static uint64_t now_ms(const struct revocations *revocations)
{
    return uv_now(revocations->settings.loop);
}

static void stretch_begin(struct stretch *stretch, uint64_t since_ms)
{
    arena_init(&stretch->arena, READ_BYTES_MAX);
    hash_map_init(&stretch->epochs, &stretch->arena);
    stretch->since_ms = since_ms;
}

/* Forgets the older of the two when the present one has lasted long enough. */
static void turn(struct revocations *revocations)
{
    struct stretch *stretches = revocations->stretches;
    uint64_t kept_ms = (uint64_t)REVOCATIONS_KEEP_S * 1000;

    if (now_ms(revocations) - stretches[0].since_ms < kept_ms) return;
    arena_done(&stretches[1].arena);
    stretches[1] = stretches[0];
    stretches[1].epochs.arena = &stretches[1].arena;
    stretch_begin(&stretches[0], now_ms(revocations));
}

static const int64_t *find(const struct revocations *revocations, struct str key)
{
    const int64_t *epoch = hash_map_get(&revocations->stretches[0].epochs, key);

    return epoch != NULL ? epoch : hash_map_get(&revocations->stretches[1].epochs, key);
}

/* True when it is news. */
static bool learn(struct revocations *revocations, struct str key, int64_t epoch)
{
    struct stretch *present = &revocations->stretches[0];
    const int64_t *known = find(revocations, key);
    int64_t *kept;

    if (known != NULL && *known >= epoch) return false;
    if (present->epochs.count >= REVOCATIONS_MAX) return true;
    kept = ARENA_NEW(&present->arena, int64_t);
    *kept = epoch;
    (void)hash_map_put(&present->epochs, arena_str(&present->arena, key), kept);
    return true;
}

static void read_changes(struct revocations *revocations);

static void free_when_done(struct revocations *revocations)
{
    if (!revocations->timer_closed || revocations->reading) return;
    arena_done(&revocations->arena);
    for (size_t i = 0; i < 2; i++)
        arena_done(&revocations->stretches[i].arena);
    if (revocations->closed != NULL) revocations->closed(revocations->closed_data);
    mem_free(revocations);
}

static void on_read(struct db_group *group)
{
    struct revocations *revocations = group->data;
    const struct db_ask *ask = &revocations->ask;
    const struct change_row *rows = ask->rows;
    bool news = false;

    revocations->reading = false;
    if (ask->status == MC_OK && !revocations->closing) {
        turn(revocations);
        for (size_t i = 0; i < ask->row_count; i++)
            news |= rows[i].session.data != NULL
                        ? learn(revocations, rows[i].session, 0)
                        : learn(revocations, rows[i].principal, rows[i].epoch);
        revocations->read_ms = revocations->asked_ms;
        if (news) revocations->settings.changed(revocations->settings.data);
    }
    free_when_done(revocations);
}

static int64_t seconds_missed(const struct revocations *revocations)
{
    uint64_t missed_s = (now_ms(revocations) - revocations->read_ms) / 1000 + OVERLAP_S;

    if (revocations->read_ms == 0 || missed_s > REVOCATIONS_KEEP_S) return REVOCATIONS_KEEP_S;
    return (int64_t)missed_s;
}

static void read_changes(struct revocations *revocations)
{
    if (revocations->reading) return;
    arena_reset(&revocations->arena);
    db_ask_init(&revocations->ask, SQL_SESSION_CHANGES, &revocations->arena);
    revocations->ask.columns = change_columns;
    revocations->ask.row_size = sizeof(struct change_row);
    revocations->ask.rows_max = REVOCATIONS_MAX;
    db_bind_i64(&revocations->ask, seconds_missed(revocations));
    db_group_init(&revocations->group, READ_TIMEOUT_MS, on_read, revocations);
    db_group_set(&revocations->group, "app.viewer", STR("SERVICE"));
    db_group_add(&revocations->group, &revocations->ask);
    revocations->asked_ms = now_ms(revocations);
    revocations->reading = db_pool_send(revocations->settings.pool, &revocations->group) == MC_OK;
}

static void on_timer(uv_timer_t *timer)
{
    read_changes(timer->data);
}

struct revocations *revocations_new(const struct revocations_settings *settings)
{
    struct revocations *revocations = MEM_NEW(struct revocations);

    revocations->settings = *settings;
    arena_init(&revocations->arena, READ_BYTES_MAX);
    for (size_t i = 0; i < 2; i++)
        stretch_begin(&revocations->stretches[i], uv_now(settings->loop));
    MC_ASSERT(uv_timer_init(settings->loop, &revocations->timer) == 0);
    revocations->timer.data = revocations;
    uv_timer_start(&revocations->timer, on_timer, 0, READ_EVERY_MS);
    return revocations;
}

static void on_timer_closed(uv_handle_t *timer)
{
    struct revocations *revocations = timer->data;

    revocations->timer_closed = true;
    free_when_done(revocations);
}

void revocations_close(struct revocations *revocations, void (*closed)(void *data), void *data)
{
    revocations->closing = true;
    revocations->closed = closed;
    revocations->closed_data = data;
    if (revocations->reading) db_group_cancel(&revocations->group);
    uv_close((uv_handle_t *)&revocations->timer, on_timer_closed);
}

bool revocations_has_ended(const struct revocations *revocations, struct str session)
{
    return find(revocations, session) != NULL;
}

static bool is_full(const struct revocations *revocations)
{
    return revocations->stretches[0].epochs.count >= REVOCATIONS_MAX ||
           revocations->stretches[1].epochs.count >= REVOCATIONS_MAX;
}

/* "OFFICER:12", "SUBJECT:12": as the database names whose rights changed. */
static struct str principal_of(const struct viewer *viewer, char room[32])
{
    int size = snprintf(room, 32, "%s:%lld", viewer->kind == VIEWER_OFFICER ? "OFFICER" : "SUBJECT",
                        (long long)viewer->me);

    return (struct str){ room, (size_t)size };
}

bool revocations_doubts(const struct revocations *revocations, const struct viewer *viewer)
{
    char room[32];
    const int64_t *epoch;

    if (now_ms(revocations) - revocations->read_ms > DOUBT_AFTER_MS || is_full(revocations))
        return true;
    if (revocations->stretches[0].epochs.count + revocations->stretches[1].epochs.count == 0)
        return false;
    epoch = find(revocations, principal_of(viewer, room));
    return epoch != NULL && *epoch > viewer->epoch;
}

void revocations_add_ended(struct revocations *revocations, struct str session)
{
    (void)learn(revocations, session, 0);
}
