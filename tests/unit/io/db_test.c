#include "db_test.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

uv_loop_t test_loop;

const struct db_column test_columns[] = {
    DB_COLUMN(struct test_row, number, DB_I64),
    DB_COLUMN(struct test_row, text, DB_TEXT),
    DB_COLUMNS_END,
};

/* MOTCUA_ADMIN_URL names the database motcua; we want the one that is always there. */
const char *test_url(void)
{
    static char url[512];
    const char *admin = getenv("MOTCUA_ADMIN_URL");
    const char *name = admin != NULL ? strstr(admin, "/motcua?") : NULL;

    if (name == NULL) {
        (void)fprintf(stderr, "SKIPPED: MOTCUA_ADMIN_URL names no PostgreSQL of the tests' own\n");
        return NULL;
    }
    (void)snprintf(url, sizeof(url), "%.*s/postgres?%s&application_name=%s", (int)(name - admin),
                   admin, name + strlen("/motcua?"), program_invocation_short_name);
    return url;
}

static void on_done(struct db_group *group)
{
    ((struct test_group *)group->data)->done++;
}

void test_group_init(struct test_group *test, uint32_t timeout_ms)
{
    memset(test, 0, sizeof(*test));
    arena_init(&test->arena, 1 << 20);
    db_group_init(&test->group, timeout_ms, on_done, test);
}

struct db_ask *test_group_ask(struct test_group *test, const struct embedded *sql)
{
    struct db_ask *ask = &test->asks[test->ask_count++];

    assert_true(test->ask_count <= TEST_ASKS_MAX);
    db_ask_init(ask, sql, &test->arena);
    ask->columns = test_columns;
    ask->row_size = sizeof(struct test_row);
    db_group_add(&test->group, ask);
    return ask;
}

void test_group_done(struct test_group *test)
{
    arena_done(&test->arena);
}

static void on_tick(uv_timer_t *timer)
{
    (void)timer;
}

/* The tick is for a flag that a timer sets: libuv would poll once more before it returns. */
static void run(const int *flag, uint64_t ms, bool must)
{
    static uv_timer_t tick;
    uint64_t end_ms;

    assert_int_equal(uv_timer_init(&test_loop, &tick), 0);
    uv_update_time(&test_loop);
    end_ms = uv_now(&test_loop) + ms;
    assert_int_equal(uv_timer_start(&tick, on_tick, 2, 2), 0);
    while ((flag == NULL || *flag == 0) && uv_now(&test_loop) < end_ms)
        (void)uv_run(&test_loop, UV_RUN_ONCE);
    uv_close((uv_handle_t *)&tick, NULL);
    (void)uv_run(&test_loop, UV_RUN_NOWAIT);
    if (must) assert_true(flag == NULL || *flag != 0);
}

void test_run_until(const int *flag)
{
    run(flag, 30000, true);
}

void test_run_for(uint64_t ms)
{
    run(NULL, ms, false);
}

enum status test_run_one(struct db_pool *pool, const struct embedded *sql)
{
    struct test_group test;
    enum status status;

    test_group_init(&test, TEST_TIMEOUT_MS);
    test_group_ask(&test, sql)->columns = NULL;
    status = db_pool_send(pool, &test.group);
    if (status == MC_OK) {
        assert_int_equal(test.done, 0);
        test_run_until(&test.done);
        status = test.asks[0].status;
    }
    test_group_done(&test);
    return status;
}

struct db_pool_settings test_settings(void)
{
    return (struct db_pool_settings){
        .url = test_url(),
        .connections_max = 2,
        .pipeline_max = 16,
        .queue_max = 5000,
        .connect_timeout_ms = 5000,
    };
}

static void on_closed(void *data)
{
    ++*(int *)data;
}

void test_close_pool(struct db_pool *pool)
{
    int closed = 0;

    db_pool_close(pool, on_closed, &closed);
    assert_int_equal(closed, 0);
    test_run_until(&closed);
    assert_int_equal(closed, 1);
}

void test_admin(const char *sql)
{
    PGconn *pg = PQconnectdb(test_url());
    PGresult *result;

    if (PQstatus(pg) != CONNECTION_OK) fail_msg("%s", PQerrorMessage(pg));
    PQclear(PQexec(pg, "SET client_min_messages = error"));
    result = PQexec(pg, sql);
    if (PQresultStatus(result) != PGRES_COMMAND_OK && PQresultStatus(result) != PGRES_TUPLES_OK)
        fail_msg("%s", PQerrorMessage(pg));
    PQclear(result);
    PQfinish(pg);
}

void test_kill_backends(void)
{
    test_admin("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
               " WHERE application_name = current_setting('application_name')"
               " AND pid <> pg_backend_pid()");
}

int test_loop_set_up(void **state)
{
    (void)state;
    return uv_loop_init(&test_loop);
}

int test_db_set_up(void **state)
{
    if (test_loop_set_up(state) != 0) return -1;
    if (test_url() == NULL) exit(EXIT_SUCCESS);
    return 0;
}

/* A loop that does not close still has a handle somebody forgot. */
int test_db_tear_down(void **state)
{
    int left = UV_EBUSY;

    (void)state;
    for (int i = 0; i < 50 && left == UV_EBUSY; i++) {
        (void)uv_run(&test_loop, UV_RUN_NOWAIT);
        left = uv_loop_close(&test_loop);
    }
    return left;
}

bool test_services(const char *word)
{
    const char *root = getenv("MOTCUA_SOURCE_DIR"), *name = getenv("MOTCUA_SERVICES");
    char command[1024];
    pid_t child;
    int status = -1;

    if (root == NULL || name == NULL) return false;
    (void)snprintf(command, sizeof(command), "%s/tools/dev/services.sh", root);
    child = fork();
    if (child == 0) {
        execl(command, command, word, name, (char *)NULL);
        _exit(127);
    }
    return child > 0 && waitpid(child, &status, 0) == child && status == 0;
}
