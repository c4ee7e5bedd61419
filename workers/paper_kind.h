/*
 * paper_kind.h - are these bytes what they were declared to be?
 *
 * By the bytes a file of the kind begins with, at the very beginning; and for HEIC by its boxes,
 * since a photo that carries a film beside it (a top-level box of another kind) carries the film's
 * place too, which nothing here could remove.
 *
 * Fails:   MC_INVALID: they are not; MC_MEDIA_TYPE: a kind that is not kept here.
 * Source:  ISO 32000-2 §7.5.2 (PDF), ITU-T T.81 B.1.1.3 (JPEG), W3C PNG §5.2, ISO/IEC 14496-12
 *          §4.2 and 23008-12 §10 (HEIC).
 */
#ifndef WORKERS_PAPER_KIND_H
#define WORKERS_PAPER_KIND_H

#include "base/str.h"

enum status paper_kind_check(struct str media_type, struct str bytes);

/* Is it a photo, which may tell where it was taken? Anything else is kept as it is: a signature
 * covers every byte. */
bool paper_kind_is_photo(struct str media_type);

#endif
