/*
 * code_exchange.h - from an authorisation code to who somebody is: the back half of OpenID
 * Connect's code flow with PKCE, of which the app runs the front half.
 *
 * Life:    an exchange is embedded by the caller and lives until done; its texts live in its arena.
 * Order:   done comes exactly once after code_exchange_start returned MC_OK, never before.
 * Fails:   MC_UNAUTHENTICATED: the code, the verifier, the nonce or the ID token is not good, one
 *          answer for all of them; MC_UNAVAILABLE: the issuer does not answer, or not as one.
 *          A log line says which check it was.
 * Source:  OpenID Connect Core 1.0 section 3.1.3; RFC 7636; RFC 7523; DOMAIN 2.8 (the personal
 *          number: province of birth 001-096, century and sex 0-3, year, six digits).
 */
#ifndef SERVER_CODE_EXCHANGE_H
#define SERVER_CODE_EXCHANGE_H

#include "base/clock.h"
#include "io/web_client.h"
#include "issuers.h"

enum { EXCHANGE_TEXT_BYTES_MAX = 2048, EXCHANGE_NAME_BYTES_MAX = 200 };

struct exchange_settings {
    struct web_client *web;
    struct clock *clock;
    uv_loop_t *loop;
    uint32_t timeout_ms; /* of each question */
    uint64_t cache_ms;
    int64_t second_factor_age_s; /* since the issuer saw it (auth_time) */
};

/* Who it is, as the issuer says. */
struct identity {
    struct str subject; /* the issuer's own name for it */
    struct str personal_no;
    struct str name;
    struct str born_on; /* YYYY-MM-DD; absent: not told */
    bool second_factor;
};

struct code_exchange {
    const struct exchange_settings *settings;
    struct issuer *issuer;
    struct str code, code_verifier, redirect_uri, nonce;
    struct arena *arena;
    void (*done)(struct code_exchange *exchange, enum status status);
    void *data;

    struct identity identity; /* valid in done on MC_OK */

    struct web_request request; /* the rest is its own */
    void (*next)(struct code_exchange *exchange);
    struct str id_token;
    bool refetched, starting;
    enum status early; /* of a failure before the start has returned */
};

/* issuer, code to nonce, arena, done and data are filled. Fails: MC_UNAVAILABLE; MC_UNAUTHENTICATED
 * (a text beyond EXCHANGE_TEXT_BYTES_MAX, no code verifier, a redirect_uri that is not the
 * issuer's). */
enum status code_exchange_start(struct code_exchange *exchange,
                                const struct exchange_settings *settings);

/* Số định danh: twelve digits that a person can have. */
bool is_personal_no(struct str text);

#endif
