/* Where a message may go when somebody else has named the address: the table of SECURITY 2.2. */
#include "io/egress.h"
#include "tests/unit/check.h"

#include <arpa/inet.h>
#include <netinet/in.h>

struct row {
    const char *url;
    enum status status;
};

static const struct row rows[] = {
    /* Out into the world. */
    { "https://hooks.partner.vn", MC_OK },
    { "https://hooks.partner.vn/", MC_OK },
    { "https://hooks.partner.vn:443/a/b?c=d&e=%20", MC_OK },
    { "https://hooks.partner.vn?x=1", MC_OK },
    { "https://Hooks.Partner.VN/", MC_OK },
    { "https://xn--i-7iq.partner.vn/", MC_OK },
    { "https://1.partner.vn/", MC_OK },
    { "https://hooks.partner.vn/@user:80//x", MC_OK },
    { "https://8.8.8.8/", MC_OK },
    { "https://[2606:4700:4700::1111]/", MC_OK },
    { "https://[2606:4700:4700::1111]:443/", MC_OK },
    /* Not by https at 443. */
    { "http://hooks.partner.vn/", MC_FORBIDDEN },
    { "http://127.0.0.1/", MC_FORBIDDEN },
    { "HTTPS://hooks.partner.vn/", MC_BAD_INPUT },
    { "ftp://hooks.partner.vn/", MC_BAD_INPUT },
    { "file:///etc/passwd", MC_BAD_INPUT },
    { "gopher://hooks.partner.vn/", MC_BAD_INPUT },
    { "//hooks.partner.vn/", MC_BAD_INPUT },
    { "hooks.partner.vn", MC_BAD_INPUT },
    { "https:hooks.partner.vn", MC_BAD_INPUT },
    { "https:/hooks.partner.vn", MC_BAD_INPUT },
    { "https:///hooks.partner.vn", MC_BAD_INPUT },
    { "https://", MC_BAD_INPUT },
    { "", MC_BAD_INPUT },
    { "https://hooks.partner.vn:80/", MC_FORBIDDEN },
    { "https://hooks.partner.vn:8443/", MC_FORBIDDEN },
    { "https://hooks.partner.vn:0443/", MC_FORBIDDEN },
    { "https://hooks.partner.vn:/", MC_FORBIDDEN },
    { "https://hooks.partner.vn:443:443/", MC_BAD_INPUT },
    { "https://hooks.partner.vn:99999/", MC_BAD_INPUT },
    /* With more than an address in it. */
    { "https://user@hooks.partner.vn/", MC_BAD_INPUT },
    { "https://user:password@hooks.partner.vn/", MC_BAD_INPUT },
    { "https://@hooks.partner.vn/", MC_BAD_INPUT },
    { "https://hooks.partner.vn@127.0.0.1/", MC_BAD_INPUT },
    { "https://hooks.partner.vn:443@127.0.0.1/", MC_BAD_INPUT },
    { "https://127.0.0.1#@hooks.partner.vn/", MC_BAD_INPUT },
    { "https://hooks.partner.vn/#x", MC_BAD_INPUT },
    { "https://hooks.partner.vn/#", MC_BAD_INPUT },
    { "https://127.0.0.1\\@hooks.partner.vn/", MC_BAD_INPUT },
    { "https://hooks.partner.vn\\.evil.example/", MC_BAD_INPUT },
    { "https://hooks.partner.vn/a b", MC_BAD_INPUT },
    { " https://hooks.partner.vn/", MC_BAD_INPUT },
    { "https://hooks.partner.vn/\n", MC_BAD_INPUT },
    { "https://hooks.partner.vn/\r\nHost: x", MC_BAD_INPUT },
    { "https://hồ-sơ.partner.vn/", MC_BAD_INPUT },
    { "https://hooks.partner.vn/hồ", MC_BAD_INPUT },
    { "https://127。0。0。1/", MC_BAD_INPUT },
    { "https://%31%32%37.0.0.1/", MC_BAD_INPUT },
    { "https://hooks%2epartner.vn/", MC_BAD_INPUT },
    { "https://hooks.partner.vn%00.evil.example/", MC_BAD_INPUT },
    /* Addresses of inner networks, in every way of writing them. */
    { "https://127.0.0.1/", MC_FORBIDDEN },
    { "https://127.1/", MC_BAD_INPUT },
    { "https://2130706433/", MC_BAD_INPUT },
    { "https://0x7f000001/", MC_BAD_INPUT },
    { "https://0x7f.0.0.1/", MC_BAD_INPUT },
    { "https://0177.0.0.1/", MC_BAD_INPUT },
    { "https://127.0.0.1./", MC_BAD_INPUT },
    { "https://127.0.0.0x1/", MC_BAD_INPUT },
    { "https://0.0.0.0/", MC_FORBIDDEN },
    { "https://0/", MC_BAD_INPUT },
    { "https://10.1.2.3/", MC_FORBIDDEN },
    { "https://172.16.0.1/", MC_FORBIDDEN },
    { "https://172.31.255.255/", MC_FORBIDDEN },
    { "https://172.32.0.1/", MC_OK },
    { "https://192.168.1.1/", MC_FORBIDDEN },
    { "https://100.64.0.1/", MC_FORBIDDEN },
    { "https://100.128.0.1/", MC_OK },
    { "https://169.254.169.254/latest/meta-data/", MC_FORBIDDEN },
    { "https://168.63.129.16/", MC_FORBIDDEN },
    { "https://224.0.0.1/", MC_FORBIDDEN },
    { "https://255.255.255.255/", MC_FORBIDDEN },
    { "https://256.1.1.1/", MC_BAD_INPUT },
    { "https://[::1]/", MC_FORBIDDEN },
    { "https://[::]/", MC_FORBIDDEN },
    { "https://[::ffff:127.0.0.1]/", MC_FORBIDDEN },
    { "https://[::ffff:7f00:1]/", MC_BAD_INPUT },
    { "https://[0:0:0:0:0:0:0:1]/", MC_BAD_INPUT },
    { "https://[64:ff9b::7f00:1]/", MC_FORBIDDEN },
    { "https://[fe80::1]/", MC_FORBIDDEN },
    { "https://[fe80::1%25eth0]/", MC_BAD_INPUT },
    { "https://[fd00:ec2::254]/", MC_FORBIDDEN },
    { "https://[ff02::1]/", MC_FORBIDDEN },
    { "https://[2002:7f00:1::]/", MC_FORBIDDEN },
    { "https://[2001::1]/", MC_FORBIDDEN },
    { "https://[2001:db8::1]/", MC_FORBIDDEN },
    { "https://[v1.x]/", MC_BAD_INPUT },
    { "https://[::1/", MC_BAD_INPUT },
    { "https://::1/", MC_BAD_INPUT },
    /* Names of inner networks, and of none. */
    { "https://localhost/", MC_FORBIDDEN },
    { "https://LOCALHOST/", MC_FORBIDDEN },
    { "https://hooks.localhost/", MC_FORBIDDEN },
    { "https://localhost./", MC_BAD_INPUT },
    { "https://hooks.partner.vn./", MC_BAD_INPUT },
    { "https://postgres/", MC_FORBIDDEN },
    { "https://printer.local/", MC_FORBIDDEN },
    { "https://metadata.google.internal/", MC_FORBIDDEN },
    { "https://Metadata.Google.INTERNAL/", MC_FORBIDDEN },
    { "https://router.home.arpa/", MC_FORBIDDEN },
    { "https://a..b.vn/", MC_BAD_INPUT },
    { "https://.partner.vn/", MC_BAD_INPUT },
    { "https://-a.partner.vn/", MC_BAD_INPUT },
    { "https://a_b.partner.vn/", MC_BAD_INPUT },
    { "https://*.partner.vn/", MC_BAD_INPUT },
    { "https://hooks.partner.1vn/", MC_BAD_INPUT },
};

static void a_url_is_judged(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (egress_url_check(str_of(rows[i].url), false) != rows[i].status)
            fail_msg("%s: %s", rows[i].url,
                     status_name(egress_url_check(str_of(rows[i].url), false)));
}

static void a_workshop_may_send_to_itself_and_no_further(void **state)
{
    static const struct row more[] = {
        { "http://127.0.0.1/", MC_OK },
        { "http://127.0.0.1:8080/hook", MC_OK },
        { "http://127.0.0.1:65535/", MC_OK },
        { "http://127.0.0.1:65536/", MC_BAD_INPUT },
        { "http://127.0.0.1:0/", MC_BAD_INPUT },
        { "http://127.0.0.1:/", MC_BAD_INPUT },
        { "http://127.0.0.2/", MC_FORBIDDEN },
        { "http://localhost/", MC_FORBIDDEN },
        { "http://[::1]/", MC_FORBIDDEN },
        { "http://10.0.0.1/", MC_FORBIDDEN },
        { "http://hooks.partner.vn/", MC_FORBIDDEN },
        { "http://127.0.0.1@10.0.0.1/", MC_BAD_INPUT },
        { "https://127.0.0.1/", MC_FORBIDDEN },
        { "https://hooks.partner.vn/", MC_OK },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(more) / sizeof(more[0]); i++)
        if (egress_url_check(str_of(more[i].url), true) != more[i].status)
            fail_msg("%s: %s", more[i].url,
                     status_name(egress_url_check(str_of(more[i].url), true)));
}

static void a_url_has_its_length(void **state)
{
    static const char start[] = "https://hooks.partner.vn/";
    char url[EGRESS_URL_BYTES_MAX + 1];

    (void)state;
    memset(url, 'x', sizeof(url));
    memcpy(url, start, sizeof(start) - 1);
    assert_int_equal(egress_url_check((struct str){ url, EGRESS_URL_BYTES_MAX }, false), MC_OK);
    assert_int_equal(egress_url_check((struct str){ url, EGRESS_URL_BYTES_MAX + 1 }, false),
                     MC_BAD_INPUT);
    url[sizeof(start)] = '\0';
    assert_int_equal(egress_url_check((struct str){ url, EGRESS_URL_BYTES_MAX }, false),
                     MC_BAD_INPUT);
}

/* labels of 63, 63, 63 and last bytes, with dots between; a path behind. */
static enum status name_of(size_t first, size_t last)
{
    char url[512] = "https://";
    size_t at = strlen(url), sizes[4] = { first, 63, 63, last };

    for (size_t i = 0; i < 4; i++) {
        memset(url + at, 'a', sizes[i]);
        at += sizes[i];
        url[at++] = i < 3 ? '.' : '/';
    }
    return egress_url_check((struct str){ url, at }, false);
}

static void a_name_has_its_length(void **state)
{
    (void)state;
    assert_int_equal(name_of(63, 61), MC_OK);
    assert_int_equal(name_of(63, 62), MC_BAD_INPUT);
    assert_int_equal(name_of(64, 2), MC_BAD_INPUT);
}

static enum status of_address(int family, const char *text)
{
    struct sockaddr_storage address = { .ss_family = (sa_family_t)family };
    void *bytes = family == AF_INET ? (void *)&((struct sockaddr_in *)&address)->sin_addr
                                    : (void *)&((struct sockaddr_in6 *)&address)->sin6_addr;

    assert_int_equal(inet_pton(family, text, bytes), 1);
    return egress_address_check((const struct sockaddr *)&address);
}

/* Both ends of every block, and their neighbours. */
static void what_a_name_leads_to_is_judged(void **state)
{
    static const char *const inside4[] = {
        "0.0.0.0",         "0.255.255.255",  "10.0.0.0",        "10.255.255.255", "100.64.0.0",
        "100.127.255.255", "127.0.0.0",      "127.255.255.255", "169.254.0.0",    "169.254.255.255",
        "172.16.0.0",      "172.31.255.255", "192.0.0.0",       "192.0.0.255",    "192.0.2.0",
        "192.0.2.255",     "192.88.99.0",    "192.88.99.255",   "192.168.0.0",    "192.168.255.255",
        "198.18.0.0",      "198.19.255.255", "198.51.100.0",    "198.51.100.255", "203.0.113.0",
        "203.0.113.255",   "224.0.0.0",      "239.255.255.255", "240.0.0.0",      "255.255.255.255",
        "168.63.129.16",
    };
    static const char *const outside4[] = {
        "1.0.0.0",         "9.255.255.255", "11.0.0.0",        "100.63.255.255",  "100.128.0.0",
        "126.255.255.255", "128.0.0.0",     "169.253.255.255", "169.255.0.0",     "172.15.255.255",
        "172.32.0.0",      "192.0.1.0",     "192.0.3.0",       "192.167.255.255", "192.169.0.0",
        "198.17.255.255",  "198.20.0.0",    "223.255.255.255", "168.63.129.15",   "168.63.129.17",
    };
    static const char *const inside6[] = {
        "::",          "::1",    "::ffff:8.8.8.8",  "64:ff9b::808:808", "64:ff9b:1::1",    "100::1",
        "1fff:ffff::", "2001::", "2001:1ff:ffff::", "2001:db8::",       "2001:db8:ffff::", "2002::",
        "2002:ffff::", "3fff::", "3fff:fff::",      "4000::",           "fc00::",          "fdff::",
        "fe80::",      "febf::", "fec0::",          "ff00::",           "ffff::",
    };
    static const char *const outside6[] = { "2000::",      "2001:200::", "2001:db7:ffff::",
                                            "2001:db9::",  "2003::",     "2606:4700::1",
                                            "3ffe:ffff::", "3fff:1000::" };
    const struct sockaddr local = { .sa_family = AF_UNIX };

    (void)state;
#define ALL(family, list, expected)                                                                \
    for (size_t i = 0; i < sizeof(list) / sizeof((list)[0]); i++)                                  \
        if (of_address(family, (list)[i]) != (expected)) fail_msg("%s", (list)[i]);
    ALL(AF_INET, inside4, MC_FORBIDDEN)
    ALL(AF_INET, outside4, MC_OK)
    ALL(AF_INET6, inside6, MC_FORBIDDEN)
    ALL(AF_INET6, outside6, MC_OK)
#undef ALL
    assert_int_equal(egress_address_check(&local), MC_FORBIDDEN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_url_is_judged),
        cmocka_unit_test(a_workshop_may_send_to_itself_and_no_further),
        cmocka_unit_test(a_url_has_its_length),
        cmocka_unit_test(a_name_has_its_length),
        cmocka_unit_test(what_a_name_leads_to_is_judged),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
