/* Every statement of the worker can be prepared by the role the worker has. */
#include "base/embedded.h"
#include "check.h"
#include "io/db.h"
#include "workers/worker_sql.h"

#include <stdio.h>
#include <stdlib.h>

static void each_statement_prepares_as_app_worker(void **state)
{
    struct db_session *session;
    struct buf why;

    (void)state;
    buf_init(&why, 1 << 16);
    assert_int_equal(db_session_open(getenv("MOTCUA_DATABASE_URL"), "app_worker", 10000, &session),
                     MC_OK);
    for (size_t i = 0; i < workers_worker_sql_count; i++)
        if (db_session_check(session, &workers_worker_sql[i], NULL, &why) != MC_OK)
            print_error("%s: %.*s\n", workers_worker_sql[i].name, STR_PRINT(buf_str(&why)));
    assert_int_equal(why.size, 0);
    db_session_close(session);
    buf_done(&why);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_statement_prepares_as_app_worker),
    };

    if (getenv("MOTCUA_DATABASE_URL") == NULL) {
        (void)fprintf(stderr, "SKIPPED: MOTCUA_DATABASE_URL names no PostgreSQL\n");
        return 0;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
