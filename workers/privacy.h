/*
 * privacy.h - copies of people's data made and forgotten, and what nothing keeps any longer made
 * anonymous (schema/db/functions/96_export.sql, 97_erasure.sql).
 *
 * Order:   several workers may do this at once: each takes what no other has (SKIP LOCKED).
 * Limits:  EXPORT_FILES_MAX files, ANONYMISE_ROWS_MAX persons and dossiers a turn.
 * Fails:   what the database says.
 */
#ifndef WORKERS_PRIVACY_H
#define WORKERS_PRIVACY_H

#include "io/db.h"

/* A turn is one statement, and a statement has five seconds (schema/db/roles.sql): one person's
 * copy must not fail for another's, nor an end for those before it. */
enum { EXPORT_FILES_MAX = 1, ANONYMISE_ROWS_MAX = 10 };

/* Copies that wait. again: there may be more. */
enum status export_turn(struct db_session *session, bool *ret_again);

enum status anonymise_turn(struct db_session *session, bool *ret_again);

#endif
