/*
 * sign_in.h - signing in, stepping up and refreshing (đăng nhập, xác thực lần hai, gia hạn phiên):
 * the three changes that begin before anybody is known, or after a token has run out. And signing
 * in as a person of the sandbox, whom a partner's test key vouches for.
 *
 * What they do lies behind services->sign_in; their answer is a session and its tokens. From then
 * on the request is the viewer's whose session it is, so that the same document may go on asking.
 */
#ifndef RESOLVERS_SIGN_IN_H
#define RESOLVERS_SIGN_IN_H

#include "request.h"

enum sign_in_kind { SIGN_IN_NEW, SIGN_IN_STEP_UP, SIGN_IN_REFRESH, SIGN_IN_SANDBOX };

struct sign_in_call {
    enum sign_in_kind kind;
    struct request *request; /* that asks */
    struct arena *arena;
    struct str issuer, code, code_verifier, redirect_uri, nonce; /* not of a refresh */
    struct str device;                                           /* of a new one */
    struct str session;       /* of a step-up: whose; in the sandbox: of the test key that asks */
    struct str person;        /* of the sandbox: its code or id */
    struct str refresh_token; /* of a refresh: the former */
    void (*done)(struct sign_in_call *call, enum status status);
    void *data;

    /* Valid in done on MC_OK, in arena. */
    struct viewer viewer;
    struct str access_token;
    struct str next_refresh_token; /* absent after a step-up */
    int64_t expires_at;            /* of the access token; microseconds since 1970 UTC */
    int64_t retry_after_s;         /* with MC_RATE */
};

gql_resolve sign_in_new, sign_in_step_up, sign_in_refresh, sign_in_sandbox;

#endif
