/*
 * fcm.c - FCM HTTP v1. There is no idempotency key: an answer lost on its way may have been a push
 * that arrived, so `nid` and a stable tag go along and the app shows each notification once.
 */
#include "base/json_out.h"
#include "base/memory.h"
#include "channels/channel.h"
#include "channels/fcm_token.h"

#include <jansson.h>

enum { BODY_BYTES_MAX = 8192, TTL_MAX_S = 2419200 };

struct fcm {
    struct channel_host host;
    struct fcm_token *token;
};

static void fcm_close(void *state)
{
    struct fcm *fcm = state;

    fcm_token_free(fcm->token);
    mem_free(fcm);
}

static enum status fcm_open(const struct channel_host *host, struct buf *why, void **ret_state)
{
    struct fcm *fcm;
    struct fcm_token *token;

    if (host->config->fcm_key_file[0] == '\0') return MC_NOT_FOUND;
    if (fcm_token_new(host, &token) != MC_OK) {
        buf_printf(why, "MOTCUA_FCM_KEY_FILE: %s is not a service account's key file.\n",
                   host->config->fcm_key_file);
        return MC_BAD_INPUT;
    }
    fcm = MEM_NEW(struct fcm);
    fcm->host = *host;
    fcm->token = token;
    *ret_state = fcm;
    return MC_OK;
}

static enum status fcm_ready(void *state)
{
    struct str header;

    return fcm_token_header(((struct fcm *)state)->token, &header);
}

static void member(struct json_out *json, const char *key, struct str value)
{
    json_key(json, key);
    json_str(json, value);
}

static void write_data(struct json_out *json, const struct channel_message *message)
{
    json_key(json, "data");
    json_object_open(json);
    member(json, "nid", message->nid);
    member(json, "event", message->event);
    member(json, "tail", message->tail);
    member(json, "template", message->template_id);
    json_object_close(json);
    json_key(json, "notification");
    json_object_open(json);
    member(json, "title", message->title);
    member(json, "body", message->body);
    json_object_close(json);
}

static void write_android(struct json_out *json, const struct channel_message *message,
                          struct arena *arena)
{
    int64_t ttl_s = message->ttl_s < TTL_MAX_S ? message->ttl_s : TTL_MAX_S;

    json_key(json, "android");
    json_object_open(json);
    member(json, "collapse_key", message->collapse);
    member(json, "priority", message->priority == 2 ? STR("NORMAL") : STR("HIGH"));
    member(json, "ttl", arena_printf(arena, "%llds", (long long)ttl_s));
    json_key(json, "notification");
    json_object_open(json);
    member(json, "tag", message->collapse);
    json_object_close(json);
    json_object_close(json);
}

static void write_apns(struct json_out *json, const struct channel_message *message)
{
    json_key(json, "apns");
    json_object_open(json);
    json_key(json, "headers");
    json_object_open(json);
    member(json, "apns-collapse-id", message->collapse);
    member(json, "apns-priority", message->priority == 2 ? STR("5") : STR("10"));
    json_object_close(json);
    json_object_close(json);
}

static enum status write_body(const struct channel_message *message, struct arena *arena,
                              struct str *ret_body)
{
    struct buf text;
    struct json_out json;
    enum status status;

    buf_init(&text, BODY_BYTES_MAX);
    json = json_out(&text);
    json_object_open(&json);
    json_key(&json, "message");
    json_object_open(&json);
    member(&json, "token", message->address);
    write_data(&json, message);
    write_android(&json, message, arena);
    write_apns(&json, message);
    json_object_close(&json);
    json_object_close(&json);
    status = buf_status(&text);
    if (status == MC_OK) *ret_body = arena_str(arena, buf_str(&text));
    buf_done(&text);
    return status == MC_OK ? MC_OK : MC_BAD_INPUT;
}

static enum status fcm_build(void *state, const struct channel_message *message,
                             struct arena *arena, struct channel_request *ret_request)
{
    struct fcm *fcm = state;
    struct channel_request request = { .header_count = 0 };
    struct str bearer;
    enum status status = fcm_token_header(fcm->token, &bearer);

    if (status != MC_OK) return MC_UNAVAILABLE;
    status = write_body(message, arena, &request.body);
    if (status != MC_OK) return status;
    request.origin = str_of(fcm->host.config->fcm_url);
    request.path = arena_printf(arena, "/v1/projects/%.*s/messages:send",
                                STR_PRINT(fcm_token_project(fcm->token)));
    channel_header(&request, STR("content-type"), STR("application/json"));
    channel_header(&request, STR("authorization"), arena_str(arena, bearer));
    *ret_request = request;
    return MC_OK;
}

/* By FcmError.errorCode first, then by what google.rpc.Status or HTTP alone says. A 404 without
 * UNREGISTERED is an address of ours that is wrong, not a device that is gone. */
static const struct channel_rule rules[] = {
    { 200, 200, NULL, CHANNEL_OK, "sent" },
    { 400, 499, "UNREGISTERED", CHANNEL_PRUNE, "UNREGISTERED" },
    { 400, 499, "INVALID_TOKEN", CHANNEL_PRUNE, "INVALID_TOKEN" },
    { 400, 499, "INVALID_ARGUMENT", CHANNEL_DEAD, "INVALID_ARGUMENT" },
    { 400, 499, "SENDER_ID_MISMATCH", CHANNEL_DEAD, "SENDER_ID_MISMATCH" },
    { 400, 499, "THIRD_PARTY_AUTH_ERROR", CHANNEL_CONFIG, "THIRD_PARTY_AUTH_ERROR" },
    { 400, 599, "QUOTA_EXCEEDED", CHANNEL_THROTTLE, "QUOTA_EXCEEDED" },
    { 429, 429, NULL, CHANNEL_THROTTLE, "too_many" },
    { 500, 599, "UNAVAILABLE", CHANNEL_RETRY, "UNAVAILABLE" },
    { 500, 599, "INTERNAL", CHANNEL_RETRY, "INTERNAL" },
    { 500, 599, NULL, CHANNEL_RETRY, "server_error" },
    { 401, 401, NULL, CHANNEL_CONFIG, "UNAUTHENTICATED" },
    { 403, 403, NULL, CHANNEL_CONFIG, "PERMISSION_DENIED" },
    { 404, 404, NULL, CHANNEL_CONFIG, "not_found" },
    { 400, 400, NULL, CHANNEL_DEAD, "bad_request" },
};

static struct str text_member(const json_t *object, const char *name)
{
    return str_of(json_string_value(json_object_get(object, name)));
}

/* The same INVALID_ARGUMENT stands for a malformed token and for a message of ours that is wrong;
 * only the sentence tells them apart. */
static struct str refine(struct str code, struct str message)
{
    if (str_is(code, "INVALID_ARGUMENT") && message.data != NULL &&
        strstr(message.data, "registration token") != NULL)
        return STR("INVALID_TOKEN");
    return code;
}

static struct str error_code(const json_t *answer)
{
    const json_t *error = json_object_get(answer, "error");
    const json_t *details = json_object_get(error, "details");
    struct str code = text_member(error, "status");

    for (size_t i = 0; i < json_array_size(details); i++) {
        const json_t *detail = json_array_get(details, i);
        struct str type = text_member(detail, "@type");

        if (type.data != NULL && strstr(type.data, "fcm.v1.FcmError") != NULL)
            code = text_member(detail, "errorCode");
    }
    return refine(code, text_member(error, "message"));
}

static struct channel_verdict fcm_judge(void *state, const struct http2_request *answer)
{
    struct fcm *fcm = state;
    json_t *json = json_loadb(answer->answer.data, answer->answer.size, 0, NULL);
    struct channel_verdict verdict =
        channel_judge(rules, sizeof(rules) / sizeof(rules[0]), answer->http, error_code(json));

    json_decref(json);
    if (answer->http == 401 && strcmp(verdict.reason, "UNAUTHENTICATED") == 0)
        fcm_token_refused(fcm->token);
    return verdict;
}

static struct str fcm_provider_id(const struct http2_request *answer, struct arena *arena)
{
    json_t *json = json_loadb(answer->answer.data, answer->answer.size, 0, NULL);
    struct str name = arena_str(arena, text_member(json, "name"));

    json_decref(json);
    return name;
}

const struct channel channel_fcm = {
    .id = CHANNEL_FCM,
    .name = "fcm",
    .device_kind = "FCM",
    .open = fcm_open,
    .close = fcm_close,
    .ready = fcm_ready,
    .build = fcm_build,
    .judge = fcm_judge,
    .provider_id = fcm_provider_id,
};
