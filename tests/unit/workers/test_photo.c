/* A photo that cannot be cleaned is refused; where nothing can be run, no photo is. */
#include "check.h"
#include "workers/photo.h"

#include <stdio.h>

static void on_done(struct photo *photo, enum status status)
{
    *(enum status *)photo->data = status;
}

static enum status clean_by(const char *program)
{
    uv_loop_t loop;
    enum status status = MC_INTERNAL;
    struct photo photo = {
        .loop = &loop, .program = program, .bytes_max = 65536, .done = on_done, .data = &status
    };

    assert_int_equal(uv_loop_init(&loop), 0);
    photo_clean(&photo, "/dev/null", "/nowhere/clean");
    assert_int_equal(uv_run(&loop, UV_RUN_DEFAULT), 0);
    assert_int_equal(uv_loop_close(&loop), 0);
    return status;
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_program_that_is_away_refuses_no_photo),
        cmocka_unit_test(a_program_that_fails_refuses_the_photo),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
