/*
 * issuers.h - who vouches for people: OpenID Connect issuers, from a file.
 *
 *     { "issuers": [ { "name": "citizens", "people": "CITIZENS", "issuer": "https://sso.example",
 *         "clientId": "motcua", "key": "client.pem", "keyId": "2026-1",
 *         "redirectUris": ["vn.motcua.app:/signed-in"], "secondFactor": ["loa3"],
 *         "claims": { "personalNo": "SoDinhDanh", "name": "HoVaTen", "bornOn": "NgaySinh" } } ] }
 *
 * people is CITIZENS or OFFICERS; key is our private key (P-256, PEM) beside the file, by which we
 * show the issuer who we are (RFC 7523); secondFactor are the acr values that count as one, when
 * auth_time says that it was shown just now; claims what the issuer calls what we need (bornOn may
 * be absent).
 *
 * What an issuer publishes - its endpoints and keys - is fetched when first needed and again after
 * issuer_cache_s; the former is used on while it cannot be. A key nobody knows has them fetched at
 * once, but not more often than every ISSUER_REFETCH_MS. An issuer that did not answer is not asked
 * again for ISSUER_REST_MS.
 *
 * Life:    as long as the process; texts are the file's arena's.
 * Limits:  ISSUERS_MAX.
 * Source:  OpenID Connect Core 1.0, Discovery 1.0; RFC 7517.
 */
#ifndef SERVER_ISSUERS_H
#define SERVER_ISSUERS_H

#include "base/buf.h"
#include "io/jwks.h"

enum {
    ISSUERS_MAX = 8,
    ISSUER_REDIRECTS_MAX = 8,
    ISSUER_REFETCH_MS = 5000,
    ISSUER_REST_MS = 2000,
};

struct issuer {
    struct str name;
    bool officers;
    struct str url, client_id, key_pem;
    const char *key_id;
    struct str redirects[ISSUER_REDIRECTS_MAX], second_factors[ISSUER_REDIRECTS_MAX];
    size_t redirect_count, second_factor_count;
    const char *personal_no_claim, *name_claim, *born_on_claim; /* the last may be NULL */

    struct arena published; /* what it publishes; token_endpoint absent: not fetched yet */
    const char *token_endpoint, *jwks_uri;
    struct arena keys_arena;
    struct jwks keys;
    uint64_t published_ms, keys_ms, failed_ms; /* of the loop's clock; 0: never */
};

struct issuers {
    struct arena arena;
    struct issuer items[ISSUERS_MAX];
    size_t count;
};

/* path "": none. Fails: MC_BAD_INPUT, MC_UNAVAILABLE with one sentence in why. */
enum status issuers_load(struct issuers *issuers, const char *path, struct buf *why);
void issuers_done(struct issuers *issuers);

/* NULL: there is none of that name. */
struct issuer *issuers_find(struct issuers *issuers, struct str name);

bool issuer_redirects_to(const struct issuer *issuer, struct str uri);
bool issuer_is_second_factor(const struct issuer *issuer, struct str acr);

/* Takes over what was fetched. Fails: MC_UNAVAILABLE: it is not what an issuer publishes, or speaks
 * of another one. */
enum status issuer_publish(struct issuer *issuer, struct str discovery, uint64_t now_ms);
enum status issuer_set_keys(struct issuer *issuer, struct str text, uint64_t now_ms);

#endif
