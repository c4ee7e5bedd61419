/*
 * csv_out.h - writes fields of CSV at the end of a buf.
 *
 * A text that a spreadsheet would take for a formula (it begins with = + - @, a tab or a carriage
 * return) gets an apostrophe in front: whoever opens the file runs nothing that came from outside.
 * Source: RFC 4180; OWASP, "CSV Injection".
 */
#ifndef BASE_CSV_OUT_H
#define BASE_CSV_OUT_H

#include "base/buf.h"

/* One field, quoted where it must be, also for readers that separate by ; or tab; absent: empty.
 * Commas between fields and CRLF after a record are the caller's. */
void csv_field(struct buf *buf, struct str text);

#endif
