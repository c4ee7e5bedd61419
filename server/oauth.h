/*
 * oauth.h - how a partner's machine gets an access token, and where that is written down.
 *
 * POST /oauth/token: the client credentials grant, the client proved by an assertion
 * (private_key_jwt) of a key it has uploaded. The token is one of ours, of the key's session with
 * the scopes asked for; all of the key's when none are. GET /.well-known/oauth-authorization-server
 * and
 * /.well-known/oauth-protected-resource say so to machines.
 *
 * Limits:  token_limit_* of the settings, then 429 with Retry-After.
 * Fails:   as RFC 6749, section 5.2, says: 400 or 401 with {"error"}. 503: without Redis it is not
 *          known whether an assertion has come before, so none counts.
 * Source:  RFC 6749, RFC 6585 (429), RFC 7523, RFC 8414, RFC 9728.
 */
#ifndef SERVER_OAUTH_H
#define SERVER_OAUTH_H

#include "http/http.h"

/* data is the struct app. */
void oauth_token_handle(struct http_exchange *exchange, void *data);
void oauth_server_handle(struct http_exchange *exchange, void *data);
void oauth_resource_handle(struct http_exchange *exchange, void *data);

#endif
