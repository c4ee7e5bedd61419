#include "sha256.h"

#include "base/status.h"

#include <openssl/evp.h>

struct str sha256_text(struct str bytes, char text[SHA256_TEXT_BYTES])
{
    static const char digits[] = "0123456789abcdef";
    unsigned char digest[SHA256_TEXT_BYTES / 2];

    MC_ASSERT(EVP_Digest(bytes.data, bytes.size, digest, NULL, EVP_sha256(), NULL) == 1);
    for (size_t i = 0; i < sizeof(digest); i++) {
        text[2 * i] = digits[digest[i] >> 4];
        text[2 * i + 1] = digits[digest[i] & 15];
    }
    return (struct str){ text, SHA256_TEXT_BYTES };
}
