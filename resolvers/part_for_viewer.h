/*
 * part_for_viewer.h - a part of a procedure as it is for who is signed in (thành phần hồ sơ đối với
 * người đang đăng nhập), and the papers of his store that fit a part (kinds: part_paper_kind).
 *
 * Limits:  60 parts of a procedure, PART_PAPERS_MAX papers of a part.
 */
#ifndef RESOLVERS_PART_FOR_VIEWER_H
#define RESOLVERS_PART_FOR_VIEWER_H

#include "ask.h"

enum { PART_PAPERS_MAX = 5 };

/* Procedure.partsFor, with parts_for_viewer as its data. Null for who is no citizen. */
gql_resolve parts_for;
extern const struct ask parts_for_viewer;

/* Binds the viewer's own subjects, then the limit, as the statements of fitting papers take them
 * after the parents. */
void part_papers_bind(const struct gql_batch *batch, struct db_ask *ask);

#endif
