/* What machines read before they ask for a token. */
#include "app.h"
#include "base/json_out.h"
#include "io/jwks.h"
#include "oauth.h"
#include "reply.h"

enum { DOCUMENT_BYTES_MAX = 16 * 1024 };

/* As the database has them: partner_key.scopes. */
static const char *const scopes[] = {
    "dossiers.read",   "dossiers.submit", "events.read", "keys.manage",
    "webhooks.manage", "portal.exchange", NULL
};

static void write_list(struct json_out *json, const char *name, const char *const *items)
{
    json_key(json, name);
    json_array_open(json);
    for (; *items != NULL; items++)
        json_str(json, str_of(*items));
    json_array_close(json);
}

static void write_address(struct json_out *json, const char *name, const char *origin,
                          const char *path)
{
    struct buf text;

    buf_init(&text, DOCUMENT_BYTES_MAX);
    buf_printf(&text, "%s%s", origin, path);
    json_key(json, name);
    json_str(json, buf_str(&text));
    buf_done(&text);
}

static void write_server(struct json_out *json, const char *origin)
{
    static const char *const none[] = { NULL };
    static const char *const grants[] = { "client_credentials", NULL };
    static const char *const methods[] = { "private_key_jwt", NULL };
    const char *algorithms[JWS_ALGORITHM_COUNT + 1] = { NULL };

    for (int i = 0; i < JWS_ALGORITHM_COUNT; i++)
        algorithms[i] = jws_algorithm_name((enum jws_algorithm)i);
    write_address(json, "issuer", origin, "");
    write_address(json, "token_endpoint", origin, "/oauth/token");
    write_list(json, "response_types_supported", none);
    write_list(json, "grant_types_supported", grants);
    write_list(json, "token_endpoint_auth_methods_supported", methods);
    write_list(json, "token_endpoint_auth_signing_alg_values_supported", algorithms);
    write_list(json, "scopes_supported", scopes);
}

static void write_resource(struct json_out *json, const char *origin)
{
    static const char *const methods[] = { "header", NULL };
    const char *const servers[] = { origin, NULL };

    write_address(json, "resource", origin, "");
    write_list(json, "authorization_servers", servers);
    write_list(json, "bearer_methods_supported", methods);
    write_list(json, "scopes_supported", scopes);
}

static void reply_document(struct http_exchange *exchange, const struct app *app,
                           void (*write)(struct json_out *json, const char *origin))
{
    struct buf body;
    struct json_out json = json_out(&body);

    if (!str_is(http_method(exchange), "GET") && !str_is(http_method(exchange), "HEAD")) {
        reply_refusal(exchange, MC_METHOD, NULL, "GET");
        return;
    }
    buf_init(&body, DOCUMENT_BYTES_MAX);
    json_object_open(&json);
    write(&json, app->config->public_url);
    json_object_close(&json);
    reply_body(exchange, 200, media_json, buf_str(&body));
    buf_done(&body);
}

void oauth_server_handle(struct http_exchange *exchange, void *data)
{
    reply_document(exchange, data, write_server);
}

void oauth_resource_handle(struct http_exchange *exchange, void *data)
{
    reply_document(exchange, data, write_resource);
}
