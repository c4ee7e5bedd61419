/*
 * clock.h - what the clock of dossiers does by itself: who is reminded of a due date, due dates
 * counted anew when the calendar changes (schema/db/functions/98_clock.sql), terms that pass, and
 * the digest of each working morning.
 *
 * Order:   several workers may ask at once: one does it.
 * Limits:  CLOCK_ROWS_MAX dossiers, or digests, a turn.
 * Fails:   what the database says.
 * Source:  DOMAIN §5.2, D6, D16, T1 and T3; R29.
 */
#ifndef WORKERS_CLOCK_H
#define WORKERS_CLOCK_H

#include "io/db.h"

/* A turn is one statement, and a statement has five seconds; a dossier takes about 2 ms. */
enum { CLOCK_ROWS_MAX = 200 };

/* Reminders whose moment has come. again: there may be more. */
enum status clock_remind_turn(struct db_session *session, bool *ret_again);

enum status clock_recompute_turn(struct db_session *session, bool *ret_again);

/* Dossiers whose applicant has let a term pass are rejected or stopped (44_decisions.sql). */
enum status clock_terms_turn(struct db_session *session, bool *ret_again);

/* The digest of the morning, to the head of each agency (53_digests.sql). */
enum status clock_digest_turn(struct db_session *session, bool *ret_again);

#endif
