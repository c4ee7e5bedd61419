#include "io/jwt_foreign.h"

#include "base/base64.h"

struct parts {
    struct str header, payload, signature;
    struct str signed_text;
};

static bool split(struct str token, struct arena *arena, struct parts *ret_parts)
{
    struct str rest = token, header, payload;

    if (token.size == 0 || token.size > JWT_FOREIGN_BYTES_MAX) return false;
    header = str_split(&rest, '.');
    payload = str_split(&rest, '.');
    if (rest.data == NULL) return false;
    ret_parts->signed_text = (struct str){ token.data, header.size + 1 + payload.size };
    return base64url_decode(arena, header, &ret_parts->header) == MC_OK &&
           base64url_decode(arena, payload, &ret_parts->payload) == MC_OK &&
           base64url_decode(arena, rest, &ret_parts->signature) == MC_OK;
}

static json_t *read_object(struct str text)
{
    json_t *json = json_loadb(text.data, text.size, JSON_REJECT_DUPLICATES, NULL);

    if (json_is_object(json)) return json;
    json_decref(json);
    return NULL;
}

struct str jwt_foreign_text(const json_t *claims, const char *name)
{
    const json_t *value = json_object_get(claims, name);
    struct str text = { json_string_value(value), json_string_length(value) };

    /* jansson refuses NUL in a text unless told otherwise. */
    return text.size >= 1 && text.size <= JWT_FOREIGN_TEXT_BYTES_MAX ? text : STR_NONE;
}

/* ---- header ---- */

static bool has_only_known(const json_t *header)
{
    static const char *const known[] = { "alg", "typ", "kid" };
    size_t count = 0;

    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
        count += json_object_get(header, known[i]) != NULL;
    return count == json_object_size(header);
}

static bool is_type(const json_t *header, const char *const *types)
{
    const json_t *typ = json_object_get(header, "typ");
    const char *type = typ == NULL ? "" : json_string_value(typ);

    for (; type != NULL && *types != NULL; types++)
        if (str_eq_nocase(str_of(type), str_of(*types))) return true;
    return false;
}

static const char *check_header(const json_t *header, const struct jwks *jwks,
                                const struct jwt_expected *expected, const struct jwk **ret_key)
{
    const json_t *kid = json_object_get(header, "kid");

    if (header == NULL || !has_only_known(header)) return "header";
    if (!is_type(header, expected->types)) return "typ";
    if (kid != NULL && !json_is_string(kid)) return "kid";
    *ret_key = jwks_find(jwks, kid == NULL ? STR_NONE : jwt_foreign_text(header, "kid"));
    if (*ret_key == NULL || (kid != NULL && (*ret_key)->kid.data == NULL)) return "kid";
    if (!str_is(jwt_foreign_text(header, "alg"), jws_algorithm_name((*ret_key)->algorithm)))
        return "alg";
    return NULL;
}

/* ---- claims ---- */

static bool names_audience(const json_t *claims, const struct jwt_expected *expected)
{
    const json_t *audience = json_object_get(claims, "aud"), *one;
    size_t i;

    if (json_is_string(audience))
        return str_eq(jwt_foreign_text(claims, "aud"), expected->audience);
    if (!expected->audience_list) return false;
    json_array_foreach(audience, i, one)
    {
        if (json_is_string(one) && str_eq(str_of(json_string_value(one)), expected->audience))
            return true;
    }
    return false;
}

static bool time_of(const json_t *claims, const char *name, int64_t *ret_time_s)
{
    const json_t *value = json_object_get(claims, name);

    if (!json_is_integer(value) || json_integer_value(value) < 0) return false;
    *ret_time_s = json_integer_value(value);
    return true;
}

static const char *check_times(const json_t *claims, const struct jwt_expected *expected)
{
    int64_t issued_s, expires_s, before_s, now_s = expected->now_s, skew_s = expected->skew_s;

    if (!time_of(claims, "iat", &issued_s) || issued_s > now_s + skew_s) return "iat";
    if (!time_of(claims, "exp", &expires_s) || expires_s <= now_s - skew_s) return "exp";
    if (expires_s <= issued_s || expires_s - issued_s > expected->life_s_max) return "life";
    if (json_object_get(claims, "nbf") == NULL) return NULL;
    return time_of(claims, "nbf", &before_s) && before_s <= now_s + skew_s ? NULL : "nbf";
}

static const char *check_claims(const json_t *claims, const struct jwt_expected *expected)
{
    if (claims == NULL) return "payload";
    if (!str_eq(jwt_foreign_text(claims, "iss"), expected->issuer)) return "iss";
    if (!names_audience(claims, expected)) return "aud";
    if (jwt_foreign_text(claims, "sub").data == NULL) return "sub";
    if (expected->nonce.data != NULL && !str_eq(jwt_foreign_text(claims, "nonce"), expected->nonce))
        return "nonce";
    if (expected->must_have_jti && jwt_foreign_text(claims, "jti").data == NULL) return "jti";
    return check_times(claims, expected);
}

/* ---- the whole ---- */

static const char *check(const struct jwks *jwks, const struct parts *parts,
                         const struct jwt_expected *expected, json_t **ret_claims)
{
    json_t *header = read_object(parts->header);
    const struct jwk *key = NULL;
    const char *why = check_header(header, jwks, expected, &key);

    json_decref(header);
    if (why != NULL) return why;
    if (!jwk_verifies(key, parts->signed_text, parts->signature)) return "signature";
    *ret_claims = read_object(parts->payload);
    why = check_claims(*ret_claims, expected);
    if (why != NULL) json_decref(*ret_claims);
    return why;
}

enum status jwt_foreign_verify(const struct jwks *jwks, struct str token,
                               const struct jwt_expected *expected, json_t **ret_claims,
                               const char **ret_why)
{
    struct parts parts;
    struct arena arena;
    json_t *claims = NULL;

    arena_init(&arena, 4 * (size_t)JWT_FOREIGN_BYTES_MAX);
    *ret_why = split(token, &arena, &parts) ? check(jwks, &parts, expected, &claims) : "form";
    arena_done(&arena);
    if (*ret_why != NULL) return MC_UNAUTHENTICATED;
    *ret_claims = claims;
    return MC_OK;
}

struct str jwt_foreign_kid(struct str token, struct arena *arena)
{
    struct parts parts;
    struct str kid;
    json_t *header;

    if (!split(token, arena, &parts)) return STR_NONE;
    header = read_object(parts.header);
    kid = arena_str(arena, jwt_foreign_text(header, "kid"));
    json_decref(header);
    return kid;
}
