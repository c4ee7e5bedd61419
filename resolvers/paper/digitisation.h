/*
 * digitisation.h - Digitisation (tỷ lệ số hóa) and PaperReuse (tỷ lệ tái sử dụng): figures that
 * anybody may read.
 */
#ifndef RESOLVERS_DIGITISATION_H
#define RESOLVERS_DIGITISATION_H

#include "ask.h"

extern const struct ask query_digitisation, agency_digitisation, agency_paper_reuse;

#endif
