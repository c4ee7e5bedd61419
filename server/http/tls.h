/*
 * tls.h - the certificate and how it is offered.
 *
 * TLS 1.2 (ECDHE with AEAD only) and 1.3, ALPN h2 then http/1.1, no renegotiation, no compression,
 * no early data. Session tickets are sealed under keys that the parent draws before the fork, so
 * that any child takes any other's ticket.
 */
#ifndef SERVER_HTTP_TLS_H
#define SERVER_HTTP_TLS_H

#include "base/buf.h"

enum { TLS_TICKET_KEY_BYTES = 80 };

/* Free with tls_free. ticket_key: TLS_TICKET_KEY_BYTES, or NULL for OpenSSL's own.
 * Fails: MC_BAD_INPUT with one sentence in why (which file, what is wrong). */
enum status tls_load(const char *certificate_file, const char *key_file,
                     const unsigned char *ticket_key, struct buf *why, void **ret_tls);
void tls_free(void *tls);

/* Writes a self-signed P-256 certificate for localhost (PEM, key 0600) unless both files exist.
 * Fails: MC_UNAVAILABLE with one sentence in why. */
enum status tls_make_development(const char *certificate_file, const char *key_file,
                                 struct buf *why);

#endif
