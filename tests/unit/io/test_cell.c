/* What is sealed opens in its place by its key, and nowhere else; the ring's file is read strictly.
 */
#include "check.h"
#include "io/cell.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#define KEY_A "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"
#define KEY_B "ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8"
#define REST  "INDEX 1 " KEY_B "\nREFRESH 1 " KEY_A "\n"

static const struct cell_place place = { "person", "personal_no", STR_INIT("row-1") };

struct desk {
    struct arena arena;
    struct buf why;
    struct key_ring ring;
};

static void desk_init(struct desk *desk, const char *ring)
{
    arena_init(&desk->arena, 1 << 20);
    buf_init(&desk->why, 4096);
    assert_int_equal(key_ring_parse(&desk->ring, str_of(ring), &desk->why), MC_OK);
}

static void desk_done(struct desk *desk)
{
    buf_done(&desk->why);
    arena_done(&desk->arena);
}

static void what_is_sealed_opens(void **state)
{
    static char longest[CELL_PLAIN_BYTES_MAX];
    const struct str plains[] = { STR_INIT(""),
                                  STR_INIT("074090000011"),
                                  { longest, sizeof(longest) } };
    struct desk desk;

    (void)state;
    desk_init(&desk, "CELL 1 " KEY_A "\n" REST);
    for (size_t i = 0; i < sizeof(plains) / sizeof(plains[0]); i++) {
        struct str sealed, again, plain;

        assert_int_equal(cell_seal(&desk.ring, &place, plains[i], &desk.arena, &sealed), MC_OK);
        assert_int_equal(cell_seal(&desk.ring, &place, plains[i], &desk.arena, &again), MC_OK);
        assert_false(str_eq(sealed, again)); /* nonces are drawn */
        assert_int_equal(sealed.size, plains[i].size + CELL_OVERHEAD_BYTES);
        assert_int_equal(cell_open(&desk.ring, &place, sealed, &desk.arena, &plain), MC_OK);
        assert_true(str_eq(plain, plains[i]));
    }
    desk_done(&desk);
}

static void one_byte_too_long_is_refused(void **state)
{
    static char longer[CELL_PLAIN_BYTES_MAX + 1];
    struct desk desk;
    struct str sealed;

    (void)state;
    desk_init(&desk, "CELL 1 " KEY_A "\n" REST);
    assert_int_equal(
        cell_seal(&desk.ring, &place, (struct str){ longer, sizeof(longer) }, &desk.arena, &sealed),
        MC_LIMIT);
    desk_done(&desk);
}

/* Node's crypto sealed "074090000011" for the place above. */
static void a_cell_of_another_implementation_opens(void **state)
{
    static const unsigned char sealed[] = { 0x01, 0x00, 0x01, 0x00, 0x01, 0x02, 0x03, 0x04, 0x05,
                                            0x06, 0x07, 0x08, 0x09, 0x0a, 0x0b, 0x77, 0x35, 0xe2,
                                            0x2b, 0xfc, 0xd5, 0xf2, 0x2b, 0xbd, 0x71, 0xa6, 0xba,
                                            0xa6, 0xd2, 0x7c, 0x26, 0x6d, 0x39, 0x5a, 0x4c, 0xa5,
                                            0x7b, 0x6a, 0x3c, 0xed, 0x98, 0xc1, 0x09 };
    struct desk desk;
    struct str plain;

    (void)state;
    desk_init(&desk, "CELL 1 " KEY_A "\n" REST);
    assert_int_equal(cell_open(&desk.ring, &place,
                               (struct str){ (const char *)sealed, sizeof(sealed) }, &desk.arena,
                               &plain),
                     MC_OK);
    assert_true(str_is(plain, "074090000011"));
    desk_done(&desk);
}

static void another_place_does_not_open(void **state)
{
    const struct cell_place places[] = {
        { "person", "personal_no", STR_INIT("row-2") },
        { "person", "phone", STR_INIT("row-1") },
        { "officer", "personal_no", STR_INIT("row-1") },
        { "personp", "ersonal_no", STR_INIT("row-1") },
        { "person", "personal_n", STR_INIT("orow-1") },
    };
    struct desk desk;
    struct str sealed, plain;

    (void)state;
    desk_init(&desk, "CELL 1 " KEY_A "\n" REST);
    assert_int_equal(cell_seal(&desk.ring, &place, STR("x"), &desk.arena, &sealed), MC_OK);
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
        assert_int_equal(cell_open(&desk.ring, &places[i], sealed, &desk.arena, &plain),
                         MC_INVALID);
    desk_done(&desk);
}

static void a_changed_or_cut_cell_does_not_open(void **state)
{
    struct desk desk;
    struct str sealed, plain;

    (void)state;
    desk_init(&desk, "CELL 1 " KEY_A "\n" REST);
    assert_int_equal(cell_seal(&desk.ring, &place, STR("074090000011"), &desk.arena, &sealed),
                     MC_OK);
    for (size_t i = 0; i < sealed.size; i++) {
        struct str changed = arena_str(&desk.arena, sealed);

        ((char *)(uintptr_t)changed.data)[i] ^= 1;
        assert_int_not_equal(cell_open(&desk.ring, &place, changed, &desk.arena, &plain), MC_OK);
        changed = (struct str){ sealed.data, i };
        assert_int_equal(cell_open(&desk.ring, &place, changed, &desk.arena, &plain), MC_INVALID);
    }
    desk_done(&desk);
}

static void a_new_key_seals_and_the_old_one_still_reads(void **state)
{
    struct desk before, after, without;
    struct str sealed, plain;

    (void)state;
    desk_init(&before, "CELL 1 " KEY_A "\n" REST);
    desk_init(&after, "# turned over\nCELL 1 " KEY_A "\nCELL 2 " KEY_B "\n\n" REST);
    desk_init(&without, "CELL 2 " KEY_B "\n" REST);
    assert_int_equal(cell_seal(&before.ring, &place, STR("x"), &before.arena, &sealed), MC_OK);
    assert_true(cell_is_current(&before.ring, sealed));
    assert_false(cell_is_current(&after.ring, sealed));
    assert_int_equal(cell_open(&after.ring, &place, sealed, &after.arena, &plain), MC_OK);
    assert_int_equal(cell_open(&without.ring, &place, sealed, &without.arena, &plain),
                     MC_NOT_FOUND);
    assert_int_equal(cell_seal(&after.ring, &place, STR("x"), &after.arena, &sealed), MC_OK);
    assert_true(cell_is_current(&after.ring, sealed));
    desk_done(&before);
    desk_done(&after);
    desk_done(&without);
}

static void an_index_tells_values_and_purposes_apart(void **state)
{
    struct desk desk;
    struct str index;

    (void)state;
    desk_init(&desk, "CELL 1 " KEY_A "\n" REST);
    index = blind_index(&desk.ring, "person.personal_no", STR("074090000011"), &desk.arena);
    assert_int_equal(index.size, BLIND_INDEX_BYTES);
    assert_true(str_eq(
        index, blind_index(&desk.ring, "person.personal_no", STR("074090000011"), &desk.arena)));
    assert_false(str_eq(
        index, blind_index(&desk.ring, "person.personal_no", STR("074090000012"), &desk.arena)));
    assert_false(
        str_eq(index, blind_index(&desk.ring, "person.phone", STR("074090000011"), &desk.arena)));
    assert_false(str_eq(blind_index(&desk.ring, "a", STR("bc"), &desk.arena),
                        blind_index(&desk.ring, "ab", STR("c"), &desk.arena)));
    desk_done(&desk);
}

static void a_ring_that_does_not_fit_is_refused_with_its_line(void **state)
{
    static const struct {
        const char *text, *why;
    } rings[] = {
        { "", "the key ring has no CELL key." },
        { "CELL 1 " KEY_A "\nREFRESH 1 " KEY_A, "the key ring has no INDEX key." },
        { "CELL 1 " KEY_A "\n" REST "SEAL 1 " KEY_A, "line 4 of the key ring begins with none" },
        { "CELL 0 " KEY_A "\n" REST, "line 1 of the key ring has no key id" },
        { "CELL 65536 " KEY_A "\n" REST, "line 1 of the key ring has no key id" },
        { "CELL 1 " KEY_A "\nCELL 1 " KEY_B "\n" REST, "line 2 of the key ring repeats a key id" },
        { "CELL 1 " KEY_A "A\n" REST, "line 1 of the key ring has no key of 32 bytes" },
        { "CELL 1 \n" REST, "line 1 of the key ring has no key of 32 bytes" },
        { "CELL 1 " KEY_A "\n" REST "INDEX 2 " KEY_A,
          "line 4 of the key ring is one key too many" },
    };
    struct key_ring ring;

    (void)state;
    for (size_t i = 0; i < sizeof(rings) / sizeof(rings[0]); i++) {
        struct buf why;

        buf_init(&why, 4096);
        assert_int_equal(key_ring_parse(&ring, str_of(rings[i].text), &why), MC_BAD_INPUT);
        assert_true(str_starts(buf_str(&why), str_of(rings[i].why)));
        buf_done(&why);
    }
}

static void a_ring_file_is_ours_alone(void **state)
{
    char folder[] = "/tmp/motcua-ring-XXXXXX", path[64];
    struct key_ring ring, again;
    struct buf why;

    (void)state;
    buf_init(&why, 4096);
    assert_non_null(mkdtemp(folder));
    (void)snprintf(path, sizeof(path), "%s/ring", folder);
    assert_int_equal(key_ring_load(&ring, path, &why), MC_UNAVAILABLE);
    assert_int_equal(key_ring_make(path, &why), MC_OK);
    assert_int_equal(key_ring_load(&ring, path, &why), MC_OK);
    assert_int_equal(key_ring_make(path, &why), MC_OK);
    assert_int_equal(key_ring_load(&again, path, &why), MC_OK);
    assert_memory_equal(&ring, &again, sizeof(ring)); /* a second start makes no second ring */
    for (mode_t other = 0440; other != 0; other = other == 0440 ? 0404 : other == 0404 ? 0600 : 0) {
        assert_int_equal(chmod(path, other), 0);
        assert_int_equal(key_ring_load(&ring, path, &why), MC_BAD_INPUT);
    }
    key_ring_forget(&again);
    (void)unlink(path);
    (void)rmdir(folder);
    buf_done(&why);
}

static void who_has_read_a_ring_leaves_no_core(void **state)
{
    char path[] = "/tmp/motcua-ring-XXXXXX";
    struct rlimit limit;
    struct key_ring ring;
    struct buf why;
    int fd = mkstemp(path);

    (void)state;
    assert_true(fd >= 0);
    (void)close(fd);
    (void)unlink(path);
    buf_init(&why, 4096);
    assert_int_equal(getrlimit(RLIMIT_CORE, &limit), 0);
    /* A hard limit of 0 or 1 already forbids what the ring would: nothing to see. */
    if (limit.rlim_max <= 1) skip();
    limit.rlim_cur = limit.rlim_max;
    assert_int_equal(setrlimit(RLIMIT_CORE, &limit), 0);
    assert_int_equal(key_ring_make(path, &why), MC_OK);
    assert_int_equal(key_ring_load(&ring, path, &why), MC_OK);
    assert_int_equal(getrlimit(RLIMIT_CORE, &limit), 0);
    assert_int_equal(limit.rlim_cur, 1);
    key_ring_forget(&ring);
    (void)unlink(path);
    buf_done(&why);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_sealed_opens),
        cmocka_unit_test(one_byte_too_long_is_refused),
        cmocka_unit_test(a_cell_of_another_implementation_opens),
        cmocka_unit_test(another_place_does_not_open),
        cmocka_unit_test(a_changed_or_cut_cell_does_not_open),
        cmocka_unit_test(a_new_key_seals_and_the_old_one_still_reads),
        cmocka_unit_test(an_index_tells_values_and_purposes_apart),
        cmocka_unit_test(a_ring_that_does_not_fit_is_refused_with_its_line),
        cmocka_unit_test(a_ring_file_is_ours_alone),
        cmocka_unit_test(who_has_read_a_ring_leaves_no_core),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
