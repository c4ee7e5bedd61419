/*
 * http2_client_internal.h - what the files of the HTTP/2 client share; nobody else includes it.
 *
 * A request is on exactly one list: its origin's `waiting`, a connection's `running`, or the
 * client's `finished`, from which the next turn of the loop calls `done`. So no callback of ours
 * runs inside nghttp2's or OpenSSL's, and none before http2_client_send has returned.
 */
#ifndef IO_HTTP2_CLIENT_INTERNAL_H
#define IO_HTTP2_CLIENT_INTERNAL_H

#include "base/memory.h"
#include "io/http2_client.h"

#include <nghttp2/nghttp2.h>
#include <openssl/ssl.h>

enum { HTTP2_INPUT_BYTES = 65536, HTTP2_OUTPUT_BYTES_MAX = 262144 };

struct http2_request_list {
    struct http2_request *first, *last;
    uint32_t count;
};

struct http2_client {
    uv_loop_t *loop;
    struct http2_client_settings settings;
    SSL_CTX *tls;
    nghttp2_session_callbacks *callbacks;
    struct http2_origin *origins;
    struct http2_request_list finished;
    struct http2_client_counts counts;
    uint32_t requests;
    uint32_t connections;
    uv_timer_t tick, turn;
    bool closing;
    unsigned timers_open;
    void (*closed)(void *data);
    void *closed_data;
    struct buf plain; /* frames on their way into one TLS record */
    char input[HTTP2_INPUT_BYTES];
};

struct http2_origin {
    struct http2_client *client;
    struct http2_origin *next;
    char *authority; /* host or host:port, for :authority */
    char *host, *port;
    struct http2_request_list waiting;
    struct http2_connection *connections;
    uint32_t failures;      /* connections in a row that served nothing */
    uint64_t retry_at_ms;   /* no new connection before */
    uint32_t refusals;      /* streams refused in a row */
    uint64_t hold_until_ms; /* no new stream before */
    uint64_t used_ms;
};

enum http2_state {
    HTTP2_RESOLVING,
    HTTP2_CONNECTING,
    HTTP2_HANDSHAKING,
    HTTP2_SETTING, /* TLS stands, the peer's SETTINGS have not come */
    HTTP2_OPEN,
    HTTP2_DRAINING, /* no new streams; closes after the last one */
    HTTP2_CLOSED,
};

struct http2_connection {
    struct http2_origin *origin;
    struct http2_connection *next;
    enum http2_state state;
    struct http2_request_list running;
    uint32_t streams; /* those of cancelled requests too, until they are closed */
    uint64_t served;
    uint64_t opened_ms, read_ms, used_ms, ping_ms;
    bool was_open, retiring, writing, resolving, has_tcp;

    uv_tcp_t tcp;
    uv_connect_t connect;
    uv_getaddrinfo_t resolver;
    uv_write_t write;
    struct addrinfo *addresses, *address;
    SSL *tls;
    BIO *tls_in, *tls_out;
    nghttp2_session *session;
    struct buf output; /* what uv_write holds */
};

/* http2_client.c */
void http2_list_put(struct http2_request_list *list, struct http2_request *request);
void http2_list_put_first(struct http2_request_list *list, struct http2_request *request);
void http2_list_take(struct http2_request *request);
void http2_finish(struct http2_request *request, enum status status, const char *reason);
void http2_turn_soon(struct http2_client *client);
uint64_t http2_now_ms(const struct http2_client *client);

/* http2_client_origin.c */
enum status http2_origin_get(struct http2_client *client, struct str name,
                             struct http2_origin **ret_origin);
void http2_origin_free(struct http2_origin *origin);
void http2_origin_pump(struct http2_origin *origin);
/* A connection has ended: failed waits longer each time. */
void http2_origin_lost(struct http2_origin *origin, bool served);
/* The peer refused a stream it had allowed: start no more for a while. */
void http2_origin_refused(struct http2_origin *origin);
/* Back to the head of the queue, or the end when it was sent too often. */
void http2_resend(struct http2_request *request, const char *reason);

/* http2_client_connection.c */
void http2_connection_open(struct http2_origin *origin);
void http2_connection_flush(struct http2_connection *connection);
/* No new streams; only marks, so it may be called from nghttp2's callbacks. */
void http2_connection_drain(struct http2_connection *connection);
void http2_connection_end(struct http2_connection *connection, const char *reason);
void http2_connection_tick(struct http2_connection *connection, uint64_t now_ms);
enum status http2_tls_new(const char *ca_file, SSL_CTX **ret_tls);

/* http2_client_session.c */
nghttp2_session_callbacks *http2_callbacks_new(void);
bool http2_session_start(struct http2_connection *connection);
/* Streams the peer lets us start now. */
uint32_t http2_session_room(const struct http2_connection *connection);
void http2_session_submit(struct http2_connection *connection, struct http2_request *request);
/* The stream is reset and no longer knows the request. */
void http2_session_forget(struct http2_request *request);
void http2_session_ping(struct http2_connection *connection);

#endif
