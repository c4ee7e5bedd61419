/* config.h - the worker's settings; the rows are in config.def. */
#ifndef WORKERS_CONFIG_H
#define WORKERS_CONFIG_H

#include "base/config.h"

struct worker_config {
#define X(...) CONFIG_MEMBER(__VA_ARGS__)
#include "config.def"
#undef X
};

extern const struct config_row worker_config_rows[];
extern const size_t worker_config_count;

#endif
