/*
 * viewer_record.h - what Redis keeps of a session: the viewer as JSON, but for the session itself.
 */
#ifndef SERVER_VIEWER_RECORD_H
#define SERVER_VIEWER_RECORD_H

#include "request.h"

/* Texts live in arena; viewer->session is kept. Fails: MC_UNAUTHENTICATED, when it is nothing that
 * we wrote. */
enum status viewer_record_read(struct str text, struct arena *arena, struct viewer *viewer);

void viewer_record_write(struct buf *out, const struct viewer *viewer);

#endif
