/*
 * web_client.h - one question to somebody's web server: an issuer, a token endpoint, another state
 * system.
 *
 * By libcurl on the loop: TLS verified, no redirects, no proxy of the environment, no cookies. Not
 * for what is sent in masses (http2_client.h).
 *
 * Life:    a request is embedded by the caller and lives until done; its texts until
 *          web_client_send returns; its answer until done returns.
 * Order:   done comes exactly once after web_client_send returned MC_OK, never before.
 * Limits:  timeout_ms from start to end; an answer of body_bytes_max (MC_TOO_LARGE over it).
 * Fails:   MC_UNAVAILABLE (no connection, no trust, no HTTP), MC_TIMEOUT, MC_TOO_LARGE,
 *          MC_CANCELLED. An answer of any HTTP status is MC_OK.
 */
#ifndef IO_WEB_CLIENT_H
#define IO_WEB_CLIENT_H

#include "base/buf.h"

#include <uv.h>

struct web_client_settings {
    const char *ca_file; /* of more authorities to trust; NULL or "": the system's alone */
    bool allow_plain;    /* http:// too, of this machine alone: a workshop's */
};

struct web_client;

struct web_client *web_client_new(uv_loop_t *loop, const struct web_client_settings *settings);

/* What is under way fails with MC_UNAVAILABLE; closed (may be NULL) comes when nothing is left. */
void web_client_close(struct web_client *client, void (*closed)(void *data), void *data);

struct web_request {
    const char *url;
    struct str form;    /* POSTed as application/x-www-form-urlencoded; absent: GET */
    struct str json;    /* POSTed as application/json instead */
    const char *bearer; /* with Authorization: Bearer; NULL: none */
    uint32_t timeout_ms;
    size_t body_bytes_max;
    void (*done)(struct web_request *request, enum status status);
    void *data;

    long http_status;      /* valid in done on MC_OK */
    int64_t retry_after_s; /* likewise; 0: nothing was said */
    struct buf body;

    struct web_client *client; /* the rest is the client's own */
    void *easy;
    void *headers;
    struct web_request *next, **link;
    bool too_large;
};

enum status web_client_send(struct web_client *client, struct web_request *request);

/* Calls done with MC_CANCELLED before it returns. Nothing happens when it is not under way. */
void web_client_cancel(struct web_request *request);

/* Needs no encoding in an address: RFC 3986, section 2.3. */
bool web_is_unreserved(char c);

/* Appends name=value, percent-encoded, with & before all but the first. */
void web_form_add(struct buf *form, const char *name, struct str value);

#endif
