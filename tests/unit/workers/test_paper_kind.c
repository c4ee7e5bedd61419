/* A file is of a kind by how it begins; clean by clamd's own word. */
#include "check.h"
#include "workers/paper_kind.h"
#include "workers/scanner.h"

#define HEIC_HEAD                                                                                  \
    "\0\0\0\x18"                                                                                   \
    "ftypheic\0\0\0\0mif1heic"
#define BOX(name) "\0\0\0\x0c" name "\0\0\0\0"

static void a_kind_is_known_by_how_it_begins(void **state)
{
    static const struct {
        const char *type;
        struct str bytes;
        enum status status;
    } cases[] = {
        { "application/pdf", STR_INIT("%PDF-1.7\n"), MC_OK },
        { "application/pdf", STR_INIT("%PDF"), MC_INVALID },
        { "application/pdf", STR_INIT(" %PDF-1.7"), MC_INVALID },
        { "application/pdf", STR_INIT("<html>%PDF-1.7"), MC_INVALID },
        { "image/jpeg", STR_INIT("\xff\xd8\xff\xe0"), MC_OK },
        { "image/jpeg", STR_INIT("\xff\xd8"), MC_INVALID },
        { "image/png", STR_INIT("\x89PNG\r\n\x1a\n"), MC_OK },
        { "image/png", STR_INIT("\x89PNG\n\x1a\n"), MC_INVALID },
        { "image/heic", STR_INIT(HEIC_HEAD), MC_OK },
        { "image/heic", STR_INIT(HEIC_HEAD BOX("meta") BOX("mdat")), MC_OK },
        { "image/heic",
          STR_INIT("\0\0\0\x18"
                   "ftypmif1\0\0\0\0mif1heix"),
          MC_OK },
        { "image/heic",
          STR_INIT("\0\0\0\x18"
                   "ftypavif\0\0\0\0mif1avif"),
          MC_INVALID },
        { "image/heic",
          STR_INIT("\0\0\0\x18"
                   "ftypmp42\0\0\0\0isommp42"),
          MC_INVALID },
        { "image/heic",
          STR_INIT("\0\0\0\x18"
                   "ftypmif1heicmif1mif1"),
          MC_INVALID },
        { "image/heic", STR_INIT(HEIC_HEAD BOX("mpvd")), MC_INVALID },
        { "image/heic", STR_INIT(HEIC_HEAD BOX("moov")), MC_INVALID },
        { "image/heic", STR_INIT(HEIC_HEAD "tail"), MC_INVALID },
        { "image/heic",
          STR_INIT(HEIC_HEAD "\0\0\0\x0d"
                             "mdat\0\0\0\0"),
          MC_INVALID },
        { "image/heic",
          STR_INIT(HEIC_HEAD "\0\0\0\x07"
                             "mdat\0\0\0\0"),
          MC_INVALID },
        { "image/heic",
          STR_INIT(HEIC_HEAD "\0\0\0\0"
                             "mdat and all that follows"),
          MC_OK },
        { "image/heic",
          STR_INIT(HEIC_HEAD "\0\0\0\1"
                             "mdat\0\0\0\0\0\0\0\x11!"),
          MC_OK },
        { "image/heic",
          STR_INIT(HEIC_HEAD "\0\0\0\1"
                             "mdat\xff\xff\xff\xff\xff\xff\xff\xff"),
          MC_INVALID },
        { "image/heic",
          STR_INIT(HEIC_HEAD "\0\0\0\1"
                             "mdat\0\0\0\0"),
          MC_INVALID },
        { "image/heic", STR_INIT(""), MC_INVALID },
        { "image/svg+xml", STR_INIT("<svg/>"), MC_MEDIA_TYPE },
        { "", STR_INIT("%PDF-1.7"), MC_MEDIA_TYPE },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        assert_int_equal(paper_kind_check(str_of(cases[i].type), cases[i].bytes), cases[i].status);
}

static void only_photos_are_cleaned(void **state)
{
    (void)state;
    assert_false(paper_kind_is_photo(STR("application/pdf")));
    assert_true(paper_kind_is_photo(STR("image/jpeg")));
    assert_true(paper_kind_is_photo(STR("image/heic")));
}

static void only_clamds_own_word_makes_a_file_clean(void **state)
{
    static const struct {
        struct str reply;
        enum status status;
    } cases[] = {
        { STR_INIT("stream: OK\0"), MC_OK },
        { STR_INIT("stream: OK\n"), MC_OK },
        { STR_INIT("stream: Eicar-Test-Signature FOUND\0"), MC_INVALID },
        { STR_INIT("INSTREAM size limit exceeded. ERROR\0"), MC_UNAVAILABLE },
        { STR_INIT("stream: OKAY\0"), MC_UNAVAILABLE },
        { STR_INIT("other: OK\0"), MC_UNAVAILABLE },
        { STR_INIT("stream: OK\0stream: X FOUND\0"), MC_INVALID },
        { STR_INIT(" FOUND"), MC_UNAVAILABLE },
        { STR_INIT(""), MC_UNAVAILABLE },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        assert_int_equal(scanner_reply_read(cases[i].reply), cases[i].status);
}

static void a_scanner_is_a_host_with_its_port_or_a_path(void **state)
{
    static const char *const good[] = { "127.0.0.1:3310", "clamd:3310", "[::1]:3310",
                                        "/run/clamav/clamd.ctl" };
    static const char *const bad[] = { "",        "clamd",       "clamd:",   ":3310",
                                       "clamd:0", "clamd:65536", "clamd:33x" };

    (void)state;
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
        assert_true(scanner_url_is_good(good[i]));
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_false(scanner_url_is_good(bad[i]));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_kind_is_known_by_how_it_begins),
        cmocka_unit_test(only_photos_are_cleaned),
        cmocka_unit_test(only_clamds_own_word_makes_a_file_clean),
        cmocka_unit_test(a_scanner_is_a_host_with_its_port_or_a_path),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
