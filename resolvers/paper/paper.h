/*
 * paper.h - StoredPaper (giấy tờ trong kho) and DossierPart (thành phần hồ sơ): what a person has
 * handed in, held once; keeping and removing it; what an officer has scanned of it, and the files
 * of a result. Files come and go by the server (server/uploads.h, server/paper_download.h).
 */
#ifndef RESOLVERS_PAPER_H
#define RESOLVERS_PAPER_H

#include "ask.h"
#include "mutation.h"

/* Rows of papers, for an ask of SQL_PAPERS_BY_ID elsewhere. */
extern const struct db_column paper_columns[];
extern const size_t paper_size;

/* Viewer.papers, of a field whose data is viewer_papers. Only a citizen has any. */
gql_resolve papers_of_viewer;
extern const struct ask viewer_papers;

/* Dossier.parts, announcedParts and resultFiles, with dossier_parts and so on as their data. Null
 * for a dossier that is neither the viewer's nor its agency's. */
gql_resolve parts_of_dossier;
extern const struct ask dossier_parts, dossier_announced_parts, dossier_result_files;

extern const struct mutation_kind keep_paper, remove_paper, scan_part, attach_result, remove_scan;

#endif
