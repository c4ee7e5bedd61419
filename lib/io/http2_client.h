/*
 * http2_client.h - sends requests to HTTPS origins over HTTP/2, many at once on few connections.
 *
 * Life:    one client per loop. A request struct is embedded by the caller, made by
 *          http2_request_init and given back by http2_request_done; all it points at (path,
 *          headers, body) must live until its callback. The answer lives in the request.
 * Order:   requests of one origin start in the order they were given, and end in any. `done` comes
 *          exactly once after http2_client_send returned MC_OK, and never before it has returned;
 *          when it returns an error `done` never comes. From `done` everything here may be called.
 * Limits:  requests_max waiting or running (MC_BUSY beyond), HTTP2_ORIGINS_MAX origins,
 *          HTTP2_HEADERS_MAX headers of a request, the peer's MAX_CONCURRENT_STREAMS (read again
 *          before every stream) and streams_max on a connection, answer_bytes_max of a body,
 *          HTTP2_FIELDS_BYTES_MAX of the answer's header fields, timeout_ms of a request from
 *          http2_client_send to `done`, kept to HTTP2_TICK_MS.
 * Fails:   request->status is MC_OK for an answer of any HTTP status. Otherwise MC_UNAVAILABLE (no
 *          connection, certificate refused, connection lost), MC_TIMEOUT, MC_LIMIT (answer too
 *          long), MC_CANCELLED; `reason` says which, and maybe_processed whether the peer may have
 *          acted on the request all the same.
 *          What the peer is known not to have seen (streams above the last one of a GOAWAY,
 *          REFUSED_STREAM, bytes that never left) is sent again by the client, at most
 *          HTTP2_RESENDS_MAX times.
 * TLS:     1.2 or newer, certificate chain and host name verified, ALPN h2 or nothing.
 * Source:  RFC 9113 §5.1.2, §6.8, §8.7; nghttp2 1.52; OpenSSL 3.0.
 */
#ifndef IO_HTTP2_CLIENT_H
#define IO_HTTP2_CLIENT_H

#include "base/buf.h"

#include <uv.h>

enum {
    HTTP2_ORIGINS_MAX = 64,
    HTTP2_HEADERS_MAX = 16,
    HTTP2_FIELDS_BYTES_MAX = 8192,
    HTTP2_RESENDS_MAX = 8,
    HTTP2_TICK_MS = 50,
};

struct http2_header {
    struct str name; /* lower case; pseudo-headers and content-length are the client's */
    struct str value;
};

struct http2_request {
    struct str method; /* "POST" unless set */
    struct str path;
    const struct http2_header *headers;
    size_t header_count;
    struct str body;
    uint32_t timeout_ms;
    void (*done)(struct http2_request *request);
    void *data;

    enum status status; /* the outcome, from `done` on */
    const char *reason; /* a symbol of ours, NULL on MC_OK */
    bool maybe_processed;
    int http;
    struct buf answer;

    struct buf fields; /* the rest is the client's own */
    struct http2_origin *origin;
    struct http2_connection *connection;
    struct http2_request *prev, *next;
    struct http2_request_list *list;
    uint64_t deadline_ms;
    int32_t stream_id;
    uint32_t resends;
    size_t body_sent;
    bool sent, ended, over;
};

/* An answer's body longer than answer_bytes_max ends the request with MC_LIMIT. */
void http2_request_init(struct http2_request *request, size_t answer_bytes_max);
void http2_request_done(struct http2_request *request);

/* A header field of the answer by its lower-case name; absent when there is none. */
struct str http2_request_field(const struct http2_request *request, struct str name);

struct http2_client_settings {
    const char *ca_file;         /* PEM; NULL or "": the system's own */
    uint32_t connections_max;    /* of one origin */
    uint32_t streams_max;        /* of one connection, whatever more the peer allows */
    uint32_t requests_max;       /* of the client */
    uint32_t connect_timeout_ms; /* name, TCP, TLS and the peer's SETTINGS together */
    uint32_t ping_idle_ms;       /* nothing read for so long: PING */
    uint32_t ping_answer_ms;     /* no answer to it for so long: the connection is dead */
    uint32_t idle_close_ms;      /* a connection without requests closes */
    uint32_t backoff_ms;         /* first wait after a failed connection; doubles */
    uint32_t backoff_max_ms;
};

/* 2 connections, 100 streams, 4,096 requests, 5 s, 60 s, 10 s, 10 min, 200 ms, 10 s. */
extern const struct http2_client_settings http2_client_preset;

struct http2_client;

/* Fails: MC_BAD_INPUT when ca_file cannot be read as certificates. */
enum status http2_client_new(uv_loop_t *loop, const struct http2_client_settings *settings,
                             struct http2_client **ret_client);

/* Every request ends with MC_CANCELLED; closed (may be NULL) is called once nothing is left, and
 * the client is gone. */
void http2_client_close(struct http2_client *client, void (*closed)(void *data), void *data);

/* origin: "https://host" or "https://host:port", without a path. Fails: MC_BAD_INPUT (origin,
 * headers), MC_BUSY (requests_max, HTTP2_ORIGINS_MAX), MC_CANCELLED (closing). */
enum status http2_client_send(struct http2_client *client, struct str origin,
                              struct http2_request *request);

/* `done` follows from the loop with MC_CANCELLED. Harmless once the request has ended. */
void http2_request_cancel(struct http2_request *request);

struct http2_client_counts {
    uint32_t origins, connections, waiting, running;
    uint64_t answers, failures, resends, connects, goaways, pings;
};

struct http2_client_counts http2_client_count(const struct http2_client *client);

#endif
