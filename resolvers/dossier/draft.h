/* draft.h - Draft (bản nháp tờ khai): read, saved field by field, thrown away; and handed in. */
#ifndef RESOLVERS_DRAFT_H
#define RESOLVERS_DRAFT_H

#include "ask.h"
#include "mutation.h"

/* Viewer.drafts; its data is viewer_drafts. */
gql_resolve drafts_of_viewer;
extern const struct ask viewer_drafts;

extern const struct mutation_kind save_draft, remove_draft;

/* Of submitDossier: reads the draft it names, and asks the form's schema whether it fits. */
extern const struct mutation_look draft_look;

#endif
