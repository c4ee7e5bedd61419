/*
 * http2_client_origin.c - one peer: its queue, its few connections, and how long to leave it alone.
 *
 * A connection that served nothing doubles the wait before the next one, whether it was refused,
 * failed its handshake, or said GOAWAY at once; one that served anything forgets the failures. When
 * a connection cannot be had, all that wait for the origin end now rather than at their deadlines:
 * the worker's own back-off and circuit decide when they are tried again.
 */
#include "io/http2_client_internal.h"

#include <openssl/rand.h>

enum { ORIGIN_BYTES_MAX = 300, HOLD_FIRST_MS = 50, HOLD_MAX_MS = 2000, BACKOFF_SHIFT_MAX = 10 };

static bool port_fits(struct str port)
{
    int64_t number;

    return str_to_i64(port, &number) == MC_OK && number > 0 && number < 65536;
}

static bool host_fits(struct str host)
{
    for (size_t i = 0; i < host.size; i++) {
        char c = host.data[i];

        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
              c == '-' || c == '.' || c == '_' || c == ':'))
            return false;
    }
    return host.size > 0;
}

/* "[::1]:443" keeps its brackets in the authority and loses them in the host. */
static enum status split_authority(struct str authority, struct str *ret_host, struct str *ret_port)
{
    struct str rest = authority, host;

    if (authority.size > 0 && authority.data[0] == '[') {
        rest = (struct str){ authority.data + 1, authority.size - 1 };
        host = str_split(&rest, ']');
        if (rest.data == NULL || (rest.size > 0 && rest.data[0] != ':')) return MC_BAD_INPUT;
        rest = rest.size > 0 ? (struct str){ rest.data + 1, rest.size - 1 } : STR_NONE;
    } else {
        host = str_split(&rest, ':');
    }
    if (!host_fits(host)) return MC_BAD_INPUT;
    if (rest.data != NULL && !port_fits(rest)) return MC_BAD_INPUT;
    *ret_host = host;
    *ret_port = rest.data != NULL ? rest : STR("443");
    return MC_OK;
}

static char *text_of(struct str view)
{
    char *text = mem_alloc(view.size + 1);

    memcpy(text, view.data, view.size);
    return text;
}

/* The origin longest without use that nobody needs makes room. */
static bool evict(struct http2_client *client)
{
    struct http2_origin **victim = NULL, *gone;

    for (struct http2_origin **each = &client->origins; *each != NULL; each = &(*each)->next) {
        if ((*each)->connections != NULL || (*each)->waiting.first != NULL) continue;
        if (victim == NULL || (*each)->used_ms < (*victim)->used_ms) victim = each;
    }
    if (victim == NULL) return false;
    gone = *victim;
    for (struct http2_request *request = client->finished.first; request != NULL;
         request = request->next)
        if (request->origin == gone) return false;
    *victim = gone->next;
    client->counts.origins--;
    http2_origin_free(gone);
    return true;
}

enum status http2_origin_get(struct http2_client *client, struct str name,
                             struct http2_origin **ret_origin)
{
    const struct str scheme = STR("https://");
    struct str authority = { name.data + scheme.size, name.size - scheme.size };
    struct str host, port;
    struct http2_origin *origin;

    if (!str_starts(name, scheme) || name.size > ORIGIN_BYTES_MAX) return MC_BAD_INPUT;
    for (origin = client->origins; origin != NULL; origin = origin->next) {
        if (!str_is(authority, origin->authority)) continue;
        *ret_origin = origin;
        return MC_OK;
    }
    if (split_authority(authority, &host, &port) != MC_OK) return MC_BAD_INPUT;
    if (client->counts.origins >= HTTP2_ORIGINS_MAX && !evict(client)) return MC_BUSY;
    origin = MEM_NEW(struct http2_origin);
    origin->client = client;
    origin->authority = text_of(authority);
    origin->host = text_of(host);
    origin->port = text_of(port);
    origin->next = client->origins;
    client->origins = origin;
    client->counts.origins++;
    *ret_origin = origin;
    return MC_OK;
}

void http2_origin_free(struct http2_origin *origin)
{
    mem_free(origin->authority);
    mem_free(origin->host);
    mem_free(origin->port);
    mem_free(origin);
}

static bool may_open(const struct http2_origin *origin, uint64_t now_ms)
{
    uint32_t count = 0;

    if (origin->waiting.first == NULL || origin->client->closing) return false;
    if (now_ms < origin->retry_at_ms || now_ms < origin->hold_until_ms) return false;
    for (const struct http2_connection *each = origin->connections; each != NULL;
         each = each->next) {
        if (each->state < HTTP2_OPEN) return false; /* one at a time */
        if (each->state == HTTP2_OPEN) count++;
    }
    return count < origin->client->settings.connections_max;
}

static void start_streams(struct http2_connection *connection)
{
    struct http2_origin *origin = connection->origin;

    while (origin->waiting.first != NULL && http2_session_room(connection) > 0)
        http2_session_submit(connection, origin->waiting.first);
}

void http2_origin_pump(struct http2_origin *origin)
{
    uint64_t now_ms = http2_now_ms(origin->client);

    if (now_ms >= origin->hold_until_ms) {
        for (struct http2_connection *each = origin->connections; each != NULL; each = each->next)
            start_streams(each);
    }
    for (struct http2_connection *each = origin->connections; each != NULL; each = each->next)
        http2_connection_flush(each);
    if (may_open(origin, now_ms)) http2_connection_open(origin);
}

/* Between half and all of the doubled wait, so that many workers do not come back as one. */
static uint64_t jittered(uint64_t first_ms, uint32_t doublings, uint64_t max_ms)
{
    uint64_t wait_ms =
        first_ms << (doublings < BACKOFF_SHIFT_MAX ? doublings : (uint32_t)BACKOFF_SHIFT_MAX);
    uint32_t chance = 0;

    if (wait_ms > max_ms) wait_ms = max_ms;
    if (RAND_bytes((unsigned char *)&chance, sizeof(chance)) != 1) chance = 0;
    return wait_ms / 2 + chance % (wait_ms / 2 + 1);
}

void http2_origin_lost(struct http2_origin *origin, bool served)
{
    const struct http2_client_settings *settings = &origin->client->settings;

    if (served) {
        origin->failures = 0;
        return;
    }
    origin->retry_at_ms =
        http2_now_ms(origin->client) +
        jittered(settings->backoff_ms, origin->failures, settings->backoff_max_ms);
    origin->failures++;
}

void http2_origin_refused(struct http2_origin *origin)
{
    uint64_t now_ms = http2_now_ms(origin->client);

    if (now_ms < origin->hold_until_ms) return;
    origin->hold_until_ms = now_ms + jittered(HOLD_FIRST_MS, origin->refusals, HOLD_MAX_MS);
    origin->refusals++;
}

void http2_resend(struct http2_request *request, const char *reason)
{
    struct http2_origin *origin = request->origin;

    request->connection = NULL;
    request->stream_id = -1;
    request->sent = false;
    if (++request->resends > HTTP2_RESENDS_MAX) {
        http2_finish(request, MC_UNAVAILABLE, reason);
        return;
    }
    buf_reset(&request->answer);
    buf_reset(&request->fields);
    request->http = 0;
    request->body_sent = 0;
    origin->client->counts.resends++;
    http2_list_take(request);
    http2_list_put_first(&origin->waiting, request);
    http2_turn_soon(origin->client);
}
