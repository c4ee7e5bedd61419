#include "tracking_code.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <string.h>
#include <sys/random.h>

/* 26 characters of 5 bits hold 130: the first has three of the code's. */
enum { CHARACTERS = 26, BITS = 5, GROUP = 4, FIRST_BITS = 3 };

static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
static const char purpose[] = "motcua tracking code";

static unsigned bit_at(const unsigned char *bytes, size_t at)
{
    return (unsigned)(bytes[at / 8] >> (7 - at % 8)) & 1;
}

struct str tracking_code_write(const unsigned char bytes[TRACKING_CODE_BYTES],
                               char text[TRACKING_CODE_TEXT_BYTES])
{
    size_t size = 0, bit = 0;

    for (size_t i = 0; i < CHARACTERS; i++) {
        unsigned value = 0;

        if (i > 0 && i % GROUP == 0) text[size++] = '-';
        for (size_t left = i == 0 ? FIRST_BITS : BITS; left > 0; left--)
            value = value << 1 | bit_at(bytes, bit++);
        text[size++] = alphabet[value];
    }
    return (struct str){ text, size };
}

/* -1: stands for nothing. */
static int value_of(char letter)
{
    const char *at;

    if (letter >= 'a' && letter <= 'z') letter = (char)(letter - 'a' + 'A');
    if (letter == 'O') letter = '0';
    if (letter == 'I' || letter == 'L') letter = '1';
    at = letter == '\0' ? NULL : strchr(alphabet, letter);
    return at == NULL ? -1 : (int)(at - alphabet);
}

static void put(unsigned char *bytes, size_t *bit, int value, size_t bits)
{
    for (size_t left = bits; left > 0; left--, (*bit)++)
        if ((value >> (left - 1) & 1) != 0) bytes[*bit / 8] |= (unsigned char)(1 << (7 - *bit % 8));
}

enum status tracking_code_read(struct str text, unsigned char ret_bytes[TRACKING_CODE_BYTES])
{
    unsigned char bytes[TRACKING_CODE_BYTES] = { 0 };
    size_t count = 0, bit = 0;

    for (size_t i = 0; i < text.size; i++) {
        int value;

        if (text.data[i] == '-' || text.data[i] == ' ') continue;
        value = value_of(text.data[i]);
        if (value < 0 || count == CHARACTERS) return MC_BAD_INPUT;
        if (count == 0 && value >= 1 << FIRST_BITS) return MC_BAD_INPUT;
        put(bytes, &bit, value, count == 0 ? FIRST_BITS : BITS);
        count++;
    }
    if (count != CHARACTERS) return MC_BAD_INPUT;
    memcpy(ret_bytes, bytes, sizeof(bytes));
    return MC_OK;
}

/* With the purpose before it, 16 bytes are digested; what is no code digests as none at all. */
static struct str digest_of(const unsigned char *bytes, size_t size, struct arena *arena)
{
    unsigned char whole[sizeof(purpose) + TRACKING_CODE_BYTES] = { 0 };
    unsigned char *digest = arena_alloc(arena, TRACKING_CODE_DIGEST_BYTES);

    memcpy(whole, purpose, sizeof(purpose));
    memcpy(whole + sizeof(purpose), bytes, size);
    MC_ASSERT(EVP_Digest(whole, sizeof(purpose) + size, digest, NULL, EVP_sha256(), NULL) == 1);
    OPENSSL_cleanse(whole, sizeof(whole));
    return (struct str){ (const char *)digest, TRACKING_CODE_DIGEST_BYTES };
}

struct str tracking_code_digest(struct str text, struct arena *arena)
{
    unsigned char bytes[TRACKING_CODE_BYTES];

    if (tracking_code_read(text, bytes) != MC_OK) return digest_of(bytes, 0, arena);
    return digest_of(bytes, sizeof(bytes), arena);
}

void tracking_code_new(struct arena *arena, struct tracking_code *ret_code)
{
    unsigned char bytes[TRACKING_CODE_BYTES];
    char text[TRACKING_CODE_TEXT_BYTES];

    MC_ASSERT(getrandom(bytes, sizeof(bytes), 0) == (ssize_t)sizeof(bytes));
    ret_code->shown = arena_str(arena, tracking_code_write(bytes, text));
    ret_code->digest = digest_of(bytes, sizeof(bytes), arena);
    OPENSSL_cleanse(bytes, sizeof(bytes));
    OPENSSL_cleanse(text, sizeof(text));
}
