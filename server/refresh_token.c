#include "refresh_token.h"

#include "base/base64.h"

#include <openssl/crypto.h>
#include <openssl/hmac.h>

enum {
    SESSION_BYTES = 16,
    HEAD_BYTES = SESSION_BYTES + 4,
    MAC_BYTES = 32,
    TOKEN_BYTES = HEAD_BYTES + MAC_BYTES,
    TOKEN_TEXT_BYTES = (TOKEN_BYTES * 4 + 2) / 3,
};

static void mac_of(const struct ring_key *key, const unsigned char *head,
                   unsigned char ret_mac[MAC_BYTES])
{
    MC_ASSERT(HMAC(EVP_sha256(), key->bytes, KEY_BYTES, head, HEAD_BYTES, ret_mac, NULL) != NULL);
}

static int digit_of(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return -1;
}

/* The 32 digits of a UUID, hyphens apart. */
static void write_session(struct str session, unsigned char *bytes)
{
    size_t digits = 0;

    for (size_t i = 0; i < session.size && digits < (size_t)2 * SESSION_BYTES; i++) {
        int digit = digit_of(session.data[i]);

        if (digit < 0) continue;
        bytes[digits / 2] = (unsigned char)(bytes[digits / 2] << 4 | digit);
        digits++;
    }
    MC_ASSERT(digits == (size_t)2 * SESSION_BYTES);
}

struct str refresh_token_make(const struct key_ring *ring, struct str session, int64_t generation,
                              struct arena *arena)
{
    unsigned char token[TOKEN_BYTES] = { 0 };

    write_session(session, token);
    for (int i = 0; i < 4; i++)
        token[SESSION_BYTES + i] = (unsigned char)(generation >> (24 - 8 * i));
    mac_of(key_ring_current(ring, KEY_REFRESH), token, token + HEAD_BYTES);
    return base64url_encode(arena, (struct str){ (const char *)token, sizeof(token) });
}

static bool is_ours(const struct key_ring *ring, const unsigned char *token)
{
    unsigned char mac[MAC_BYTES];

    for (size_t i = 0; i < ring->purposes[KEY_REFRESH].count; i++) {
        mac_of(&ring->purposes[KEY_REFRESH].keys[i], token, mac);
        if (CRYPTO_memcmp(mac, token + HEAD_BYTES, MAC_BYTES) == 0) return true;
    }
    return false;
}

enum status refresh_token_read(const struct key_ring *ring, struct str text, struct arena *arena,
                               struct str *ret_session, int64_t *ret_generation)
{
    const unsigned char *token;
    struct str bytes;
    struct buf session;

    if (text.size != TOKEN_TEXT_BYTES || base64url_decode(arena, text, &bytes) != MC_OK ||
        bytes.size != TOKEN_BYTES || !is_ours(ring, (const unsigned char *)bytes.data))
        return MC_UNAUTHENTICATED;
    token = (const unsigned char *)bytes.data;
    buf_init(&session, 64);
    for (int i = 0; i < SESSION_BYTES; i++)
        buf_printf(&session, "%s%02x", i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "", token[i]);
    *ret_session = arena_str(arena, buf_str(&session));
    buf_done(&session);
    *ret_generation = 0;
    for (int i = 0; i < 4; i++)
        *ret_generation = *ret_generation << 8 | token[SESSION_BYTES + i];
    return MC_OK;
}
