/* No prefix of the table begins another, so the order is only for the reader. */
#include "io/db_internal.h"

static const struct {
    const char *prefix;
    enum status status;
} statuses[] = {
    { "08", MC_UNAVAILABLE },    /* connection exceptions */
    { "22", MC_BAD_INPUT },      /* data exceptions */
    { "23505", MC_CONFLICT },    /* unique_violation */
    { "23514", MC_BAD_INPUT },   /* check_violation */
    { "23P01", MC_CONFLICT },    /* exclusion_violation */
    { "25006", MC_UNAVAILABLE }, /* read_only_sql_transaction: a replica, until it is promoted */
    { "25P03", MC_TIMEOUT },     /* idle_in_transaction_session_timeout */
    { "40001", MC_CONFLICT },    /* serialization_failure */
    { "40P01", MC_CONFLICT },    /* deadlock_detected */
    { "42501", MC_FORBIDDEN },   /* insufficient_privilege */
    { "53", MC_UNAVAILABLE },    /* insufficient_resources */
    { "55P03", MC_TIMEOUT },     /* lock_not_available */
    { "57014", MC_TIMEOUT },     /* query_canceled */
    { "57P", MC_UNAVAILABLE },   /* admin_shutdown, crash_shutdown, cannot_connect_now */
};

enum status db_status_of(const char *sqlstate)
{
    if (sqlstate == NULL) return MC_UNAVAILABLE;
    for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++)
        if (strncmp(sqlstate, statuses[i].prefix, strlen(statuses[i].prefix)) == 0)
            return statuses[i].status;
    return MC_INTERNAL;
}
