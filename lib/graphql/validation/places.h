/*
 * places.h - lines and columns of many offsets of one source.
 *
 * gql_location_of reads from the start each time; an error list may ask for ten thousand places.
 * Life: marks are made in the arena when the first place is asked for.
 */
#ifndef GRAPHQL_VALIDATION_PLACES_H
#define GRAPHQL_VALIDATION_PLACES_H

#include "graphql/error.h"

struct place_mark {
    uint32_t offset;
    struct gql_location location;
};

struct places {
    struct arena *arena;
    struct str source;
    struct place_mark *marks; /* one in about PLACES_STEP bytes */
    size_t count;
};

enum { PLACES_STEP = 512 };

struct gql_location places_find(struct places *places, uint32_t offset);

#endif
