#include "http_date.h"

#include <time.h>

/* Not by strftime, whose words follow the process's locale. */
struct str http_date(struct arena *arena, int64_t wall_us)
{
    static const char *const days[] = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" };
    static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                          "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
    time_t seconds = (time_t)(wall_us / 1000000);
    struct tm at;

    MC_ASSERT(gmtime_r(&seconds, &at) != NULL);
    return arena_printf(arena, "%s, %02d %s %d %02d:%02d:%02d GMT", days[at.tm_wday], at.tm_mday,
                        months[at.tm_mon], at.tm_year + 1900, at.tm_hour, at.tm_min, at.tm_sec);
}
