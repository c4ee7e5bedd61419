/*
 * channel.h - by which channel a dossier goes (kênh thực hiện), and how that has changed.
 */
#ifndef RESOLVERS_CHANNEL_H
#define RESOLVERS_CHANNEL_H

#include "ask.h"

/* Dossier.channel */
extern const struct ask channel_of_dossier;

extern const struct db_column channel_columns[], channel_change_columns[];

#endif
