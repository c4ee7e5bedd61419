/*
 * websocket.h - a WebSocket as the rest of the server sees it: text messages both ways, and an end.
 *
 * Life:    http_websocket_accept ends the exchange and gives a socket, which lives until `closed`
 *          is called, exactly once; nothing may be called on it from then on.
 * Order:   callbacks come from the loop, never from inside a call into this header.
 * Limits:  message_bytes_max in (1009 over it) in at most 256 fragments (1008), queue_bytes_max
 *          waiting to go out. What a peer asks for and does not read counts too (pongs).
 * Fails:   a peer that breaks the protocol is closed with the code of RFC 6455, section 7.4.
 * Source:  RFC 6455; over HTTP/1.1 only (libh2o has no RFC 8441).
 */
#ifndef SERVER_HTTP_WEBSOCKET_H
#define SERVER_HTTP_WEBSOCKET_H

#include "http/http.h"

struct http_websocket;

struct http_websocket_options {
    const char *protocol; /* the subprotocol agreed on */
    size_t message_bytes_max;
    size_t queue_bytes_max;
    uint32_t goodbye_ms; /* for the peer's close frame, after ours */
    void *data;
    void (*message)(struct http_websocket *socket, struct str text);
    void (*drained)(struct http_websocket *socket); /* all that was sent has left */
    void (*closed)(struct http_websocket *socket);
};

/* Does the client ask for a WebSocket? */
bool http_websocket_is_wanted(const struct http_exchange *exchange);

/* Does it offer this subprotocol? */
bool http_websocket_offers(const struct http_exchange *exchange, const char *protocol);

/* Ends the exchange. Fails: MC_BAD_INPUT (the handshake is not one of RFC 6455), with the exchange
 * untouched. */
enum status http_websocket_accept(struct http_exchange *exchange,
                                  const struct http_websocket_options *options,
                                  struct http_websocket **ret_socket);

void *http_websocket_data(const struct http_websocket *socket);

/* One text message. Copies. Fails: MC_LIMIT when the peer reads too slowly, MC_CANCELLED when it is
 * being closed. */
enum status http_websocket_send(struct http_websocket *socket, struct str text);

/* Bytes that have not left yet. */
size_t http_websocket_waiting(const struct http_websocket *socket);

/* Says goodbye with a code and a short reason (at most 123 bytes); further messages are dropped. */
void http_websocket_close(struct http_websocket *socket, uint16_t code, const char *reason);

/* Ends it without a word, soon. */
void http_websocket_cut(struct http_websocket *socket);

#endif
