/*
 * seat.h - Seat and Organisation (người dùng của tổ chức): who speaks and hands in for it; giving
 * and withdrawing.
 */
#ifndef RESOLVERS_SEAT_H
#define RESOLVERS_SEAT_H

#include "ask.h"
#include "mutation.h"

/* Viewer.seats, of a field whose data is viewer_seats. Persons alone have any. */
gql_resolve seats_of_viewer;
extern const struct ask viewer_seats;

extern const struct mutation_kind give_seat, withdraw_seat;

#endif
