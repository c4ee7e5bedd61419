/*
 * failure.h - why a change was not made, as the types that implement `interface Failure`.
 *
 * One struct serves them all; a table gives each type its code, its words in vi and en, and
 * whether the same request may succeed later.
 */
#ifndef RESOLVERS_FAILURE_H
#define RESOLVERS_FAILURE_H

#include "request.h"

enum failure_kind {
    FAILURE_STALE_STATE,
    FAILURE_GUARD_FAILED,
    FAILURE_NOT_ALLOWED,
    FAILURE_NOT_FOUND, /* answered as NotAllowed: an unknown thing and a foreign one look alike */
    FAILURE_RATE_LIMITED,
    FAILURE_KEY_REUSED,
    FAILURE_STEP_UP_REQUIRED,
    FAILURE_KIND_COUNT,
};

struct problem {
    struct str path;
    struct str message;
    struct unit **units; /* to choose from */
    size_t unit_count;
    struct procedure_case *cases; /* to choose from */
    size_t case_count;
};

struct failure {
    struct str code;
    struct str message;
    bool retryable;
    int64_t dossier; /* StaleState: as it is now */
    struct problem *problems;
    size_t problem_count;
    int64_t retry_after_seconds;
};

/* In the viewer's language; lives in the request's arena. */
struct failure *failure_new(struct request *request, enum failure_kind kind);

/* "StaleState", ... */
const char *failure_type_name(enum failure_kind kind);

/* From the database's word for it ("STALE_STATE"). Fails: MC_INTERNAL for a word nobody knows. */
enum status failure_kind_of(struct str word, enum failure_kind *ret_kind);

/* The failure of a database's word; for one nobody knows, what is told of a fault of our own. */
struct failure *failure_of_word(struct request *request, struct str word);

/* Reads [{path, vi, en, units, cases}] into the failure; units are numbers, cases objects as
 * ProcedureCase, and both may be absent. Anything else leaves it without problems. */
void failure_read_problems(struct request *request, struct failure *failure, struct str json);

/* One problem of our own. */
void failure_set_problem(struct request *request, struct failure *failure, const char *path,
                         const char *vi, const char *en);

#endif
