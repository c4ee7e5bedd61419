/*
 * worklist.h - what lies with officers (danh sách việc), and how much (khối lượng công việc).
 */
#ifndef RESOLVERS_WORKLIST_H
#define RESOLVERS_WORKLIST_H

#include "ask.h"

/* Viewer.worklist, whose data is worklist: empty for who is no officer. */
gql_resolve worklist_of_viewer;
extern const struct ask worklist;

/* What OfficerLoad is read from; an agency's has what is no officer's, too. */
struct load {
    int64_t agency;
    int64_t processor; /* 0: nobody */
    int64_t waiting, open, paused, late, due_in_one_day, due_in_three_days;
    int64_t at_counter, tasks, tasks_late, results;
};

/* Viewer.load, whose data is load: none for who is no officer. */
gql_resolve load_of_viewer;
extern const struct ask load;

extern const struct db_column work_columns[], load_columns[];

#endif
