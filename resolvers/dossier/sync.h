/*
 * sync.h - how dossiers stand with other state systems, for officers (đồng bộ): Dossier.sync,
 * Viewer.adapters, Viewer.failedSyncs; and what came from the national portal and waits,
 * Viewer.quarantine.
 */
#ifndef RESOLVERS_SYNC_H
#define RESOLVERS_SYNC_H

#include "ask.h"
#include "mutation.h"

/* Of resolvers/sql/portal_papers_of_dossiers.sql, syncs_of_dossiers.sql, adapters.sql,
 * failed_syncs.sql, quarantine_of_viewer.sql.
 */
extern const struct db_column dossier_sync_columns[], adapter_columns[], failed_sync_columns[],
    quarantined_columns[], portal_paper_columns[];

/* Null, and none, for who is no officer; their data is the ask beside them. */
gql_resolve sync_of_dossier, sync_list_of_viewer, quarantine_of_viewer;
/* Null for who may not know what a dossier consists of. */
gql_resolve portal_papers_of_dossier;
extern const struct ask dossier_portal_papers, dossier_sync, viewer_adapters, viewer_failed_syncs,
    viewer_quarantine;

extern const struct mutation_kind retry_portal_message, dismiss_portal_message, redrive_sync;

#endif
