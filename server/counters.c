#include "counters.h"

const struct metric_row counter_rows[COUNTERS] = {
#define X(symbol, name, labels, kind, help) [symbol] = { name, labels, kind, help },
#include "metrics.def"
#undef X
};

enum counter counter_of_status(int status)
{
    if (status >= 500) return METRIC_REQUESTS_5XX;
    return status >= 400 ? METRIC_REQUESTS_4XX : METRIC_REQUESTS_2XX;
}
