#include "assertion.h"

#include "base/base64.h"
#include "io/jwt_foreign.h"

static struct str unverified_issuer(struct str token, struct arena *arena)
{
    struct str rest = token, payload, issuer;
    json_t *claims;

    (void)str_split(&rest, '.');
    payload = rest.data == NULL ? STR_NONE : str_split(&rest, '.');
    if (payload.data == NULL || base64url_decode(arena, payload, &payload) != MC_OK)
        return STR_NONE;
    claims = json_loadb(payload.data, payload.size, JSON_REJECT_DUPLICATES, NULL);
    issuer = arena_str(arena, jwt_foreign_text(claims, "iss"));
    json_decref(claims);
    return issuer;
}

enum status assertion_read(struct assertion *assertion, struct arena *arena, struct str token)
{
    *assertion = (struct assertion){ .token = token };
    if (token.size == 0 || token.size > JWT_FOREIGN_BYTES_MAX) return MC_UNAUTHENTICATED;
    assertion->client = unverified_issuer(token, arena);
    assertion->kid = jwt_foreign_kid(token, arena);
    return assertion->client.data == NULL || assertion->kid.data == NULL ? MC_UNAUTHENTICATED
                                                                         : MC_OK;
}

static enum status keep_claims(struct assertion *assertion, struct arena *arena,
                               const json_t *claims, const char **ret_why)
{
    *ret_why = "sub";
    if (!str_eq(jwt_foreign_text(claims, "sub"), assertion->client)) return MC_UNAUTHENTICATED;
    assertion->jti = arena_str(arena, jwt_foreign_text(claims, "jti"));
    assertion->expires_s = json_integer_value(json_object_get(claims, "exp"));
    return MC_OK;
}

enum status assertion_verify(struct assertion *assertion, struct arena *arena,
                             const struct assertion_check *check, const char **ret_why)
{
    static const char *const types[] = { "client-authentication+jwt", "JWT", "", NULL };
    const struct jwt_expected expected = { .types = types,
                                           .issuer = assertion->client,
                                           .audience = check->audience,
                                           .now_s = check->now_s,
                                           .skew_s = ASSERTION_SKEW_S,
                                           .life_s_max = ASSERTION_LIFE_S_MAX,
                                           .must_have_jti = true };
    struct jwks jwks;
    json_t *claims;
    enum status status;

    *ret_why = "key";
    if (jwks_parse(&jwks, arena, arena_printf(arena, "{\"keys\":[%.*s]}", STR_PRINT(check->jwk))) !=
        MC_OK)
        return MC_UNAUTHENTICATED;
    status = jwt_foreign_verify(&jwks, assertion->token, &expected, &claims, ret_why);
    jwks_done(&jwks);
    if (status != MC_OK) return status;
    status = keep_claims(assertion, arena, claims, ret_why);
    json_decref(claims);
    return status;
}
