/*
 * adapter.h - what another state system must be able to do to be told of dossiers: one row of
 * `adapters` here, one of the table adapter in the database. The national portal is the first;
 * payment, post, land and social insurance are to be rows too.
 *
 *     send     write puts an event of a dossier into the system's own words, read says what its
 *              answer means
 *     receive  POST /portal/messages (server/portal.h), for whom the operator has let in; and what
 *              is pulled from it on a timer (pulls, pull.h)
 *     state    of each dossier PENDING, SENT, ACKED or FAILED (dossier_sync); of a message only
 *              that it waits
 *     retry    the same for all: back-off, a circuit each, given up after adapter.tries_max; left
 *              alone when it asks to be, for messages and pulls
 *     lag      age of the oldest message that is not acknowledged; an alarm over
 * adapter.lag_alarm_s
 *
 * Order, state, retry and lag are functions/49_portal_outbound.sql, sync.c and lag.c: an adapter
 * has none of its own.
 */
#ifndef WORKERS_ADAPTER_H
#define WORKERS_ADAPTER_H

#include "base/buf.h"
#include "config.h"

/* An event to be told; texts absent and times INT64_MIN where there is none. Dates and details are
 * the dossier's as it stands. It names no person who applies: an adapter is told what became of a
 * dossier. details is JSON as schema/db/functions/49_portal_details.sql makes it; like the rest it
 * is for the adapter alone, never for a log. */
struct sync_message {
    int64_t message, try, tries_max;
    struct str service; /* of adapter_service */
    struct str event, event_id;
    bool is_first; /* the adapter has not heard of the dossier */
    struct str code, procedure, agency, agency_name, channel;
    int64_t national_code;
    struct str state_name;
    struct str actor; /* an officer's name; nobody else's */
    int64_t at, filed_at, received_at, due_at, finished_at;
    struct str details;
};

enum adapter_verdict {
    ADAPTER_ACKED,
    ADAPTER_RETRY,   /* it may be taken later */
    ADAPTER_REFUSED, /* it will never be taken as it is */
};

enum {
    ADAPTER_WHY_BYTES = 41,
    ADAPTER_MESSAGE_BYTES_MAX = 524288,
    ADAPTER_ANSWER_BYTES_MAX = 65536
};

enum { ADAPTERS_MAX = 8 };

enum adapter_catalogue { ADAPTER_AGENCIES, ADAPTER_PROCEDURES };

/* A list that is asked for; no service: the end. */
struct adapter_pull {
    const char *service;
    enum adapter_catalogue of;
};

struct adapter {
    const char *id;
    size_t url, key_file; /* offsets of its settings */
    void (*write)(const struct sync_message *message, struct buf *out);
    /* Of any HTTP answer. why: a symbol of at most 40 letters, digits and _.:- */
    enum adapter_verdict (*read)(long http_status, struct str body, char why[ADAPTER_WHY_BYTES]);
    /* In this order: a procedure may name an agency. Asked for as {"service": ...}; the answer
     * holds them as `result`, procedures as `motcua-server catalogue import` reads them. NULL:
     * none. */
    const struct adapter_pull *pulls;
};

extern const struct adapter adapter_portal;

#endif
