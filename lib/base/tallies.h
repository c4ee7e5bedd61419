/*
 * tallies.h - counters under labels that are known only when they come: which client, which field.
 *
 * Life:    as metrics.h: one shared mapping before the fork, each child writes only its own slot,
 *          so there are no locks. A counter stays when its child dies.
 * Limits:  TALLIES_MAX labels a slot; what comes beyond is counted under the label "other", so that
 *          no client can fill the memory. TALLY_BYTES_MAX bytes a label; longer is "other" too.
 * Source:  Prometheus text exposition format 0.0.4.
 */
#ifndef BASE_TALLIES_H
#define BASE_TALLIES_H

#include "base/buf.h"

enum { TALLIES_MAX = 256, TALLY_BYTES_MAX = 111, TALLY_FAMILIES_MAX = 8 };

struct tally_family {
    const char *name; /* motcua_client_operations_total */
    const char *help;
};

struct tallies {
    const struct tally_family *families;
    size_t count;
    struct tally_slot *slots;
};

/* families must outlive the tallies. Fails: MC_UNAVAILABLE when no memory can be shared. */
enum status tallies_open(struct tallies *tallies, const struct tally_family *families,
                         size_t count);
void tallies_close(struct tallies *tallies);

/* labels: client="app",version="1.2" - escaped by the caller, without braces. */
void tallies_add(struct tallies *tallies, size_t slot, size_t family, struct str labels);

/* The sum over all slots. */
int64_t tallies_total(const struct tallies *tallies, size_t family, struct str labels);

void tallies_print(const struct tallies *tallies, struct buf *out);

#endif
