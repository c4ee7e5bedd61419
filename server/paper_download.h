/*
 * paper_download.h - GET /files/<paper>?...: the file of a paper, by a link of paper_link.h, as it
 * is: under a name of ours, to be saved and not shown, never kept by anybody on the way.
 *
 * Costs PAPER_DOWNLOAD_COST of the quota of the link's session. An office's look is noted as one at
 * the dossiers that it has the paper from.
 *
 * Fails:   404 for a link that is forged, over or of an ended session, and for a paper that is
 *          gone or not clean, alike; 429, 503.
 */
#ifndef SERVER_PAPER_DOWNLOAD_H
#define SERVER_PAPER_DOWNLOAD_H

#include "app.h"

enum { PAPER_DOWNLOAD_COST = 100 };

/* name: what follows /files/. */
void paper_download(struct app *app, struct http_exchange *exchange, struct str name);

#endif
