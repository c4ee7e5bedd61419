#include "base/fault.h"

#include "base/str.h"

#include <signal.h>
#include <stdlib.h>

enum { POINTS_MAX = 16 };

struct point {
    struct str name;
    int64_t at;
    bool onwards;
    int64_t passes;
};

static struct point points[POINTS_MAX];
static size_t point_count;
static bool planned;

static void add_point(struct str text)
{
    struct str number = text;
    struct point point = { .name = str_split(&number, ':') };

    if (number.size > 0 && number.data[number.size - 1] == '+') {
        point.onwards = true;
        number.size--;
    }
    if (point_count == POINTS_MAX || str_to_i64(number, &point.at) != MC_OK) return;
    points[point_count++] = point;
}

void fault_plan(const char *plan)
{
    struct str rest = str_of(plan == NULL ? getenv("MOTCUA_FAULTS") : plan);

    planned = true;
    point_count = 0;
    while (rest.size > 0)
        add_point(str_split(&rest, ','));
}

bool fault_hit(const char *name)
{
    if (!planned) fault_plan(NULL);
    for (size_t i = 0; i < point_count; i++) {
        struct point *point = &points[i];

        if (!str_is(point->name, name)) continue;
        point->passes++;
        if (point->passes == point->at || (point->onwards && point->passes > point->at))
            return true;
    }
    return false;
}

bool fault_die(void)
{
    (void)raise(SIGKILL);
    return true;
}
