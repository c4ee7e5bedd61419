/*
 * counters.h - the server's rows of the shared counters (metrics.def).
 */
#ifndef SERVER_COUNTERS_H
#define SERVER_COUNTERS_H

#include "base/metrics.h"

enum counter {
#define X(symbol, ...) symbol,
#include "metrics.def"
#undef X
    COUNTERS,
};

extern const struct metric_row counter_rows[COUNTERS];

/* The row of a reply's status. */
enum counter counter_of_status(int status);

#endif
