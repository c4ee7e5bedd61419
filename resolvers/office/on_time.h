/*
 * on_time.h - Agency.onTime: how an agency has kept its dates (tỷ lệ đúng hạn), for everybody.
 */
#ifndef RESOLVERS_ON_TIME_H
#define RESOLVERS_ON_TIME_H

#include "ask.h"

extern const struct ask on_time_of_agency;

extern const struct db_column on_time_columns[];

#endif
