#include "base/metrics.h"

#include <sys/mman.h>

static const size_t mapping_bytes = sizeof(int64_t[METRICS_SLOTS_MAX][METRICS_COUNT_MAX]);

enum status metrics_open(struct metrics *metrics, const struct metric_row *rows, size_t count)
{
    void *mapping =
        mmap(NULL, mapping_bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    MC_ASSERT(count <= METRICS_COUNT_MAX);
    if (mapping == MAP_FAILED) return MC_UNAVAILABLE;
    *metrics = (struct metrics){ rows, count, mapping };
    return MC_OK;
}

void metrics_close(struct metrics *metrics)
{
    if (metrics->slots != NULL) munmap(metrics->slots, mapping_bytes);
    *metrics = (struct metrics){ 0 };
}

int64_t metrics_total(const struct metrics *metrics, size_t row)
{
    int64_t total = 0;

    for (size_t slot = 0; slot < METRICS_SLOTS_MAX; slot++)
        total += __atomic_load_n(&metrics->slots[slot][row], __ATOMIC_RELAXED);
    return total;
}

void metrics_clear_gauges(struct metrics *metrics, size_t slot)
{
    for (size_t row = 0; row < metrics->count; row++)
        if (metrics->rows[row].kind == METRIC_GAUGE) metrics_set(metrics, slot, row, 0);
}

void metrics_print(const struct metrics *metrics, struct buf *out)
{
    const char *last = "";

    for (size_t i = 0; i < metrics->count; i++) {
        const struct metric_row *row = &metrics->rows[i];

        if (strcmp(last, row->name) != 0)
            buf_printf(out, "# HELP %s %s\n# TYPE %s %s\n", row->name, row->help, row->name,
                       row->kind == METRIC_COUNTER ? "counter" : "gauge");
        last = row->name;
        buf_printf(out, "%s%s %lld\n", row->name, row->labels,
                   (long long)metrics_total(metrics, i));
    }
}
