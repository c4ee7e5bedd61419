/* What is known of a session is what its record said, until Redis tells of a change or it is old.
 */
#include "base/memory.h"
#include "known_sessions.h"
#include "tests/unit/check.h"
#include "viewer_record.h"

enum { NOW_S = 1800000000 };

struct desk {
    struct arena arena;
    struct known_sessions known;
};

static const struct viewer officer = { .kind = VIEWER_OFFICER,
                                       .me = 42,
                                       .id = STR_INIT("officer-1"),
                                       .name = STR_INIT("Nguy\xe1\xbb\x85n \"A\""),
                                       .subjects = STR_INIT(""),
                                       .agencies = STR_INIT("1,2"),
                                       .roles = STR_INIT("CLERK"),
                                       .locale = STR_INIT("vi"),
                                       .session = STR_INIT("session-1"),
                                       .scopes = STR_INIT("dossiers:read events:read"),
                                       .environment = STR_INIT("TEST"),
                                       .epoch = 7,
                                       .rights_until = 1795600000000001,
                                       .session_until = 1795600000000002 };

static int desk_open(void **state)
{
    struct desk *desk = MEM_NEW(struct desk);

    arena_init(&desk->arena, 1 << 20);
    *state = desk;
    return 0;
}

static int desk_close(void **state)
{
    struct desk *desk = *state;

    known_sessions_done(&desk->known);
    arena_done(&desk->arena);
    mem_free(desk);
    return 0;
}

static void assert_is_officer(const struct viewer *viewer)
{
    assert_int_equal(viewer->kind, VIEWER_OFFICER);
    assert_int_equal(viewer->me, 42);
    assert_true(str_is(viewer->id, "officer-1") && str_eq(viewer->name, officer.name));
    assert_true(str_is(viewer->subjects, "") && str_is(viewer->agencies, "1,2"));
    assert_true(str_is(viewer->roles, "CLERK") && str_is(viewer->locale, "vi"));
    assert_true(str_is(viewer->session, "session-1"));
    assert_true(str_eq(viewer->scopes, officer.scopes) && str_is(viewer->environment, "TEST"));
    assert_int_equal(viewer->epoch, 7);
    assert_int_equal(viewer->rights_until, 1795600000000001);
    assert_int_equal(viewer->session_until, 1795600000000002);
}

static bool is_known(struct desk *desk, const char *session, int64_t now_s)
{
    struct viewer viewer = { .session = str_of(session) };
    bool found = known_sessions_find(&desk->known, now_s, &desk->arena, &viewer);

    if (found) assert_is_officer(&viewer);
    return found;
}

static void keep(struct desk *desk)
{
    known_sessions_keep(&desk->known, &officer, known_sessions_now(&desk->known), NOW_S);
}

static void a_record_is_read_as_it_was_written(void **state)
{
    struct desk *desk = *state;
    struct viewer read = { .session = STR_INIT("session-1") };
    struct buf record;

    buf_init(&record, 4096);
    viewer_record_write(&record, &officer);
    assert_int_equal(viewer_record_read(buf_str(&record), &desk->arena, &read), MC_OK);
    assert_is_officer(&read);
    assert_int_equal(viewer_record_read(STR("{\"kind\":\"KING\"}"), &desk->arena, &read),
                     MC_UNAUTHENTICATED);
    buf_done(&record);
}

static void who_was_kept_is_known_for_a_while(void **state)
{
    struct desk *desk = *state;

    assert_false(is_known(desk, "session-1", NOW_S));
    keep(desk);
    assert_true(is_known(desk, "session-1", NOW_S));
    assert_true(is_known(desk, "session-1", NOW_S + KNOWN_SESSION_LIFE_S - 1));
    assert_false(is_known(desk, "session-1", NOW_S + KNOWN_SESSION_LIFE_S));
    assert_false(is_known(desk, "session-1", NOW_S - 1)); /* the clock was set back */
    assert_false(is_known(desk, "session-2", NOW_S));
}

static void a_change_ends_it_until_it_is_read_again(void **state)
{
    struct desk *desk = *state;

    keep(desk);
    known_sessions_changed(&desk->known, STR("session-1"));
    assert_false(is_known(desk, "session-1", NOW_S));
    keep(desk);
    assert_true(is_known(desk, "session-1", NOW_S));
    known_sessions_changed(&desk->known, STR_NONE);
    assert_false(is_known(desk, "session-1", NOW_S));
}

/* The answer of Redis and its word of a change come on two connections, in any order. */
static void a_change_while_it_is_being_read_ends_it_too(void **state)
{
    struct desk *desk = *state;
    uint64_t asked = known_sessions_now(&desk->known);

    known_sessions_changed(&desk->known, STR("session-1"));
    known_sessions_keep(&desk->known, &officer, asked, NOW_S);
    assert_false(is_known(desk, "session-1", NOW_S));
    asked = known_sessions_now(&desk->known);
    known_sessions_changed(&desk->known, STR_NONE);
    known_sessions_keep(&desk->known, &officer, asked, NOW_S);
    assert_false(is_known(desk, "session-1", NOW_S));
}

static void what_is_too_long_is_not_kept(void **state)
{
    static char agencies[MEMO_VALUE_BYTES_MAX];
    struct desk *desk = *state;
    struct viewer chief = officer;

    memset(agencies, '1', sizeof(agencies));
    chief.agencies = (struct str){ agencies, sizeof(agencies) };
    known_sessions_keep(&desk->known, &chief, 0, NOW_S);
    assert_false(is_known(desk, "session-1", NOW_S));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_record_is_read_as_it_was_written, desk_open, desk_close),
        cmocka_unit_test_setup_teardown(who_was_kept_is_known_for_a_while, desk_open, desk_close),
        cmocka_unit_test_setup_teardown(a_change_ends_it_until_it_is_read_again, desk_open,
                                        desk_close),
        cmocka_unit_test_setup_teardown(a_change_while_it_is_being_read_ends_it_too, desk_open,
                                        desk_close),
        cmocka_unit_test_setup_teardown(what_is_too_long_is_not_kept, desk_open, desk_close),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
