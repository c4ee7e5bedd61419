/*
 * next_action.h - what the applicant of a dossier is to do (việc cần làm tiếp theo).
 */
#ifndef RESOLVERS_NEXT_ACTION_H
#define RESOLVERS_NEXT_ACTION_H

#include "ask.h"

/* Dossier.nextAction */
extern const struct ask next_action_of_dossier;

extern const struct db_column next_action_columns[];

#endif
