/*
 * db_test.h - what the tests against a real PostgreSQL share: a loop, a group with one arena, and
 * a schema of their own in the database `postgres`, beside the one that `./dev test` loads.
 */
#ifndef TESTS_UNIT_IO_DB_TEST_H
#define TESTS_UNIT_IO_DB_TEST_H

#include "check.h"
#include "io/db_internal.h"

enum { TEST_ASKS_MAX = 4, TEST_TIMEOUT_MS = 20000 };

struct test_row {
    int64_t number;
    struct str text, other;
};

/* One group as a caller embeds it. */
struct test_group {
    struct arena arena;
    struct db_group group;
    struct db_ask asks[TEST_ASKS_MAX];
    size_t ask_count;
    int done; /* how often it was called back */
};

/* NULL, after one line on standard error, when no server was given to the tests. */
const char *test_url(void);

extern uv_loop_t test_loop;
extern const struct db_column test_columns[]; /* number, text */

void test_group_init(struct test_group *test, uint32_t timeout_ms);
struct db_ask *test_group_ask(struct test_group *test, const struct embedded *sql);
void test_group_done(struct test_group *test);

/* Runs the loop until the flag is set; fails the test after half a minute. */
void test_run_until(const int *flag);

/* One turn at least, then everything that is due within the time. */
void test_run_for(uint64_t ms);

/* Sends one ask without rows and waits for it. */
enum status test_run_one(struct db_pool *pool, const struct embedded *sql);

struct db_pool_settings test_settings(void);
void test_close_pool(struct db_pool *pool);

/* Group set-up and tear-down: 0, or the whole group of tests is skipped when there is no server. */
int test_loop_set_up(void **state);
int test_db_set_up(void **state);
int test_db_tear_down(void **state);

/* A statement on a connection of its own, for what the code under test must not do itself. */
void test_admin(const char *sql);

/* Ends the server's side of every connection of this test, and waits until it is gone. */
void test_kill_backends(void);

/* tools/dev/services.sh WORD for the tests' own servers; false where they are not ours to stop. */
bool test_services(const char *word);

#define TEST_SQL(name, text) static const struct embedded name = { #name, text, sizeof(text) - 1 }

#endif
