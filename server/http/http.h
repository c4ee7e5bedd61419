/*
 * http.h - one HTTP exchange as the rest of the server sees it: a request, one reply or one stream.
 *
 * No other header of the server shows what carries it (libh2o); another transport could stand here.
 *
 * Life:    an exchange belongs to its handler from `handle` until the handler has called exactly
 * one of http_reply, http_stream_close or http_release. The client may leave at any time: then
 *          `gone` is called (if set), what is sent afterwards is dropped, and the handler still
 * owes its one call. Views of the request are valid until then only while http_is_gone is false;
 *          copy what must outlive a wait.
 * Order:   callbacks come from the loop, never from inside a call into this header.
 * Limits:  body_bytes_max, url_bytes_max, requests_max in flight of the server settings.
 */
#ifndef SERVER_HTTP_HTTP_H
#define SERVER_HTTP_HTTP_H

#include "base/str.h"
#include "http/addresses.h"
#include "http/guard_settings.h"

#include <uv.h>

struct http_exchange;
struct http_server;

struct http_header {
    struct str name; /* lower case */
    struct str value;
};

enum { HTTP_HEADERS_MAX = 16 };

/* ---- the request ---- */

struct str http_method(const struct http_exchange *exchange);
struct str http_path(const struct http_exchange *exchange);  /* without query */
struct str http_query(const struct http_exchange *exchange); /* without '?'; absent: none */
struct str http_body(const struct http_exchange *exchange);  /* absent: none */
/* Lower-case name. Absent when there is none; the first when there are several. */
struct str http_header(const struct http_exchange *exchange, const char *name);
/* Of the other end of the connection. */
struct http_address http_peer(const struct http_exchange *exchange);
/* "h2" or "h1". */
const char *http_protocol(const struct http_exchange *exchange);
/* Drawn by us, never the client's; answered as x-request-id, in sixteen hexadecimal digits. */
uint64_t http_id(const struct http_exchange *exchange);

void *http_data(const struct http_exchange *exchange);
void http_set_data(struct http_exchange *exchange, void *data);

/* Called once when the client leaves before the exchange has ended. */
void http_on_gone(struct http_exchange *exchange, void (*gone)(struct http_exchange *exchange));
bool http_is_gone(const struct http_exchange *exchange);

/* ---- one reply ---- */

/* Ends the exchange. Headers and body are copied. content-length is set here; the body is not
 * sent for HEAD and with 304. */
void http_reply(struct http_exchange *exchange, int status, const struct http_header *headers,
                size_t header_count, struct str body);

/* Whose the bytes of a body are: release is called once, when they have left or are not wanted. */
struct http_owner {
    void (*release)(void *data);
    void *data;
};

struct http_body {
    struct str bytes;
    const struct http_owner *owner; /* NULL: they are copied */
};

/* As http_reply, but a body that has an owner stays where it is until that is told. */
void http_reply_body(struct http_exchange *exchange, int status, const struct http_header *headers,
                     size_t header_count, struct http_body body);

/* Ends the exchange of a client that is gone. */
void http_release(struct http_exchange *exchange);

/* ---- or a stream ---- */

/* Before it is opened: how many bytes it will have in all, where that is known. */
void http_stream_set_size(struct http_exchange *exchange, size_t bytes);

/* queue_bytes_max: what may wait for a slow reader. */
void http_stream_open(struct http_exchange *exchange, int status, const struct http_header *headers,
                      size_t header_count, size_t queue_bytes_max);

/* Fails: MC_LIMIT when the reader is too slow, MC_CANCELLED when it is gone. Copies. */
enum status http_stream_send(struct http_exchange *exchange, struct str bytes);

/* Bytes that have not left yet. */
size_t http_stream_waiting(const struct http_exchange *exchange);

/* Called whenever all that was sent has left. */
void http_stream_on_drained(struct http_exchange *exchange,
                            void (*drained)(struct http_exchange *exchange));

/* Ends the exchange after what is queued has left. */
void http_stream_close(struct http_exchange *exchange);

/* Its handler writes down itself how it ends: `ended` is not called for it. */
void http_tells_itself(struct http_exchange *exchange);

/* ---- the server ---- */

/* How an exchange ended. */
struct http_end {
    uint64_t id;
    const char *route; /* the path of the server's own table; NULL: none of it */
    int status;        /* 0: the client had left before any */
    uint64_t bytes;    /* of the reply's body */
    uint64_t us;       /* since its request was whole */
};

struct http_route {
    const char *path; /* ends with a slash: all below it */
    void (*handle)(struct http_exchange *exchange, void *data);
};

struct http_settings {
    const char *server_name;
    size_t body_bytes_max;
    size_t url_bytes_max;
    uint32_t requests_max; /* in flight in this process, streams apart; over it 503 */
    uint32_t connections_max;
    struct addresses *addresses; /* shared by the children; this one is slot */
    size_t slot;
    struct guard_settings guard;
    uint32_t drain_ms; /* GOAWAY, then what is left is cut after this */
    const struct http_route *routes;
    size_t route_count;
    void *data;
    /* Asked for every other reply: writes a JSON error body for a status we found ourselves. */
    void (*refuse)(struct http_exchange *exchange, enum status status, void *data);
    /* Told of every reply and every stream opened, for counting. May be NULL. */
    void (*replied)(int status, void *data);
    /* Told of every exchange that does not tell itself. May be NULL. */
    void (*ended)(const struct http_end *end, void *data);
};

/* bound_fd: a bound socket, the server's from here on. tls: an SSL_CTX * or NULL for clear text. */
struct http_server *http_server_new(uv_loop_t *loop, const struct http_settings *settings,
                                    int bound_fd, void *tls);

/* Lets connections in. Before it the port's other listeners get them, and without any they are
 * refused. Not after http_server_drain. */
void http_server_listen(struct http_server *server);

/* New handshakes use this SSL_CTX; takes a reference of its own. */
void http_server_set_tls(struct http_server *server, void *tls);

/* No new connection; GOAWAY; drained is called when the last connection is gone or drain_ms is
 * over. */
void http_server_drain(struct http_server *server, void (*drained)(void *data), void *data);

struct http_counts {
    uint32_t connections, exchanges; /* streams are exchanges too */
    uint32_t streams;
    uint32_t websockets;
    uint64_t accepted, refused;
};

struct http_counts http_server_count(const struct http_server *server);

#endif
