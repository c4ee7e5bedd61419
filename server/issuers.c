#include "issuers.h"

#include <jansson.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include <stdio.h>

enum { FILE_BYTES_MAX = 65536, ARENA_BYTES_MAX = 1 << 20 };

/* ---- the file ---- */

static struct str read_file(const char *path, struct arena *arena)
{
    char *text = arena_alloc(arena, FILE_BYTES_MAX);
    FILE *file = fopen(path, "re");
    size_t size = 0;

    if (file == NULL) return STR_NONE;
    size = fread(text, 1, FILE_BYTES_MAX, file);
    (void)fclose(file);
    return size == 0 || size == FILE_BYTES_MAX ? STR_NONE : (struct str){ text, size };
}

/* A text that must be there; NULL otherwise. In the arena. */
static const char *text_of(const json_t *object, const char *name, struct arena *arena)
{
    const char *text = json_string_value(json_object_get(object, name));

    return text == NULL || text[0] == '\0' ? NULL : arena_str(arena, str_of(text)).data;
}

static bool read_list(const json_t *list, struct arena *arena, struct str *items, size_t *ret_count)
{
    const json_t *item;
    size_t i;

    *ret_count = 0;
    json_array_foreach(list, i, item)
    {
        if (!json_is_string(item) || i == ISSUER_REDIRECTS_MAX) return false;
        items[i] = arena_str(arena, str_of(json_string_value(item)));
        *ret_count = i + 1;
    }
    return list == NULL || json_is_array(list);
}

/* Beside the file that names it. */
static struct str read_key(const char *path, const char *name, struct arena *arena)
{
    const char *slash = strrchr(path, '/');
    int folder = slash == NULL ? 0 : (int)(slash - path) + 1;

    return read_file(arena_printf(arena, "%.*s%s", folder, path, name).data, arena);
}

/* A key that asks for a password has none. */
static int no_password(char *text, int size, int writing, void *data)
{
    (void)writing;
    (void)data;
    if (size > 0) text[0] = '\0';
    return 0;
}

static bool is_private_key(struct str pem)
{
    BIO *bio = pem.size == 0 ? NULL : BIO_new_mem_buf(pem.data, (int)pem.size);
    EVP_PKEY *key = bio == NULL ? NULL : PEM_read_bio_PrivateKey(bio, NULL, no_password, NULL);
    char curve[32];
    bool good = key != NULL && EVP_PKEY_get_group_name(key, curve, sizeof(curve), NULL) == 1 &&
                strcmp(curve, SN_X9_62_prime256v1) == 0;

    EVP_PKEY_free(key);
    BIO_free(bio);
    ERR_clear_error();
    return good;
}

static bool is_address(struct str text)
{
    return str_starts(text, STR("https://")) || str_starts(text, STR("http://"));
}

/* What is missing; NULL: nothing. */
static const char *read_issuer(struct issuer *issuer, const json_t *object, const char *path,
                               struct arena *arena)
{
    const json_t *claims = json_object_get(object, "claims");
    const char *people = text_of(object, "people", arena), *key = text_of(object, "key", arena);

    issuer->name = str_of(text_of(object, "name", arena));
    issuer->url = str_of(text_of(object, "issuer", arena));
    issuer->client_id = str_of(text_of(object, "clientId", arena));
    issuer->key_id = text_of(object, "keyId", arena);
    issuer->personal_no_claim = text_of(claims, "personalNo", arena);
    issuer->name_claim = text_of(claims, "name", arena);
    issuer->born_on_claim = text_of(claims, "bornOn", arena);
    if (issuer->name.data == NULL || issuer->name.size > 32) return "name";
    if (people == NULL || (strcmp(people, "CITIZENS") != 0 && strcmp(people, "OFFICERS") != 0))
        return "people";
    issuer->officers = strcmp(people, "OFFICERS") == 0;
    if (!is_address(issuer->url)) return "issuer";
    if (issuer->client_id.data == NULL) return "clientId";
    if (issuer->personal_no_claim == NULL || issuer->name_claim == NULL) return "claims";
    if (!read_list(json_object_get(object, "redirectUris"), arena, issuer->redirects,
                   &issuer->redirect_count) ||
        issuer->redirect_count == 0)
        return "redirectUris";
    if (!read_list(json_object_get(object, "secondFactor"), arena, issuer->second_factors,
                   &issuer->second_factor_count))
        return "secondFactor";
    if (key != NULL) issuer->key_pem = read_key(path, key, arena);
    return is_private_key(issuer->key_pem) ? NULL : "key";
}

static enum status read_issuers(struct issuers *issuers, const json_t *file, const char *path,
                                struct buf *why)
{
    const json_t *list = json_object_get(file, "issuers"), *object;
    size_t i;

    if (json_array_size(list) == 0) {
        buf_printf(why, "%s has no list of \"issuers\".\n", path);
        return MC_BAD_INPUT;
    }
    json_array_foreach(list, i, object)
    {
        const char *missing;

        if (i == ISSUERS_MAX) {
            buf_printf(why, "%s names more than %d issuers.\n", path, ISSUERS_MAX);
            return MC_BAD_INPUT;
        }
        arena_init(&issuers->items[i].published, ARENA_BYTES_MAX);
        arena_init(&issuers->items[i].keys_arena, ARENA_BYTES_MAX);
        issuers->count = i + 1;
        missing = read_issuer(&issuers->items[i], object, path, &issuers->arena);
        if (missing == NULL && issuers_find(issuers, issuers->items[i].name) != &issuers->items[i])
            missing = "name"; /* it is another one's */
        if (missing == NULL) continue;
        buf_printf(why, "issuer %zu of %s has no good \"%s\".\n", i + 1, path, missing);
        return MC_BAD_INPUT;
    }
    return MC_OK;
}

enum status issuers_load(struct issuers *issuers, const char *path, struct buf *why)
{
    json_t *file = NULL;
    enum status status;
    struct str text;

    *issuers = (struct issuers){ .count = 0 };
    arena_init(&issuers->arena, ARENA_BYTES_MAX);
    if (path[0] == '\0') return MC_OK;
    text = read_file(path, &issuers->arena);
    if (text.data != NULL) file = json_loadb(text.data, text.size, JSON_REJECT_DUPLICATES, NULL);
    if (file == NULL) {
        buf_printf(why, "%s cannot be read, or is no JSON (MOTCUA_ISSUERS_FILE).\n", path);
        return MC_UNAVAILABLE;
    }
    status = read_issuers(issuers, file, path, why);
    json_decref(file);
    return status;
}

void issuers_done(struct issuers *issuers)
{
    for (size_t i = 0; i < issuers->count; i++) {
        jwks_done(&issuers->items[i].keys);
        arena_done(&issuers->items[i].published);
        arena_done(&issuers->items[i].keys_arena);
    }
    arena_done(&issuers->arena);
}

/* ---- asked of an issuer ---- */

struct issuer *issuers_find(struct issuers *issuers, struct str name)
{
    for (size_t i = 0; i < issuers->count; i++)
        if (str_eq(issuers->items[i].name, name)) return &issuers->items[i];
    return NULL;
}

static bool list_has(const struct str *items, size_t count, struct str item)
{
    for (size_t i = 0; i < count; i++)
        if (str_eq(items[i], item)) return true;
    return false;
}

bool issuer_redirects_to(const struct issuer *issuer, struct str uri)
{
    return list_has(issuer->redirects, issuer->redirect_count, uri);
}

bool issuer_is_second_factor(const struct issuer *issuer, struct str acr)
{
    return acr.data != NULL && list_has(issuer->second_factors, issuer->second_factor_count, acr);
}

/* ---- what it publishes ---- */

enum status issuer_publish(struct issuer *issuer, struct str discovery, uint64_t now_ms)
{
    json_t *document = json_loadb(discovery.data, discovery.size, JSON_REJECT_DUPLICATES, NULL);
    struct str named = str_of(json_string_value(json_object_get(document, "issuer")));
    struct str token = str_of(json_string_value(json_object_get(document, "token_endpoint")));
    struct str keys = str_of(json_string_value(json_object_get(document, "jwks_uri")));
    bool good = str_eq(named, issuer->url) && is_address(token) && is_address(keys);

    if (good) {
        arena_reset(&issuer->published);
        issuer->token_endpoint = arena_str(&issuer->published, token).data;
        issuer->jwks_uri = arena_str(&issuer->published, keys).data;
        issuer->published_ms = now_ms;
    }
    json_decref(document);
    return good ? MC_OK : MC_UNAVAILABLE;
}

enum status issuer_set_keys(struct issuer *issuer, struct str text, uint64_t now_ms)
{
    struct arena arena;
    struct jwks keys;

    arena_init(&arena, ARENA_BYTES_MAX);
    issuer->keys_ms = now_ms;
    if (jwks_parse(&keys, &arena, text) != MC_OK) {
        arena_done(&arena);
        return MC_UNAVAILABLE;
    }
    jwks_done(&issuer->keys);
    arena_done(&issuer->keys_arena);
    issuer->keys_arena = arena;
    issuer->keys = keys;
    return MC_OK;
}
