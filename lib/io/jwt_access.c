/*
 * libjwt 1.10 writes "typ":"JWT" whatever it is told and refuses any other, so it cannot make or
 * read an at+jwt; the HMAC is OpenSSL's (a third of the time, too) and the JSON jansson's.
 */
#include "base/base64.h"
#include "base/json_out.h"
#include "base/utf8.h"
#include "io/jwt.h"

#include <jansson.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

enum { MAC_BYTES = 32 };

static bool is_kid(struct str kid)
{
    if (kid.size == 0 || kid.size > JWT_KID_BYTES_MAX) return false;
    for (size_t i = 0; i < kid.size; i++) {
        char c = kid.data[i];
        bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');

        if (!letter && !(c >= '0' && c <= '9') && c != '_' && c != '-') return false;
    }
    return true;
}

static const struct jwt_key *find_key(const struct jwt_ring *ring, struct str kid)
{
    for (size_t i = 0; i < ring->key_count; i++)
        if (str_eq(ring->keys[i].kid, kid)) return &ring->keys[i];
    return NULL;
}

enum status jwt_ring_parse(struct jwt_ring *ring, struct arena *arena, struct str text)
{
    struct str rest = text;

    ring->key_count = 0;
    while (rest.data != NULL) {
        struct str secret = str_trim(str_split(&rest, ','));
        struct str kid = str_split(&secret, ':');
        struct jwt_key *key = &ring->keys[ring->key_count];

        if (ring->key_count == JWT_KEYS_MAX || !is_kid(kid) || find_key(ring, kid) != NULL)
            return MC_BAD_INPUT;
        if (secret.data == NULL || base64url_decode(arena, secret, &key->secret) != MC_OK)
            return MC_BAD_INPUT;
        if (key->secret.size < JWT_SECRET_BYTES_MIN || key->secret.size > JWT_SECRET_BYTES_MAX)
            return MC_BAD_INPUT;
        key->kid = arena_str(arena, kid);
        ring->key_count++;
    }
    return ring->key_count > 0 ? MC_OK : MC_BAD_INPUT;
}

static void mac_of(const struct jwt_key *key, struct str text, unsigned char ret_mac[MAC_BYTES])
{
    unsigned int size = 0;

    MC_ASSERT(key->secret.data != NULL && key->secret.size >= JWT_SECRET_BYTES_MIN);
    MC_ASSERT(HMAC(EVP_sha256(), key->secret.data, (int)key->secret.size,
                   (const unsigned char *)text.data, text.size, ret_mac, &size) != NULL);
    MC_ASSERT(size == MAC_BYTES);
}

/* ---- signing ---- */

static bool is_claim(struct str text)
{
    return text.size > 0 && text.size <= JWT_CLAIM_BYTES_MAX && utf8_check(text) == text.size &&
           memchr(text.data, '\0', text.size) == NULL;
}

static struct str header_of(const struct jwt_key *key, struct arena *arena)
{
    return arena_printf(arena, "{\"alg\":\"HS256\",\"typ\":\"at+jwt\",\"kid\":\"%.*s\"}",
                        STR_PRINT(key->kid));
}

static void write_payload(struct buf *out, const struct jwt_ring *ring,
                          const struct jwt_access *access)
{
    struct json_out json = json_out(out);

    json_object_open(&json);
    json_key(&json, "iss");
    json_str(&json, ring->issuer);
    json_key(&json, "aud");
    json_str(&json, ring->audience);
    json_key(&json, "sub");
    json_str(&json, access->subject);
    json_key(&json, "sid");
    json_str(&json, access->session);
    json_key(&json, "kind");
    json_str(&json, access->kind);
    json_key(&json, "iat");
    json_i64(&json, access->issued_s);
    json_key(&json, "exp");
    json_i64(&json, access->expires_s);
    json_object_close(&json);
}

enum status jwt_sign_access(const struct jwt_ring *ring, const struct jwt_access *access,
                            struct arena *arena, struct str *ret_token)
{
    const struct jwt_key *key = &ring->keys[0];
    unsigned char mac[MAC_BYTES];
    struct str header, payload, text, signature;
    struct buf json;

    if (ring->key_count == 0) return MC_INTERNAL;
    if (!is_claim(access->subject) || !is_claim(access->session) || !is_claim(access->kind) ||
        access->expires_s <= access->issued_s ||
        access->expires_s - access->issued_s > JWT_LIFE_S_MAX)
        return MC_BAD_INPUT;
    buf_init(&json, JWT_TOKEN_BYTES_MAX);
    write_payload(&json, ring, access);
    header = base64url_encode(arena, header_of(key, arena));
    payload = base64url_encode(arena, buf_str(&json));
    text = arena_printf(arena, "%.*s.%.*s", STR_PRINT(header), STR_PRINT(payload));
    buf_done(&json);
    mac_of(key, text, mac);
    signature = base64url_encode(arena, (struct str){ (const char *)mac, sizeof(mac) });
    text = arena_printf(arena, "%.*s.%.*s", STR_PRINT(text), STR_PRINT(signature));
    if (text.size > JWT_TOKEN_BYTES_MAX) return MC_BAD_INPUT;
    *ret_token = text;
    return MC_OK;
}

/* ---- verifying ---- */

struct parts {
    struct str header, payload, mac;
    struct str text; /* what the MAC is over */
};

static bool split_token(struct str token, struct arena *arena, struct parts *ret_parts)
{
    struct str rest = token, header, payload;

    if (token.size == 0 || token.size > JWT_TOKEN_BYTES_MAX) return false;
    header = str_split(&rest, '.');
    payload = str_split(&rest, '.');
    if (rest.data == NULL) return false;
    ret_parts->text = (struct str){ token.data, header.size + 1 + payload.size };
    return base64url_decode(arena, header, &ret_parts->header) == MC_OK &&
           base64url_decode(arena, payload, &ret_parts->payload) == MC_OK &&
           base64url_decode(arena, rest, &ret_parts->mac) == MC_OK;
}

static json_t *read_object(struct str text)
{
    json_t *json = json_loadb(text.data, text.size, JSON_REJECT_DUPLICATES, NULL);

    if (json_is_object(json)) return json;
    json_decref(json);
    return NULL;
}

static struct str text_member(const json_t *object, const char *name)
{
    return str_of(json_string_value(json_object_get(object, name)));
}

/* Exactly alg, typ and kid, each as we write it: no jku, jwk, x5u, crit, b64, zip, ... */
static const struct jwt_key *key_of_header(const struct jwt_ring *ring, struct str text)
{
    json_t *header = read_object(text);
    const struct jwt_key *key = NULL;
    struct str kid = text_member(header, "kid");

    if (json_object_size(header) == 3 && str_is(text_member(header, "alg"), "HS256") &&
        str_is(text_member(header, "typ"), "at+jwt") && is_kid(kid))
        key = find_key(ring, kid);
    json_decref(header);
    return key;
}

static bool text_claim(const json_t *payload, const char *name, struct arena *arena,
                       struct str *ret_text)
{
    struct str text = text_member(payload, name);

    if (text.size == 0 || text.size > JWT_CLAIM_BYTES_MAX) return false;
    *ret_text = arena_str(arena, text);
    return true;
}

static bool time_claim(const json_t *payload, const char *name, int64_t *ret_time_s)
{
    const json_t *value = json_object_get(payload, name);

    if (!json_is_integer(value) || json_integer_value(value) < 0) return false;
    *ret_time_s = json_integer_value(value);
    return true;
}

static bool is_in_time(const json_t *payload, int64_t now_s, struct jwt_access *access)
{
    int64_t not_before_s = 0;

    if (!time_claim(payload, "iat", &access->issued_s) ||
        !time_claim(payload, "exp", &access->expires_s))
        return false;
    if (json_object_get(payload, "nbf") != NULL && !time_claim(payload, "nbf", &not_before_s))
        return false;
    if (access->issued_s > now_s + JWT_SKEW_S || not_before_s > now_s + JWT_SKEW_S) return false;
    return access->expires_s > access->issued_s &&
           access->expires_s - access->issued_s <= JWT_LIFE_S_MAX &&
           access->expires_s > now_s - JWT_SKEW_S;
}

enum status jwt_verify_access(const struct jwt_ring *ring, struct str token, int64_t now_s,
                              struct arena *arena, struct jwt_access *ret_access)
{
    struct parts parts;
    struct jwt_access access = { 0 };
    unsigned char mac[MAC_BYTES];
    const struct jwt_key *key;
    json_t *payload;
    bool good;

    if (!split_token(token, arena, &parts)) return MC_UNAUTHENTICATED;
    key = key_of_header(ring, parts.header);
    if (key == NULL || parts.mac.size != MAC_BYTES) return MC_UNAUTHENTICATED;
    mac_of(key, parts.text, mac);
    if (CRYPTO_memcmp(mac, parts.mac.data, MAC_BYTES) != 0) return MC_UNAUTHENTICATED;
    payload = read_object(parts.payload);
    good = payload != NULL && str_eq(text_member(payload, "iss"), ring->issuer) &&
           str_eq(text_member(payload, "aud"), ring->audience) &&
           is_in_time(payload, now_s, &access) &&
           text_claim(payload, "sub", arena, &access.subject) &&
           text_claim(payload, "sid", arena, &access.session) &&
           text_claim(payload, "kind", arena, &access.kind);
    json_decref(payload);
    if (!good) return MC_UNAUTHENTICATED;
    *ret_access = access;
    return MC_OK;
}
