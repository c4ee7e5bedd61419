#include "public_key.h"

#include "io/jwks.h"

#include <jansson.h>

static bool is_object(struct str text)
{
    json_t *json = json_loadb(text.data, text.size, JSON_REJECT_DUPLICATES, NULL);
    bool object = json_is_object(json);

    json_decref(json);
    return object;
}

bool is_public_key(struct str jwk, struct arena *arena)
{
    struct jwks jwks;
    bool fits;

    if (jwk.size > PUBLIC_KEY_BYTES_MAX || !is_object(jwk)) return false;
    if (jwks_parse(&jwks, arena, arena_printf(arena, "{\"keys\":[%.*s]}", STR_PRINT(jwk))) != MC_OK)
        return false;
    fits = jwks.count == 1 && jwks.keys[0].kid.data != NULL;
    jwks_done(&jwks);
    return fits;
}
