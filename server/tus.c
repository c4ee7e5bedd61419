#include "tus.h"

#include "base/base64.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

enum { NUMBER_DIGITS_MAX = 18 };

enum status tus_number(struct str text, int64_t *ret_number)
{
    if (text.size == 0 || text.size > NUMBER_DIGITS_MAX) return MC_BAD_INPUT;
    for (size_t i = 0; i < text.size; i++)
        if (text.data[i] < '0' || text.data[i] > '9') return MC_BAD_INPUT;
    return str_to_i64(text, ret_number);
}

/* Base64 with its padding (RFC 4648, section 4), which is base64url in other letters. */
static enum status base64_decode(struct str text, struct arena *arena, struct str *ret_bytes)
{
    char *plain = arena_alloc(arena, text.size + 1);
    size_t size = text.size;

    if (text.size % 4 != 0) return MC_BAD_INPUT;
    for (int i = 0; i < 2 && size > 0 && text.data[size - 1] == '='; i++)
        size--;
    for (size_t i = 0; i < size; i++) {
        char c = text.data[i];

        if (c == '-' || c == '_') return MC_BAD_INPUT;
        plain[i] = (char)(c == '+' ? '-' : c == '/' ? '_' : c);
    }
    return base64url_decode(arena, (struct str){ plain, size }, ret_bytes);
}

enum status tus_file_type(struct str metadata, struct arena *arena, struct str *ret_type)
{
    struct str found = STR_NONE;

    if (metadata.size > TUS_METADATA_BYTES_MAX) return MC_BAD_INPUT;
    while (metadata.size > 0) {
        struct str value = str_trim(str_split(&metadata, ','));
        struct str key = str_split(&value, ' ');

        if (key.size == 0) return MC_BAD_INPUT;
        if (!str_is(key, "filetype")) continue;
        if (found.data != NULL) return MC_BAD_INPUT;
        if (base64_decode(value.data == NULL ? STR("") : value, arena, &found) != MC_OK)
            return MC_BAD_INPUT;
    }
    *ret_type = found;
    return MC_OK;
}

enum status tus_checksum_read(struct str text, struct arena *arena,
                              struct tus_checksum *ret_checksum)
{
    static const struct {
        const char *word, *algorithm;
        size_t digest_bytes;
    } algorithms[] = {
        { "sha1", "SHA1", 20 },
        { "sha256", "SHA256", 32 },
    };
    struct str value = text, word = str_split(&value, ' ');

    if (value.data == NULL) return MC_BAD_INPUT;
    for (size_t i = 0; i < sizeof(algorithms) / sizeof(algorithms[0]); i++) {
        struct tus_checksum checksum = { algorithms[i].algorithm, STR_NONE };

        if (!str_is(word, algorithms[i].word)) continue;
        if (base64_decode(value, arena, &checksum.digest) != MC_OK ||
            checksum.digest.size != algorithms[i].digest_bytes)
            return MC_BAD_INPUT;
        *ret_checksum = checksum;
        return MC_OK;
    }
    return MC_BAD_INPUT;
}

bool tus_checksum_fits(const struct tus_checksum *checksum, struct str bytes)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned size = 0;

    MC_ASSERT(EVP_Digest(bytes.data == NULL ? "" : bytes.data, bytes.size, digest, &size,
                         EVP_get_digestbyname(checksum->algorithm), NULL) == 1);
    return size == checksum->digest.size && CRYPTO_memcmp(digest, checksum->digest.data, size) == 0;
}
