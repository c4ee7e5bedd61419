/* Tokens and key rings of any bytes. The first byte says what the rest is: 't' a token, 'k' a ring,
 * 'p' a header and a payload, parted by a newline, that get a true MAC. What is taken keeps the
 * promises of jwt.h. */
#include "base/base64.h"
#include "io/jwt.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#define SECRET "0123456789abcdef0123456789abcdef"

static const int64_t now_s = 1795000000;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t data_bytes);

static void verify(struct arena *arena, struct str token)
{
    struct jwt_ring ring = { .keys = { { STR("k"), STR(SECRET) } },
                             .key_count = 1,
                             .issuer = STR("i"),
                             .audience = STR("a") };
    struct jwt_access access;

    if (jwt_verify_access(&ring, token, now_s, arena, &access) != MC_OK) return;
    MC_ASSERT(token.size <= JWT_TOKEN_BYTES_MAX);
    MC_ASSERT(access.subject.size > 0 && access.subject.size <= JWT_CLAIM_BYTES_MAX);
    MC_ASSERT(access.session.size > 0 && access.session.size <= JWT_CLAIM_BYTES_MAX);
    MC_ASSERT(access.kind.size > 0 && access.kind.size <= JWT_CLAIM_BYTES_MAX);
    MC_ASSERT(access.issued_s >= 0 && access.expires_s > access.issued_s);
    MC_ASSERT(access.expires_s - access.issued_s <= JWT_LIFE_S_MAX);
    MC_ASSERT(access.expires_s > now_s - JWT_SKEW_S && access.issued_s <= now_s + JWT_SKEW_S);
}

static struct str sign(struct arena *arena, struct str header, struct str payload)
{
    struct str head = base64url_encode(arena, header), body = base64url_encode(arena, payload);
    struct str text = arena_printf(arena, "%.*s.%.*s", STR_PRINT(head), STR_PRINT(body)), end;
    unsigned char mac[EVP_MAX_MD_SIZE];
    unsigned int size = 0;

    MC_ASSERT(HMAC(EVP_sha256(), SECRET, sizeof(SECRET) - 1, (const unsigned char *)text.data,
                   text.size, mac, &size) != NULL);
    end = base64url_encode(arena, (struct str){ (const char *)mac, size });
    return arena_printf(arena, "%.*s.%.*s", STR_PRINT(text), STR_PRINT(end));
}

static void parse_ring(struct arena *arena, struct str text)
{
    struct jwt_ring ring = { 0 };

    if (jwt_ring_parse(&ring, arena, text) != MC_OK) return;
    MC_ASSERT(ring.key_count >= 1 && ring.key_count <= JWT_KEYS_MAX);
    for (size_t i = 0; i < ring.key_count; i++)
        MC_ASSERT(ring.keys[i].secret.size >= JWT_SECRET_BYTES_MIN && ring.keys[i].kid.size > 0 &&
                  ring.keys[i].kid.size <= JWT_KID_BYTES_MAX);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t data_bytes)
{
    struct arena arena;
    struct str rest, header;

    if (data_bytes < 1) return 0;
    arena_init(&arena, (size_t)1 << 24);
    rest = (struct str){ (const char *)data + 1, data_bytes - 1 };
    if (data[0] == 'k') {
        parse_ring(&arena, rest);
    } else if (data[0] == 'p') {
        header = str_split(&rest, '\n');
        verify(&arena, sign(&arena, header, rest.data == NULL ? STR("") : rest));
    } else {
        verify(&arena, rest);
    }
    arena_done(&arena);
    return 0;
}
