/* Tokens for others, by libjwt: they ask for plain "typ":"JWT", which is what it writes. */
#include "io/jwt.h"

#include <jwt.h>

#include <stdlib.h>

static int add_claims(jwt_t *jwt, const struct jwt_claim *claims, struct arena *arena)
{
    int failed = 0;

    for (; claims->name != NULL && failed == 0; claims++) {
        if (claims->text.data == NULL)
            failed = jwt_add_grant_int(jwt, claims->name, (long)claims->number);
        else
            failed = jwt_add_grant(jwt, claims->name, arena_str(arena, claims->text).data);
    }
    return failed;
}

static enum status encode(jwt_t *jwt, struct arena *arena, struct str *ret_token)
{
    char *token = jwt_encode_str(jwt);

    if (token == NULL) return MC_INTERNAL;
    *ret_token = arena_str(arena, str_of(token));
    free(token);
    return MC_OK;
}

enum status jwt_sign(const struct jwt_signer *signer, const struct jwt_claim *claims,
                     struct arena *arena, struct str *ret_token)
{
    static const jwt_alg_t algorithms[] = {
        [JWT_ES256] = JWT_ALG_ES256, [JWT_RS256] = JWT_ALG_RS256
    };
    enum status status = MC_INTERNAL;
    jwt_t *jwt = NULL;

    if (signer->pem.size == 0 || jwt_new(&jwt) != 0) return MC_INTERNAL;
    if (jwt_set_alg(jwt, algorithms[signer->algorithm], (const unsigned char *)signer->pem.data,
                    (int)signer->pem.size) == 0 &&
        (signer->kid == NULL || jwt_add_header(jwt, "kid", signer->kid) == 0))
        status = add_claims(jwt, claims, arena) == 0 ? encode(jwt, arena, ret_token) : MC_BAD_INPUT;
    jwt_free(jwt);
    return status;
}
