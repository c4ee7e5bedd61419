/*
 * internal.h - what exchange.c and server.c share; only server/http/ includes it.
 */
#ifndef SERVER_HTTP_INTERNAL_H
#define SERVER_HTTP_INTERNAL_H

#include "base/buf.h"
#include "http/guard.h"
#include "http/http.h"

#include <h2o.h>
#include <openssl/ssl.h>

/* Hung on the request's pool: its dispose hook is the one sign of a request's end that always
 * comes. It outlives neither the request nor needs the exchange. */
struct http_token {
    h2o_generator_t generator;
    struct http_exchange *exchange; /* NULL once the exchange has ended */
};

struct http_exchange {
    struct http_server *server;
    h2o_req_t *request;       /* NULL once it is gone */
    struct http_token *token; /* the same */
    void *data;
    void (*gone)(struct http_exchange *exchange);
    void (*drained)(struct http_exchange *exchange);
    bool is_stream, sending, closing, tells_itself;
    struct http_end end;
    uint64_t began_ns;
    struct buf queue;   /* waits for the reader */
    struct buf leaving; /* held while libh2o reads it */
};

/* A certificate's context that is offered no more: a connection that was accepted under it and has
 * not said hello yet still points at it. */
struct retired_tls {
    SSL_CTX *tls;
    uint64_t at_ms;
    struct retired_tls *next;
};

struct http_server {
    uv_loop_t *loop;
    struct http_settings settings;
    h2o_globalconf_t config;
    h2o_context_t context;
    h2o_accept_ctx_t accept;
    struct retired_tls *retired; /* the latest first */
    struct guards guards;
    uv_tcp_t listener;
    uv_timer_t drain_timer;
    uint64_t drain_deadline_ms;
    void (*drained)(void *data);
    void *drained_data;
    struct http_counts counts;
    uint64_t exchanges_seen;
    uint64_t process; /* its number: asked of the kernel once */
    bool draining;
};

/* Takes the request from it: another answers. */
void http_exchange_end(struct http_exchange *exchange);

/* The one libh2o handler: every path comes here. */
int http_exchange_handle(struct http_server *server, h2o_req_t *request);

#endif
