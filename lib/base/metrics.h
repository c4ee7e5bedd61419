/*
 * metrics.h - counters of several processes in one shared mapping, summed when asked for.
 *
 * Life:   metrics_open before the fork; each child writes only its own slot, so there are no locks.
 *         A dead child's gauges are cleared by the parent with metrics_clear_gauges; its counters
 *         stay, so that totals never fall.
 * Limits: METRICS_SLOTS_MAX processes, METRICS_COUNT_MAX rows.
 * Source: Prometheus text exposition format 0.0.4.
 */
#ifndef BASE_METRICS_H
#define BASE_METRICS_H

#include "base/buf.h"

enum { METRICS_SLOTS_MAX = 64, METRICS_COUNT_MAX = 128 };

enum metric_kind { METRIC_COUNTER, METRIC_GAUGE };

struct metric_row {
    const char *name;   /* motcua_requests_total */
    const char *labels; /* "" or {status="200"} */
    enum metric_kind kind;
    const char *help;
};

struct metrics {
    const struct metric_row *rows;
    size_t count;
    int64_t (*slots)[METRICS_COUNT_MAX];
};

/* rows must outlive the metrics. Fails: MC_UNAVAILABLE when no memory can be shared. */
enum status metrics_open(struct metrics *metrics, const struct metric_row *rows, size_t count);
void metrics_close(struct metrics *metrics);

static inline void metrics_add(struct metrics *metrics, size_t slot, size_t row, int64_t value)
{
    __atomic_fetch_add(&metrics->slots[slot][row], value, __ATOMIC_RELAXED);
}

static inline void metrics_set(struct metrics *metrics, size_t slot, size_t row, int64_t value)
{
    __atomic_store_n(&metrics->slots[slot][row], value, __ATOMIC_RELAXED);
}

/* The sum over all slots. */
int64_t metrics_total(const struct metrics *metrics, size_t row);

void metrics_clear_gauges(struct metrics *metrics, size_t slot);

void metrics_print(const struct metrics *metrics, struct buf *out);

#endif
