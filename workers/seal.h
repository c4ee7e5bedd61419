/*
 * seal.h - chains the audit and signs where its chains end (schema/db/functions/93_audit.sql).
 *
 * Life:    a sealer belongs to one worker; it takes its key from a file at the start and keeps
 *          nothing else. Several workers may seal: the database lets one at a time.
 * Order:   a row is chained after its commit, in the order they are found, not the one of ids.
 * Limits:  SEAL_ROWS_MAX rows a call.
 * Fails:   sealer_open: MC_BAD_INPUT with one sentence in why: no Ed25519 private key in PEM, or a
 *          file that others may read. Otherwise what the database says.
 */
#ifndef WORKERS_SEAL_H
#define WORKERS_SEAL_H

#include "config.h"
#include "io/db.h"

enum { SEAL_ROWS_MAX = 1000, SEAL_KEY_ID_BYTES = 16 };

struct sealer {
    const struct worker_config *config;
    struct evp_pkey_st *key; /* NULL: rows are chained, heads are not signed */
    char key_id[SEAL_KEY_ID_BYTES + 1];
};

enum status sealer_open(struct sealer *sealer, const struct worker_config *config, struct buf *why);
void sealer_close(struct sealer *sealer);

/* Chains what waits, and signs a head when one is due. again: there is more to chain. */
enum status sealer_turn(struct sealer *sealer, struct db_session *session, bool *ret_again);

/* The last heads as JSON lines, oldest first, for another agency to keep: {"head": the signed text,
 * "key": its id, "signature": base64url}. tools/verify_audit.mjs --heads takes them. Exit codes: 0,
 * 1 (no database). */
int print_audit_heads(const struct worker_config *config, int64_t count);

#endif
