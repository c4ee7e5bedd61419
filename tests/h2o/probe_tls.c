/* A certificate made at start: the tests need no key on disk and trust nothing. */
#include "probe.h"

#include <h2o/http2.h>
#include <openssl/ec.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <stdlib.h>

static void require(bool condition)
{
    if (!condition) abort();
}

static X509 *certificate_new(EVP_PKEY *key)
{
    X509 *certificate = X509_new();
    const unsigned char name[] = "localhost";
    X509_NAME *subject = X509_get_subject_name(certificate);

    require(X509_set_version(certificate, 2) == 1);
    require(ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1) == 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate), -60);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 86400);
    require(X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, name, -1, -1, 0) == 1);
    require(X509_set_issuer_name(certificate, subject) == 1);
    require(X509_set_pubkey(certificate, key) == 1);
    require(X509_sign(certificate, key, EVP_sha256()) > 0);
    return certificate;
}

SSL_CTX *probe_tls_new(void)
{
    SSL_CTX *tls = SSL_CTX_new(TLS_server_method());
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *certificate = certificate_new(key);

    require(SSL_CTX_set_min_proto_version(tls, TLS1_2_VERSION) == 1);
    require(SSL_CTX_use_certificate(tls, certificate) == 1);
    require(SSL_CTX_use_PrivateKey(tls, key) == 1);
    h2o_ssl_register_alpn_protocols(tls, h2o_http2_alpn_protocols);
    X509_free(certificate);
    EVP_PKEY_free(key);
    return tls;
}
