/*
 * clock.h - what time it is, as an argument, so that a test can turn the hands.
 *
 * Times are microseconds since 1970-01-01 UTC (wall) or since an unnamed start (monotonic).
 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include "base/buf.h"

struct clock {
    int64_t (*wall_us)(struct clock *clock);
    int64_t (*monotonic_us)(struct clock *clock);
};

/* The machine's own. */
extern struct clock clock_system;

static inline int64_t clock_wall_us(struct clock *clock)
{
    return clock->wall_us(clock);
}

static inline int64_t clock_monotonic_us(struct clock *clock)
{
    return clock->monotonic_us(clock);
}

/* RFC 3339 with a fixed offset in minutes east: "2026-11-26T08:30:00+07:00"; microseconds are
 * written only when they are not zero. */
void clock_rfc3339(struct buf *buf, int64_t wall_us, int offset_minutes);

/* "2026-11-26" of a count of days since 1970-01-01. */
void clock_date(struct buf *buf, int32_t days);

/* Reads a full RFC 3339 date-time (any offset, 'T' or blank, up to 6 decimals). MC_BAD_INPUT. */
enum status clock_parse_rfc3339(struct str text, int64_t *ret_wall_us);

#endif
