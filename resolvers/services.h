/*
 * services.h - what resolvers need and is not SQL of the request: filled by server/, or by a test.
 */
#ifndef RESOLVERS_SERVICES_H
#define RESOLVERS_SERVICES_H

#include "base/clock.h"
#include "io/db.h"

struct look_up_call;
struct sign_in_call;
struct viewer;

/* A personal number for the row that keeps it. Texts and bytes in the arena it was asked with. */
struct sealed_number {
    const char *table;    /* given: "person", "officer" */
    struct str public_id; /* of the row */
    struct str personal_no, personal_no_index;
};

/* What messages to a partner's endpoint are signed by: named, shown once, kept sealed. */
struct webhook_secret {
    struct str id, shown, sealed;
};

/* What a receipt says, and what the database keeps of it. */
struct tracking_code {
    struct str shown, digest;
};

struct form_problem {
    struct str path;    /* "/childName" */
    struct str keyword; /* "required" */
};

struct form_check {
    int64_t form;                /* given */
    struct str schema, document; /* given, JSON */
    struct form_problem *problems;
    size_t problem_count; /* 0: it fits */
};

struct services {
    void *data;
    struct clock *clock;
    /* Sends one level's asks as the viewer's role. Rules of db_pool_send. */
    enum status (*ask)(void *data, const struct viewer *viewer, struct db_group *group);
    /* Begins a change on the write lane of the viewer's role. Rules of db_tx_begin. */
    enum status (*begin)(void *data, const struct viewer *viewer, struct db_tx *tx);
    /* After a commit: somebody may be waiting for what was written. */
    void (*ring)(void *data);
    /* Opens, steps up or refreshes a session (sign_in.h). call->done comes once, unless an error is
     * returned: MC_UNAUTHENTICATED when it is refused at once, or what has failed. */
    enum status (*sign_in)(void *data, struct sign_in_call *call);
    /* One public key as a JWK with a kid, and nothing else in the text? */
    bool (*is_public_key)(struct str jwk, struct arena *arena);
    /* Seals a personal number for a row to be made, whose id is new. Fails: MC_BAD_INPUT, it is
     * none. */
    enum status (*seal_number)(void *data, struct str personal_no, struct arena *arena,
                               struct sealed_number *sealed);
    /* After a commit: a session has ended. It counts everywhere within a second without it, and
     * here at once with it. done comes once, maybe before this returns: who is answered after it
     * is refused in the other processes, too, as far as they hear Redis. */
    void (*session_ended)(void *data, struct str session, void (*done)(void *data),
                          void *done_data);
    enum status (*new_webhook_secret)(void *data, struct arena *arena,
                                      struct webhook_secret *ret_secret);
    void (*new_tracking_code)(struct arena *arena, struct tracking_code *ret_code);
    /* Of a text that is no tracking code: a digest that none has. */
    struct str (*tracking_digest)(struct str text, struct arena *arena);
    /* Counts a look (look_up.h). ret_later: call->done comes once; else it is settled. Fails:
     * MC_RATE with call->retry_after_s. */
    enum status (*count_look_up)(void *data, struct look_up_call *call, bool *ret_later);
    /* A link by which the viewer's session fetches the file of a paper, for a few minutes. */
    struct str (*paper_link)(void *data, const struct viewer *viewer, struct str paper,
                             struct arena *arena);
    /* Does a document fit the form's schema? Each problem as JSON Schema says it: a pointer and a
     * keyword. Fails: MC_BAD_INPUT, MC_LIMIT of the document; MC_INVALID, the form is none. */
    enum status (*check_form)(void *data, struct form_check *check, struct arena *arena);
    /* Is this a JSON Schema that documents can be checked by (json_schema/json_schema.h)? */
    bool (*is_form_schema)(struct str schema);
    /* May messages be sent to this address? (io/egress.h) */
    bool (*may_send_to)(void *data, struct str url);
};

#endif
