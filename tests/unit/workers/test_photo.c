/* A photo that cannot be cleaned is refused; where nothing can be run, no photo is. */
#include "check.h"
#include "workers/photo.h"

#include <sys/resource.h>

static void on_done(struct photo *photo, enum status status)
{
    *(enum status *)photo->data = status;
}

static enum status clean(const char *program, bool has_files, bool cancelled)
{
    uv_loop_t loop;
    enum status status = MC_INTERNAL;
    struct photo photo = {
        .loop = &loop, .program = program, .bytes_max = 65536, .done = on_done, .data = &status
    };
    struct rlimit files, none;

    assert_int_equal(uv_loop_init(&loop), 0);
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &files), 0);
    none = (struct rlimit){ 0, files.rlim_max };
    if (!has_files) assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
    photo_clean(&photo, "/dev/null", "/nowhere/clean");
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &files), 0);
    if (cancelled) photo_cancel(&photo);
    assert_int_equal(uv_run(&loop, UV_RUN_DEFAULT), 0);
    assert_int_equal(uv_loop_close(&loop), 0);
    return status;
}

static enum status clean_by(const char *program)
{
    return clean(program, true, false);
}

static void a_program_that_is_away_refuses_no_photo(void **state)
{
    (void)state;
    assert_int_equal(clean_by("/nowhere/exiftool"), MC_UNAVAILABLE);
    assert_int_equal(clean_by("/etc/passwd"), MC_UNAVAILABLE);
}

static void a_program_that_fails_refuses_the_photo(void **state)
{
    (void)state;
    assert_int_equal(clean_by("/bin/false"), MC_INVALID);
    assert_int_equal(clean_by("/bin/true"), MC_OK);
    assert_int_equal(clean_by("/bin/echo"), MC_INVALID); /* it has found something */
}

static void without_a_file_to_open_a_photo_waits(void **state)
{
    (void)state;
    assert_int_equal(clean("/bin/true", false, false), MC_UNAVAILABLE);
}

static void what_is_cancelled_is_killed_and_nothing_else(void **state)
{
    (void)state;
    assert_int_equal(clean("/bin/cat", true, true), MC_CANCELLED);
    assert_int_equal(clean("/bin/true", false, true), MC_CANCELLED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_program_that_is_away_refuses_no_photo),
        cmocka_unit_test(a_program_that_fails_refuses_the_photo),
        cmocka_unit_test(without_a_file_to_open_a_photo_waits),
        cmocka_unit_test(what_is_cancelled_is_killed_and_nothing_else),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
