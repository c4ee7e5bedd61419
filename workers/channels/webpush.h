/*
 * webpush.h - where a push subscription may point. The endpoint comes from a client, so it decides
 * which machine we connect to: only hosts of the allow-list are taken.
 */
#ifndef WORKERS_CHANNELS_WEBPUSH_H
#define WORKERS_CHANNELS_WEBPUSH_H

#include "base/str.h"

struct webpush_place {
    struct str origin, path;
};

/* hosts: "push.apple.com,localhost:*": a host with all below it, on port 443 unless :* follows.
 * Fails: MC_BAD_INPUT (not https, credentials, a control byte), MC_FORBIDDEN (not on the list). */
enum status webpush_place_of(struct str endpoint, struct str hosts,
                             struct webpush_place *ret_place);

#endif
