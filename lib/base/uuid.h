/*
 * uuid.h - names for rows that must be known before they are written.
 *
 * Source: RFC 9562, version 4 (random).
 */
#ifndef BASE_UUID_H
#define BASE_UUID_H

#include "base/arena.h"

struct str uuid_random(struct arena *arena);

#endif
