/*
 * retry.h - when a delivery is tried again, and when a push server is left alone.
 *
 * Times are monotonic microseconds unless said otherwise.
 */
#ifndef WORKERS_RETRY_H
#define WORKERS_RETRY_H

#include "base/str.h"

enum { RETRY_AFTER_MS_MIN = 1000, RETRY_AFTER_MS_MAX = 3600000, RETRY_DOUBLINGS_MAX = 30 };

struct retry_limits {
    int64_t first_ms, max_ms;
};

/* Full jitter: 1 ms up to first_ms doubled with every attempt (1 is the first), at most max_ms.
 * chance is any number. */
int64_t retry_backoff_ms(const struct retry_limits *limits, int64_t attempts, uint32_t chance);

/* Retry-After: seconds, or an HTTP date (IMF-fixdate); held between 1 s and 1 h. -1 when absent
 * or not understood. */
int64_t retry_after_ms(struct str field, int64_t wall_us);

/*
 * A circuit, one for each push server. It opens at 10 failures in a row, or when half of the last
 * 50 failed (of 20 at least); stays open for open_ms, doubled each time to 12 times that; then lets
 * one request pass and closes if it succeeds.
 */
enum { CIRCUIT_WINDOW = 50, CIRCUIT_SAMPLES_MIN = 20, CIRCUIT_IN_A_ROW = 10 };

struct circuit {
    uint64_t window; /* a bit for each of the last 50: failed */
    uint32_t samples, in_a_row, times_opened;
    int64_t open_until_us; /* 0: closed */
    bool probing;
};

/* May a request go now? The first one after open_until_us is the probe. */
bool circuit_allows(struct circuit *circuit, int64_t now_us);

/* How long it would have to wait. */
int64_t circuit_wait_ms(const struct circuit *circuit, int64_t now_us);

/* True when this result opened the circuit. */
bool circuit_result(struct circuit *circuit, bool failed, int64_t now_us, int64_t open_ms);

/* The server asked for a pause. */
void circuit_pause(struct circuit *circuit, int64_t now_us, int64_t wait_ms);

/* Does an answer ask for one, by 429 or 503 with Retry-After? Then the server has it, of most_ms at
 * most; gives how long it is, 0: it does not ask. */
int64_t circuit_heed(struct circuit *circuit, int64_t now_us, long http_status,
                     int64_t retry_after_s, int64_t most_ms);

/* Is the server to be left alone still? Takes no probe. */
bool circuit_rests(const struct circuit *circuit, int64_t now_us);

/* The probe never went out. */
void circuit_unprobe(struct circuit *circuit);

/*
 * The brake: more than 5 % of the sends of ten minutes, and more than 100, said that the device is
 * gone. Then the fault is rather ours or the provider's, and no device is disabled.
 */
enum { BRAKE_WINDOW_S = 600, BRAKE_SLICES = 10, BRAKE_GONE_MIN = 100, BRAKE_PERCENT = 5 };

struct brake {
    int64_t slice_number;
    uint32_t sent[BRAKE_SLICES], gone[BRAKE_SLICES];
};

void brake_sent(struct brake *brake, bool gone, int64_t now_us);
bool brake_holds(const struct brake *brake);

#endif
