/*
 * deadline.h - Deadline (thời hạn) of a dossier: when it is due, and why then.
 *
 * Source:  DOMAIN §4.1 (2, 4); how it is counted: schema/db/functions/11_clock.sql.
 */
#ifndef RESOLVERS_DEADLINE_H
#define RESOLVERS_DEADLINE_H

#include "ask.h"

struct deadline {
    int64_t parent_no;
    int64_t dossier;
    int64_t due_at; /* GQL_I64_NONE: not accepted yet, or no limit */
    struct str clock;
    int64_t limit_amount; /* GQL_I64_NONE: the procedure has no limit */
    struct str limit_unit, limit_text;
    int64_t remaining_minutes; /* negative when late; GQL_I64_NONE where no clock runs */
    int64_t day_minutes;       /* of a working day */
    int64_t stood_at;          /* since when the clock rests, or has stopped */
    struct str pause_reason;
    struct str days_ahead; /* "24/11, 30/4–1/5" */
    bool is_late, extended_late, counts_as_late;
    bool intake_late;
    int64_t reopened_at; /* the last time; GQL_I64_NONE: never */
};

/* Dossier.deadline */
extern const struct ask deadline_of_dossier;

/* The whole in one sentence, and one more each when it was reopened, and when it was put off late.
 * Lives in the arena. */
struct str deadline_explain(const struct deadline *deadline, bool english, struct arena *arena);

#endif
