#include "code_exchange.h"

#include "base/base64.h"
#include "base/log.h"
#include "base/utf8.h"
#include "io/jwt.h"
#include "io/jwt_foreign.h"

#include <sys/random.h>

enum {
    ANSWER_BYTES_MAX = 128 * 1024,
    ASSERTION_LIFE_S = 60,
    ID_TOKEN_LIFE_S_MAX = 86400,
    ID_TOKEN_SKEW_S = 60,
    PROVINCE_MAX = 96,
    CENTURY_SEX_MAX = '3', /* of 20xx */
    VERIFIER_BYTES_MIN = 43,
    VERIFIER_BYTES_MAX = 128,
    BIRTH_YEAR_MIN = 1900,
};

static uint64_t now_ms(const struct code_exchange *exchange)
{
    return uv_now(exchange->settings->loop);
}

static int64_t now_s(const struct code_exchange *exchange)
{
    return clock_wall_us(exchange->settings->clock) / 1000000;
}

static void end(struct code_exchange *exchange, enum status status, const char *why)
{
    if (status != MC_OK)
        log_event(LOG_WARN, "sign_in_refused", LOG_OURS("issuer", log_ours(exchange->issuer->name)),
                  LOG_SYMBOL("status", status_name(status)), LOG_SYMBOL("why", why));
    if (status == MC_UNAVAILABLE) exchange->issuer->failed_ms = now_ms(exchange);
    if (exchange->starting)
        exchange->early = status;
    else
        exchange->done(exchange, status);
}

static void on_answer(struct web_request *request, enum status status)
{
    struct code_exchange *exchange = request->data;

    if (status != MC_OK) request->http_status = 0;
    exchange->next(exchange);
}

static void ask(struct code_exchange *exchange, const char *url, struct str form,
                void (*next)(struct code_exchange *exchange))
{
    enum status status;

    exchange->next = next;
    exchange->request = (struct web_request){ .url = url,
                                              .form = form,
                                              .timeout_ms = exchange->settings->timeout_ms,
                                              .body_bytes_max = ANSWER_BYTES_MAX,
                                              .done = on_answer,
                                              .data = exchange };
    status = web_client_send(exchange->settings->web, &exchange->request);
    if (status != MC_OK) end(exchange, status, "web");
}

/* ---- who it is ---- */

bool is_personal_no(struct str text)
{
    int province = 0;

    if (text.size != 12) return false;
    for (size_t i = 0; i < text.size; i++)
        if (text.data[i] < '0' || text.data[i] > '9') return false;
    for (size_t i = 0; i < 3; i++)
        province = province * 10 + (text.data[i] - '0');
    return province >= 1 && province <= PROVINCE_MAX && text.data[3] <= CENTURY_SEX_MAX;
}

/* -1: it is no number. */
static int number_of(struct str text, size_t from, size_t size)
{
    int number = 0;

    for (size_t i = from; i < from + size; i++) {
        if (text.data[i] < '0' || text.data[i] > '9') return -1;
        number = number * 10 + (text.data[i] - '0');
    }
    return number;
}

static bool is_day(struct str text)
{
    static const int lengths[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    int year, month, day;
    bool leap;

    if (text.size != 10 || text.data[4] != '-' || text.data[7] != '-') return false;
    year = number_of(text, 0, 4);
    month = number_of(text, 5, 2);
    day = number_of(text, 8, 2);
    if (year < BIRTH_YEAR_MIN || month < 1 || month > 12 || day < 1) return false;
    leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return day <= lengths[month - 1] + (month == 2 && leap);
}

/* One that the issuer saw just now: its own session with a browser may have begun days ago. */
static bool has_second_factor(const struct code_exchange *exchange, const json_t *claims)
{
    const json_t *seen = json_object_get(claims, "auth_time");

    return issuer_is_second_factor(exchange->issuer, jwt_foreign_text(claims, "acr")) &&
           json_is_integer(seen) &&
           json_integer_value(seen) >= now_s(exchange) - exchange->settings->second_factor_age_s;
}

static const char *read_identity(struct code_exchange *exchange, const json_t *claims)
{
    const struct issuer *issuer = exchange->issuer;
    struct identity *identity = &exchange->identity;
    struct str name = jwt_foreign_text(claims, issuer->name_claim);
    struct str number = jwt_foreign_text(claims, issuer->personal_no_claim);
    struct str born_on = STR_NONE;

    if (issuer->born_on_claim != NULL) born_on = jwt_foreign_text(claims, issuer->born_on_claim);
    if (!is_personal_no(number)) return "personal_no";
    if (name.data == NULL || name.size > EXCHANGE_NAME_BYTES_MAX || utf8_check(name) != name.size)
        return "name";
    if (born_on.data != NULL && !is_day(born_on)) return "born_on";
    identity->subject = arena_str(exchange->arena, jwt_foreign_text(claims, "sub"));
    identity->personal_no = arena_str(exchange->arena, number);
    identity->name = arena_str(exchange->arena, name);
    identity->born_on = arena_str(exchange->arena, born_on);
    identity->second_factor = has_second_factor(exchange, claims);
    return NULL;
}

/* Whom the token was made for, where the issuer says so. */
static bool is_party(const struct issuer *issuer, const json_t *claims)
{
    return json_object_get(claims, "azp") == NULL ||
           str_eq(jwt_foreign_text(claims, "azp"), issuer->client_id);
}

static void verify(struct code_exchange *exchange)
{
    static const char *const types[] = { "JWT", "", NULL };
    const struct jwt_expected expected = {
        .types = types,
        .issuer = exchange->issuer->url,
        .audience = exchange->issuer->client_id,
        .nonce = exchange->nonce,
        .now_s = now_s(exchange),
        .skew_s = ID_TOKEN_SKEW_S,
        .life_s_max = ID_TOKEN_LIFE_S_MAX,
    };
    const char *why;
    json_t *claims;

    if (jwt_foreign_verify(&exchange->issuer->keys, exchange->id_token, &expected, &claims, &why) ==
        MC_OK) {
        why = is_party(exchange->issuer, claims) ? read_identity(exchange, claims) : "azp";
        json_decref(claims);
    }
    end(exchange, why == NULL ? MC_OK : MC_UNAUTHENTICATED, why);
}

/* ---- its keys ---- */

static void have_keys(struct code_exchange *exchange);

static void on_keys(struct code_exchange *exchange)
{
    struct web_request *request = &exchange->request;
    bool good =
        request->http_status == 200 &&
        issuer_set_keys(exchange->issuer, buf_str(&request->body), now_ms(exchange)) == MC_OK;

    if (!good && exchange->issuer->keys.count == 0)
        end(exchange, MC_UNAVAILABLE, "jwks");
    else
        have_keys(exchange);
}

/* True when the keys are to be fetched before the token is looked at: there are none, they are old,
 * or the token names one that is not among them. */
static bool wants_keys(const struct code_exchange *exchange)
{
    const struct issuer *issuer = exchange->issuer;
    uint64_t age_ms = now_ms(exchange) - issuer->keys_ms;
    struct str kid = jwt_foreign_kid(exchange->id_token, exchange->arena);

    if (issuer->keys.count == 0 || age_ms > exchange->settings->cache_ms) return true;
    return kid.data != NULL && jwks_find(&issuer->keys, kid) == NULL && age_ms > ISSUER_REFETCH_MS;
}

static void have_keys(struct code_exchange *exchange)
{
    if (!exchange->refetched && wants_keys(exchange)) {
        exchange->refetched = true;
        ask(exchange, exchange->issuer->jwks_uri, STR_NONE, on_keys);
        return;
    }
    verify(exchange);
}

/* ---- the code ---- */

/* Is it for what was sent? What an app can bring about must not look like the issuer's fault, or
 * one could keep all others out. 401 is for our key (RFC 6749, section 5.2). */
static bool is_apps_fault(long http_status)
{
    return http_status >= 400 && http_status < 500 && http_status != 401 && http_status != 408 &&
           http_status != 429;
}

/* No ID token belongs to a code that an app asked for without the scope openid. */
static void on_token(struct code_exchange *exchange)
{
    struct web_request *request = &exchange->request;
    struct str body = buf_str(&request->body);
    json_t *answer = NULL;
    bool served;

    if (is_apps_fault(request->http_status)) {
        end(exchange, MC_UNAUTHENTICATED, "code");
        return;
    }
    if (request->http_status == 200) answer = json_loadb(body.data, body.size, 0, NULL);
    served = json_is_object(answer);
    exchange->id_token =
        arena_str(exchange->arena, str_of(json_string_value(json_object_get(answer, "id_token"))));
    json_decref(answer);
    if (!served)
        end(exchange, MC_UNAVAILABLE, "token_endpoint");
    else if (exchange->id_token.data == NULL)
        end(exchange, MC_UNAUTHENTICATED, "id_token");
    else
        have_keys(exchange);
}

/* By which the issuer knows us: RFC 7523, section 3. */
static enum status sign_assertion(const struct code_exchange *exchange, struct str *ret_assertion)
{
    const struct issuer *issuer = exchange->issuer;
    char random[16];

    MC_ASSERT(getrandom(random, sizeof(random), 0) == (ssize_t)sizeof(random));
    const struct jwt_claim claims[] = {
        { .name = "iss", .text = issuer->client_id },
        { .name = "sub", .text = issuer->client_id },
        { .name = "aud", .text = issuer->url },
        { .name = "jti",
          .text = base64url_encode(exchange->arena, (struct str){ random, sizeof(random) }) },
        { .name = "iat", .number = now_s(exchange) },
        { .name = "exp", .number = now_s(exchange) + ASSERTION_LIFE_S },
        { .name = NULL },
    };
    const struct jwt_signer signer = { JWT_ES256, issuer->key_id, issuer->key_pem };

    return jwt_sign(&signer, claims, exchange->arena, ret_assertion);
}

static void send_code(struct code_exchange *exchange)
{
    static const struct str type =
        STR_INIT("urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
    struct str assertion;
    struct buf form;

    if (sign_assertion(exchange, &assertion) != MC_OK) {
        end(exchange, MC_INTERNAL, "key");
        return;
    }
    buf_init(&form, ANSWER_BYTES_MAX);
    web_form_add(&form, "grant_type", STR("authorization_code"));
    web_form_add(&form, "code", exchange->code);
    web_form_add(&form, "code_verifier", exchange->code_verifier);
    web_form_add(&form, "redirect_uri", exchange->redirect_uri);
    web_form_add(&form, "client_id", exchange->issuer->client_id);
    web_form_add(&form, "client_assertion_type", type);
    web_form_add(&form, "client_assertion", assertion);
    ask(exchange, exchange->issuer->token_endpoint, buf_str(&form), on_token);
    buf_done(&form);
}

/* ---- what it publishes ---- */

static void on_discovery(struct code_exchange *exchange)
{
    struct web_request *request = &exchange->request;
    bool good =
        request->http_status == 200 &&
        issuer_publish(exchange->issuer, buf_str(&request->body), now_ms(exchange)) == MC_OK;

    if (!good && exchange->issuer->token_endpoint == NULL)
        end(exchange, MC_UNAVAILABLE, "discovery");
    else
        send_code(exchange);
}

static const char *discovery_url(const struct code_exchange *exchange)
{
    struct str url = exchange->issuer->url;

    if (url.data[url.size - 1] == '/') url.size--;
    return arena_printf(exchange->arena, "%.*s/.well-known/openid-configuration", STR_PRINT(url))
        .data;
}

static bool fits(struct str text)
{
    return text.size > 0 && text.size <= EXCHANGE_TEXT_BYTES_MAX;
}

/* RFC 7636, section 4.1. */
static bool is_verifier(struct str text)
{
    if (text.size < VERIFIER_BYTES_MIN || text.size > VERIFIER_BYTES_MAX) return false;
    for (size_t i = 0; i < text.size; i++)
        if (!web_is_unreserved(text.data[i])) return false;
    return true;
}

enum status code_exchange_start(struct code_exchange *exchange,
                                const struct exchange_settings *settings)
{
    const struct issuer *issuer = exchange->issuer;

    exchange->settings = settings;
    if (!fits(exchange->code) || !is_verifier(exchange->code_verifier) || !fits(exchange->nonce) ||
        !issuer_redirects_to(issuer, exchange->redirect_uri))
        return MC_UNAUTHENTICATED;
    if (issuer->failed_ms != 0 && now_ms(exchange) - issuer->failed_ms < ISSUER_REST_MS)
        return MC_UNAVAILABLE;
    exchange->early = MC_OK;
    exchange->starting = true;
    if (issuer->token_endpoint == NULL ||
        now_ms(exchange) - issuer->published_ms > settings->cache_ms)
        ask(exchange, discovery_url(exchange), STR_NONE, on_discovery);
    else
        send_code(exchange);
    exchange->starting = false;
    return exchange->early;
}
