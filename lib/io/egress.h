/*
 * egress.h - where a message of ours may go when somebody else has named the address.
 *
 * An address (URL) is judged when it is given, and again when it is used; what its name leads to is
 * judged after the name is looked up, and that very address is connected to. Names that look
 * public and lead inside are caught by the second question alone.
 *
 *     https://HOST[:443][/PATH][?QUERY], printable ASCII, without user, password or fragment.
 *     HOST: a name of at least two labels that is not of an inner network, written in letters,
 *     digits and hyphens (xn-- for others), or an IP address as inet_ntop writes it.
 *
 * Limits:  EGRESS_URL_BYTES_MAX.
 * Fails:   MC_BAD_INPUT: not of that form; MC_FORBIDDEN: it leads where nothing is sent.
 * Source:  RFC 3986; IANA special-purpose address registries (RFC 6890), 2026; SECURITY 2.2.
 */
#ifndef IO_EGRESS_H
#define IO_EGRESS_H

#include "base/str.h"

#include <sys/socket.h>

enum { EGRESS_URL_BYTES_MAX = 2048 };

/* workshop: http://127.0.0.1[:PORT] too. */
enum status egress_url_check(struct str url, bool workshop);

/* Of what a name was found to be, or an address in a URL. Another family than IPv4 and IPv6 is
 * MC_FORBIDDEN. */
enum status egress_address_check(const struct sockaddr *address);

#endif
