#include "http/tls.h"

#include <h2o.h>
#include <h2o/http2.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <fcntl.h>
#include <unistd.h>

static const char ciphers_12[] = "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:"
                                 "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:"
                                 "ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";

static enum status refuse(struct buf *why, const char *file, const char *what)
{
    buf_printf(why, "%s: %s (%s).\n", file, what, ERR_reason_error_string(ERR_peek_last_error()));
    ERR_clear_error();
    return MC_BAD_INPUT;
}

static void set_policy(SSL_CTX *tls)
{
    static const unsigned char session_context[] = "motcua";

    MC_ASSERT(SSL_CTX_set_min_proto_version(tls, TLS1_2_VERSION) == 1);
    MC_ASSERT(SSL_CTX_set_cipher_list(tls, ciphers_12) == 1);
    SSL_CTX_set_options(tls, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                                 SSL_OP_CIPHER_SERVER_PREFERENCE);
    SSL_CTX_set_mode(tls, SSL_MODE_RELEASE_BUFFERS);
    MC_ASSERT(SSL_CTX_set_session_id_context(tls, session_context, sizeof(session_context)) == 1);
    h2o_ssl_register_alpn_protocols(tls, h2o_alpn_protocols);
}

enum status tls_load(const char *certificate_file, const char *key_file,
                     const unsigned char *ticket_key, struct buf *why, void **ret_tls)
{
    SSL_CTX *tls = SSL_CTX_new(TLS_server_method());
    enum status status = MC_OK;

    MC_ASSERT(tls != NULL);
    set_policy(tls);
    if (SSL_CTX_use_certificate_chain_file(tls, certificate_file) != 1)
        status = refuse(why, certificate_file, "the certificate cannot be read");
    else if (SSL_CTX_use_PrivateKey_file(tls, key_file, SSL_FILETYPE_PEM) != 1)
        status = refuse(why, key_file, "the private key cannot be read or is another's");
    if (ticket_key != NULL)
        SSL_CTX_set_tlsext_ticket_keys(tls, (void *)(uintptr_t)ticket_key, TLS_TICKET_KEY_BYTES);
    if (status != MC_OK) {
        SSL_CTX_free(tls);
        return status;
    }
    *ret_tls = tls;
    return MC_OK;
}

void tls_free(void *tls)
{
    SSL_CTX_free(tls);
}

static void add_extension(X509 *certificate, int id, const char *value)
{
    X509V3_CTX context;
    X509_EXTENSION *extension;

    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, certificate, certificate, NULL, NULL, 0);
    extension = X509V3_EXT_conf_nid(NULL, &context, id, value);
    MC_ASSERT(extension != NULL && X509_add_ext(certificate, extension, -1) == 1);
    X509_EXTENSION_free(extension);
}

static X509 *development_certificate(EVP_PKEY *key)
{
    static const unsigned char name[] = "localhost";
    X509 *certificate = X509_new();
    X509_NAME *subject = X509_get_subject_name(certificate);

    MC_ASSERT(X509_set_version(certificate, 2) == 1);
    MC_ASSERT(ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), (uint64_t)time(NULL)) ==
              1);
    X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 365L * 86400);
    MC_ASSERT(X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, name, -1, -1, 0) == 1);
    MC_ASSERT(X509_set_issuer_name(certificate, subject) == 1);
    MC_ASSERT(X509_set_pubkey(certificate, key) == 1);
    add_extension(certificate, NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1,IP:::1");
    add_extension(certificate, NID_basic_constraints, "critical,CA:TRUE");
    MC_ASSERT(X509_sign(certificate, key, EVP_sha256()) > 0);
    return certificate;
}

static FILE *create(const char *file, mode_t mode)
{
    int fd = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);

    return fd < 0 ? NULL : fdopen(fd, "w");
}

enum status tls_make_development(const char *certificate_file, const char *key_file,
                                 struct buf *why)
{
    if (access(certificate_file, R_OK) == 0 && access(key_file, R_OK) == 0) return MC_OK;
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *certificate = development_certificate(key);
    FILE *certificate_out = create(certificate_file, 0644);
    FILE *key_out = create(key_file, 0600);
    bool written = certificate_out != NULL && key_out != NULL &&
                   PEM_write_X509(certificate_out, certificate) == 1 &&
                   PEM_write_PrivateKey(key_out, key, NULL, NULL, 0, NULL, NULL) == 1;

    if (certificate_out != NULL && fclose(certificate_out) != 0) written = false;
    if (key_out != NULL && fclose(key_out) != 0) written = false;
    X509_free(certificate);
    EVP_PKEY_free(key);
    if (written) return MC_OK;
    buf_printf(why,
               "%s and %s cannot be written; name a certificate of your own by "
               "MOTCUA_TLS_CERTIFICATE and MOTCUA_TLS_KEY.\n",
               certificate_file, key_file);
    return MC_UNAVAILABLE;
}
