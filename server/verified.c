#include "verified.h"

/* Before the text of the session. */
struct known_token {
    int64_t verified_s, expires_s;
};

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

void verified_done(struct verified *verified)
{
    memo_done(&verified->tokens);
}
