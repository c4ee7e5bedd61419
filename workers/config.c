#include "config.h"

const struct config_row worker_config_rows[] = {
#define X(...) CONFIG_ROW(struct worker_config, __VA_ARGS__)
#include "config.def"
#undef X
};

const size_t worker_config_count = sizeof(worker_config_rows) / sizeof(worker_config_rows[0]);
