#include "webhook_secret.h"

#include "base/uuid.h"
#include "io/cell.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <string.h>
#include <sys/random.h>

enum { BASE64_BYTES = (WEBHOOK_SECRET_BYTES + 2) / 3 * 4 };

enum status webhook_secret_new(const struct key_ring *ring, struct arena *arena,
                               struct webhook_secret *ret_secret)
{
    struct webhook_secret secret = { .id = uuid_random(arena) };
    const struct cell_place place = { "webhook_secret", "secret", secret.id };
    unsigned char bytes[WEBHOOK_SECRET_BYTES], text[BASE64_BYTES + 1];
    enum status status;

    MC_ASSERT(getrandom(bytes, sizeof(bytes), 0) == (ssize_t)sizeof(bytes));
    MC_ASSERT(EVP_EncodeBlock(text, bytes, sizeof(bytes)) == BASE64_BYTES);
    secret.shown = arena_printf(arena, "whsec_%s", (const char *)text);
    status = cell_seal(ring, &place, (struct str){ (const char *)bytes, sizeof(bytes) }, arena,
                       &secret.sealed);
    OPENSSL_cleanse(bytes, sizeof(bytes));
    OPENSSL_cleanse(text, sizeof(text));
    if (status == MC_OK) *ret_secret = secret;
    return status;
}
