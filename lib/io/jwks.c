#include "io/jwks.h"

#include "base/base64.h"

#include <jansson.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>

enum { COORDINATE_BYTES = 32, ES256_BYTES = 64, ED25519_BYTES = 32 };

const char *jws_algorithm_name(enum jws_algorithm algorithm)
{
    static const char *const names[JWS_ALGORITHM_COUNT] = { "RS256", "PS256", "ES256", "EdDSA" };

    return names[algorithm];
}

static struct str text_of(const json_t *object, const char *name)
{
    return str_of(json_string_value(json_object_get(object, name)));
}

static bool bytes_of(const json_t *object, const char *name, struct arena *arena,
                     struct str *ret_bytes)
{
    struct str text = text_of(object, name);

    return text.size > 0 && base64url_decode(arena, text, ret_bytes) == MC_OK;
}

static EVP_PKEY *key_from(const char *type, OSSL_PARAM_BLD *builder)
{
    OSSL_PARAM *params = OSSL_PARAM_BLD_to_param(builder);
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
    EVP_PKEY *key = NULL;

    if (params == NULL || context == NULL || EVP_PKEY_fromdata_init(context) != 1 ||
        EVP_PKEY_fromdata(context, &key, EVP_PKEY_PUBLIC_KEY, params) != 1)
        key = NULL;
    EVP_PKEY_CTX_free(context);
    OSSL_PARAM_free(params);
    return key;
}

static EVP_PKEY *rsa_key(const json_t *object, struct arena *arena)
{
    OSSL_PARAM_BLD *builder;
    EVP_PKEY *key = NULL;
    BIGNUM *n, *e;
    struct str modulus, exponent;

    if (!bytes_of(object, "n", arena, &modulus) || !bytes_of(object, "e", arena, &exponent) ||
        modulus.size > JWKS_RSA_BITS_MAX / 8 || exponent.size > 8)
        return NULL;
    builder = OSSL_PARAM_BLD_new();
    n = BN_bin2bn((const unsigned char *)modulus.data, (int)modulus.size, NULL);
    e = BN_bin2bn((const unsigned char *)exponent.data, (int)exponent.size, NULL);
    if (BN_num_bits(n) >= JWKS_RSA_BITS_MIN && BN_is_odd(e) && !BN_is_one(e) &&
        OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_N, n) == 1 &&
        OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_E, e) == 1)
        key = key_from("RSA", builder);
    BN_free(n);
    BN_free(e);
    OSSL_PARAM_BLD_free(builder);
    return key;
}

/* OpenSSL refuses a point that is not on the curve. */
static EVP_PKEY *ec_key(const json_t *object, struct arena *arena)
{
    unsigned char point[1 + 2 * COORDINATE_BYTES] = { POINT_CONVERSION_UNCOMPRESSED };
    OSSL_PARAM_BLD *builder;
    EVP_PKEY *key = NULL;
    struct str x, y;

    if (!str_is(text_of(object, "crv"), "P-256") || !bytes_of(object, "x", arena, &x) ||
        !bytes_of(object, "y", arena, &y) || x.size != COORDINATE_BYTES ||
        y.size != COORDINATE_BYTES)
        return NULL;
    memcpy(point + 1, x.data, x.size);
    memcpy(point + 1 + COORDINATE_BYTES, y.data, y.size);
    builder = OSSL_PARAM_BLD_new();
    if (OSSL_PARAM_BLD_push_utf8_string(builder, OSSL_PKEY_PARAM_GROUP_NAME, "P-256", 0) == 1 &&
        OSSL_PARAM_BLD_push_octet_string(builder, OSSL_PKEY_PARAM_PUB_KEY, point, sizeof(point)) ==
            1)
        key = key_from("EC", builder);
    OSSL_PARAM_BLD_free(builder);
    return key;
}

static EVP_PKEY *okp_key(const json_t *object, struct arena *arena)
{
    struct str x;

    if (!str_is(text_of(object, "crv"), "Ed25519") || !bytes_of(object, "x", arena, &x) ||
        x.size != ED25519_BYTES)
        return NULL;
    return EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, (const unsigned char *)x.data,
                                       x.size);
}

static const struct {
    const char *type;
    enum jws_algorithm algorithm;
    EVP_PKEY *(*make)(const json_t *object, struct arena *arena);
} key_types[] = {
    { "RSA", JWS_RS256, rsa_key },
    { "EC", JWS_ES256, ec_key },
    { "OKP", JWS_EDDSA, okp_key },
};

/* Made to verify signatures, as far as it says what for. */
static bool is_for_verifying(const json_t *object)
{
    const json_t *operations = json_object_get(object, "key_ops"), *operation;
    size_t i;

    if (json_object_get(object, "use") != NULL && !str_is(text_of(object, "use"), "sig"))
        return false;
    if (operations == NULL) return true;
    json_array_foreach(operations, i, operation)
    {
        if (str_is(str_of(json_string_value(operation)), "verify")) return true;
    }
    return false;
}

/* The kind's algorithm, or the one that the key names if that is one of its kind. */
static bool choose_algorithm(const json_t *object, struct jwk *key)
{
    struct str name = text_of(object, "alg");

    if (json_object_get(object, "alg") == NULL) return true;
    if (str_is(name, jws_algorithm_name(key->algorithm))) return true;
    if (key->algorithm != JWS_RS256 || !str_is(name, jws_algorithm_name(JWS_PS256))) return false;
    key->algorithm = JWS_PS256;
    return true;
}

static bool has_secret(const json_t *object)
{
    static const char *const names[] = { "d", "p", "q", "dp", "dq", "qi", "oth", "k" };

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (json_object_get(object, names[i]) != NULL) return true;
    return false;
}

/* Of what cannot be used nothing is added. */
static void add_key(struct jwks *jwks, struct arena *arena, const json_t *object)
{
    struct str type = text_of(object, "kty"), kid = text_of(object, "kid");
    struct jwk *key = &jwks->keys[jwks->count];

    if (!is_for_verifying(object) || kid.size > JWKS_KID_BYTES_MAX) return;
    for (size_t i = 0; i < sizeof(key_types) / sizeof(key_types[0]); i++) {
        if (!str_is(type, key_types[i].type)) continue;
        key->algorithm = key_types[i].algorithm;
        if (!choose_algorithm(object, key)) return;
        key->key = key_types[i].make(object, arena);
        if (key->key == NULL) return;
        key->kid = arena_str(arena, kid);
        jwks->count++;
    }
}

static enum status add_keys(struct jwks *jwks, struct arena *arena, const json_t *set)
{
    const json_t *keys = json_object_get(set, "keys"), *object;
    size_t i;

    if (!json_is_array(keys)) return MC_BAD_INPUT;
    json_array_foreach(keys, i, object)
    {
        if (has_secret(object)) return MC_BAD_INPUT;
        if (jwks->count == JWKS_KEYS_MAX) return MC_BAD_INPUT;
        add_key(jwks, arena, object);
    }
    return jwks->count > 0 ? MC_OK : MC_BAD_INPUT;
}

enum status jwks_parse(struct jwks *jwks, struct arena *arena, struct str text)
{
    enum status status = MC_BAD_INPUT;
    json_t *set = NULL;

    *jwks = (struct jwks){ 0 };
    if (text.size <= JWKS_BYTES_MAX)
        set = json_loadb(text.data, text.size, JSON_REJECT_DUPLICATES, NULL);
    if (set != NULL) status = add_keys(jwks, arena, set);
    json_decref(set);
    ERR_clear_error();
    if (status != MC_OK) jwks_done(jwks);
    return status;
}

void jwks_done(struct jwks *jwks)
{
    for (size_t i = 0; i < jwks->count; i++)
        EVP_PKEY_free(jwks->keys[i].key);
    *jwks = (struct jwks){ 0 };
}

const struct jwk *jwks_find(const struct jwks *jwks, struct str kid)
{
    if (kid.data == NULL) return jwks->count == 1 ? &jwks->keys[0] : NULL;
    for (size_t i = 0; i < jwks->count; i++)
        if (jwks->keys[i].kid.data != NULL && str_eq(jwks->keys[i].kid, kid)) return &jwks->keys[i];
    return NULL;
}

/* ---- signatures ---- */

/* JWS writes the two numbers one after another, OpenSSL reads DER. */
static bool der_of(struct str raw, unsigned char **ret_der, size_t *ret_size)
{
    const unsigned char *bytes = (const unsigned char *)raw.data;
    ECDSA_SIG *signature;
    int size = -1;

    if (raw.size != ES256_BYTES) return false;
    signature = ECDSA_SIG_new();
    MC_ASSERT(signature != NULL);
    *ret_der = NULL;
    if (ECDSA_SIG_set0(signature, BN_bin2bn(bytes, ES256_BYTES / 2, NULL),
                       BN_bin2bn(bytes + ES256_BYTES / 2, ES256_BYTES / 2, NULL)) == 1)
        size = i2d_ECDSA_SIG(signature, ret_der);
    ECDSA_SIG_free(signature);
    *ret_size = size < 0 ? 0 : (size_t)size;
    return size > 0;
}

static bool set_padding(EVP_PKEY_CTX *context, enum jws_algorithm algorithm)
{
    if (algorithm == JWS_RS256)
        return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1;
    return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1 &&
           EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST) == 1;
}

static bool verify(const struct jwk *key, struct str text, const unsigned char *signature,
                   size_t size)
{
    const EVP_MD *digest = key->algorithm == JWS_EDDSA ? NULL : EVP_sha256();
    bool rsa = key->algorithm == JWS_RS256 || key->algorithm == JWS_PS256;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    EVP_PKEY_CTX *padding = NULL; /* the context's own */
    bool good;

    MC_ASSERT(context != NULL);
    good = EVP_DigestVerifyInit(context, &padding, digest, NULL, key->key) == 1 &&
           (!rsa || set_padding(padding, key->algorithm)) &&
           EVP_DigestVerify(context, signature, size, (const unsigned char *)text.data,
                            text.size) == 1;
    EVP_MD_CTX_free(context);
    return good;
}

bool jwk_verifies(const struct jwk *key, struct str text, struct str signature)
{
    unsigned char *der;
    size_t size;
    bool good;

    if (key->algorithm != JWS_ES256) {
        good = verify(key, text, (const unsigned char *)signature.data, signature.size);
    } else {
        good = der_of(signature, &der, &size);
        if (good) {
            good = verify(key, text, der, size);
            OPENSSL_free(der);
        }
    }
    ERR_clear_error();
    return good;
}
