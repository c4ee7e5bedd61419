/* What a client of tus says in its header fields is read strictly. */
#include "server/tus.h"
#include "tests/unit/check.h"

static void numbers_are_digits_alone(void **state)
{
    static const struct {
        const char *text;
        enum status status;
        int64_t number;
    } cases[] = {
        { "0", MC_OK, 0 },
        { "20971520", MC_OK, 20971520 },
        { "00012", MC_OK, 12 },
        { "999999999999999999", MC_OK, 999999999999999999 },
        { "9999999999999999999", MC_BAD_INPUT, 0 },
        { "", MC_BAD_INPUT, 0 },
        { "-1", MC_BAD_INPUT, 0 },
        { "+1", MC_BAD_INPUT, 0 },
        { " 1", MC_BAD_INPUT, 0 },
        { "1.0", MC_BAD_INPUT, 0 },
        { "1e3", MC_BAD_INPUT, 0 },
        { "0x10", MC_BAD_INPUT, 0 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        int64_t number = 0;

        assert_int_equal(tus_number(str_of(cases[i].text), &number), cases[i].status);
        assert_int_equal(number, cases[i].number);
    }
    assert_int_equal(tus_number(STR_NONE, &(int64_t){ 0 }), MC_BAD_INPUT);
}

static void a_file_type_is_read_among_other_pairs(void **state)
{
    static const struct {
        const char *metadata;
        enum status status;
        const char *type; /* NULL: none is told */
    } cases[] = {
        { "filetype YXBwbGljYXRpb24vcGRm", MC_OK, "application/pdf" },
        { "filename YQ==,filetype aW1hZ2UvcG5n", MC_OK, "image/png" },
        { "filename YQ==, filetype aW1hZ2UvcG5n , is_confidential", MC_OK, "image/png" },
        { "filename not-base64", MC_OK, NULL },
        { "", MC_OK, NULL },
        { "filetype", MC_OK, "" },
        { "filetype aW1hZ2UvcG5n,filetype aW1hZ2UvcG5n", MC_BAD_INPUT, NULL },
        { "filetype YXBw=bGlj", MC_BAD_INPUT, NULL },
        { "filetype YQ", MC_BAD_INPUT, NULL },
        { "filetype YQ=", MC_BAD_INPUT, NULL },
        { "filetype YR==", MC_BAD_INPUT, NULL },
        { "filetype Y-_=", MC_BAD_INPUT, NULL },
        { "filetype  aW1hZ2UvcG5n", MC_BAD_INPUT, NULL },
        { ",", MC_BAD_INPUT, NULL },
        { "filetype aW1hZ2UvcG5n,,", MC_BAD_INPUT, NULL },
    };
    char longest[TUS_METADATA_BYTES_MAX + 1];
    struct arena arena;
    struct str type;

    (void)state;
    arena_init(&arena, 1 << 20);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        type = STR_NONE;
        assert_int_equal(tus_file_type(str_of(cases[i].metadata), &arena, &type), cases[i].status);
        assert_true(cases[i].type == NULL ? type.data == NULL : str_is(type, cases[i].type));
    }
    assert_int_equal(tus_file_type(STR_NONE, &arena, &type), MC_OK);
    memset(longest, 'a', sizeof(longest));
    assert_int_equal(tus_file_type((struct str){ longest, TUS_METADATA_BYTES_MAX }, &arena, &type),
                     MC_OK);
    assert_int_equal(tus_file_type((struct str){ longest, sizeof(longest) }, &arena, &type),
                     MC_BAD_INPUT);
    arena_done(&arena);
}

static void a_checksum_fits_its_bytes_alone(void **state)
{
    static const char *const bad[] = { "",
                                       "sha1",
                                       "sha1 ",
                                       "sha1 AA==",
                                       "md5 1B2M2Y8AsgTpgAmY7PhCfg==",
                                       "SHA1 x",
                                       "sha256 qZk+NkcGgWq6PiVxeFDCbJzQ2J0=" };
    struct tus_checksum checksum;
    struct arena arena;

    (void)state;
    arena_init(&arena, 1 << 16);
    assert_int_equal(tus_checksum_read(STR("sha1 qZk+NkcGgWq6PiVxeFDCbJzQ2J0="), &arena, &checksum),
                     MC_OK);
    assert_true(tus_checksum_fits(&checksum, STR("abc")));
    assert_false(tus_checksum_fits(&checksum, STR("abd")));
    assert_int_equal(tus_checksum_read(STR("sha256 47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="),
                                       &arena, &checksum),
                     MC_OK);
    assert_true(tus_checksum_fits(&checksum, STR_NONE));
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_int_equal(tus_checksum_read(str_of(bad[i]), &arena, &checksum), MC_BAD_INPUT);
    arena_done(&arena);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_digits_alone),
        cmocka_unit_test(a_file_type_is_read_among_other_pairs),
        cmocka_unit_test(a_checksum_fits_its_bytes_alone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
