/* Tokens that were checked are known by their bytes, for a minute and not beyond their end. */
#include "tests/unit/check.h"
#include "verified.h"

enum { NOW_S = 1800000000, LIFE_S = 600 };

struct desk {
    struct arena arena;
    struct verified verified;
    struct jwt_ring ring, other;
    struct str token;
};

static void desk_init(struct desk *desk)
{
    const struct jwt_access access = { STR_INIT("citizen-1"), STR_INIT("session-1"),
                                       STR_INIT("CITIZEN"), NOW_S, NOW_S + LIFE_S };

    *desk = (struct desk){ 0 };
    arena_init(&desk->arena, 1 << 20);
    assert_int_equal(
        jwt_ring_parse(&desk->ring, &desk->arena,
                       STR("a:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")),
        MC_OK);
    assert_int_equal(
        jwt_ring_parse(&desk->other, &desk->arena,
                       STR("a:BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB")),
        MC_OK);
    desk->ring.issuer = desk->other.issuer = STR("us");
    desk->ring.audience = desk->other.audience = STR("app");
    assert_int_equal(jwt_sign_access(&desk->ring, &access, &desk->arena, &desk->token), MC_OK);
}

static void desk_done(struct desk *desk)
{
    verified_done(&desk->verified);
    arena_done(&desk->arena);
}

/* With a ring that knows the key or, to see who is still remembered, with one that does not. */
static enum status ask(struct desk *desk, const struct jwt_ring *ring, struct str token,
                       int64_t now_s)
{
    struct verified_access access = { STR_NONE, 0 };
    enum status status = verified_access(
        &desk->verified, ring, &(struct verified_question){ token, now_s }, &desk->arena, &access);

    if (status == MC_OK) {
        assert_true(str_is(access.session, "session-1"));
        assert_int_equal(access.expires_s, NOW_S + LIFE_S);
    }
    return status;
}

static void a_checked_token_is_known_for_a_minute(void **state)
{
    struct desk desk;

    (void)state;
    desk_init(&desk);
    assert_int_equal(ask(&desk, &desk.other, desk.token, NOW_S), MC_UNAUTHENTICATED);
    assert_int_equal(ask(&desk, &desk.ring, desk.token, NOW_S), MC_OK);
    assert_int_equal(ask(&desk, &desk.other, desk.token, NOW_S + VERIFIED_LIFE_S - 1), MC_OK);
    assert_int_equal(ask(&desk, &desk.other, desk.token, NOW_S + VERIFIED_LIFE_S),
                     MC_UNAUTHENTICATED);
    desk_done(&desk);
}

static void a_token_never_outlives_itself(void **state)
{
    int64_t end_s = NOW_S + LIFE_S + JWT_SKEW_S;
    struct desk desk;

    (void)state;
    desk_init(&desk);
    assert_int_equal(ask(&desk, &desk.ring, desk.token, end_s - 5), MC_OK);
    assert_int_equal(ask(&desk, &desk.ring, desk.token, end_s - 1), MC_OK);
    assert_int_equal(ask(&desk, &desk.ring, desk.token, end_s), MC_UNAUTHENTICATED);
    desk_done(&desk);
}

static void a_clock_set_back_has_the_token_checked_anew(void **state)
{
    struct desk desk;

    (void)state;
    desk_init(&desk);
    assert_int_equal(ask(&desk, &desk.ring, desk.token, NOW_S + 100), MC_OK);
    assert_int_equal(ask(&desk, &desk.other, desk.token, NOW_S + 99), MC_UNAUTHENTICATED);
    desk_done(&desk);
}

static void another_byte_is_another_token(void **state)
{
    struct desk desk;

    (void)state;
    desk_init(&desk);
    assert_int_equal(ask(&desk, &desk.ring, desk.token, NOW_S), MC_OK);
    for (size_t i = 0; i < desk.token.size; i++) {
        struct str forged = arena_str(&desk.arena, desk.token);

        ((char *)(uintptr_t)forged.data)[i] ^= 1;
        assert_int_equal(ask(&desk, &desk.ring, forged, NOW_S), MC_UNAUTHENTICATED);
    }
    desk_done(&desk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_checked_token_is_known_for_a_minute),
        cmocka_unit_test(a_token_never_outlives_itself),
        cmocka_unit_test(a_clock_set_back_has_the_token_checked_anew),
        cmocka_unit_test(another_byte_is_another_token),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
