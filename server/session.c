#include "session.h"

#include "base/memory.h"
#include "counters.h"
#include "session_row.h"
#include "viewer_record.h"

enum { RECORD_BYTES_MAX = 16 * 1024, RECORD_LIFE_S = 600 };

_Static_assert((int)RECORD_LIFE_S + (int)KNOWN_SESSION_LIFE_S < (int)REVOCATIONS_KEEP_S,
               "a change must be remembered longer than any record from before it");

/* Braces: one hash slot a session, should Redis be a cluster. */
#define KEY_PREFIX "session:{"

static struct str session_key(struct arena *arena, struct str session)
{
    return arena_printf(arena, KEY_PREFIX "%.*s}", STR_PRINT(session));
}

static void on_record_changed(struct redis_watch *watch, struct str key)
{
    struct sessions *sessions = watch->data;

    if (key.size > sizeof(KEY_PREFIX)) {
        key.data += sizeof(KEY_PREFIX) - 1;
        key.size -= sizeof(KEY_PREFIX);
    }
    known_sessions_changed(&sessions->known, key);
}

void sessions_watch(struct sessions *sessions)
{
    sessions->watch = (struct redis_watch){ .prefix = KEY_PREFIX,
                                            .changed = on_record_changed,
                                            .data = sessions };
    redis_watch(sessions->redis, &sessions->watch);
}

void sessions_done(struct sessions *sessions)
{
    verified_done(&sessions->verified);
    known_sessions_done(&sessions->known);
}

static void count(const struct sessions *sessions, enum counter row)
{
    metrics_add(sessions->metrics, sessions->slot, row, 1);
}

/* ---- to Redis ---- */

struct record_write {
    struct redis_ask ask;
    struct arena arena;
    void (*done)(void *data); /* NULL: nobody waits */
    void *data;
};

static void on_written(struct redis_ask *ask, enum status status, const struct redis_reply *reply)
{
    struct record_write *write = ask->data;

    (void)status; /* the database has it all */
    (void)reply;
    if (write->done != NULL) write->done(write->data);
    arena_done(&write->arena);
    mem_free(write);
}

static struct record_write *write_new(const struct sessions *sessions, const char *command,
                                      struct str session)
{
    struct record_write *write = MEM_NEW(struct record_write);

    arena_init(&write->arena, RECORD_BYTES_MAX);
    redis_ask_init(&write->ask, sessions->redis_timeout_ms, on_written, write);
    redis_ask_add(&write->ask, str_of(command));
    redis_ask_add(&write->ask, session_key(&write->arena, session));
    return write;
}

static void write_send(struct sessions *sessions, struct record_write *write)
{
    if (redis_send(sessions->redis, &write->ask) != MC_OK)
        on_written(&write->ask, MC_UNAVAILABLE, NULL);
}

static void keep_record(struct sessions *sessions, const struct viewer *viewer, int64_t life_s)
{
    struct record_write *write = write_new(sessions, "SET", viewer->session);
    struct buf record;

    buf_init(&record, RECORD_BYTES_MAX);
    viewer_record_write(&record, viewer);
    redis_ask_add(&write->ask, buf_str(&record));
    redis_ask_add(&write->ask, STR("EX"));
    redis_ask_add(&write->ask, arena_printf(&write->arena, "%lld", (long long)life_s));
    write_send(sessions, write);
    buf_done(&record);
}

void session_forget(struct sessions *sessions, struct str session, void (*done)(void *data),
                    void *data)
{
    struct record_write *write = write_new(sessions, "DEL", session);

    revocations_add_ended(sessions->revocations, session);
    write->done = done;
    write->data = data;
    write_send(sessions, write);
}

/* ---- from PostgreSQL ---- */

static int64_t record_life_s(const struct session_check *check, const struct session_row *row)
{
    int64_t left_s = (row->expires_at - clock_wall_us(check->sessions->clock)) / 1000000;

    return left_s < 1 ? 1 : left_s < RECORD_LIFE_S ? left_s : RECORD_LIFE_S;
}

static void on_loaded(struct db_group *group)
{
    struct session_check *check = group->data;
    enum status status = check->row.status;

    check->loading = false;
    if (status == MC_OK) status = session_row_viewer(&check->row, &check->viewer);
    if (status == MC_OK) {
        count(check->sessions, METRIC_SESSIONS_LOADED);
        keep_record(check->sessions, &check->viewer, record_life_s(check, check->row.rows));
    }
    check->done(check, status);
}

static enum status load(struct session_check *check)
{
    enum status status;

    session_row_ask(&check->row, check->arena, check->viewer.session);
    db_group_init(&check->group, check->sessions->load_timeout_ms, on_loaded, check);
    db_group_set(&check->group, "app.viewer", STR("SERVICE"));
    db_group_add(&check->group, &check->row);
    status = db_pool_send(check->sessions->pool, &check->group);
    check->loading = status == MC_OK;
    return status;
}

/* ---- from Redis ---- */

static bool is_past(int64_t moment_us, int64_t now_us)
{
    return moment_us != 0 && now_us >= moment_us;
}

/* A role began or ended by the clock, or the session, or somebody changed something. */
static bool rights_in_doubt(const struct sessions *sessions, const struct viewer *viewer)
{
    int64_t now_us = clock_wall_us(sessions->clock);

    return is_past(viewer->rights_until, now_us) || is_past(viewer->session_until, now_us) ||
           revocations_doubts(sessions->revocations, viewer);
}

static bool usable(struct session_check *check, struct str record)
{
    struct sessions *sessions = check->sessions;

    if (viewer_record_read(record, check->arena, &check->viewer) != MC_OK ||
        rights_in_doubt(sessions, &check->viewer))
        return false;
    count(sessions, METRIC_SESSIONS_ASKED);
    known_sessions_keep(&sessions->known, &check->viewer, check->asked,
                        clock_wall_us(sessions->clock) / 1000000);
    return true;
}

static void on_record(struct redis_ask *ask, enum status status, const struct redis_reply *reply)
{
    struct session_check *check = ask->data;

    if (status != MC_CANCELLED) {
        if (status == MC_OK && reply->kind == REDIS_TEXT && usable(check, reply->text)) {
            check->done(check, MC_OK);
            return;
        }
        status = load(check);
        if (status == MC_OK) return;
    }
    check->done(check, status);
}

enum status session_recheck(struct sessions *sessions, struct session_check *check)
{
    check->sessions = sessions;
    if (revocations_has_ended(sessions->revocations, check->viewer.session))
        return MC_UNAUTHENTICATED;
    check->asked = known_sessions_now(&sessions->known);
    redis_ask_init(&check->ask, sessions->redis_timeout_ms, on_record, check);
    redis_ask_add(&check->ask, STR("GET"));
    redis_ask_add(&check->ask, session_key(check->arena, check->viewer.session));
    return redis_send(sessions->redis, &check->ask) == MC_OK ? MC_OK : load(check);
}

static bool is_known(const struct sessions *sessions, struct session_check *check, int64_t now_s)
{
    return redis_is_watching(sessions->redis) &&
           known_sessions_find(&sessions->known, now_s, check->arena, &check->viewer) &&
           !rights_in_doubt(sessions, &check->viewer) &&
           !revocations_has_ended(sessions->revocations, check->viewer.session);
}

enum status session_check(struct sessions *sessions, struct str authorization,
                          struct session_check *check)
{
    static const struct str scheme = STR_INIT("Bearer ");
    struct verified_access access;
    int64_t now_s = clock_wall_us(sessions->clock) / 1000000;
    enum status status;

    if (authorization.size <= scheme.size ||
        !str_eq_nocase((struct str){ authorization.data, scheme.size }, scheme))
        return MC_UNAUTHENTICATED;
    authorization.data += scheme.size;
    authorization.size -= scheme.size;
    status =
        verified_access(&sessions->verified, &sessions->ring,
                        &(struct verified_question){ authorization, now_s }, check->arena, &access);
    if (status != MC_OK) return status;
    check->viewer.session = access.session;
    check->expires_s = access.expires_s;
    if (!is_known(sessions, check, now_s)) return session_recheck(sessions, check);
    count(sessions, METRIC_SESSIONS_KNOWN);
    check->done(check, MC_OK);
    return MC_OK;
}

void session_check_cancel(struct session_check *check)
{
    if (check->loading)
        db_group_cancel(&check->group);
    else
        redis_cancel(&check->ask);
}

enum session_standing session_standing(const struct sessions *sessions, const struct viewer *viewer)
{
    if (revocations_has_ended(sessions->revocations, viewer->session)) return SESSION_ENDED;
    return rights_in_doubt(sessions, viewer) ? SESSION_DOUBTED : SESSION_STANDS;
}
