/* One address holds so many connections and no more, over all children, dead ones left out. */
#include "http/addresses.h"
#include "tests/unit/check.h"

#include <arpa/inet.h>

static size_t bucket_of(const char *address)
{
    struct sockaddr_storage peer = { 0 };
    struct sockaddr_in *four = (struct sockaddr_in *)&peer;
    struct sockaddr_in6 *six = (struct sockaddr_in6 *)&peer;

    if (inet_pton(AF_INET, address, &four->sin_addr) == 1)
        peer.ss_family = AF_INET;
    else if (inet_pton(AF_INET6, address, &six->sin6_addr) == 1)
        peer.ss_family = AF_INET6;
    return addresses_bucket((const struct sockaddr *)&peer);
}

static void an_address_is_limited_over_all_slots(void **state)
{
    struct addresses addresses;
    size_t one = bucket_of("192.0.2.1"), other = (one + 1) % ADDRESS_BUCKETS;

    (void)state;
    assert_int_equal(addresses_open(&addresses, 3), MC_OK);
    assert_int_equal(addresses_enter(&addresses, 0, one), MC_OK);
    assert_int_equal(addresses_enter(&addresses, 1, one), MC_OK);
    assert_int_equal(addresses_enter(&addresses, 1, one), MC_OK);
    assert_int_equal(addresses_enter(&addresses, 2, one), MC_BUSY);
    assert_int_equal(addresses_enter(&addresses, 2, other), MC_OK);
    addresses_leave(&addresses, 0, one);
    assert_int_equal(addresses_enter(&addresses, 2, one), MC_OK);
    addresses_clear(&addresses, 1);
    assert_int_equal(addresses_enter(&addresses, 0, one), MC_OK);
    assert_int_equal(addresses_enter(&addresses, 0, one), MC_OK);
    assert_int_equal(addresses_enter(&addresses, 0, one), MC_BUSY);
}

static void a_64_is_one_address(void **state)
{
    (void)state;
    assert_int_equal(bucket_of("2001:db8::1"), bucket_of("2001:db8::2:3"));
    assert_int_equal(bucket_of("192.0.2.1"), bucket_of("192.0.2.1"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_address_is_limited_over_all_slots),
        cmocka_unit_test(a_64_is_one_address),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
