/*
 * runner.h - a worker process: waits for the doorbell, the clock and the providers, and lets each
 * part do what is due.
 *
 * Order:  SIGTERM and SIGINT stop claims; what is under way ends or is put back after drain_ms.
 * Fails:  runner_run returns the process' exit code: 0 after an orderly end, 1 when it cannot
 *         start.
 */
#ifndef WORKERS_RUNNER_H
#define WORKERS_RUNNER_H

#include "config.h"

enum runner_part {
    RUN_EXPAND = 1,
    RUN_DELIVER = 2,
    RUN_TICK = 4,
    RUN_SEAL = 8,
    RUN_BULK = 16,
    RUN_PAPERS = 32,
    RUN_SYNC = 64,
    RUN_ALL = 127,
};

/* parts: a sum of enum runner_part. once: ends when nothing is due. */
int runner_run(const struct worker_config *config, unsigned parts, bool once);

#endif
