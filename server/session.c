#include "session.h"

#include "base/base64.h"
#include "viewer_record.h"

#include <sys/random.h>

enum { SESSION_RECORD_BYTES_MAX = 16 * 1024 };

/* Braces: one hash slot a session, should Redis be a cluster. */
static struct str session_key(struct arena *arena, struct str session)
{
    return arena_printf(arena, "session:{%.*s}", STR_PRINT(session));
}

static void on_record(struct redis_ask *ask, enum status status, const struct redis_reply *reply)
{
    struct session_check *check = ask->data;

    if (status == MC_OK)
        status = reply->kind == REDIS_TEXT
                     ? verified_viewer(check->verified, reply->text, check->arena, &check->viewer)
                     : MC_UNAUTHENTICATED;
    check->done(check, status);
}

enum status session_recheck(struct sessions *sessions, struct session_check *check)
{
    check->verified = &sessions->verified;
    redis_ask_init(&check->ask, sessions->timeout_ms, on_record, check);
    redis_ask_add(&check->ask, STR("GET"));
    redis_ask_add(&check->ask, session_key(check->arena, check->viewer.session));
    return redis_send(sessions->redis, &check->ask);
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
    return session_recheck(sessions, check);
}

void session_check_cancel(struct session_check *check)
{
    redis_cancel(&check->ask);
}

static void on_ended(struct redis_ask *ask, enum status status, const struct redis_reply *reply)
{
    struct session_end *end = ask->data;

    (void)reply;
    end->ended(end->context, status);
}

enum status session_end(struct sessions *sessions, struct str session, struct arena *arena,
                        struct session_end *end)
{
    redis_ask_init(&end->ask, sessions->timeout_ms, on_ended, end);
    redis_ask_add(&end->ask, STR("DEL"));
    redis_ask_add(&end->ask, session_key(arena, session));
    return redis_send(sessions->redis, &end->ask);
}

enum status session_make(const struct session_maker *maker, struct viewer *viewer,
                         struct arena *arena, struct str *ret_token)
{
    char random[32];
    struct buf record;
    struct redis_reply reply;
    int64_t now_s = clock_wall_us(&clock_system) / 1000000;
    enum status status;

    MC_ASSERT(getrandom(random, sizeof(random), 0) == (ssize_t)sizeof(random));
    viewer->session = base64url_encode(arena, (struct str){ random, sizeof(random) });
    buf_init(&record, SESSION_RECORD_BYTES_MAX);
    viewer_record_write(&record, viewer);
    const struct str words[] = { STR_INIT("SET"), session_key(arena, viewer->session),
                                 buf_str(&record), STR_INIT("EX"),
                                 arena_printf(arena, "%lld", (long long)maker->session_life_s) };

    status = redis_run_once(&maker->redis, words, sizeof(words) / sizeof(words[0]), arena, &reply);
    buf_done(&record);
    if (status != MC_OK) return status;
    return jwt_sign_access(&maker->ring,
                           &(struct jwt_access){ .subject = viewer->id,
                                                 .session = viewer->session,
                                                 .kind = str_of(viewer_kind_name(viewer->kind)),
                                                 .issued_s = now_s,
                                                 .expires_s = now_s + maker->token_life_s },
                           arena, ret_token);
}
