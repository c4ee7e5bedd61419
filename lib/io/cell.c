#include "io/cell.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <sys/random.h>

enum { KEY_AT = 1, NONCE_AT = 3, NONCE_BYTES = 12, TEXT_AT = 15, TAG_BYTES = 16 };

/* Each part behind its length: no two places read alike. */
static struct str place_bytes(const struct cell_place *place, struct arena *arena)
{
    struct str table = str_of(place->table), column = str_of(place->column);

    return arena_printf(arena, "%zu:%.*s%zu:%.*s%zu:%.*s", table.size, STR_PRINT(table),
                        column.size, STR_PRINT(column), place->row.size, STR_PRINT(place->row));
}

/* One pass of the cipher, tag apart. False when OpenSSL refuses, and for opening when the tag is
 * not right. */
struct pass {
    const unsigned char *key, *nonce;
    struct str place, in;
    unsigned char *out, *tag;
    bool seals;
};

static bool run_cipher(EVP_CIPHER_CTX *context, const struct pass *pass)
{
    int seals = pass->seals ? 1 : 0, size = 0;

    return EVP_CipherInit_ex(context, EVP_aes_256_gcm(), NULL, pass->key, pass->nonce, seals) ==
               1 &&
           EVP_CipherUpdate(context, NULL, &size, (const unsigned char *)pass->place.data,
                            (int)pass->place.size) == 1 &&
           EVP_CipherUpdate(context, pass->out, &size, (const unsigned char *)pass->in.data,
                            (int)pass->in.size) == 1 &&
           (pass->seals ||
            EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_SET_TAG, TAG_BYTES, pass->tag) == 1) &&
           EVP_CipherFinal_ex(context, pass->out + pass->in.size, &size) == 1 &&
           (!pass->seals ||
            EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_GET_TAG, TAG_BYTES, pass->tag) == 1);
}

static bool run_pass(const struct pass *pass)
{
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    bool good;

    MC_ASSERT(context != NULL);
    good = run_cipher(context, pass);
    EVP_CIPHER_CTX_free(context);
    ERR_clear_error();
    return good;
}

enum status cell_seal(const struct key_ring *ring, const struct cell_place *place, struct str plain,
                      struct arena *arena, struct str *ret_sealed)
{
    const struct ring_key *key = key_ring_current(ring, KEY_CELL);
    size_t size = CELL_OVERHEAD_BYTES + plain.size;
    unsigned char *sealed;

    if (plain.size > CELL_PLAIN_BYTES_MAX) return MC_LIMIT;
    sealed = arena_alloc(arena, size);
    sealed[0] = CELL_VERSION;
    sealed[KEY_AT] = (unsigned char)(key->id >> 8);
    sealed[KEY_AT + 1] = (unsigned char)(key->id & 0xff);
    MC_ASSERT(getrandom(sealed + NONCE_AT, NONCE_BYTES, 0) == NONCE_BYTES);
    const struct pass pass = { .key = key->bytes,
                               .nonce = sealed + NONCE_AT,
                               .place = place_bytes(place, arena),
                               .in = plain,
                               .out = sealed + TEXT_AT,
                               .tag = sealed + TEXT_AT + plain.size,
                               .seals = true };

    if (!run_pass(&pass)) return MC_INTERNAL;
    *ret_sealed = (struct str){ (const char *)sealed, size };
    return MC_OK;
}

static uint16_t key_id_of(struct str sealed)
{
    const unsigned char *bytes = (const unsigned char *)sealed.data;

    return (uint16_t)(bytes[KEY_AT] << 8 | bytes[KEY_AT + 1]);
}

static bool is_cell(struct str sealed)
{
    return sealed.size >= CELL_OVERHEAD_BYTES &&
           sealed.size <= CELL_OVERHEAD_BYTES + CELL_PLAIN_BYTES_MAX &&
           sealed.data[0] == CELL_VERSION;
}

enum status cell_open(const struct key_ring *ring, const struct cell_place *place,
                      struct str sealed, struct arena *arena, struct str *ret_plain)
{
    const unsigned char *bytes = (const unsigned char *)sealed.data;
    const struct ring_key *key;
    unsigned char tag[TAG_BYTES], *plain;
    size_t size = sealed.size - CELL_OVERHEAD_BYTES;

    if (!is_cell(sealed)) return MC_INVALID;
    key = key_ring_find(ring, KEY_CELL, key_id_of(sealed));
    if (key == NULL) return MC_NOT_FOUND;
    memcpy(tag, bytes + TEXT_AT + size, TAG_BYTES);
    plain = arena_alloc(arena, size + 1);
    const struct pass pass = { .key = key->bytes,
                               .nonce = bytes + NONCE_AT,
                               .place = place_bytes(place, arena),
                               .in = { sealed.data + TEXT_AT, size },
                               .out = plain,
                               .tag = tag };

    if (!run_pass(&pass)) return MC_INVALID;
    *ret_plain = (struct str){ (const char *)plain, size };
    return MC_OK;
}

bool cell_is_current(const struct key_ring *ring, struct str sealed)
{
    return is_cell(sealed) && key_id_of(sealed) == key_ring_current(ring, KEY_CELL)->id;
}

struct str blind_index(const struct key_ring *ring, const char *purpose, struct str value,
                       struct arena *arena)
{
    const struct ring_key *key = key_ring_current(ring, KEY_INDEX);
    struct str text = arena_printf(arena, "%zu:%s%.*s", strlen(purpose), purpose, STR_PRINT(value));
    unsigned char *index = arena_alloc(arena, BLIND_INDEX_BYTES);

    MC_ASSERT(HMAC(EVP_sha256(), key->bytes, KEY_BYTES, (const unsigned char *)text.data, text.size,
                   index, NULL) != NULL);
    return (struct str){ (const char *)index, BLIND_INDEX_BYTES };
}
