/*
 * bulk_job.h - many dossiers that a partner hands in at once (lô hồ sơ): queueing a job, how it
 * gets on, its items.
 *
 * A job is done by the worker (workers/bulk.h); its place is 1 and how many of its items are done
 * or have failed, and grows with every change.
 */
#ifndef RESOLVERS_BULK_JOB_H
#define RESOLVERS_BULK_JOB_H

#include "connection.h"
#include "failure.h"

struct mutation_kind;

enum { BULK_ITEMS_MAX = 1000 };

struct bulk_job {
    int64_t parent_no;
    int64_t id;
    struct str public_id;
    struct str state;
    int64_t total, done, failed;
    int64_t created_at, finished_at;
};

struct bulk_item {
    int64_t parent_no;
    int64_t no;
    struct str reference;
    struct str state;
    int64_t dossier;
    struct str code;
    struct str failure;  /* the database's word; absent: none */
    struct str problems; /* [{path, vi, en}] */
};

/* Binds the statement that reads the job, if it has come further than after (0: any place). */
void bulk_job_ask(struct str id, int64_t after, struct db_ask *ask);
int64_t bulk_job_place(const void *job);
bool bulk_job_is_done(const void *job);

/* Binds the statement that reads all items of a job that is done; id is a UUID. */
void bulk_result_ask(struct str id, struct db_ask *ask);

/* Why an item has failed, in the viewer's language; NULL: it has not. */
struct failure *bulk_item_failure(struct request *request, const struct bulk_item *item);

/* Query.bulkJob(id: ID!), of a field whose data is query_bulk_job_ask. */
gql_resolve query_bulk_job;
extern const struct ask query_bulk_job_ask;

/* Viewer.bulkJobs */
extern const struct ask bulk_jobs;

extern const struct mutation_kind submit_bulk;

#endif
