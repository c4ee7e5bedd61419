/* A link opens one paper, for one session, until its second; any other byte opens nothing. */
#include "server/paper_link.h"
#include "tests/unit/check.h"

#define PAPER   "01a218ea-2e89-715a-bdc8-000000000001"
#define SESSION "01a218ea-2e89-715a-bdc8-000000000002"
#define OLD_KEY "REFRESH 1 AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8\n"
#define NEW_KEY "REFRESH 2 HxAREhMUFRYXGBkaGxwdHh8AAQIDBAUGBwgJCgsMDQ4\n"
#define OTHERS                                                                                     \
    "CELL 1 AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8\n"                                         \
    "INDEX 1 AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8\n"

static struct key_ring ring_of(const char *text)
{
    struct key_ring ring;
    struct buf why;

    buf_init(&why, 1024);
    assert_int_equal(key_ring_parse(&ring, str_of(text), &why), MC_OK);
    buf_done(&why);
    return ring;
}

static struct str query_of(struct str link)
{
    (void)str_split(&link, '?');
    return link;
}

static enum status read_link(const struct key_ring *ring, struct str paper, struct str query,
                             int64_t now_s, struct arena *arena)
{
    struct paper_link link = { .paper = paper };
    enum status status = paper_link_read(ring, query, now_s, arena, &link);

    if (status == MC_OK) assert_true(str_is(link.session, SESSION));
    return status;
}

static void a_link_is_good_until_its_second(void **state)
{
    struct key_ring ring = ring_of(OTHERS OLD_KEY);
    struct paper_link link = { STR(PAPER), STR(SESSION), 1000 };
    struct arena arena;
    struct str text;

    (void)state;
    arena_init(&arena, 1 << 16);
    text = paper_link_write(&ring, &link, &arena);
    assert_true(str_starts(text, STR("/files/" PAPER "?by=" SESSION "&until=1000&mac=")));
    assert_int_equal(read_link(&ring, STR(PAPER), query_of(text), 999, &arena), MC_OK);
    assert_int_equal(read_link(&ring, STR(PAPER), query_of(text), 1000, &arena), MC_NOT_FOUND);
    arena_done(&arena);
}

/* Each byte of the link, as another one. */
static void a_link_that_was_changed_anywhere_is_none(void **state)
{
    struct key_ring ring = ring_of(OTHERS OLD_KEY);
    struct paper_link link = { STR(PAPER), STR(SESSION), 1000 };
    struct arena arena;
    struct str query;
    char *text;

    (void)state;
    arena_init(&arena, 1 << 22);
    query = query_of(paper_link_write(&ring, &link, &arena));
    text = (char *)(uintptr_t)arena_str(&arena, query).data;
    for (size_t i = 0; i < query.size; i++) {
        char was = text[i];

        text[i] = (char)(was ^ 1);
        assert_int_equal(read_link(&ring, STR(PAPER), (struct str){ text, query.size }, 0, &arena),
                         MC_NOT_FOUND);
        text[i] = was;
        assert_int_equal(read_link(&ring, STR(PAPER), (struct str){ text, i }, 0, &arena),
                         MC_NOT_FOUND);
    }
    assert_int_equal(read_link(&ring, STR(SESSION), query, 0, &arena), MC_NOT_FOUND);
    assert_int_equal(read_link(&ring, STR("x"), query, 0, &arena), MC_NOT_FOUND);
    assert_int_equal(read_link(&ring, STR(PAPER), STR_NONE, 0, &arena), MC_NOT_FOUND);
    arena_done(&arena);
}

static void a_link_goes_with_the_key_that_made_it(void **state)
{
    struct key_ring old = ring_of(OTHERS OLD_KEY), both = ring_of(OTHERS OLD_KEY NEW_KEY),
                    new = ring_of(OTHERS NEW_KEY);
    struct paper_link link = { STR(PAPER), STR(SESSION), 1000 };
    struct arena arena;
    struct str query;

    (void)state;
    arena_init(&arena, 1 << 16);
    query = query_of(paper_link_write(&old, &link, &arena));
    assert_int_equal(read_link(&both, STR(PAPER), query, 0, &arena), MC_OK);
    assert_int_equal(read_link(&new, STR(PAPER), query, 0, &arena), MC_NOT_FOUND);
    query = query_of(paper_link_write(&both, &link, &arena));
    assert_int_equal(read_link(&new, STR(PAPER), query, 0, &arena), MC_OK);
    arena_done(&arena);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_link_is_good_until_its_second),
        cmocka_unit_test(a_link_that_was_changed_anywhere_is_none),
        cmocka_unit_test(a_link_goes_with_the_key_that_made_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
