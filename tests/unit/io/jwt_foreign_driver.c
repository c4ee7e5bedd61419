/* Lines of JSON in: {jwks, token, issuer, audience, list, nonce, now, life, jti}; out: "MC_OK
 * <sub>" or "<why>". */
#include "io/jwt_foreign.h"

#include <stdio.h>
#include <string.h>

enum { LINE_BYTES_MAX = 256 * 1024, ARENA_BYTES_MAX = 1 << 20 };

static struct str text(const json_t *line, const char *name)
{
    const json_t *value = json_object_get(line, name);

    return (struct str){ json_string_value(value), json_string_length(value) };
}

static void answer(const json_t *line)
{
    static const char *const types[] = { "JWT", "", NULL };
    const struct jwt_expected expected = {
        .types = types,
        .issuer = text(line, "issuer"),
        .audience = text(line, "audience"),
        .audience_list = json_is_true(json_object_get(line, "list")),
        .nonce = text(line, "nonce"),
        .now_s = json_integer_value(json_object_get(line, "now")),
        .skew_s = 30,
        .life_s_max = json_integer_value(json_object_get(line, "life")),
        .must_have_jti = json_is_true(json_object_get(line, "jti")),
    };
    struct arena arena;
    struct jwks jwks;
    json_t *claims;
    const char *why = "jwks";

    arena_init(&arena, ARENA_BYTES_MAX);
    if (jwks_parse(&jwks, &arena, text(line, "jwks")) == MC_OK) {
        if (jwt_foreign_verify(&jwks, text(line, "token"), &expected, &claims, &why) == MC_OK) {
            printf("MC_OK %.*s\n", STR_PRINT(jwt_foreign_text(claims, "sub")));
            json_decref(claims);
            why = NULL;
        }
        jwks_done(&jwks);
    }
    if (why != NULL) printf("%s\n", why);
    (void)fflush(stdout);
    arena_done(&arena);
}

int main(void)
{
    static char line[LINE_BYTES_MAX];

    while (fgets(line, sizeof(line), stdin) != NULL) {
        json_t *json = json_loads(line, JSON_ALLOW_NUL, NULL);

        answer(json);
        json_decref(json);
    }
    return 0;
}
