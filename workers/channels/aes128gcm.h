/*
 * aes128gcm.h - a message only one browser can read (RFC 8291 over RFC 8188, one record).
 *
 * Limits:  AES128GCM_TEXT_BYTES_MAX of text, so that the body fits the 4,096 bytes every push
 *          server takes.
 * Fails:   MC_BAD_INPUT: p256dh is not a point of P-256, auth is not 16 bytes, or the text is too
 *          long; MC_INTERNAL: no randomness.
 */
#ifndef WORKERS_CHANNELS_AES128GCM_H
#define WORKERS_CHANNELS_AES128GCM_H

#include "base/arena.h"

enum {
    AES128GCM_POINT_BYTES = 65,
    AES128GCM_AUTH_BYTES = 16,
    AES128GCM_SALT_BYTES = 16,
    AES128GCM_HEADER_BYTES = AES128GCM_SALT_BYTES + 4 + 1 + AES128GCM_POINT_BYTES,
    AES128GCM_TEXT_BYTES_MAX = 4096 - AES128GCM_HEADER_BYTES - 17,
};

struct aes128gcm_reader {
    struct str point; /* p256dh, 65 raw bytes */
    struct str auth;  /* 16 raw bytes */
};

/* A key pair and salt of its own for every message. */
enum status aes128gcm_seal(const struct aes128gcm_reader *reader, struct str text,
                           struct arena *arena, struct str *ret_body);

/* The same with the sender's private key (32 bytes) and salt given, for the RFC's example. */
struct aes128gcm_sender {
    struct str private_key, salt;
};

enum status aes128gcm_seal_as(const struct aes128gcm_sender *sender,
                              const struct aes128gcm_reader *reader, struct str text,
                              struct arena *arena, struct str *ret_body);

#endif
