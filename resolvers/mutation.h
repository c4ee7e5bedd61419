/*
 * mutation.h - a change: a table of steps in one transaction on the write lane.
 *
 *     claim   the idempotency key is taken first; a repeat ends here with the stored outcome
 *     look    what is changed is read and held, and judged by what is not SQL; few changes have it
 *     apply   the change itself: one SQL function, the only part that differs
 *     store   the outcome's identity (type, id, seq, public id)
 *     commit
 *
 * A step that does not go on rolls all back, so that a failure stores nothing. The payload's fields
 * are read afterwards, as the ordinary levels below. Who has no right to call the function of apply
 * is answered NOT_ALLOWED.
 *
 * Life:    a mutation lives in its request's arena; the transaction ends before the batch is done.
 * Limits:  MUTATION_KEY_BYTES_MAX for the key.
 */
#ifndef RESOLVERS_MUTATION_H
#define RESOLVERS_MUTATION_H

#include "failure.h"

enum { MUTATION_KEY_BYTES_MAX = 200 };

/* What a change made, as its payload types read it. */
struct outcome {
    int64_t id;
    int64_t seq;
    struct str public_id;
    int64_t at;        /* of its transaction */
    struct str secret; /* shown once: absent in a repeat */
};

struct mutation {
    const struct mutation_kind *kind;
    struct gql_batch *batch;
    struct request *request;
    const struct gql_input *input;
    struct str key; /* of idempotency */
    /* Once, when it is known what to answer; never before mutation_begin has returned. */
    void (*done)(struct mutation *mutation);
    struct db_tx tx;
    struct db_ask ask;
    size_t step;
    struct outcome outcome;
    struct failure *failure; /* NULL: none so far */
    enum failure_kind failure_kind;
    bool decided;       /* the answer is known whatever the end of the transaction */
    enum status status; /* in done: MC_OK, or why there is no answer */
};

/* A statement before apply, in the same transaction. */
struct mutation_look {
    enum status (*bind)(struct mutation *mutation, struct db_ask *ask); /* no ask->sql: skip it */
    const struct db_column *columns;
    size_t row_size;
    /* Of at most one row; MC_OK: go on. Anything else ends the change: with what mutation_refuse
     * has set, or else as MC_INTERNAL. */
    enum status (*judge)(struct mutation *mutation, const struct db_ask *ask);
};

/* A row of the schema's Mutation: its success type and its statement, which gives
 * failure text, id int8, public_id uuid, seq int, problems jsonb; with RATE_LIMITED, seq is how
 * many seconds to wait. */
struct mutation_kind {
    const char *payload; /* "DossierChanged" */
    enum status (*bind)(struct mutation *mutation, struct db_ask *ask);
    const struct mutation_look *look; /* NULL: none */
    /* After the commit, NULL: nothing to do. An effect that may be lost; what may not goes through
     * the outbox. It has mutation_settled called, at once or later: the answer waits for it. */
    void (*committed)(struct mutation *mutation);
    /* Writes what the idempotency key's digest is made of, NULL: the whole input. For an input that
     * could be guessed from its digest. */
    void (*digest)(const struct mutation *mutation, struct buf *out);
};

/* From a bind that finds the input unfit: GuardFailed with one problem. Gives MC_BAD_INPUT. */
enum status mutation_refuse(struct mutation *mutation, const char *path, const char *vi,
                            const char *en);

/* The same with problems of the request's arena. */
enum status mutation_refuse_all(struct mutation *mutation, struct problem *problems, size_t count);

/* Begins one change, whose kind, batch, request, input, key, done and tx.timeout_ms are set: for a
 * field that makes several. Unless MC_OK is returned, done does not come. */
enum status mutation_begin(struct mutation *mutation);

/* Once after committed: mutation is a struct mutation *. */
void mutation_settled(void *mutation);

/* Sets a position to what a change has come to. */
void mutation_answer(const struct mutation *mutation, struct gql_batch *batch, size_t i);

/* The resolver of every such field; its data is a struct mutation_kind. */
gql_resolve mutation_resolve;

#define MUTATION_FIELD(name, kind) GQL_FIELD_DATA(name, mutation_resolve, &(kind))

#endif
