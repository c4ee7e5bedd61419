#include "statements.h"

#include "model.h"
#include "officer.h"
#include "request.h"
#include "sql.h"

extern const struct db_column access_columns[], erased_columns[], export_columns[], kept_columns[];
extern const struct db_column partner_key_columns[];
extern const struct db_column bulk_item_columns[], bulk_job_columns[];
extern const struct db_column access_class_columns[], delegation_columns[], grant_columns[],
    seat_columns[], shared_dossier_columns[];
extern const struct db_column day_off_columns[], deadline_columns[], extension_columns[],
    holder_columns[], pause_columns[];
extern const struct db_column sandbox_person_columns[];
extern const struct db_column paper_columns[], part_columns[];
extern const struct db_column guest_columns[], webhook_endpoint_columns[];
extern const struct db_column agency_columns[], applicant_columns[], apply_columns[],
    session_columns[], claim_columns[], client_columns[], feed_end_columns[], node_columns[],
    procedure_columns[], state_columns[], state_count_columns[];

enum {
    PUBLIC = 1 << VIEWER_NONE,
    CITIZEN = 1 << VIEWER_CITIZEN,
    PARTNER = 1 << VIEWER_PARTNER,
    OFFICER = 1 << VIEWER_OFFICER,
    SUBJECT = CITIZEN | PARTNER,
    SIGNED_IN = SUBJECT | OFFICER,
};

const struct resolver_statement resolver_statements[] = {
    { SQL_ACCESSES, access_columns, SUBJECT },
    { SQL_ADD_GUEST, apply_columns, SUBJECT },
    { SQL_GUESTS_BY_NO, guest_columns, SUBJECT },
    { SQL_GUESTS_OF_VIEWER, guest_columns, SUBJECT },
    { SQL_REMOVE_GUEST, apply_columns, SUBJECT },
    { SQL_ADD_WEBHOOK_ENDPOINT, apply_columns, SUBJECT },
    { SQL_REMOVE_WEBHOOK_ENDPOINT, apply_columns, SUBJECT },
    { SQL_ROTATE_WEBHOOK_SECRET, apply_columns, SUBJECT },
    { SQL_UPDATE_WEBHOOK_ENDPOINT, apply_columns, SUBJECT },
    { SQL_WEBHOOK_ENDPOINTS_BY_NO, webhook_endpoint_columns, SUBJECT },
    { SQL_WEBHOOK_ENDPOINTS_OF_VIEWER, webhook_endpoint_columns, SUBJECT },
    { SQL_ADD_PARTNER_KEY, apply_columns, SUBJECT },
    { SQL_APPLY_DOSSIER_EVENT, apply_columns, SIGNED_IN },
    { SQL_BULK_ITEMS_OF_JOBS, bulk_item_columns, SIGNED_IN },
    { SQL_BULK_JOB_PROGRESS, bulk_job_columns, SIGNED_IN },
    { SQL_BULK_JOBS_BY_ID, bulk_job_columns, SIGNED_IN },
    { SQL_BULK_JOBS_OF_VIEWER, bulk_job_columns, SIGNED_IN },
    { SQL_BULK_RESULT, bulk_item_columns, SIGNED_IN },
    { SQL_COUNTS_OF_AGENCIES, state_count_columns, OFFICER },
    { SQL_COUNTS_OF_SUBJECTS, state_count_columns, SUBJECT },
    { SQL_DEVICES_BY_ID, device_columns, CITIZEN | OFFICER },
    { SQL_DOSSIER_BY_CODE, dossier_columns, SIGNED_IN },
    { SQL_DOSSIER_EVENTS_BY_SEQ, dossier_event_columns, SIGNED_IN },
    { SQL_DOSSIERS_BY_CODE, dossier_columns, SIGNED_IN },
    { SQL_DOSSIERS_BY_ID, dossier_columns, SIGNED_IN },
    { SQL_DOSSIERS_BY_ID_FOR_OFFICE, dossier_columns, OFFICER },
    { SQL_DOSSIERS_OF_AGENCIES_BACKWARD, dossier_columns, OFFICER },
    { SQL_DOSSIERS_OF_AGENCIES_FORWARD, dossier_columns, OFFICER },
    { SQL_DOSSIERS_OF_SUBJECTS_BACKWARD, dossier_columns, SUBJECT },
    { SQL_DOSSIERS_OF_SUBJECTS_FORWARD, dossier_columns, SUBJECT },
    { SQL_END_OTHER_SESSIONS, apply_columns, CITIZEN | OFFICER },
    { SQL_END_SESSION, apply_columns, CITIZEN | OFFICER },
    { SQL_ERASED, erased_columns, CITIZEN },
    { SQL_EXPORTS_BY_NO, export_columns, CITIZEN },
    { SQL_EXPORTS_OF_VIEWER, export_columns, CITIZEN },
    { SQL_FEED_END, feed_end_columns, SIGNED_IN },
    { SQL_FEED_OF_AGENCIES, dossier_event_columns, OFFICER },
    { SQL_FEED_OF_DOSSIER, dossier_event_columns, SIGNED_IN },
    { SQL_FEED_OF_SUBJECTS, dossier_event_columns, SUBJECT },
    { SQL_IDEMPOTENCY_CLAIM, claim_columns, SIGNED_IN },
    { SQL_IDEMPOTENCY_STORE, NULL, SIGNED_IN },
    { SQL_KEPT, kept_columns, CITIZEN },
    { SQL_NODE, node_columns, CITIZEN | OFFICER },
    { SQL_NODE_OF_PARTNER, node_columns, PARTNER },
    { SQL_PARTNER_KEYS_BY_NO, partner_key_columns, SUBJECT },
    { SQL_PARTNER_KEYS_OF_VIEWER, partner_key_columns, SUBJECT },
    { SQL_REFERENCE_AGENCIES, agency_columns, PUBLIC },
    { SQL_REFERENCE_CLIENTS, client_columns, PUBLIC },
    { SQL_REFERENCE_PROCEDURES, procedure_columns, PUBLIC },
    { SQL_REFERENCE_STATES, state_columns, PUBLIC },
    { SQL_REGISTER_DEVICE, apply_columns, SIGNED_IN },
    { SQL_REMOVE_DEVICE, apply_columns, SIGNED_IN },
    { SQL_REQUEST_ERASURE, apply_columns, SIGNED_IN },
    { SQL_REQUEST_EXPORT, apply_columns, SIGNED_IN },
    { SQL_REVOKE_PARTNER_KEY, apply_columns, SUBJECT },
    { SQL_SANDBOX_ADVANCE, apply_columns, SUBJECT },
    { SQL_SANDBOX_PEOPLE, sandbox_person_columns, PARTNER },
    { SQL_SUBJECTS_BY_ID, applicant_columns, SIGNED_IN },
    { SQL_SESSIONS_OF_VIEWER, session_columns, SIGNED_IN },
    { SQL_SUBMIT_BULK, apply_columns, PARTNER },
    { SQL_SUBMIT_DOSSIER, apply_columns, SIGNED_IN },
    { SQL_TIMELINES_BACKWARD, dossier_event_columns, SIGNED_IN },
    { SQL_TIMELINES_FORWARD, dossier_event_columns, SIGNED_IN },
    { SQL_STAFF_ROLES, staff_role_columns, PUBLIC | SIGNED_IN },
    { SQL_STAFF_FORWARD, officer_columns, OFFICER },
    { SQL_STAFF_BACKWARD, officer_columns, OFFICER },
    { SQL_OFFICERS_BY_ID, officer_columns, OFFICER },
    { SQL_ROLE_GRANTS_OF_VIEWER, role_grant_columns, OFFICER },
    { SQL_ROLE_GRANTS_OF_OFFICERS, role_grant_columns, OFFICER },
    { SQL_ROLE_GRANTS_BY_NO, role_grant_columns, OFFICER },
    { SQL_SUBSTITUTIONS_OF_OFFICERS, substitution_columns, OFFICER },
    { SQL_SUBSTITUTIONS_BY_NO, substitution_columns, OFFICER },
    { SQL_GRANT_ROLE, apply_columns, OFFICER },
    { SQL_WITHDRAW_ROLE, apply_columns, OFFICER },
    { SQL_SUBSTITUTE_OFFICER, apply_columns, OFFICER },
    { SQL_END_SUBSTITUTION, apply_columns, OFFICER },
    { SQL_ADD_OFFICER, apply_columns, OFFICER },
    { SQL_TIMELINES_OF_SUBJECTS_BACKWARD, dossier_event_columns, SUBJECT },
    { SQL_TIMELINES_OF_SUBJECTS_FORWARD, dossier_event_columns, SUBJECT },

    { SQL_ACCESS_CLASSES_OF_DOSSIERS, access_class_columns, SIGNED_IN },
    { SQL_APPLICANTS_OF_DOSSIERS, applicant_columns, SUBJECT },
    { SQL_CLASSIFY_DOSSIER, apply_columns, OFFICER },
    { SQL_DELEGATE, apply_columns, CITIZEN },
    { SQL_DELEGATIONS_BY_NO, delegation_columns, CITIZEN },
    { SQL_DELEGATIONS_GIVEN, delegation_columns, SUBJECT },
    { SQL_DELEGATIONS_RECEIVED, delegation_columns, SUBJECT },
    { SQL_DOSSIERS_SHARED_BACKWARD, shared_dossier_columns, SUBJECT },
    { SQL_DOSSIERS_SHARED_FORWARD, shared_dossier_columns, SUBJECT },
    { SQL_DOSSIERS_SUBMITTED_BACKWARD, dossier_columns, SUBJECT },
    { SQL_DOSSIERS_SUBMITTED_FORWARD, dossier_columns, SUBJECT },
    { SQL_GIVE_SEAT, apply_columns, CITIZEN },
    { SQL_GRANTS_BY_NO, grant_columns, CITIZEN },
    { SQL_GRANTS_GIVEN, grant_columns, SUBJECT },
    { SQL_GRANTS_OF_DOSSIERS, grant_columns, SIGNED_IN },
    { SQL_GRANTS_RECEIVED, grant_columns, SUBJECT },
    { SQL_SEATS_BY_NO, seat_columns, CITIZEN },
    { SQL_SEATS_OF_ORGANISATIONS, seat_columns, CITIZEN },
    { SQL_SEATS_OF_VIEWER, seat_columns, CITIZEN },
    { SQL_SHARE_DOSSIER, apply_columns, CITIZEN },
    { SQL_UNDELEGATE, apply_columns, SUBJECT },
    { SQL_UNSHARE_DOSSIER, apply_columns, SUBJECT },
    { SQL_WITHDRAW_SEAT, apply_columns, CITIZEN },

    { SQL_DAYS_OFF_OF_DOSSIERS, day_off_columns, SIGNED_IN },
    { SQL_DEADLINES_OF_DOSSIERS, deadline_columns, SIGNED_IN },
    { SQL_EXTENSIONS_OF_DOSSIERS, extension_columns, SIGNED_IN },
    { SQL_HOLDERS_OF_DOSSIERS, holder_columns, SIGNED_IN },
    { SQL_PAUSES_OF_DOSSIERS, pause_columns, SIGNED_IN },
    { SQL_KEEP_PAPER, apply_columns, SIGNED_IN },
    { SQL_PAPERS_BY_ID, paper_columns, CITIZEN | OFFICER },
    { SQL_PAPERS_OF_VIEWER, paper_columns, CITIZEN },
    { SQL_PARTS_OF_DOSSIERS, part_columns, CITIZEN | OFFICER },
    { SQL_REMOVE_PAPER, apply_columns, SIGNED_IN },
};

const size_t resolver_statement_count =
    sizeof(resolver_statements) / sizeof(resolver_statements[0]);

_Static_assert(sizeof(resolver_statements) / sizeof(resolver_statements[0]) ==
                   sizeof(resolvers_sql) / sizeof(resolvers_sql[0]),
               "every statement of resolvers/sql stands in this table");
