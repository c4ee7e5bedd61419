#include "paper_link.h"

#include "base/base64.h"
#include "form.h"
#include "tus.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

enum { MAC_BYTES = 32 };

static void mac_of(const struct ring_key *key, const struct paper_link *link, struct arena *arena,
                   unsigned char mac[MAC_BYTES])
{
    static const char label[] = "motcua link to a paper";
    unsigned char derived[MAC_BYTES];
    struct str text = arena_printf(arena, "%.*s|%.*s|%lld", STR_PRINT(link->paper),
                                   STR_PRINT(link->session), (long long)link->until_s);

    MC_ASSERT(HMAC(EVP_sha256(), key->bytes, KEY_BYTES, (const unsigned char *)label,
                   sizeof(label) - 1, derived, NULL) != NULL);
    MC_ASSERT(HMAC(EVP_sha256(), derived, MAC_BYTES, (const unsigned char *)text.data, text.size,
                   mac, NULL) != NULL);
    OPENSSL_cleanse(derived, sizeof(derived));
}

struct str paper_link_write(const struct key_ring *ring, const struct paper_link *link,
                            struct arena *arena)
{
    unsigned char mac[MAC_BYTES];
    struct str text;

    mac_of(key_ring_current(ring, KEY_REFRESH), link, arena, mac);
    text = base64url_encode(arena, (struct str){ (const char *)mac, sizeof(mac) });
    return arena_printf(arena, "/files/%.*s?by=%.*s&until=%lld&mac=%.*s", STR_PRINT(link->paper),
                        STR_PRINT(link->session), (long long)link->until_s, STR_PRINT(text));
}

static bool is_ours(const struct key_ring *ring, const struct paper_link *link, struct str mac,
                    struct arena *arena)
{
    unsigned char expected[MAC_BYTES];

    for (size_t i = 0; i < ring->purposes[KEY_REFRESH].count; i++) {
        mac_of(&ring->purposes[KEY_REFRESH].keys[i], link, arena, expected);
        if (CRYPTO_memcmp(expected, mac.data, MAC_BYTES) == 0) return true;
    }
    return false;
}

enum status paper_link_read(const struct key_ring *ring, struct str query, int64_t now_s,
                            struct arena *arena, struct paper_link *link)
{
    struct paper_link read = { .paper = link->paper };
    struct form form;
    struct str mac;

    if (!str_is_uuid(read.paper) || form_parse(&form, arena, query) != MC_OK) return MC_NOT_FOUND;
    read.session = form_text(&form, "by");
    if (!str_is_uuid(read.session) ||
        tus_number(form_text(&form, "until"), &read.until_s) != MC_OK ||
        base64url_decode(arena, form_text(&form, "mac"), &mac) != MC_OK || mac.size != MAC_BYTES ||
        !is_ours(ring, &read, mac, arena) || read.until_s <= now_s)
        return MC_NOT_FOUND;
    *link = read;
    return MC_OK;
}
