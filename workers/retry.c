#include "retry.h"

#include <time.h>

enum { PROBE_WAIT_MS = 1000, OPEN_TIMES_MAX = 12 };

int64_t retry_backoff_ms(const struct retry_limits *limits, int64_t attempts, uint32_t chance)
{
    int64_t doublings = attempts < 1 ? 0 : attempts - 1;
    int64_t most_ms;

    if (doublings > RETRY_DOUBLINGS_MAX) doublings = RETRY_DOUBLINGS_MAX;
    most_ms = limits->first_ms << doublings;
    if (most_ms > limits->max_ms) most_ms = limits->max_ms;
    return 1 + (int64_t)(chance % (uint64_t)most_ms);
}

static int64_t held(int64_t ms)
{
    if (ms < RETRY_AFTER_MS_MIN) return RETRY_AFTER_MS_MIN;
    return ms > RETRY_AFTER_MS_MAX ? RETRY_AFTER_MS_MAX : ms;
}

int64_t retry_after_ms(struct str field, int64_t wall_us)
{
    char text[40];
    struct tm parts = { .tm_year = 0 };
    int64_t seconds;

    field = str_trim(field);
    if (field.size == 0 || field.size >= sizeof(text)) return -1;
    if (str_to_i64(field, &seconds) == MC_OK) {
        if (seconds < 0) return -1;
        return held(seconds < RETRY_AFTER_MS_MAX ? seconds * 1000 : RETRY_AFTER_MS_MAX);
    }
    memcpy(text, field.data, field.size);
    text[field.size] = '\0';
    if (strptime(text, "%a, %d %b %Y %H:%M:%S GMT", &parts) == NULL) return -1;
    return held(((int64_t)timegm(&parts) * 1000000 - wall_us) / 1000);
}

bool circuit_allows(struct circuit *circuit, int64_t now_us)
{
    if (circuit->open_until_us == 0) return true;
    if (circuit->probing || now_us < circuit->open_until_us) return false;
    circuit->probing = true;
    return true;
}

int64_t circuit_wait_ms(const struct circuit *circuit, int64_t now_us)
{
    int64_t left_ms = (circuit->open_until_us - now_us) / 1000;

    return left_ms > PROBE_WAIT_MS ? left_ms : PROBE_WAIT_MS;
}

static bool too_many(const struct circuit *circuit)
{
    if (circuit->in_a_row >= CIRCUIT_IN_A_ROW) return true;
    return circuit->samples >= CIRCUIT_SAMPLES_MIN &&
           (uint32_t)__builtin_popcountll(circuit->window) * 2 >= circuit->samples;
}

static void open_for(struct circuit *circuit, int64_t now_us, int64_t open_ms)
{
    int64_t times = 1;

    for (uint32_t i = 0; i < circuit->times_opened && times < OPEN_TIMES_MAX; i++)
        times *= 2;
    if (times > OPEN_TIMES_MAX) times = OPEN_TIMES_MAX;
    *circuit = (struct circuit){ .times_opened = circuit->times_opened + 1,
                                 .open_until_us = now_us + open_ms * times * 1000 };
}

bool circuit_result(struct circuit *circuit, bool failed, int64_t now_us, int64_t open_ms)
{
    bool probed = circuit->probing;

    circuit->probing = false;
    if (!failed && (probed || circuit->open_until_us == 0)) {
        circuit->open_until_us = 0;
        circuit->times_opened = probed ? 0 : circuit->times_opened;
    }
    /* What was under way when it opened says nothing new. */
    if (circuit->open_until_us != 0 && !probed) return false;
    circuit->window = ((circuit->window << 1) | (failed ? 1 : 0)) & ((1ULL << CIRCUIT_WINDOW) - 1);
    if (circuit->samples < CIRCUIT_WINDOW) circuit->samples++;
    circuit->in_a_row = failed ? circuit->in_a_row + 1 : 0;
    if (!(failed && (probed || too_many(circuit)))) return false;
    open_for(circuit, now_us, open_ms);
    return true;
}

void circuit_pause(struct circuit *circuit, int64_t now_us, int64_t wait_ms)
{
    int64_t until_us = now_us + wait_ms * 1000;

    circuit->probing = false;
    if (until_us > circuit->open_until_us) circuit->open_until_us = until_us;
}

int64_t circuit_heed(struct circuit *circuit, int64_t now_us, long http_status,
                     int64_t retry_after_s, int64_t most_ms)
{
    int64_t pause_ms;

    if ((http_status != 429 && http_status != 503) || retry_after_s <= 0) return 0;
    pause_ms = retry_after_s > most_ms / 1000 ? most_ms : retry_after_s * 1000;
    circuit_pause(circuit, now_us, pause_ms);
    return pause_ms;
}

bool circuit_rests(const struct circuit *circuit, int64_t now_us)
{
    return now_us < circuit->open_until_us;
}

void circuit_unprobe(struct circuit *circuit)
{
    circuit->probing = false;
}

void brake_sent(struct brake *brake, bool gone, int64_t now_us)
{
    int64_t number = now_us / 1000000 / (BRAKE_WINDOW_S / BRAKE_SLICES);

    for (int64_t i = brake->slice_number + 1;
         i <= number && i <= brake->slice_number + BRAKE_SLICES; i++)
        brake->sent[i % BRAKE_SLICES] = brake->gone[i % BRAKE_SLICES] = 0;
    brake->slice_number = number;
    brake->sent[number % BRAKE_SLICES]++;
    if (gone) brake->gone[number % BRAKE_SLICES]++;
}

bool brake_holds(const struct brake *brake)
{
    uint64_t sent = 0, gone = 0;

    for (size_t i = 0; i < BRAKE_SLICES; i++) {
        sent += brake->sent[i];
        gone += brake->gone[i];
    }
    return gone > BRAKE_GONE_MIN && gone * 100 > sent * BRAKE_PERCENT;
}
