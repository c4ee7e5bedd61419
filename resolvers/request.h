/*
 * request.h - what one GraphQL request carries through its resolvers: who asks, with what services.
 *
 * Life:    made by the endpoint in the request's arena, before the run; dies with the arena.
 *          gql_context of every batch is this struct.
 */
#ifndef RESOLVERS_REQUEST_H
#define RESOLVERS_REQUEST_H

#include "graphql/gql.h"
#include "io/db.h"
#include "services.h"

struct reference;

enum viewer_kind { VIEWER_NONE, VIEWER_CITIZEN, VIEWER_PARTNER, VIEWER_OFFICER, VIEWER_KIND_COUNT };

/* Who is signed in, as the session says. Texts live as long as the viewer. */
struct viewer {
    enum viewer_kind kind;
    int64_t me;    /* subject, or officer */
    struct str id; /* its public id */
    struct str name;
    struct str subjects; /* comma lists, as the database's app.* settings take them */
    struct str agencies;
    struct str roles;
    struct str locale; /* vi, en */
    struct str session;
    struct str scopes;      /* a partner's, with blanks between */
    struct str environment; /* LIVE, TEST, TEAM */
    int64_t epoch;          /* of its rights, when they were read */
    int64_t rights_until;   /* when the clock changes them; microseconds since 1970 UTC, 0: never */
    int64_t session_until;  /* when the session ends by itself; as well */
};

struct request {
    struct arena *arena;
    struct viewer viewer;
    const struct services *services;
    struct reference *reference; /* held from start to end: a reload must not take it away */
    struct gql_run run;
    uint32_t timeout_ms;

    struct ask_level *level; /* asks of the level that are not sent yet */
    struct db_group *in_flight;
    uint32_t group_count; /* SQL round trips so far */
    uint32_t ask_count;   /* statements so far */
};

/* "CITIZEN", as kind() of the database says it; "" for nobody. */
const char *viewer_kind_name(enum viewer_kind kind);

/* Does it try things in the sandbox: a partner's test key, or a person signed in by one? */
bool viewer_in_sandbox(const struct viewer *viewer);

/* Sets the identity that row-level security reads. */
void viewer_identify_group(const struct viewer *viewer, struct arena *arena,
                           struct db_group *group);
void viewer_identify_tx(const struct viewer *viewer, struct arena *arena, struct db_tx *tx);

/* The numbers of a comma list. */
struct db_i64_array viewer_numbers(struct arena *arena, struct str list);

/* Is it the viewer, or an organisation of its seats? Never for an officer. */
bool viewer_speaks_for(const struct viewer *viewer, int64_t subject);

/* Does it hold this role, itself or for whom it stands in? */
bool viewer_acts_as(const struct viewer *viewer, const char *role);

/* True when somebody is signed in; else every position of the batch fails with UNAUTHENTICATED. */
bool request_signed_in(struct gql_batch *batch);

/* Stops the run; its done callback comes when nothing is in flight. */
void request_cancel(struct request *request, enum status why);

static inline struct request *request_of(const struct gql_batch *batch)
{
    return gql_context(batch);
}

#endif
