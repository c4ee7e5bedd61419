/*
 * webhook_secret.h - what messages to a partner's endpoint are signed by.
 *
 * 32 random bytes, shown once as whsec_ and their base64, kept sealed (lib/io/cell.h) in
 * webhook_secret.secret under the row's id.
 *
 * Source: Standard Webhooks specification 1.0 (https://www.standardwebhooks.com), "Symmetric".
 */
#ifndef SERVER_WEBHOOK_SECRET_H
#define SERVER_WEBHOOK_SECRET_H

#include "io/key_ring.h"
#include "services.h"

enum { WEBHOOK_SECRET_BYTES = 32 };

enum status webhook_secret_new(const struct key_ring *ring, struct arena *arena,
                               struct webhook_secret *ret_secret);

#endif
