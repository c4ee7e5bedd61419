/* The file of issuers: what is wrong in it is named, before anybody wants to sign in. */
#include "code_exchange.h"
#include "issuers.h"
#include "tests/unit/check.h"

#include <openssl/evp.h>
#include <openssl/pem.h>

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { TEXT_BYTES_MAX = 65536 };

struct desk {
    char folder[64], file[96];
    struct issuers issuers;
    struct buf why;
};

static void path_of(const struct desk *desk, const char *name, char ret_path[96])
{
    (void)snprintf(ret_path, 96, "%s/%s", desk->folder, name);
}

static void write_key(const struct desk *desk, const char *name, EVP_PKEY *key,
                      const char *password)
{
    char path[96];
    FILE *file;

    assert_non_null(key);
    path_of(desk, name, path);
    file = fopen(path, "we");
    assert_non_null(file);
    assert_int_equal(PEM_write_PrivateKey(file, key, password == NULL ? NULL : EVP_aes_128_cbc(),
                                          (const unsigned char *)password,
                                          password == NULL ? 0 : (int)strlen(password), NULL, NULL),
                     1);
    assert_int_equal(fclose(file), 0);
    EVP_PKEY_free(key);
}

static void write_text(const char *path, struct str text)
{
    FILE *file = fopen(path, "we");

    assert_non_null(file);
    assert_int_equal(fwrite(text.data, 1, text.size, file), text.size);
    assert_int_equal(fclose(file), 0);
}

static int set_up(void **state)
{
    static struct desk desk;
    char path[96];

    desk = (struct desk){ .folder = "/tmp/motcua-issuers-XXXXXX" };
    assert_non_null(mkdtemp(desk.folder));
    path_of(&desk, "issuers.json", desk.file);
    write_key(&desk, "good.pem", EVP_EC_gen("P-256"), NULL);
    write_key(&desk, "wide.pem", EVP_EC_gen("P-384"), NULL);
    write_key(&desk, "rsa.pem", EVP_RSA_gen(2048), NULL);
    write_key(&desk, "locked.pem", EVP_EC_gen("P-256"), "password");
    path_of(&desk, "empty.pem", path);
    write_text(path, STR(""));
    buf_init(&desk.why, TEXT_BYTES_MAX);
    *state = &desk;
    return 0;
}

static int tear_down(void **state)
{
    static const char *const names[] = { "good.pem",   "wide.pem",  "rsa.pem",
                                         "locked.pem", "empty.pem", "issuers.json" };
    struct desk *desk = *state;
    char path[96];

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        path_of(desk, names[i], path);
        (void)unlink(path);
    }
    assert_int_equal(rmdir(desk->folder), 0);
    buf_done(&desk->why);
    return 0;
}

static enum status load(struct desk *desk, struct str text)
{
    write_text(desk->file, text);
    desk->why.size = 0;
    return issuers_load(&desk->issuers, desk->file, &desk->why);
}

#define ONE(NAME, PEOPLE, URL, KEY, REDIRECTS, MORE)                                               \
    "{\"name\":" NAME ",\"people\":" PEOPLE ",\"issuer\":" URL                                     \
    ",\"clientId\":\"motcua\",\"keyId\":\"k\",\"key\":" KEY ",\"redirectUris\":" REDIRECTS MORE    \
    "}"
#define CLAIMS ",\"claims\":{\"personalNo\":\"n\",\"name\":\"m\"}"
#define GOOD                                                                                       \
    ONE("\"citizens\"", "\"CITIZENS\"", "\"https://a.example\"", "\"good.pem\"", "[\"a:/b\"]",     \
        CLAIMS)
#define FILE_OF(ISSUERS) "{\"issuers\":[" ISSUERS "]}"

static void what_a_file_says_is_known(void **state)
{
    struct desk *desk = *state;
    struct issuer *issuer;

    assert_int_equal(
        load(desk, STR(FILE_OF(GOOD "," ONE("\"officers\"", "\"OFFICERS\"", "\"https://b.example\"",
                                            "\"good.pem\"", "[\"a:/b\",\"c:/d\"]",
                                            CLAIMS ",\"secondFactor\":[\"loa3\"]")))),
        MC_OK);
    assert_int_equal(desk->issuers.count, 2);
    issuer = issuers_find(&desk->issuers, STR("officers"));
    assert_ptr_equal(issuer, &desk->issuers.items[1]);
    assert_true(issuer->officers && !desk->issuers.items[0].officers);
    assert_true(issuer_redirects_to(issuer, STR("c:/d")));
    assert_false(issuer_redirects_to(issuer, STR("c:/d/")));
    assert_true(issuer_is_second_factor(issuer, STR("loa3")));
    assert_false(issuer_is_second_factor(issuer, STR("loa1")));
    assert_false(issuer_is_second_factor(issuer, STR_NONE));
    assert_null(issuers_find(&desk->issuers, STR("Officers")));
    issuers_done(&desk->issuers);
}

static void without_a_file_there_is_nobody(void **state)
{
    struct desk *desk = *state;

    assert_int_equal(issuers_load(&desk->issuers, "", &desk->why), MC_OK);
    assert_null(issuers_find(&desk->issuers, STR("citizens")));
    issuers_done(&desk->issuers);
    assert_int_equal(issuers_load(&desk->issuers, "/nowhere/issuers.json", &desk->why),
                     MC_UNAVAILABLE);
    issuers_done(&desk->issuers);
}

static void what_is_wrong_is_named(void **state)
{
#define NAMED(NAME)   ONE(NAME, "\"CITIZENS\"", "\"https://a\"", "\"good.pem\"", "[\"a\"]", CLAIMS)
#define PEOPLE(WHO)   ONE("\"a\"", WHO, "\"https://a\"", "\"good.pem\"", "[\"a\"]", CLAIMS)
#define AT(URL)       ONE("\"a\"", "\"CITIZENS\"", URL, "\"good.pem\"", "[\"a\"]", CLAIMS)
#define BY(KEY)       ONE("\"a\"", "\"CITIZENS\"", "\"https://a\"", KEY, "[\"a\"]", CLAIMS)
#define BACK_TO(URIS) ONE("\"a\"", "\"CITIZENS\"", "\"https://a\"", "\"good.pem\"", URIS, CLAIMS)
#define CALLED(CLAIMS)                                                                             \
    ONE("\"a\"", "\"CITIZENS\"", "\"https://a\"", "\"good.pem\"", "[\"a\"]", CLAIMS)
    static const struct {
        const char *text, *word;
    } files[] = {
        { "", "no JSON" },
        { "{", "no JSON" },
        { "{}", "\"issuers\"" },
        { "[]", "\"issuers\"" },
        { "{\"issuers\":{}}", "\"issuers\"" },
        { "{\"issuer\":[" GOOD "]}", "\"issuers\"" },
        { FILE_OF(""), "\"issuers\"" },
        { "{\"issuers\":[],\"issuers\":[" GOOD "]}", "no JSON" },
        { FILE_OF("1"), "\"name\"" },
        { FILE_OF(GOOD "," GOOD), "issuer 2" },
        { FILE_OF(GOOD "," GOOD), "\"name\"" },
        { FILE_OF(NAMED("\"\"")), "\"name\"" },
        { FILE_OF(NAMED("1")), "\"name\"" },
        { FILE_OF(NAMED("\"123456789012345678901234567890123\"")), "\"name\"" },
        { FILE_OF(PEOPLE("\"citizens\"")), "\"people\"" },
        { FILE_OF(PEOPLE("null")), "\"people\"" },
        { FILE_OF(AT("\"\"")), "\"issuer\"" },
        { FILE_OF(AT("\"a.example\"")), "\"issuer\"" },
        { FILE_OF(AT("\"file:///etc\"")), "\"issuer\"" },
        { FILE_OF(BY("null")), "\"key\"" },
        { FILE_OF(BY("\"missing.pem\"")), "\"key\"" },
        { FILE_OF(BY("\"empty.pem\"")), "\"key\"" },
        { FILE_OF(BY("\"issuers.json\"")), "\"key\"" },
        { FILE_OF(BY("\"wide.pem\"")), "\"key\"" },
        { FILE_OF(BY("\"rsa.pem\"")), "\"key\"" },
        { FILE_OF(BY("\"locked.pem\"")), "\"key\"" },
        { FILE_OF(BACK_TO("[]")), "\"redirectUris\"" },
        { FILE_OF(BACK_TO("\"a\"")), "\"redirectUris\"" },
        { FILE_OF(BACK_TO("[1]")), "\"redirectUris\"" },
        { FILE_OF(BACK_TO("[\"1\",\"2\",\"3\",\"4\",\"5\",\"6\",\"7\",\"8\",\"9\"]")),
          "\"redirectUris\"" },
        { FILE_OF(CALLED("")), "\"claims\"" },
        { FILE_OF(CALLED(",\"claims\":{\"personalNo\":\"n\"}")), "\"claims\"" },
        { FILE_OF(CALLED(CLAIMS ",\"secondFactor\":\"loa3\"")), "\"secondFactor\"" },
    };
    struct desk *desk = *state;

    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        if (load(desk, str_of(files[i].text)) == MC_OK) fail_msg("taken: %s", files[i].text);
        buf_add_char(&desk->why, '\0');
        if (strstr(desk->why.data, files[i].word) == NULL)
            fail_msg("%s: %s", files[i].text, desk->why.data);
        issuers_done(&desk->issuers);
    }
}

static void there_are_eight_at_most(void **state)
{
    struct desk *desk = *state;
    struct buf text;

    for (int count = ISSUERS_MAX; count <= ISSUERS_MAX + 1; count++) {
        buf_init(&text, TEXT_BYTES_MAX);
        buf_add(&text, STR("{\"issuers\":["));
        for (int i = 0; i < count; i++)
            buf_printf(&text,
                       "%s" ONE("\"n%d\"", "\"CITIZENS\"", "\"https://a\"", "\"good.pem\"",
                                "[\"a\"]", CLAIMS),
                       i == 0 ? "" : ",", i);
        buf_add(&text, STR("]}"));
        assert_int_equal(load(desk, buf_str(&text)), count <= ISSUERS_MAX ? MC_OK : MC_BAD_INPUT);
        issuers_done(&desk->issuers);
        buf_done(&text);
    }
}

static void what_was_published_stays_until_better_comes(void **state)
{
#define DOCUMENT(URL)                                                                              \
    "{\"issuer\":\"" URL "\",\"token_endpoint\":\"https://t\",\"jwks_uri\":\"https://k\"}"
#define KEYS                                                                                       \
    "{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"kid\":\"a\",\"x\":"                         \
    "\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}]}"
    static const char *const bad[] = {
        "",
        "[]",
        "{}",
        "no",
        DOCUMENT("https://a.example/"),
        DOCUMENT("https://evil.example"),
        "{\"issuer\":\"https://a.example\",\"token_endpoint\":\"https://t\"}",
        "{\"issuer\":\"https://a.example\",\"token_endpoint\":1,\"jwks_uri\":\"https://k\"}",
        "{\"issuer\":\"https://a.example\",\"token_endpoint\":\"\",\"jwks_uri\":\"https://k\"}",
    };
    struct desk *desk = *state;
    struct issuer *issuer = &desk->issuers.items[0];

    assert_int_equal(load(desk, STR(FILE_OF(GOOD))), MC_OK);
    assert_int_equal(issuer_publish(issuer, STR(DOCUMENT("https://a.example")), 1), MC_OK);
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        assert_int_equal(issuer_publish(issuer, str_of(bad[i]), 2), MC_UNAVAILABLE);
        assert_string_equal(issuer->token_endpoint, "https://t");
        assert_string_equal(issuer->jwks_uri, "https://k");
    }
    assert_int_equal(issuer_set_keys(issuer, STR(KEYS), 1), MC_OK);
    assert_int_equal(issuer_set_keys(issuer, STR("{\"keys\":[]}"), 2), MC_UNAVAILABLE);
    assert_non_null(jwks_find(&issuer->keys, STR("a")));
    assert_int_equal(issuer->keys_ms, 2);
    issuers_done(&desk->issuers);
}

static void a_personal_number_is_one_that_a_person_can_have(void **state)
{
    static const char *const good[] = { "001001000000", "096399999999", "074090000011" };
    static const char *const bad[] = { "",
                                       "00100100000",
                                       "0010010000000",
                                       "000001000000",
                                       "097001000000",
                                       "001401000000",
                                       "00100100000x",
                                       "/01001000000",
                                       " 01001000000" };

    (void)state;
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
        assert_true(is_personal_no(str_of(good[i])));
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_false(is_personal_no(str_of(bad[i])));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_file_says_is_known),
        cmocka_unit_test(without_a_file_there_is_nobody),
        cmocka_unit_test(what_is_wrong_is_named),
        cmocka_unit_test(there_are_eight_at_most),
        cmocka_unit_test(what_was_published_stays_until_better_comes),
        cmocka_unit_test(a_personal_number_is_one_that_a_person_can_have),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
