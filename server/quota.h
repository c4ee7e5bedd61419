/*
 * quota.h - who may ask for how much: a partner by minute and day, a session by minute, an address
 * by minute; and how often somebody may try to sign in, a client ask for a token, or anybody look a
 * dossier up.
 *
 * The limits are settings (config.def, quota_* and sign_in_limit_*, token_limit_*,
 * look_up_limit_*), counted in Redis for all processes together (io/gcra.h). Who asks is granted
 * more at once than his request costs, eight times first and twice as much each time he has spent
 * it within ten seconds; but no more than the sixteenth part of what is left, for all processes
 * together. This process spends it without asking Redis. So a client costs a round trip now and
 * then, at most a sixteenth of its limit waits where it does not ask, and near its end it is
 * counted to the unit. What was not spent is given back with the next charge. Beside the 70,000
 * instructions of a signed-in request for a name (release, callgrind) a charge from what is held is
 * 2,600, one that asks Redis 38,000.
 *
 * Without Redis each process gives its share alone: the limit divided by the number of processes.
 *
 * Life:    a charge is embedded by the caller; its texts live in its arena.
 * Order:   QUOTA_NOW: the charge is settled, done is not called. QUOTA_LATER: done comes exactly
 *          once and never before.
 * Fails:   (in the charge) MC_RATE with retry_after_s; MC_CANCELLED.
 * Privacy: Redis sees no address, number or device, only their HMAC under the token key ring.
 * Source:  draft-ietf-httpapi-ratelimit-headers-10 (the two fields).
 */
#ifndef SERVER_QUOTA_H
#define SERVER_QUOTA_H

#include "http/http.h"
#include "io/gcra.h"
#include "quota_table.h"
#include "request.h"

struct app;
struct quota;

struct quota *quota_new(struct app *app);
void quota_free(struct quota *quota);

enum quota_progress { QUOTA_NOW, QUOTA_LATER };

/* What one kind of principal may ask for. */
struct quota_policy {
    const char *names[QUOTA_BUCKETS];
    struct gcra_rate rates[QUOTA_BUCKETS];
    size_t count;     /* 0: as much as it likes */
    int64_t cost_max; /* the least of its limits: what costs more is charged so much */
    struct str text;  /* RateLimit-Policy */
};

struct quota_charge {
    const struct viewer *viewer;
    struct http_address address; /* counts where nobody is signed in */
    int64_t cost;                /* at least 1 */
    struct arena *arena;
    void (*done)(struct quota_charge *charge);
    void *data;

    enum status status;
    int64_t retry_after_s;             /* with MC_RATE: then it will fit in */
    const struct quota_policy *policy; /* NULL: nothing is limited */
    int64_t left[QUOTA_BUCKETS];
    int64_t reset_s[QUOTA_BUCKETS]; /* until all of it is there again */

    struct quota *quota; /* the rest is its own */
    struct quota_key key;
    struct gcra_ask ask;
};

enum quota_progress quota_charge(struct quota *quota, struct quota_charge *charge);

/* Between QUOTA_LATER and done. */
void quota_charge_cancel(struct quota_charge *charge);

/* RateLimit-Policy and RateLimit, in the charge's arena; none where nothing was limited. Gives how
 * many. */
size_t quota_headers(const struct quota_charge *charge, struct http_header ret_headers[2]);

/* One attempt to sign in, or, with a client, to have a token, or, with a dossier, to look it up. A
 * client is counted at its address, and so is a dossier: who asks names it before he has shown that
 * he may, and nobody may use up another's. A tracking code is too long to be guessed from however
 * many addresses. Each of what it is counted by may be absent: the number is known
 * only once the issuer has answered, the rest before. */
struct quota_attempt {
    struct str number; /* personal number; counted alike whether we know it or not */
    struct str device;
    struct str client;
    struct str dossier; /* the code that is asked for, of a dossier or not */
    struct http_address address;
    bool in_all; /* is it counted with everybody's? */
    struct arena *arena;
    void (*done)(struct quota_attempt *attempt);
    void *data;

    enum status status;
    int64_t retry_after_s;

    struct quota *quota; /* the rest is its own */
    struct quota_key keys[GCRA_BUCKETS_MAX];
    struct gcra_ask ask;
};

/* All that it is counted by, or none. Rules of quota_charge; without Redis by this process's share,
 * never refused for that alone. */
enum quota_progress quota_attempt(struct quota *quota, struct quota_attempt *attempt);
void quota_attempt_cancel(struct quota_attempt *attempt);

#endif
