/* Addresses of any bytes: one that is taken keeps the promises of egress.h, as libcurl reads it. */
#include "io/egress.h"

#include <curl/curl.h>

#include <arpa/inet.h>
#include <netinet/in.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t data_bytes);

static bool is_absent(CURLU *url, CURLUPart part)
{
    char *text = NULL;
    bool absent = curl_url_get(url, part, &text, 0) != CURLUE_OK;

    curl_free(text);
    return absent;
}

static void check_host(CURLU *url)
{
    struct sockaddr_in four = { .sin_family = AF_INET };
    struct sockaddr_in6 six = { .sin6_family = AF_INET6 };
    char *host = NULL;
    size_t size;

    MC_ASSERT(curl_url_get(url, CURLUPART_HOST, &host, 0) == CURLUE_OK);
    size = strlen(host);
    if (inet_pton(AF_INET, host, &four.sin_addr) == 1)
        MC_ASSERT(egress_address_check((struct sockaddr *)&four) == MC_OK);
    else if (host[0] == '[') {
        host[size - 1] = '\0';
        MC_ASSERT(inet_pton(AF_INET6, host + 1, &six.sin6_addr) == 1);
        MC_ASSERT(egress_address_check((struct sockaddr *)&six) == MC_OK);
    } else
        MC_ASSERT(strchr(host, '.') != NULL && host[size - 1] != '.');
    curl_free(host);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t data_bytes)
{
    struct str text = { (const char *)data, data_bytes };
    char copy[EGRESS_URL_BYTES_MAX + 1], *port = NULL;
    CURLU *url;

    if (egress_url_check(text, false) != MC_OK) return 0;
    MC_ASSERT(data_bytes <= EGRESS_URL_BYTES_MAX && str_starts(text, STR("https://")));
    memcpy(copy, data, data_bytes);
    copy[data_bytes] = '\0';
    url = curl_url();
    MC_ASSERT(url != NULL && curl_url_set(url, CURLUPART_URL, copy, 0) == CURLUE_OK);
    MC_ASSERT(is_absent(url, CURLUPART_USER) && is_absent(url, CURLUPART_PASSWORD) &&
              is_absent(url, CURLUPART_FRAGMENT));
    if (curl_url_get(url, CURLUPART_PORT, &port, 0) == CURLUE_OK)
        MC_ASSERT(strcmp(port, "443") == 0);
    curl_free(port);
    check_host(url);
    curl_url_cleanup(url);
    return 0;
}
