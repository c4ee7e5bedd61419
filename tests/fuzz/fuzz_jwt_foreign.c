/* Sets of keys and tokens of others, of any bytes. The first byte says what the rest is: 'k' a set
 * of keys, 't' a token, 'p' a header and a payload, parted by a newline, that get a true signature
 * (Ed25519). What is taken keeps the promises of jwks.h and jwt_foreign.h. */
#include "base/base64.h"
#include "io/jwt_foreign.h"

#include <openssl/evp.h>

static const int64_t now_s = 1795000000;

enum { ARENA_BYTES_MAX = 1 << 24, SIGNATURE_BYTES = 64, LIFE_S = 600, SKEW_S = 30 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t data_bytes);

static EVP_PKEY *private_key(void)
{
    static const unsigned char seed[32] = "a key for nobody but this driver";
    static EVP_PKEY *key;

    if (key == NULL) key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, seed, sizeof(seed));
    MC_ASSERT(key != NULL);
    return key;
}

static void verify(struct str token)
{
    static const char *const types[] = { "JWT", "", NULL };
    const struct jwt_expected expected = { .types = types,
                                           .issuer = STR("i"),
                                           .audience = STR("a"),
                                           .audience_list = true,
                                           .now_s = now_s,
                                           .skew_s = SKEW_S,
                                           .life_s_max = LIFE_S };
    struct jwks jwks = { .keys = { { STR("k"), JWS_EDDSA, private_key() } }, .count = 1 };
    const char *why = NULL;
    json_t *claims = NULL;

    if (jwt_foreign_verify(&jwks, token, &expected, &claims, &why) != MC_OK) {
        MC_ASSERT(why != NULL);
        return;
    }
    MC_ASSERT(token.size <= JWT_FOREIGN_BYTES_MAX);
    MC_ASSERT(str_is(jwt_foreign_text(claims, "iss"), "i"));
    MC_ASSERT(jwt_foreign_text(claims, "sub").size > 0);
    MC_ASSERT(json_integer_value(json_object_get(claims, "exp")) > now_s - SKEW_S);
    json_decref(claims);
}

static struct str sign(struct arena *arena, struct str header, struct str payload)
{
    struct str head = base64url_encode(arena, header), body = base64url_encode(arena, payload);
    struct str text = arena_printf(arena, "%.*s.%.*s", STR_PRINT(head), STR_PRINT(body)), end;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    unsigned char signature[SIGNATURE_BYTES];
    size_t size = sizeof(signature);

    MC_ASSERT(EVP_DigestSignInit(context, NULL, NULL, NULL, private_key()) == 1);
    MC_ASSERT(EVP_DigestSign(context, signature, &size, (const unsigned char *)text.data,
                             text.size) == 1);
    EVP_MD_CTX_free(context);
    end = base64url_encode(arena, (struct str){ (const char *)signature, size });
    return arena_printf(arena, "%.*s.%.*s", STR_PRINT(text), STR_PRINT(end));
}

static void parse_set(struct arena *arena, struct str text)
{
    struct jwks jwks;

    if (jwks_parse(&jwks, arena, text) != MC_OK) return;
    MC_ASSERT(jwks.count >= 1 && jwks.count <= JWKS_KEYS_MAX);
    for (size_t i = 0; i < jwks.count; i++)
        MC_ASSERT(jwks.keys[i].key != NULL && jwks.keys[i].kid.size <= JWKS_KID_BYTES_MAX);
    jwks_done(&jwks);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t data_bytes)
{
    struct arena arena;
    struct str rest, header;

    if (data_bytes < 1) return 0;
    arena_init(&arena, ARENA_BYTES_MAX);
    rest = (struct str){ (const char *)data + 1, data_bytes - 1 };
    if (data[0] == 'k') {
        parse_set(&arena, rest);
    } else if (data[0] == 'p') {
        header = str_split(&rest, '\n');
        verify(sign(&arena, header, rest.data == NULL ? STR("") : rest));
    } else {
        verify(rest);
        (void)jwt_foreign_kid(rest, &arena);
    }
    arena_done(&arena);
    return 0;
}
