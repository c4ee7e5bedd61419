/*
 * part_for_viewer.h - a part of a procedure as it is for who is signed in (thành phần hồ sơ đối với
 * người đang đăng nhập), and the papers of his store that fit a part (kinds: part_paper_kind).
 *
 * Limits:  60 parts of a procedure, PART_PAPERS_MAX papers of a part.
 */
#ifndef RESOLVERS_PART_FOR_VIEWER_H
#define RESOLVERS_PART_FOR_VIEWER_H

#include "procedure/procedure_content.h"

enum { PART_PAPERS_MAX = 5 };

/* Procedure.partsFor, with parts_for_viewer as its data. Null for who is no citizen. */
gql_resolve parts_for;
extern const struct ask parts_for_viewer;

enum part_how { PART_OBTAINED, PART_DECLARED, PART_HELD, PART_TO_BRING, PART_TO_BRING_IF_THERE };

/* PartForViewer.guidance, as 'Cần nộp 1 bản chính và 2 bản sao; ...'. */
struct str part_guidance(enum part_how how, const struct procedure_part *part, bool english,
                         struct arena *arena);

/* Binds the viewer's own subjects, then the limit, as the statements of fitting papers take them
 * after the parents. */
void part_papers_bind(const struct gql_batch *batch, struct db_ask *ask);

#endif
