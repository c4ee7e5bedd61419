/*
 * webpush.c - RFC 8030 with VAPID (RFC 8292). A VAPID token costs half a millisecond and is good
 * for a whole push server, so it is kept for each origin until an hour before it ends.
 */
#include "channels/webpush.h"

#include "base/base64.h"
#include "base/memory.h"
#include "channels/aes128gcm.h"
#include "channels/channel.h"
#include "io/jwt.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

enum { ORIGINS_MAX = 32, TOKEN_LIFE_S = 12 * 3600, TOKEN_SPARE_S = 3600, TTL_MAX_S = 2419200 };

struct vapid {
    char *origin, *header;
    int64_t until_s;
};

struct webpush {
    struct channel_host host;
    struct arena arena; /* key and its public half */
    struct jwt_signer signer;
    struct str public_key; /* base64url */
    struct vapid vapids[ORIGINS_MAX];
    size_t vapid_count;
};

/* ---- where it may go ---- */

static bool plain(struct str text)
{
    for (size_t i = 0; i < text.size; i++)
        if (text.data[i] <= ' ' || text.data[i] == 0x7f || text.data[i] == '@' ||
            text.data[i] == '\\')
            return false;
    return true;
}

static bool below(struct str host, struct str suffix)
{
    struct str tail;

    if (suffix.size == 0 || host.size < suffix.size) return false;
    tail = (struct str){ host.data + host.size - suffix.size, suffix.size };
    if (!str_eq_nocase(tail, suffix)) return false;
    return host.size == suffix.size || tail.data[-1] == '.';
}

static bool allowed(struct str host, struct str port, struct str hosts)
{
    while (hosts.size > 0) {
        struct str ports = str_trim(str_split(&hosts, ','));
        struct str suffix = str_split(&ports, ':');

        if (below(host, suffix) && (str_is(ports, "*") || port.data == NULL || str_is(port, "443")))
            return true;
    }
    return false;
}

enum status webpush_place_of(struct str endpoint, struct str hosts, struct webpush_place *ret_place)
{
    const struct str scheme = STR("https://");
    struct str rest, authority, host, port;
    struct webpush_place place = { .path = STR("/") };

    if (!str_starts(endpoint, scheme) || !plain(endpoint)) return MC_BAD_INPUT;
    rest = (struct str){ endpoint.data + scheme.size, endpoint.size - scheme.size };
    rest = str_split(&rest, '#');
    authority = str_split(&rest, '/');
    if (rest.data != NULL) place.path = (struct str){ rest.data - 1, rest.size + 1 };
    place.origin = (struct str){ endpoint.data, scheme.size + authority.size };
    port = authority;
    host = str_split(&port, ':');
    if (host.size == 0 || memchr(authority.data, '?', authority.size) != NULL) return MC_BAD_INPUT;
    if (!allowed(host, port, hosts)) return MC_FORBIDDEN;
    *ret_place = place;
    return MC_OK;
}

/* ---- who we are ---- */

static enum status load_public_key(struct webpush *webpush)
{
    BIO *bio = BIO_new_mem_buf(webpush->signer.pem.data, (int)webpush->signer.pem.size);
    EVP_PKEY *key = PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL);
    unsigned char point[AES128GCM_POINT_BYTES];
    size_t size = 0;
    bool fits = key != NULL && EVP_PKEY_get_base_id(key) == EVP_PKEY_EC &&
                EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_PUB_KEY, point, sizeof(point),
                                                &size) == 1 &&
                size == sizeof(point);

    if (fits)
        webpush->public_key =
            base64url_encode(&webpush->arena, (struct str){ (const char *)point, sizeof(point) });
    EVP_PKEY_free(key);
    BIO_free(bio);
    return fits ? MC_OK : MC_BAD_INPUT;
}

static void webpush_close(void *state)
{
    struct webpush *webpush = state;

    for (size_t i = 0; i < webpush->vapid_count; i++) {
        mem_free(webpush->vapids[i].origin);
        mem_free(webpush->vapids[i].header);
    }
    arena_done(&webpush->arena);
    mem_free(webpush);
}

static enum status webpush_open(const struct channel_host *host, struct buf *why, void **ret_state)
{
    const char *path = host->config->vapid_key_file;
    struct webpush *webpush;

    if (path[0] == '\0') return MC_NOT_FOUND;
    webpush = MEM_NEW(struct webpush);
    webpush->host = *host;
    webpush->signer.algorithm = JWT_ES256;
    arena_init(&webpush->arena, 1 << 20);
    if (channel_read_file(path, &webpush->arena, &webpush->signer.pem) != MC_OK ||
        load_public_key(webpush) != MC_OK) {
        buf_printf(why, "MOTCUA_VAPID_KEY_FILE: %s is not a P-256 private key in PEM.\n", path);
        webpush_close(webpush);
        return MC_BAD_INPUT;
    }
    *ret_state = webpush;
    return MC_OK;
}

static enum status webpush_ready(void *state)
{
    (void)state;
    return MC_OK;
}

static struct vapid *vapid_slot(struct webpush *webpush, struct str origin)
{
    struct vapid *oldest = &webpush->vapids[0];

    for (size_t i = 0; i < webpush->vapid_count; i++) {
        if (str_is(origin, webpush->vapids[i].origin)) return &webpush->vapids[i];
        if (webpush->vapids[i].until_s < oldest->until_s) oldest = &webpush->vapids[i];
    }
    return webpush->vapid_count < ORIGINS_MAX ? &webpush->vapids[webpush->vapid_count++] : oldest;
}

/* Authorization: vapid t=<token>, k=<our public key> */
static enum status vapid_header(struct webpush *webpush, struct str origin, struct str *ret_header)
{
    int64_t now_s = clock_wall_us(webpush->host.clock) / 1000000;
    struct vapid *vapid = vapid_slot(webpush, origin);
    enum status status = MC_OK;

    if (vapid->origin == NULL || !str_is(origin, vapid->origin) || vapid->until_s <= now_s) {
        const struct jwt_claim claims[] = {
            { "aud", origin, 0 },
            { "exp", STR_NONE, now_s + TOKEN_LIFE_S },
            { "sub", str_of(webpush->host.config->vapid_subject), 0 },
            { NULL, STR_NONE, 0 },
        };
        struct arena arena;
        struct str token;

        arena_init(&arena, 1 << 16);
        mem_free(vapid->origin);
        mem_free(vapid->header);
        *vapid = (struct vapid){ mem_strdup(arena_str(&arena, origin).data), NULL, 0 };
        status = jwt_sign(&webpush->signer, claims, &arena, &token);
        if (status == MC_OK) {
            vapid->header =
                mem_strdup(arena_printf(&arena, "vapid t=%.*s, k=%.*s", STR_PRINT(token),
                                        STR_PRINT(webpush->public_key))
                               .data);
            vapid->until_s = now_s + TOKEN_LIFE_S - TOKEN_SPARE_S;
        }
        arena_done(&arena);
    }
    if (status == MC_OK) *ret_header = str_of(vapid->header);
    return status == MC_OK ? MC_OK : MC_UNAVAILABLE;
}

/* ---- a message ---- */

static enum status encrypt(const struct channel_message *message, struct arena *arena,
                           struct str *ret_body)
{
    struct aes128gcm_reader reader;
    struct buf text;
    enum status status;

    if (base64url_decode(arena, message->p256dh, &reader.point) != MC_OK ||
        base64url_decode(arena, message->auth, &reader.auth) != MC_OK)
        return MC_BAD_INPUT;
    buf_init(&text, CHANNEL_PAYLOAD_BYTES_MAX);
    channel_payload(message, &text);
    status = buf_status(&text);
    if (status == MC_OK) status = aes128gcm_seal(&reader, buf_str(&text), arena, ret_body);
    buf_done(&text);
    return status;
}

static enum status webpush_build(void *state, const struct channel_message *message,
                                 struct arena *arena, struct channel_request *ret_request)
{
    static const struct str urgencies[] = { STR_INIT("high"), STR_INIT("normal"), STR_INIT("low") };
    struct webpush *webpush = state;
    struct channel_request request = { .header_count = 0 };
    struct webpush_place place;
    struct str authorization;
    int64_t ttl_s = message->ttl_s < TTL_MAX_S ? message->ttl_s : TTL_MAX_S;
    enum status status =
        webpush_place_of(message->address, str_of(webpush->host.config->webpush_hosts), &place);

    if (status == MC_OK) status = encrypt(message, arena, &request.body);
    if (status != MC_OK) return status == MC_INTERNAL ? MC_UNAVAILABLE : MC_BAD_INPUT;
    status = vapid_header(webpush, place.origin, &authorization);
    if (status != MC_OK) return status;
    request.origin = place.origin;
    request.path = place.path;
    channel_header(&request, STR("ttl"), arena_printf(arena, "%lld", (long long)ttl_s));
    channel_header(&request, STR("urgency"),
                   urgencies[message->priority > 2 ? 2 : message->priority]);
    channel_header(&request, STR("topic"), message->collapse);
    channel_header(&request, STR("content-encoding"), STR("aes128gcm"));
    channel_header(&request, STR("content-type"), STR("application/octet-stream"));
    channel_header(&request, STR("authorization"), authorization);
    *ret_request = request;
    return MC_OK;
}

/* RFC 8030 §5, §7.3, RFC 8292 §4.2. A refusal of our key or headers may be one subscription's fault
 * (made under another key): it waits without spending attempts; many of them open the circuit. */
static const struct channel_rule rules[] = {
    { 200, 202, NULL, CHANNEL_OK, "sent" },
    { 404, 404, NULL, CHANNEL_PRUNE, "gone" },
    { 410, 410, NULL, CHANNEL_PRUNE, "gone" },
    { 413, 413, NULL, CHANNEL_DEAD, "too_large" },
    { 429, 429, NULL, CHANNEL_THROTTLE, "too_many" },
    { 400, 400, NULL, CHANNEL_CONFIG, "bad_request" },
    { 401, 401, NULL, CHANNEL_CONFIG, "vapid_refused" },
    { 403, 403, NULL, CHANNEL_CONFIG, "vapid_refused" },
    { 500, 599, NULL, CHANNEL_RETRY, "server_error" },
    { 408, 408, NULL, CHANNEL_RETRY, "server_slow" },
};

static struct channel_verdict webpush_judge(void *state, const struct http2_request *answer)
{
    (void)state;
    return channel_judge(rules, sizeof(rules) / sizeof(rules[0]), answer->http, STR_NONE);
}

static struct str webpush_provider_id(const struct http2_request *answer, struct arena *arena)
{
    return arena_str(arena, http2_request_field(answer, STR("location")));
}

const struct channel channel_webpush = {
    .id = CHANNEL_WEBPUSH,
    .name = "webpush",
    .device_kind = "WEBPUSH",
    .open = webpush_open,
    .close = webpush_close,
    .ready = webpush_ready,
    .build = webpush_build,
    .judge = webpush_judge,
    .provider_id = webpush_provider_id,
};
