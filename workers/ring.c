#include "ring.h"

enum { PUBLISH_TIMEOUT_MS = 2000 };

void ring_init(struct ring *ring, struct redis *redis)
{
    *ring = (struct ring){ .redis = redis };
    buf_init(&ring->waiting, RING_BYTES_MAX);
    buf_init(&ring->sent, RING_BYTES_MAX);
}

void ring_done(struct ring *ring)
{
    buf_done(&ring->waiting);
    buf_done(&ring->sent);
}

void ring_add(struct ring *ring, struct str line)
{
    if (ring->waiting.size + line.size + 1 > RING_BYTES_MAX) buf_reset(&ring->waiting);
    if (ring->waiting.size > 0) buf_add_char(&ring->waiting, '\n');
    buf_add(&ring->waiting, line);
}

static void on_published(struct redis_ask *ask, enum status status, const struct redis_reply *reply)
{
    struct ring *ring = ask->data;

    (void)reply;
    ring->asking = false;
    if (status == MC_OK || ring->sent.size == 0) return;
    /* Once more with the next send, before what has come since. */
    if (ring->sent.size + ring->waiting.size + 1 <= RING_BYTES_MAX) {
        if (ring->waiting.size > 0) {
            buf_add_char(&ring->sent, '\n');
            buf_add(&ring->sent, buf_str(&ring->waiting));
        }
        buf_reset(&ring->waiting);
        buf_add(&ring->waiting, buf_str(&ring->sent));
    }
}

void ring_send(struct ring *ring)
{
    if (ring->asking || ring->waiting.size == 0) return;
    buf_reset(&ring->sent);
    buf_add(&ring->sent, buf_str(&ring->waiting));
    redis_ask_init(&ring->ask, PUBLISH_TIMEOUT_MS, on_published, ring);
    redis_ask_add(&ring->ask, STR("PUBLISH"));
    redis_ask_add(&ring->ask, STR("feed"));
    redis_ask_add(&ring->ask, buf_str(&ring->sent));
    ring->asking = redis_send(ring->redis, &ring->ask) == MC_OK;
    if (ring->asking) buf_reset(&ring->waiting);
}
