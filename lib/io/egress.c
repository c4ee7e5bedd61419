#include "io/egress.h"

#include <curl/curl.h>

#include <arpa/inet.h>
#include <string.h>
#include <strings.h>

enum { LABEL_BYTES_MAX = 63, NAME_BYTES_MAX = 253, HOST_BYTES = 256 };

/* ---- addresses ---- */

struct block {
    const char *address;
    unsigned bits;
};

/* Nobody of the public network is there. */
static const struct block inner4[] = {
    { "0.0.0.0", 8 },        { "10.0.0.0", 8 },     { "100.64.0.0", 10 },
    { "127.0.0.0", 8 },      { "169.254.0.0", 16 }, { "172.16.0.0", 12 },
    { "192.0.0.0", 24 },     { "192.0.2.0", 24 },   { "192.88.99.0", 24 },
    { "192.168.0.0", 16 },   { "198.18.0.0", 15 },  { "198.51.100.0", 24 },
    { "203.0.113.0", 24 },   { "224.0.0.0", 4 },    { "240.0.0.0", 4 },
    { "168.63.129.16", 32 }, /* a cloud's own services, at a public address */
};

/* The only part of IPv6 that is given to networks, and what in it leads elsewhere: protocols with
 * IPv4 addresses inside, documentation. v4-mapped, NAT64 and local addresses are outside. */
static const struct block public6 = { "2000::", 3 };
static const struct block inner6[] = {
    { "2001::", 23 }, { "2001:db8::", 32 }, { "2002::", 16 }, { "3fff::", 20 }
};

static bool is_in(int family, const unsigned char *bytes, const struct block *block)
{
    unsigned char start[sizeof(struct in6_addr)];
    unsigned whole = block->bits / 8, rest = block->bits % 8;

    MC_ASSERT(inet_pton(family, block->address, start) == 1);
    if (memcmp(bytes, start, whole) != 0) return false;
    return rest == 0 || (bytes[whole] ^ start[whole]) >> (8 - rest) == 0;
}

static bool is_in_any(int family, const unsigned char *bytes, const struct block *blocks,
                      size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (is_in(family, bytes, &blocks[i])) return true;
    return false;
}

#define IN_ANY(family, bytes, blocks)                                                              \
    is_in_any(family, bytes, blocks, sizeof(blocks) / sizeof((blocks)[0]))

static enum status check_bytes(int family, const void *bytes)
{
    bool inner = family == AF_INET
                     ? IN_ANY(AF_INET, bytes, inner4)
                     : !is_in(AF_INET6, bytes, &public6) || IN_ANY(AF_INET6, bytes, inner6);

    return inner ? MC_FORBIDDEN : MC_OK;
}

enum status egress_address_check(const struct sockaddr *address)
{
    if (address->sa_family == AF_INET)
        return check_bytes(AF_INET, &((const struct sockaddr_in *)(const void *)address)->sin_addr);
    if (address->sa_family == AF_INET6)
        return check_bytes(AF_INET6,
                           &((const struct sockaddr_in6 *)(const void *)address)->sin6_addr);
    return MC_FORBIDDEN;
}

/* ---- names ---- */

/* The last labels of names that are of an inner network, or of none. */
static const char *const inner_names[] = { "localhost", "localdomain", "local", "internal",
                                           "intranet",  "private",     "corp",  "home",
                                           "lan",       "arpa",        "onion", "invalid" };

static bool is_alphanumeric(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

static bool is_label(struct str label)
{
    if (label.size == 0 || label.size > LABEL_BYTES_MAX) return false;
    for (size_t i = 0; i < label.size; i++)
        if (!is_alphanumeric(label.data[i]) && label.data[i] != '-') return false;
    return is_alphanumeric(label.data[0]) && is_alphanumeric(label.data[label.size - 1]);
}

/* A name whose last label begins with a digit is taken for an IPv4 address by many: 127.1,
 * 2130706433, 0x7f.1. No such top-level domain exists. */
static enum status check_name(struct str name)
{
    struct str label = STR_NONE;
    size_t labels = 0;

    if (name.size == 0 || name.size > NAME_BYTES_MAX) return MC_BAD_INPUT;
    if (name.data[name.size - 1] == '.') return MC_BAD_INPUT;
    for (; name.size > 0; labels++) {
        label = str_split(&name, '.');
        if (!is_label(label)) return MC_BAD_INPUT;
    }
    if (label.data[0] >= '0' && label.data[0] <= '9') return MC_BAD_INPUT;
    if (labels < 2) return MC_FORBIDDEN;
    for (size_t i = 0; i < sizeof(inner_names) / sizeof(inner_names[0]); i++)
        if (str_eq_nocase(label, str_of(inner_names[i]))) return MC_FORBIDDEN;
    return MC_OK;
}

/* Only the one way of writing an address is taken for one. */
static bool is_address(int family, const char *text, unsigned char bytes[sizeof(struct in6_addr)])
{
    char again[INET6_ADDRSTRLEN];

    return inet_pton(family, text, bytes) == 1 &&
           inet_ntop(family, bytes, again, sizeof(again)) != NULL && strcasecmp(text, again) == 0;
}

static enum status check_host(struct str host)
{
    unsigned char bytes[sizeof(struct in6_addr)];
    char text[HOST_BYTES];

    if (host.size == 0 || host.size >= sizeof(text)) return MC_BAD_INPUT;
    memcpy(text, host.data, host.size);
    text[host.size] = '\0';
    if (is_address(AF_INET, text, bytes)) return check_bytes(AF_INET, bytes);
    if (text[0] != '[') return check_name(host);
    if (text[host.size - 1] != ']') return MC_BAD_INPUT;
    text[host.size - 1] = '\0';
    return is_address(AF_INET6, text + 1, bytes) ? check_bytes(AF_INET6, bytes) : MC_BAD_INPUT;
}

/* ---- URLs ---- */

static bool is_printable(struct str url)
{
    for (size_t i = 0; i < url.size; i++)
        if (url.data[i] <= ' ' || url.data[i] > '~' || strchr("\"#<>\\^`{|}", url.data[i]) != NULL)
            return false;
    return true;
}

static struct str part_of(CURLU *parsed, CURLUPart part, char **kept)
{
    if (curl_url_get(parsed, part, kept, 0) != CURLUE_OK) return STR_NONE;
    return str_of(*kept);
}

/* What libcurl, which will go there, finds in the text must be what stands in it: no escape, no
 * other way of writing a number, no user, no port but the one. */
static bool is_read_alike(CURLU *parsed, struct str scheme, struct str host)
{
    char *texts[2] = { NULL, NULL };
    struct str found_scheme = part_of(parsed, CURLUPART_SCHEME, &texts[0]);
    struct str found_host = part_of(parsed, CURLUPART_HOST, &texts[1]);
    bool alike = host.size > 0 && str_eq(found_scheme, scheme) && str_eq_nocase(found_host, host);

    curl_free(texts[0]);
    curl_free(texts[1]);
    return alike;
}

static bool is_parsed_alike(struct str url, struct str scheme, struct str host)
{
    char text[EGRESS_URL_BYTES_MAX + 1];
    CURLU *parsed = curl_url();
    bool alike;

    MC_ASSERT(parsed != NULL);
    memcpy(text, url.data, url.size);
    text[url.size] = '\0';
    alike = curl_url_set(parsed, CURLUPART_URL, text, 0) == CURLUE_OK &&
            is_read_alike(parsed, scheme, host);
    curl_url_cleanup(parsed);
    return alike;
}

static struct str authority_of(struct str rest)
{
    size_t end = 0;

    while (end < rest.size && rest.data[end] != '/' && rest.data[end] != '?')
        end++;
    return (struct str){ rest.data, end };
}

/* What is before :PORT. A colon in brackets is the address's own. */
static struct str host_of(struct str authority)
{
    char last = authority.size > 0 && authority.data[0] == '[' ? ']' : ':';
    const char *end = authority.size == 0 ? NULL : memchr(authority.data, last, authority.size);
    size_t size = end == NULL ? authority.size : (size_t)(end - authority.data) + (last == ']');

    return (struct str){ authority.data, size };
}

/* ":1" to ":65535", or nothing. */
static bool is_port(struct str port)
{
    int64_t number;

    if (port.size == 0) return true;
    if (str_split(&port, ':').size != 0) return false;
    return str_to_i64(port, &number) == MC_OK && number > 0 && number <= 65535;
}

enum status egress_url_check(struct str url, bool workshop)
{
    const struct str https = STR("https://"), http = STR("http://");
    struct str scheme = str_starts(url, https) ? https : http, authority, host, port;

    if (url.size > EGRESS_URL_BYTES_MAX || !is_printable(url) || !str_starts(url, scheme))
        return MC_BAD_INPUT;
    authority = authority_of((struct str){ url.data + scheme.size, url.size - scheme.size });
    host = host_of(authority);
    port = (struct str){ host.data + host.size, authority.size - host.size };
    if (!is_parsed_alike(url, (struct str){ scheme.data, scheme.size - 3 }, host))
        return MC_BAD_INPUT;
    if (scheme.size == http.size) {
        if (!workshop || !str_is(host, "127.0.0.1")) return MC_FORBIDDEN;
        return is_port(port) ? MC_OK : MC_BAD_INPUT;
    }
    if (port.size > 0 && !str_is(port, ":443")) return MC_FORBIDDEN;
    return check_host(host);
}
