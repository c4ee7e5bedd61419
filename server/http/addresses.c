#include "http/addresses.h"

#include "base/hash.h"

#include <netinet/in.h>
#include <sys/mman.h>

static const size_t mapping_bytes = sizeof(uint32_t[ADDRESS_SLOTS][ADDRESS_BUCKETS]);

enum status addresses_open(struct addresses *addresses, uint32_t connections_max)
{
    void *mapping =
        mmap(NULL, mapping_bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    if (mapping == MAP_FAILED) return MC_UNAVAILABLE;
    (void)hash_bytes(STR(""));
    *addresses = (struct addresses){ mapping, connections_max };
    return MC_OK;
}

static struct http_address address_of(const void *bytes, size_t size)
{
    struct http_address address = { .size = size };

    memcpy(address.bytes, bytes, size);
    return address;
}

struct http_address addresses_of(const struct sockaddr *peer)
{
    enum { IPV4_BYTES = 4, IPV4_MAPPED_AT = 12, IPV6_PREFIX_BYTES = 8 };
    const struct sockaddr_in *four = (const struct sockaddr_in *)(const void *)peer;
    const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)(const void *)peer;

    if (peer->sa_family == AF_INET) return address_of(&four->sin_addr, IPV4_BYTES);
    if (peer->sa_family != AF_INET6) return (struct http_address){ .size = 0 };
    if (IN6_IS_ADDR_V4MAPPED(&six->sin6_addr))
        return address_of(six->sin6_addr.s6_addr + IPV4_MAPPED_AT, IPV4_BYTES);
    return address_of(six->sin6_addr.s6_addr, IPV6_PREFIX_BYTES);
}

size_t addresses_bucket(const struct sockaddr *peer)
{
    struct http_address address = addresses_of(peer);

    return hash_bytes((struct str){ (const char *)address.bytes, address.size }) % ADDRESS_BUCKETS;
}

static uint64_t total(const struct addresses *addresses, size_t bucket)
{
    uint64_t sum = 0;

    for (size_t slot = 0; slot < ADDRESS_SLOTS; slot++)
        sum += __atomic_load_n(&addresses->counts[slot][bucket], __ATOMIC_RELAXED);
    return sum;
}

enum status addresses_enter(struct addresses *addresses, size_t slot, size_t bucket)
{
    if (total(addresses, bucket) >= addresses->connections_max) return MC_BUSY;
    __atomic_fetch_add(&addresses->counts[slot][bucket], 1, __ATOMIC_RELAXED);
    return MC_OK;
}

void addresses_leave(struct addresses *addresses, size_t slot, size_t bucket)
{
    __atomic_fetch_sub(&addresses->counts[slot][bucket], 1, __ATOMIC_RELAXED);
}

void addresses_clear(struct addresses *addresses, size_t slot)
{
    for (size_t bucket = 0; bucket < ADDRESS_BUCKETS; bucket++)
        __atomic_store_n(&addresses->counts[slot][bucket], 0, __ATOMIC_RELAXED);
}
