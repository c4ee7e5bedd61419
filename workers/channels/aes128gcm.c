/*
 * aes128gcm.c - the derivation of RFC 8291 §3.4 with OpenSSL's EVP: ECDH, three HMAC steps, one
 * AES-128-GCM record. HKDF's expansion is one HMAC here, since no output is longer than a hash.
 */
#include "channels/aes128gcm.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/param_build.h>
#include <openssl/rand.h>

enum { HASH_BYTES = 32, KEY_BYTES = 16, NONCE_BYTES = 12, TAG_BYTES = 16, RECORD_SIZE = 4096 };

static void hmac(struct str key, struct str message, unsigned char out[HASH_BYTES])
{
    unsigned size = HASH_BYTES;

    MC_ASSERT(HMAC(EVP_sha256(), key.data, (int)key.size, (const unsigned char *)message.data,
                   message.size, out, &size) != NULL);
}

static struct str hash_str(const unsigned char hash[HASH_BYTES])
{
    return (struct str){ (const char *)hash, HASH_BYTES };
}

static EVP_PKEY *key_from(OSSL_PARAM_BLD *builder, int selection)
{
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
    OSSL_PARAM *parameters = OSSL_PARAM_BLD_to_param(builder);
    EVP_PKEY *key = NULL;

    if (context != NULL && parameters != NULL && EVP_PKEY_fromdata_init(context) == 1 &&
        EVP_PKEY_fromdata(context, &key, selection, parameters) != 1)
        key = NULL;
    OSSL_PARAM_free(parameters);
    EVP_PKEY_CTX_free(context);
    return key;
}

static EVP_PKEY *public_key(struct str point)
{
    OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
    EVP_PKEY *key = NULL;

    if (point.size == AES128GCM_POINT_BYTES &&
        OSSL_PARAM_BLD_push_utf8_string(builder, OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0) ==
            1 &&
        OSSL_PARAM_BLD_push_octet_string(builder, OSSL_PKEY_PARAM_PUB_KEY, point.data,
                                         point.size) == 1)
        key = key_from(builder, EVP_PKEY_PUBLIC_KEY);
    OSSL_PARAM_BLD_free(builder);
    return key;
}

/* The public half is computed: a private key alone is not enough for what is sent along. */
static EVP_PKEY *pair_of(struct str private_key)
{
    EC_GROUP *group = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
    EC_POINT *point = EC_POINT_new(group);
    BIGNUM *number =
        BN_bin2bn((const unsigned char *)private_key.data, (int)private_key.size, NULL);
    OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
    unsigned char bytes[AES128GCM_POINT_BYTES];
    EVP_PKEY *key = NULL;

    if (EC_POINT_mul(group, point, number, NULL, NULL, NULL) == 1 &&
        EC_POINT_point2oct(group, point, POINT_CONVERSION_UNCOMPRESSED, bytes, sizeof(bytes),
                           NULL) == sizeof(bytes) &&
        OSSL_PARAM_BLD_push_utf8_string(builder, OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0) ==
            1 &&
        OSSL_PARAM_BLD_push_octet_string(builder, OSSL_PKEY_PARAM_PUB_KEY, bytes, sizeof(bytes)) ==
            1 &&
        OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_PRIV_KEY, number) == 1)
        key = key_from(builder, EVP_PKEY_KEYPAIR);
    OSSL_PARAM_BLD_free(builder);
    BN_clear_free(number);
    EC_POINT_free(point);
    EC_GROUP_free(group);
    return key;
}

static bool share(EVP_PKEY *mine, EVP_PKEY *theirs, unsigned char secret[HASH_BYTES])
{
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(mine, NULL);
    size_t size = HASH_BYTES;
    bool shared = context != NULL && EVP_PKEY_derive_init(context) == 1 &&
                  EVP_PKEY_derive_set_peer(context, theirs) == 1 &&
                  EVP_PKEY_derive(context, secret, &size) == 1 && size == HASH_BYTES;

    EVP_PKEY_CTX_free(context);
    return shared;
}

struct secrets {
    unsigned char key[HASH_BYTES], nonce[HASH_BYTES]; /* the first 16 and 12 bytes count */
};

/* "label" NUL-terminated in the input, then the counter 1 of HKDF's only round. */
static void derive(const unsigned char prk[HASH_BYTES], struct str label, unsigned char *out)
{
    char text[64];

    memcpy(text, label.data, label.size);
    text[label.size] = '\0';
    text[label.size + 1] = 1;
    hmac(hash_str(prk), (struct str){ text, label.size + 2 }, out);
}

static void derive_all(const struct aes128gcm_reader *reader, const char *my_point,
                       const unsigned char secret[HASH_BYTES], struct str salt,
                       struct secrets *ret_secrets)
{
    static const char label[] = "WebPush: info"; /* its NUL is part of it */
    char info[sizeof(label) + 2 * AES128GCM_POINT_BYTES + 1];
    unsigned char prk_key[HASH_BYTES], ikm[HASH_BYTES], prk[HASH_BYTES];

    memcpy(info, label, sizeof(label));
    memcpy(info + sizeof(label), reader->point.data, AES128GCM_POINT_BYTES);
    memcpy(info + sizeof(label) + AES128GCM_POINT_BYTES, my_point, AES128GCM_POINT_BYTES);
    info[sizeof(info) - 1] = 1;
    hmac(reader->auth, hash_str(secret), prk_key);
    hmac(hash_str(prk_key), (struct str){ info, sizeof(info) }, ikm);
    hmac(salt, hash_str(ikm), prk);
    derive(prk, STR("Content-Encoding: aes128gcm"), ret_secrets->key);
    derive(prk, STR("Content-Encoding: nonce"), ret_secrets->nonce);
    OPENSSL_cleanse(prk_key, sizeof(prk_key));
    OPENSSL_cleanse(ikm, sizeof(ikm));
    OPENSSL_cleanse(prk, sizeof(prk));
}

/* One record, the last: the text, the delimiter 2, no padding, the tag. */
static bool encrypt(const struct secrets *secrets, struct str text, unsigned char *out)
{
    static const unsigned char delimiter = 2;
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    int size = 0, more = 0;
    bool done =
        context != NULL &&
        EVP_EncryptInit_ex(context, EVP_aes_128_gcm(), NULL, secrets->key, secrets->nonce) == 1 &&
        EVP_EncryptUpdate(context, out, &size, (const unsigned char *)text.data, (int)text.size) ==
            1 &&
        EVP_EncryptUpdate(context, out + size, &more, &delimiter, 1) == 1;

    size += more;
    done = done && EVP_EncryptFinal_ex(context, out + size, &more) == 1 &&
           EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_GET_TAG, TAG_BYTES, out + size) == 1;
    EVP_CIPHER_CTX_free(context);
    return done;
}

struct sealing {
    EVP_PKEY *mine;
    struct str salt, text;
};

static enum status seal(const struct sealing *sealing, const struct aes128gcm_reader *reader,
                        struct arena *arena, struct str *ret_body)
{
    struct str salt = sealing->salt, text = sealing->text;
    EVP_PKEY *mine = sealing->mine;
    size_t size = AES128GCM_HEADER_BYTES + text.size + 1 + TAG_BYTES, point_bytes;
    char *body = arena_alloc(arena, size);
    char *point = body + AES128GCM_SALT_BYTES + 5;
    EVP_PKEY *theirs = public_key(reader->point);
    unsigned char secret[HASH_BYTES];
    struct secrets secrets;
    enum status status = MC_BAD_INPUT;

    memcpy(body, salt.data, AES128GCM_SALT_BYTES);
    memcpy(body + AES128GCM_SALT_BYTES,
           (char[]){ 0, 0, RECORD_SIZE >> 8, 0, AES128GCM_POINT_BYTES }, 5);
    if (theirs != NULL && share(mine, theirs, secret)) {
        bool done =
            EVP_PKEY_get_octet_string_param(mine, OSSL_PKEY_PARAM_PUB_KEY, (unsigned char *)point,
                                            AES128GCM_POINT_BYTES, &point_bytes) == 1;

        derive_all(reader, point, secret, salt, &secrets);
        done = done && encrypt(&secrets, text, (unsigned char *)body + AES128GCM_HEADER_BYTES);
        status = done ? MC_OK : MC_INTERNAL;
        OPENSSL_cleanse(secret, sizeof(secret));
        OPENSSL_cleanse(&secrets, sizeof(secrets));
    }
    EVP_PKEY_free(theirs);
    if (status == MC_OK) *ret_body = (struct str){ body, size };
    return status;
}

enum status aes128gcm_seal_as(const struct aes128gcm_sender *sender,
                              const struct aes128gcm_reader *reader, struct str text,
                              struct arena *arena, struct str *ret_body)
{
    EVP_PKEY *mine;
    enum status status;

    if (sender->salt.size != AES128GCM_SALT_BYTES || reader->auth.size != AES128GCM_AUTH_BYTES ||
        text.size > AES128GCM_TEXT_BYTES_MAX)
        return MC_BAD_INPUT;
    mine = pair_of(sender->private_key);
    if (mine == NULL) return MC_BAD_INPUT;
    status = seal(&(struct sealing){ mine, sender->salt, text }, reader, arena, ret_body);
    EVP_PKEY_free(mine);
    return status;
}

enum status aes128gcm_seal(const struct aes128gcm_reader *reader, struct str text,
                           struct arena *arena, struct str *ret_body)
{
    unsigned char salt[AES128GCM_SALT_BYTES];
    EVP_PKEY *mine;
    enum status status;

    if (reader->auth.size != AES128GCM_AUTH_BYTES || text.size > AES128GCM_TEXT_BYTES_MAX)
        return MC_BAD_INPUT;
    mine = EVP_EC_gen("prime256v1");
    if (mine == NULL || RAND_bytes(salt, sizeof(salt)) != 1) {
        EVP_PKEY_free(mine);
        return MC_INTERNAL;
    }
    status = seal(&(struct sealing){ mine, { (const char *)salt, sizeof(salt) }, text }, reader,
                  arena, ret_body);
    EVP_PKEY_free(mine);
    return status;
}
