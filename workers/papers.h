/*
 * papers.h - looks at files that people have uploaded, one at a time: nothing is a paper before it.
 *
 *     claim an upload in quarantine, read it from the disk
 *     is it of the kind it was declared as (paper_kind.h)?    no: refused, NOT_ITS_KIND
 *     what does the scanner say (scanner.h)?                  malicious: refused, INFECTED
 *     a photo loses what tells its place (photo.h)            it cannot: refused, UNREADABLE
 *     into the storage under its hash, clean
 *
 * It is a worker's and not the server's, as every event's consequences are: a file is looked at
 * after its last byte has been acknowledged, again when a worker dies over it, and what reads
 * strangers' bytes is not the process that serves everybody. Where the scanner is away, or
 * exiftool, uploads wait in quarantine and are tried again after PAPERS_AGAIN_S.
 *
 * Life:    one a process; open parts end before the loop.
 * Order:   of upload; a claim is another worker's after PAPERS_LEASE_S.
 * Limits:  PAPER_BYTES_MAX in memory. Reading, putting and removing block for as long as the disk
 *          takes: a process of its own (run papers) keeps that from pushes.
 */
#ifndef WORKERS_PAPERS_H
#define WORKERS_PAPERS_H

#include "config.h"
#include "io/db.h"
#include "io/storage.h"
#include "photo.h"
#include "scanner.h"

enum { PAPERS_LEASE_S = 150, PAPERS_AGAIN_S = 5, PAPER_BYTES_MAX = 104857600 };

enum papers_state { PAPERS_IDLE, PAPERS_LOOKING, PAPERS_JUDGED };

struct papers {
    const struct worker_config *config;
    uv_loop_t *loop;
    struct storage storage;
    enum papers_state state;

    struct arena arena; /* of the upload in hand */
    struct arena asks;  /* of one attempt to record what was judged */
    struct str id, media_type;
    int64_t length;
    struct buf bytes;
    char path[STORAGE_PATH_BYTES], clean_path[STORAGE_PATH_BYTES];
    struct scan scan;
    struct photo photo;
    bool is_scan_open, is_photo_open;
    enum status verdict;
    const char *refusal; /* with MC_INVALID */
    unsigned share;      /* of the storage, that the sweep looks at next */
};

/* Fails: MC_BAD_INPUT, MC_UNAVAILABLE with a sentence in why: outside of a workshop there is a
 * scanner and a directory. */
enum status papers_open(struct papers *papers, const struct worker_config *config, uv_loop_t *loop,
                        struct buf *why);

/* Records what was judged and, when may_claim, takes the next. *ret_again: there may be more. */
enum status papers_turn(struct papers *papers, struct db_session *session, bool may_claim,
                        bool *ret_again);
bool papers_are_idle(const struct papers *papers);
/* What is under way ends soon, and is looked at again by another. */
void papers_cancel(struct papers *papers);
/* After the loop has ended; also of one that was never opened. */
void papers_done(struct papers *papers);

/* Housekeeping: uploads whose day is over, files that nobody names. */
enum status papers_sweep(struct papers *papers, struct db_session *session);

#endif
