/*
 * quality.h - how much a client wants one of the things it accepts.
 *
 * Source: RFC 9110, section 12.4.2.
 */
#ifndef SERVER_QUALITY_H
#define SERVER_QUALITY_H

#include "base/str.h"

/* The q of "text/html;q=0.8" in thousandths: 800; 1000 when none is given. */
int quality_of(struct str range);

#endif
