/*
 * addresses.h - how many connections each address holds, over all children.
 *
 * One shared mapping made before the fork; each child writes only its own slot, the sum counts.
 * Addresses are hashed into ADDRESS_BUCKETS, an IPv6 address by its /64: two that fall together
 * share a budget, which errs on the side of refusing. The hash's key is drawn before the fork.
 *
 * Life:    addresses_open before the fork; addresses_clear by the parent when a child has died.
 * Fails:   MC_UNAVAILABLE when no memory can be shared; addresses_enter: MC_BUSY over the limit.
 */
#ifndef SERVER_HTTP_ADDRESSES_H
#define SERVER_HTTP_ADDRESSES_H

#include "base/str.h"

#include <sys/socket.h>

enum { ADDRESS_BUCKETS = 4096, ADDRESS_SLOTS = 64 };

struct addresses {
    uint32_t (*counts)[ADDRESS_BUCKETS]; /* by slot */
    uint32_t connections_max;            /* of one address */
};

enum status addresses_open(struct addresses *addresses, uint32_t connections_max);

/* What a peer is counted by: an IPv4 address (as such, or mapped into IPv6), or an IPv6 /64; size 0
 * for sockets that are not of the internet. */
struct http_address {
    unsigned char bytes[8];
    size_t size;
};

struct http_address addresses_of(const struct sockaddr *peer);

/* The bucket of a peer; sockets that are not of the internet share one. */
size_t addresses_bucket(const struct sockaddr *peer);

enum status addresses_enter(struct addresses *addresses, size_t slot, size_t bucket);
void addresses_leave(struct addresses *addresses, size_t slot, size_t bucket);
void addresses_clear(struct addresses *addresses, size_t slot);

#endif
