#include "channels/fcm_token.h"

#include "base/log.h"
#include "base/memory.h"
#include "io/jwt.h"

#include <jansson.h>

enum {
    ASSERTION_LIFE_S = 3600,
    RENEW_BEFORE_S = 300,
    LAST_MOMENT_S = 30,
    NEW_FOR_S = 60,
    FETCH_TIMEOUT_MS = 10000,
    FETCH_AGAIN_S = 2,
    FETCH_AGAIN_MAX_S = 60,
    ANSWER_BYTES_MAX = 16384,
};

struct fcm_token {
    struct channel_host host;
    struct arena arena; /* what the key file says */
    struct jwt_signer signer;
    struct str email, uri, origin, path, project;

    char *header;
    int64_t fetched_s, until_s, not_before_s, failures;
    struct http2_request request;
    struct http2_header headers[1];
    struct arena request_arena;
    bool fetching;
};

static int64_t now_s(const struct fcm_token *token)
{
    return clock_wall_us(token->host.clock) / 1000000;
}

static struct str member(struct fcm_token *token, const json_t *file, const char *name)
{
    return arena_str(&token->arena, str_of(json_string_value(json_object_get(file, name))));
}

static enum status read_key_file(struct fcm_token *token, struct str text)
{
    json_t *file = json_loadb(text.data, text.size, 0, NULL);
    struct str rest;

    token->email = member(token, file, "client_email");
    token->uri = member(token, file, "token_uri");
    token->project = member(token, file, "project_id");
    token->signer.pem = member(token, file, "private_key");
    token->signer.kid = member(token, file, "private_key_id").data;
    token->signer.algorithm = JWT_RS256;
    json_decref(file);
    if (token->email.size == 0 || token->project.size == 0 || token->signer.pem.size == 0 ||
        token->signer.kid == NULL || !str_starts(token->uri, STR("https://")))
        return MC_BAD_INPUT;
    rest = (struct str){ token->uri.data + 8, token->uri.size - 8 };
    token->origin = (struct str){ token->uri.data, 8 + str_split(&rest, '/').size };
    token->path = rest.data == NULL ? STR("/") : (struct str){ rest.data - 1, rest.size + 1 };
    return MC_OK;
}

enum status fcm_token_new(const struct channel_host *host, struct fcm_token **ret_token)
{
    struct fcm_token *token = MEM_NEW(struct fcm_token);
    struct str text;
    enum status status;

    token->host = *host;
    arena_init(&token->arena, 1 << 20);
    arena_init(&token->request_arena, 1 << 20);
    http2_request_init(&token->request, ANSWER_BYTES_MAX);
    status = channel_read_file(host->config->fcm_key_file, &token->arena, &text);
    if (status == MC_OK) status = read_key_file(token, text);
    if (status == MC_OK)
        *ret_token = token;
    else
        fcm_token_free(token);
    return status;
}

void fcm_token_free(struct fcm_token *token)
{
    if (token == NULL) return;
    MC_ASSERT(!token->fetching);
    http2_request_done(&token->request);
    arena_done(&token->request_arena);
    arena_done(&token->arena);
    mem_free(token->header);
    mem_free(token);
}

static enum status take_answer(struct fcm_token *token)
{
    json_t *answer = json_loadb(token->request.answer.data, token->request.answer.size, 0, NULL);
    const char *bearer = json_string_value(json_object_get(answer, "access_token"));
    int64_t life_s = json_integer_value(json_object_get(answer, "expires_in"));
    enum status status = MC_UNAVAILABLE;

    if (token->request.http == 200 && bearer != NULL && life_s > 0) {
        mem_free(token->header);
        token->header = mem_strdup(arena_printf(&token->request_arena, "Bearer %s", bearer).data);
        token->fetched_s = now_s(token);
        token->until_s = token->fetched_s + life_s;
        status = MC_OK;
    }
    json_decref(answer);
    return status;
}

static void on_answer(struct http2_request *request)
{
    struct fcm_token *token = request->data;
    enum status status = request->status == MC_OK ? take_answer(token) : request->status;

    token->fetching = false;
    token->failures = status == MC_OK ? 0 : token->failures + 1;
    token->not_before_s = 0;
    if (status != MC_OK && status != MC_CANCELLED) {
        int64_t wait_s = FETCH_AGAIN_S << (token->failures < 5 ? token->failures - 1 : 5);

        token->not_before_s =
            now_s(token) + (wait_s < FETCH_AGAIN_MAX_S ? wait_s : FETCH_AGAIN_MAX_S);
        log_event(LOG_ERROR, "fcm_token", LOG_SYMBOL("status", status_name(status)),
                  LOG_I64("http", request->http));
    }
    token->host.changed(token->host.data);
}

static enum status make_form(struct fcm_token *token, struct str *ret_form)
{
    const struct jwt_claim claims[] = {
        { "iss", token->email, 0 },
        { "scope", STR("https://www.googleapis.com/auth/firebase.messaging"), 0 },
        { "aud", token->uri, 0 },
        { "iat", STR_NONE, now_s(token) },
        { "exp", STR_NONE, now_s(token) + ASSERTION_LIFE_S },
        { NULL, STR_NONE, 0 },
    };
    struct str assertion;
    enum status status = jwt_sign(&token->signer, claims, &token->request_arena, &assertion);

    if (status != MC_OK) return status;
    /* A compact JWT holds nothing that a form would escape. */
    *ret_form = arena_printf(
        &token->request_arena,
        "grant_type=urn%%3Aietf%%3Aparams%%3Aoauth%%3Agrant-type%%3Ajwt-bearer&assertion=%.*s",
        STR_PRINT(assertion));
    return MC_OK;
}

static void fetch(struct fcm_token *token)
{
    struct http2_request *request = &token->request;

    if (token->fetching || now_s(token) < token->not_before_s) return;
    arena_reset(&token->request_arena);
    http2_request_done(request);
    http2_request_init(request, ANSWER_BYTES_MAX);
    token->headers[0] =
        (struct http2_header){ STR("content-type"), STR("application/x-www-form-urlencoded") };
    request->path = token->path;
    request->headers = token->headers;
    request->header_count = 1;
    request->timeout_ms = FETCH_TIMEOUT_MS;
    request->done = on_answer;
    request->data = token;
    token->fetching = make_form(token, &request->body) == MC_OK &&
                      http2_client_send(token->host.client, token->origin, request) == MC_OK;
    if (!token->fetching) token->not_before_s = now_s(token) + FETCH_AGAIN_MAX_S;
}

enum status fcm_token_header(struct fcm_token *token, struct str *ret_header)
{
    if (token->until_s - RENEW_BEFORE_S <= now_s(token)) fetch(token);
    if (token->header == NULL || token->until_s - LAST_MOMENT_S <= now_s(token)) return MC_BUSY;
    *ret_header = str_of(token->header);
    return MC_OK;
}

void fcm_token_refused(struct fcm_token *token)
{
    if (now_s(token) - token->fetched_s >= NEW_FOR_S) token->until_s = 0;
}

struct str fcm_token_project(const struct fcm_token *token)
{
    return token->project;
}
