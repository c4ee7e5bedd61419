/* One spelling of a token is good; the sixty and more others here are not. */
#include "base/base64.h"
#include "check.h"
#include "io/jwt.h"

#include <jwt.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>

#include <stdio.h>

static const int64_t now_s = 1795000000;

/* 32 bytes each. */
#define SECRET_1 "0123456789abcdef0123456789abcdef"
#define SECRET_2 "fedcba9876543210fedcba9876543210"

struct jwt_test {
    struct arena arena;
    struct jwt_ring ring;
};

static struct str encoded(struct jwt_test *test, const char *text)
{
    return base64url_encode(&test->arena, str_of(text));
}

static int set_up(void **state)
{
    static struct jwt_test test;
    struct str text;

    arena_init(&test.arena, 1 << 22);
    text = arena_printf(&test.arena, "new-1:%.*s,old_1:%.*s", STR_PRINT(encoded(&test, SECRET_1)),
                        STR_PRINT(encoded(&test, SECRET_2)));
    test.ring.issuer = STR("motcua");
    test.ring.audience = STR("motcua-api");
    assert_int_equal(jwt_ring_parse(&test.ring, &test.arena, text), MC_OK);
    *state = &test;
    return 0;
}

static int tear_down(void **state)
{
    arena_done(&((struct jwt_test *)*state)->arena);
    return 0;
}

static enum status verify(struct jwt_test *test, struct str token)
{
    struct jwt_access access;

    return jwt_verify_access(&test->ring, token, now_s, &test->arena, &access);
}

/* A token with this header and payload and a true MAC under the secret. */
static struct str forge(struct jwt_test *test, const char *header, const char *payload,
                        struct str secret)
{
    struct str head = encoded(test, header), body = encoded(test, payload), text, signature;
    unsigned char mac[EVP_MAX_MD_SIZE];
    unsigned int size = 0;

    text = arena_printf(&test->arena, "%.*s.%.*s", STR_PRINT(head), STR_PRINT(body));
    assert_non_null(HMAC(EVP_sha256(), secret.data, (int)secret.size,
                         (const unsigned char *)text.data, text.size, mac, &size));
    signature = base64url_encode(&test->arena, (struct str){ (char *)mac, size });
    return arena_printf(&test->arena, "%.*s.%.*s", STR_PRINT(text), STR_PRINT(signature));
}

#define HEADER "{\"alg\":\"HS256\",\"typ\":\"at+jwt\",\"kid\":\"new-1\"}"
#define TIMES  "\"iat\":1794999990,\"exp\":1795000500"
#define NAMES                                                                                      \
    "\"iss\":\"motcua\",\"aud\":\"motcua-api\",\"sub\":\"s\",\"sid\":\"x\",\"kind\":\"citizen\""

static struct jwt_access an_access(void)
{
    return (struct jwt_access){ .subject = STR("4711"),
                                .session = STR("b0a7"),
                                .kind = STR("citizen"),
                                .issued_s = now_s,
                                .expires_s = now_s + JWT_LIFE_S_MAX };
}

static struct str signed_token(struct jwt_test *test)
{
    struct jwt_access access = an_access();
    struct str token;

    assert_int_equal(jwt_sign_access(&test->ring, &access, &test->arena, &token), MC_OK);
    return token;
}

static void what_we_sign_we_read(void **state)
{
    struct jwt_test *test = *state;
    struct jwt_access access;

    assert_int_equal(
        jwt_verify_access(&test->ring, signed_token(test), now_s, &test->arena, &access), MC_OK);
    assert_true(str_is(access.subject, "4711"));
    assert_true(str_is(access.session, "b0a7"));
    assert_true(str_is(access.kind, "citizen"));
    assert_true(access.issued_s == now_s && access.expires_s == now_s + 600);
}

/* The forger of the tests below makes good tokens when told to, so that what they refuse they
 * refuse for its fault alone. */
static void the_forger_is_able(void **state)
{
    struct jwt_test *test = *state;

    assert_int_equal(verify(test, forge(test, HEADER, "{" NAMES "," TIMES "}", STR(SECRET_1))),
                     MC_OK);
    assert_int_equal(
        verify(test,
               forge(test, "{\"kid\":\"old_1\",\"typ\":\"at+jwt\",\"alg\":\"HS256\"}",
                     "{" NAMES "," TIMES ",\"nbf\":1795000030,\"jti\":\"7\"}", STR(SECRET_2))),
        MC_OK);
}

static void headers_of_forgers_are_refused(void **state)
{
    static const char *const headers[] = {
        "{\"alg\":\"none\",\"typ\":\"at+jwt\",\"kid\":\"new-1\"}",
        "{\"alg\":\"None\",\"typ\":\"at+jwt\",\"kid\":\"new-1\"}",
        "{\"alg\":\"\",\"typ\":\"at+jwt\",\"kid\":\"new-1\"}",
        "{\"alg\":null,\"typ\":\"at+jwt\",\"kid\":\"new-1\"}",
        "{\"alg\":[\"HS256\"],\"typ\":\"at+jwt\",\"kid\":\"new-1\"}",
        "{\"alg\":\"hs256\",\"typ\":\"at+jwt\",\"kid\":\"new-1\"}",
        "{\"alg\":\"HS512\",\"typ\":\"at+jwt\",\"kid\":\"new-1\"}",
        "{\"alg\":\"RS256\",\"typ\":\"at+jwt\",\"kid\":\"new-1\"}",
        "{\"alg\":\"ES256\",\"typ\":\"at+jwt\",\"kid\":\"new-1\"}",
        "{\"alg\":\"HS256\",\"typ\":\"JWT\",\"kid\":\"new-1\"}",
        "{\"alg\":\"HS256\",\"typ\":\"AT+JWT\",\"kid\":\"new-1\"}",
        "{\"alg\":\"HS256\",\"kid\":\"new-1\"}",
        "{\"alg\":\"HS256\",\"typ\":\"at+jwt\"}",
        "{\"alg\":\"HS256\",\"typ\":\"at+jwt\",\"kid\":\"\"}",
        "{\"alg\":\"HS256\",\"typ\":\"at+jwt\",\"kid\":\"unknown\"}",
        "{\"alg\":\"HS256\",\"typ\":\"at+jwt\",\"kid\":\"NEW-1\"}",
        "{\"alg\":\"HS256\",\"typ\":\"at+jwt\",\"kid\":\"old_1\"}",
        "{\"alg\":\"HS256\",\"typ\":\"at+jwt\",\"kid\":\"new-1 \"}",
        "{\"alg\":\"HS256\",\"typ\":\"at+jwt\",\"kid\":\"../new-1\"}",
        "{\"alg\":\"HS256\",\"typ\":\"at+jwt\",\"kid\":\"new-1\\u0000\"}",
        "{\"alg\":\"HS256\",\"typ\":\"at+jwt\",\"kid\":\"' OR 1=1 --\"}",
        "{\"alg\":\"HS256\",\"typ\":\"at+jwt\",\"kid\":[\"new-1\"]}",
        "{\"alg\":\"HS256\",\"typ\":\"at+jwt\",\"kid\":1}",
        "{\"alg\":\"HS256\",\"typ\":\"at+jwt\",\"kid\":\"new-1\",\"jku\":\"https://x\"}",
        "{\"alg\":\"HS256\",\"typ\":\"at+jwt\",\"kid\":\"new-1\",\"jwk\":{}}",
        "{\"alg\":\"HS256\",\"typ\":\"at+jwt\",\"kid\":\"new-1\",\"x5u\":\"https://x\"}",
        "{\"alg\":\"HS256\",\"typ\":\"at+jwt\",\"kid\":\"new-1\",\"crit\":[\"exp\"]}",
        "{\"alg\":\"HS256\",\"typ\":\"at+jwt\",\"kid\":\"new-1\",\"b64\":false}",
        "{\"alg\":\"HS256\",\"alg\":\"HS256\",\"typ\":\"at+jwt\",\"kid\":\"new-1\"}",
        "{\"alg\":\"none\",\"alg\":\"HS256\",\"typ\":\"at+jwt\",\"kid\":\"new-1\"}",
        "[\"HS256\",\"at+jwt\",\"new-1\"]",
        "\"HS256\"",
        "{\"alg\":\"HS256\",\"typ\":\"at+jwt\",\"kid\":\"new-1\"}x",
        "{}",
        "",
        "{\"alg\":\"HS256\"",
    };
    struct jwt_test *test = *state;

    for (size_t i = 0; i < sizeof(headers) / sizeof(headers[0]); i++)
        if (verify(test, forge(test, headers[i], "{" NAMES "," TIMES "}", STR(SECRET_1))) !=
            MC_UNAUTHENTICATED)
            fail_msg("taken: %s", headers[i]);
}

static void payloads_of_forgers_are_refused(void **state)
{
    static const char *const payloads[] = {
        "{" NAMES ",\"iat\":1794999000,\"exp\":1794999970}",          /* expired by the skew */
        "{" NAMES ",\"iat\":1794990000,\"exp\":1794990600}",          /* long expired */
        "{" NAMES ",\"iat\":1795000031,\"exp\":1795000500}",          /* issued in the future */
        "{" NAMES "," TIMES ",\"nbf\":1795000031}",                   /* not yet */
        "{" NAMES "," TIMES ",\"nbf\":\"1\"}",                        /* nbf is no number */
        "{" NAMES ",\"iat\":1795000000,\"exp\":1795000601}",          /* too long a life */
        "{" NAMES ",\"iat\":1795000000,\"exp\":9223372036854775807}", /* for ever */
        "{" NAMES ",\"iat\":-9223372036854775807,\"exp\":9223372036854775807}",
        "{" NAMES ",\"iat\":1795000000,\"exp\":1795000000}", /* no life */
        "{" NAMES ",\"iat\":1795000000}",
        "{" NAMES ",\"exp\":1795000500}",
        "{" NAMES ",\"iat\":1795000000,\"exp\":\"1795000500\"}",
        "{" NAMES ",\"iat\":1795000000,\"exp\":1795000500.5}",
        "{" NAMES ",\"iat\":1795000000,\"exp\":1.7950005e9}",
        "{" NAMES ",\"iat\":1795000000,\"exp\":null}",
        "{\"iss\":\"other\",\"aud\":\"motcua-api\",\"sub\":\"s\",\"sid\":\"x\",\"kind\":"
        "\"c\"," TIMES "}",
        "{\"aud\":\"motcua-api\",\"sub\":\"s\",\"sid\":\"x\",\"kind\":\"c\"," TIMES "}",
        "{\"iss\":\"motcua\",\"aud\":\"other\",\"sub\":\"s\",\"sid\":\"x\",\"kind\":\"c\"," TIMES
        "}",
        "{\"iss\":\"motcua\",\"aud\":[\"motcua-api\"],\"sub\":\"s\",\"sid\":\"x\",\"kind\":"
        "\"c\"," TIMES "}",
        "{\"iss\":\"motcua\",\"aud\":\"motcua-api\",\"sid\":\"x\",\"kind\":\"c\"," TIMES "}",
        "{\"iss\":\"motcua\",\"aud\":\"motcua-api\",\"sub\":\"\",\"sid\":\"x\",\"kind\":"
        "\"c\"," TIMES "}",
        "{\"iss\":\"motcua\",\"aud\":\"motcua-api\",\"sub\":7,\"sid\":\"x\",\"kind\":\"c\"," TIMES
        "}",
        "{\"iss\":\"motcua\",\"aud\":\"motcua-api\",\"sub\":\"s\\u0000t\",\"sid\":\"x\",\"kind\":"
        "\"c\"," TIMES "}",
        "{\"iss\":\"motcua\",\"aud\":\"motcua-api\",\"sub\":\"s\",\"kind\":\"c\"," TIMES "}",
        "{\"iss\":\"motcua\",\"aud\":\"motcua-api\",\"sub\":\"s\",\"sid\":\"x\"," TIMES "}",
        "{" NAMES "," TIMES ",\"sub\":\"t\"}",
        "[]",
        "",
    };
    struct jwt_test *test = *state;

    for (size_t i = 0; i < sizeof(payloads) / sizeof(payloads[0]); i++)
        if (verify(test, forge(test, HEADER, payloads[i], STR(SECRET_1))) != MC_UNAUTHENTICATED)
            fail_msg("taken: %s", payloads[i]);
}

static void another_key_does_not_sign_for_this_one(void **state)
{
    struct jwt_test *test = *state;
    const char *payload = "{" NAMES "," TIMES "}";

    assert_int_equal(verify(test, forge(test, HEADER, payload, STR(SECRET_2))), MC_UNAUTHENTICATED);
    assert_int_equal(verify(test, forge(test, HEADER, payload, STR(""))), MC_UNAUTHENTICATED);
}

/* Any byte changed, cut off or added, anywhere: refused. */
static void no_byte_may_change(void **state)
{
    static const char others[] = "Ab9-_=. \n\0+/";
    struct jwt_test *test = *state;
    struct str token = signed_token(test);
    char *copy = arena_alloc(&test->arena, token.size + 2);

    for (size_t i = 0; i < token.size; i++) {
        for (size_t k = 0; k < sizeof(others) - 1; k++) {
            if (others[k] == token.data[i]) continue;
            memcpy(copy, token.data, token.size);
            copy[i] = others[k];
            assert_int_equal(verify(test, (struct str){ copy, token.size }), MC_UNAUTHENTICATED);
        }
        assert_int_equal(verify(test, (struct str){ token.data, i }), MC_UNAUTHENTICATED);
    }
    for (size_t k = 0; k < sizeof(others) - 1; k++) {
        memcpy(copy, token.data, token.size);
        copy[token.size] = others[k];
        assert_int_equal(verify(test, (struct str){ copy, token.size + 1 }), MC_UNAUTHENTICATED);
        memcpy(copy + 1, token.data, token.size);
        copy[0] = others[k];
        assert_int_equal(verify(test, (struct str){ copy, token.size + 1 }), MC_UNAUTHENTICATED);
    }
}

/* Without its MAC, as "alg":"none" would have it. */
static void no_token_goes_without_a_mac(void **state)
{
    struct jwt_test *test = *state;
    struct str token = signed_token(test);
    size_t size = token.size;

    while (token.data[size - 1] != '.')
        size--;
    assert_int_equal(verify(test, (struct str){ token.data, size }), MC_UNAUTHENTICATED);
    assert_int_equal(verify(test, (struct str){ token.data, size - 1 }), MC_UNAUTHENTICATED);
    assert_int_equal(verify(test, STR("..")), MC_UNAUTHENTICATED);
    assert_int_equal(verify(test, STR("")), MC_UNAUTHENTICATED);
    assert_int_equal(verify(test, STR_NONE), MC_UNAUTHENTICATED);
}

static void a_long_token_is_not_even_read(void **state)
{
    struct jwt_test *test = *state;
    static char payload[5000];

    (void)snprintf(payload, sizeof(payload), "{" NAMES "," TIMES ",\"x\":\"%03500d\"}", 0);
    assert_int_equal(verify(test, forge(test, HEADER, payload, STR(SECRET_1))), MC_UNAUTHENTICATED);
}

static void a_token_lives_from_its_issue_to_its_expiry(void **state)
{
    struct jwt_test *test = *state;
    struct str token = signed_token(test);
    struct jwt_access access;
    static const struct {
        int64_t at_s;
        enum status status;
    } cases[] = { { -31, MC_UNAUTHENTICATED },
                  { -30, MC_OK },
                  { 600, MC_OK },
                  { 629, MC_OK },
                  { 630, MC_UNAUTHENTICATED } };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        assert_int_equal(
            jwt_verify_access(&test->ring, token, now_s + cases[i].at_s, &test->arena, &access),
            cases[i].status);
}

static void a_key_taken_away_takes_its_tokens(void **state)
{
    struct jwt_test *test = *state;
    struct str token = signed_token(test);

    test->ring.keys[0] = test->ring.keys[1];
    test->ring.key_count = 1;
    assert_int_equal(verify(test, token), MC_UNAUTHENTICATED);
    test->ring.key_count = 0;
    assert_int_equal(verify(test, token), MC_UNAUTHENTICATED);
}

static void rings_that_are_no_rings_are_refused(void **state)
{
    struct jwt_test *test = *state;
    struct str good = encoded(test, SECRET_1);
    const struct str rings[] = {
        STR(""),
        STR(","),
        STR("k1"),
        STR("k1:"),
        STR(":AAAA"),
        arena_printf(&test->arena, "k1:%.*s,", STR_PRINT(good)),
        arena_printf(&test->arena, "k 1:%.*s", STR_PRINT(good)),
        arena_printf(&test->arena, "k1:%.*s=", STR_PRINT(good)),
        arena_printf(&test->arena, "k1:%.*s",
                     STR_PRINT(encoded(test, "31 bytes are one too few to use"))),
        arena_printf(&test->arena, "k1:%.*s,k1:%.*s", STR_PRINT(good), STR_PRINT(good)),
        arena_printf(&test->arena, "a_name_longer_than_32_characters_:%.*s", STR_PRINT(good)),
    };

    for (size_t i = 0; i < sizeof(rings) / sizeof(rings[0]); i++)
        if (jwt_ring_parse(&test->ring, &test->arena, rings[i]) != MC_BAD_INPUT)
            fail_msg("taken: %.*s", STR_PRINT(rings[i]));
}

static void claims_beyond_their_limits_are_not_signed(void **state)
{
    struct jwt_test *test = *state;
    static const char long_text[JWT_CLAIM_BYTES_MAX + 1] = { 'x' };
    struct jwt_access cases[5];
    struct str token;

    for (size_t i = 0; i < 5; i++)
        cases[i] = an_access();
    cases[0].subject = STR_NONE;
    cases[1].session = (struct str){ long_text, sizeof(long_text) };
    cases[2].kind = STR("\xff");
    cases[3].expires_s = cases[3].issued_s + JWT_LIFE_S_MAX + 1;
    cases[4].expires_s = cases[4].issued_s;
    for (size_t i = 0; i < 5; i++)
        assert_int_equal(jwt_sign_access(&test->ring, &cases[i], &test->arena, &token),
                         MC_BAD_INPUT);
}

/* ---- for others ---- */

static struct str pem_of(struct jwt_test *test, EVP_PKEY *key, bool private)
{
    BIO *bio = BIO_new(BIO_s_mem());
    char *data = NULL;
    long size;
    struct str pem;

    if (private)
        assert_true(PEM_write_bio_PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL));
    else
        assert_true(PEM_write_bio_PUBKEY(bio, key));
    size = BIO_get_mem_data(bio, &data);
    pem = arena_str(&test->arena, (struct str){ data, (size_t)size });
    BIO_free(bio);
    return pem;
}

static void tokens_for_others_verify(void **state)
{
    static const struct jwt_claim claims[] = {
        { "aud", STR_INIT("https://push.example"), 0 },
        { "exp", { NULL, 0 }, 1795000000 },
        { NULL, { NULL, 0 }, 0 },
    };
    struct jwt_test *test = *state;
    EVP_PKEY *keys[2] = { EVP_EC_gen("P-256"), EVP_RSA_gen(2048) };

    for (int i = 0; i < 2; i++) {
        struct jwt_signer signer = { .algorithm = i == 0 ? JWT_ES256 : JWT_RS256, .kid = "key-7" };
        struct str token, public = pem_of(test, keys[i], false);
        jwt_t *jwt = NULL;

        signer.pem = pem_of(test, keys[i], true);
        assert_int_equal(jwt_sign(&signer, claims, &test->arena, &token), MC_OK);
        assert_int_equal(
            jwt_decode(&jwt, token.data, (const unsigned char *)public.data, (int)public.size), 0);
        assert_int_equal(jwt_get_alg(jwt), i == 0 ? JWT_ALG_ES256 : JWT_ALG_RS256);
        assert_string_equal(jwt_get_header(jwt, "kid"), "key-7");
        assert_string_equal(jwt_get_grant(jwt, "aud"), "https://push.example");
        assert_int_equal(jwt_get_grant_int(jwt, "exp"), 1795000000);
        jwt_free(jwt);
        assert_int_equal(verify(test, token), MC_UNAUTHENTICATED);
    }
    EVP_PKEY_free(keys[0]);
    EVP_PKEY_free(keys[1]);
}

static void a_key_that_does_not_fit_signs_nothing(void **state)
{
    static const struct jwt_claim claims[] = { { NULL, { NULL, 0 }, 0 } };
    struct jwt_test *test = *state;
    EVP_PKEY *rsa = EVP_RSA_gen(2048);
    struct jwt_signer signers[] = {
        { .algorithm = JWT_ES256, .pem = pem_of(test, rsa, true) },
        { .algorithm = JWT_RS256, .pem = STR("not a key") },
        { .algorithm = JWT_RS256, .pem = STR_NONE },
        { .algorithm = JWT_RS256, .pem = pem_of(test, rsa, false) },
    };
    struct str token;

    for (size_t i = 0; i < sizeof(signers) / sizeof(signers[0]); i++)
        assert_int_equal(jwt_sign(&signers[i], claims, &test->arena, &token), MC_INTERNAL);
    EVP_PKEY_free(rsa);
}

/* Why access tokens are not libjwt's: it writes and takes no typ but JWT. */
static void libjwt_knows_no_at_jwt(void **state)
{
    struct jwt_test *test = *state;
    struct str token = forge(test, HEADER, "{" NAMES "," TIMES "}", STR(SECRET_1));
    jwt_t *jwt = NULL;

    assert_int_not_equal(
        jwt_decode(&jwt, token.data, (const unsigned char *)SECRET_1, sizeof(SECRET_1) - 1), 0);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(what_we_sign_we_read),
        CASE(the_forger_is_able),
        CASE(headers_of_forgers_are_refused),
        CASE(payloads_of_forgers_are_refused),
        CASE(another_key_does_not_sign_for_this_one),
        CASE(no_byte_may_change),
        CASE(no_token_goes_without_a_mac),
        CASE(a_long_token_is_not_even_read),
        CASE(a_token_lives_from_its_issue_to_its_expiry),
        CASE(a_key_taken_away_takes_its_tokens),
        CASE(rings_that_are_no_rings_are_refused),
        CASE(claims_beyond_their_limits_are_not_signed),
        CASE(tokens_for_others_verify),
        CASE(a_key_that_does_not_fit_signs_nothing),
        CASE(libjwt_knows_no_at_jwt),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
