/*
 * http_date.h - a moment as HTTP writes it: "Fri, 27 Nov 2026 08:30:00 GMT".
 * Source: RFC 9110, section 5.6.7 (IMF-fixdate).
 */
#ifndef SERVER_HTTP_DATE_H
#define SERVER_HTTP_DATE_H

#include "base/arena.h"

struct str http_date(struct arena *arena, int64_t wall_us);

#endif
