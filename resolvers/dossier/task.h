/*
 * task.h - what other agencies do for a dossier (nhiệm vụ liên thông).
 */
#ifndef RESOLVERS_TASK_H
#define RESOLVERS_TASK_H

#include "ask.h"

/* Dossier.tasks */
extern const struct ask tasks_of_dossier;

extern const struct db_column task_columns[];

#endif
