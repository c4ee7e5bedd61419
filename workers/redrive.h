/* redrive.h - what was given up, for whoever operates the worker. */
#ifndef WORKERS_REDRIVE_H
#define WORKERS_REDRIVE_H

#include "config.h"

/* Prints what died in 30 days, by channel and reason. Exit codes: 0, 1 (no database). */
int print_dead(const struct worker_config *config);

/* Puts the dead of one reason back in the queue, at most limit of them. */
int redrive(const struct worker_config *config, const char *reason, int64_t limit);

#endif
