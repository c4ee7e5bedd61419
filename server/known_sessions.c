#include "known_sessions.h"

#include "base/hash.h"

enum { TEXTS = 8 };

/* Before its texts, one after another. */
struct known_session {
    uint64_t asked;
    int64_t kept_s;
    struct viewer viewer; /* its texts' sizes alone */
};

static void texts_of(struct viewer *viewer, struct str *ret_texts[TEXTS])
{
    struct str *const texts[TEXTS] = { &viewer->id,       &viewer->name,       &viewer->subjects,
                                       &viewer->agencies, &viewer->roles,      &viewer->locale,
                                       &viewer->scopes,   &viewer->environment };

    memcpy(ret_texts, texts, sizeof(texts));
}

static size_t slot_of(struct str session)
{
    return hash_bytes(session) % KNOWN_SESSION_SLOTS;
}

void known_sessions_keep(struct known_sessions *known, const struct viewer *viewer, uint64_t asked,
                         int64_t now_s)
{
    union {
        struct known_session session;
        char bytes[MEMO_VALUE_BYTES_MAX];
    } value = { .session = { asked, now_s, *viewer } };
    struct str *texts[TEXTS];
    size_t size = sizeof(value.session);

    texts_of(&value.session.viewer, texts);
    for (size_t i = 0; i < TEXTS; i++) {
        if (texts[i]->size > sizeof(value) - size) return;
        memcpy(value.bytes + size, texts[i]->data, texts[i]->size);
        size += texts[i]->size;
        texts[i]->data = NULL;
    }
    value.session.viewer.session = STR_NONE;
    memo_keep(&known->viewers, viewer->session, (struct str){ value.bytes, size });
}

/* A clock that was set back has no say over what was known before. */
static bool still_holds(const struct known_sessions *known, const struct known_session *session,
                        struct str id, int64_t now_s)
{
    return session->asked >= known->last_of_all &&
           session->asked >= known->last_in_slot[slot_of(id)] && now_s >= session->kept_s &&
           now_s - session->kept_s < KNOWN_SESSION_LIFE_S;
}

bool known_sessions_find(const struct known_sessions *known, int64_t now_s, struct arena *arena,
                         struct viewer *viewer)
{
    struct str found = memo_find(&known->viewers, viewer->session), rest;
    const struct known_session *session = (const struct known_session *)(const void *)found.data;
    struct str *texts[TEXTS], id = viewer->session;

    if (session == NULL || !still_holds(known, session, id, now_s)) return false;
    rest = arena_str(arena,
                     (struct str){ (const char *)(session + 1), found.size - sizeof(*session) });
    *viewer = session->viewer;
    viewer->session = id;
    texts_of(viewer, texts);
    for (size_t i = 0; i < TEXTS; i++) {
        texts[i]->data = rest.data;
        rest.data += texts[i]->size;
    }
    return true;
}

void known_sessions_changed(struct known_sessions *known, struct str session)
{
    known->last++;
    if (session.data == NULL)
        known->last_of_all = known->last;
    else
        known->last_in_slot[slot_of(session)] = known->last;
}

void known_sessions_done(struct known_sessions *known)
{
    memo_done(&known->viewers);
}
