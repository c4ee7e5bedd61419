#include "verified.h"

#include "viewer_record.h"

enum { TEXTS = 8 };

/* Before the text of the session. */
struct known_token {
    int64_t verified_s, expires_s;
};

/* Before its texts, one after another. */
struct known_viewer {
    enum viewer_kind kind;
    int64_t me, epoch, rights_until;
    size_t sizes[TEXTS];
};

static void texts_of(struct viewer *viewer, struct str *ret_texts[TEXTS])
{
    struct str *const texts[TEXTS] = { &viewer->id,       &viewer->name,       &viewer->subjects,
                                       &viewer->agencies, &viewer->roles,      &viewer->locale,
                                       &viewer->scopes,   &viewer->environment };

    memcpy(ret_texts, texts, sizeof(texts));
}

/* A clock that was set back has no say over what was known before. */
static bool still_holds(const struct known_token *token, int64_t now_s)
{
    return now_s >= token->verified_s && now_s - token->verified_s < VERIFIED_LIFE_S &&
           token->expires_s > now_s - JWT_SKEW_S;
}

static void keep_token(struct verified *verified, const struct verified_question *question,
                       const struct verified_access *access, struct arena *arena)
{
    size_t size = sizeof(struct known_token) + access->session.size;
    struct known_token *token = arena_alloc(arena, size);

    token->verified_s = question->now_s;
    token->expires_s = access->expires_s;
    memcpy(token + 1, access->session.data, access->session.size);
    memo_keep(&verified->tokens, question->token, (struct str){ (const char *)token, size });
}

enum status verified_access(struct verified *verified, const struct jwt_ring *ring,
                            const struct verified_question *question, struct arena *arena,
                            struct verified_access *ret_access)
{
    struct str found = memo_find(&verified->tokens, question->token);
    const struct known_token *token = (const struct known_token *)(const void *)found.data;
    struct jwt_access access;
    enum status status;

    if (token != NULL && still_holds(token, question->now_s)) {
        struct str session = { (const char *)(token + 1), found.size - sizeof(*token) };

        *ret_access = (struct verified_access){ arena_str(arena, session), token->expires_s };
        return MC_OK;
    }
    status = jwt_verify_access(ring, question->token, question->now_s, arena, &access);
    if (status != MC_OK) return status;
    *ret_access = (struct verified_access){ access.session, access.expires_s };
    keep_token(verified, question, ret_access, arena);
    return MC_OK;
}

static void keep_viewer(struct verified *verified, struct str record, struct viewer *viewer,
                        struct arena *arena)
{
    struct str *texts[TEXTS];
    struct known_viewer *known;
    size_t size = sizeof(*known);
    char *at;

    texts_of(viewer, texts);
    for (size_t i = 0; i < TEXTS; i++)
        size += texts[i]->size;
    known = arena_alloc(arena, size);
    known->kind = viewer->kind;
    known->me = viewer->me;
    known->epoch = viewer->epoch;
    known->rights_until = viewer->rights_until;
    at = (char *)(known + 1);
    for (size_t i = 0; i < TEXTS; i++) {
        known->sizes[i] = texts[i]->size;
        memcpy(at, texts[i]->data, texts[i]->size);
        at += texts[i]->size;
    }
    memo_keep(&verified->records, record, (struct str){ (const char *)known, size });
}

static void read_known(struct str found, struct arena *arena, struct viewer *viewer)
{
    const struct known_viewer *known = (const struct known_viewer *)(const void *)found.data;
    struct str rest = { (const char *)(known + 1), found.size - sizeof(*known) };
    struct viewer read = { .kind = known->kind,
                           .me = known->me,
                           .epoch = known->epoch,
                           .rights_until = known->rights_until,
                           .session = viewer->session };
    struct str *texts[TEXTS];

    rest = arena_str(arena, rest);
    texts_of(&read, texts);
    for (size_t i = 0; i < TEXTS; i++) {
        *texts[i] = (struct str){ rest.data, known->sizes[i] };
        rest.data += known->sizes[i];
    }
    *viewer = read;
}

enum status verified_viewer(struct verified *verified, struct str record, struct arena *arena,
                            struct viewer *viewer)
{
    struct str found = memo_find(&verified->records, record);
    enum status status;

    if (found.data != NULL) {
        read_known(found, arena, viewer);
        return MC_OK;
    }
    status = viewer_record_read(record, arena, viewer);
    if (status == MC_OK) keep_viewer(verified, record, viewer, arena);
    return status;
}

void verified_done(struct verified *verified)
{
    memo_done(&verified->tokens);
    memo_done(&verified->records);
}
