/* The tables of all types: the one place that knows them all. */
#include "resolvers.h"

#include "connection.h"
#include "dossier/counter.h"
#include "dossier/dossier.h"
#include "dossier/dossier_batch.h"
#include "dossier/dossier_event.h"
#include "dossier/dossier_mutation.h"
#include "dossier/draft.h"
#include "dossier/external_no.h"
#include "dossier/fee_demand.h"
#include "dossier/look_up.h"
#include "dossier/signature_request.h"
#include "dossier/sync.h"
#include "node.h"
#include "office/assignment_rule.h"
#include "office/bulk.h"
#include "office/bulk_job.h"
#include "office/near_point.h"
#include "office/officer.h"
#include "office/staff_mutation.h"
#include "office/unit.h"
#include "paper/digitisation.h"
#include "paper/paper.h"
#include "paper/result.h"
#include "partner/client_status.h"
#include "partner/partner.h"
#include "partner/sandbox.h"
#include "partner/webhook.h"
#include "person/access_class.h"
#include "person/delegation.h"
#include "person/device.h"
#include "person/erasure.h"
#include "person/export.h"
#include "person/grant.h"
#include "person/guest.h"
#include "person/seat.h"
#include "person/session.h"
#include "person/sign_in.h"
#include "procedure/catalogue.h"
#include "procedure/procedure.h"
#include "procedure/procedure_proposal.h"
#include "procedure/procedure_search.h"
#include "scalars.h"
#include "viewer.h"

extern const struct gql_field access_fields[], erased_fields[], erasure_accepted_fields[],
    export_fields[], export_requested_fields[], kept_fields[];
extern const struct gql_field form_fields[], form_field_fields[], prefill_fields[],
    prefilled_field_fields[], draft_fields[], draft_changes_fields[], draft_field_fields[],
    draft_saved_fields[], draft_removed_fields[], dossier_form_fields[], declared_field_fields[];
extern const struct gql_field guest_fields[], guest_added_fields[], guest_removed_fields[],
    webhook_endpoint_fields[], webhook_endpoint_added_fields[], webhook_endpoint_changed_fields[],
    webhook_endpoint_removed_fields[], webhook_secret_rotated_fields[];
extern const struct gql_field partner_key_fields[], partner_key_added_fields[],
    partner_key_revoked_fields[];
extern const struct gql_field officer_fields[], role_grant_fields[], substitution_fields[],
    staff_role_fields[], role_granted_fields[], role_withdrawn_fields[],
    officer_substituted_fields[], substitution_ended_fields[], officer_added_fields[];
extern const struct gql_field bulk_dossier_fields[], bulk_item_failure_fields[], bulk_item_fields[],
    bulk_job_accepted_fields[], bulk_job_fields[];
extern const struct gql_field delegated_fields[], delegation_fields[], dossier_classified_fields[],
    dossier_shared_fields[], ended_fields[], grant_fields[], organisation_fields[], party_fields[],
    seat_fields[], seat_given_fields[];
extern const struct gql_field day_off_fields[], deadline_fields[], deadline_rule_fields[],
    extension_fields[], holder_fields[], pause_fields[];
extern const struct gql_field sandbox_person_fields[];
extern const struct gql_field assignment_rule_fields[], assignment_rule_set_fields[];
extern const struct gql_field signature_changed_fields[], signature_part_fields[],
    signature_request_fields[];
extern const struct gql_field announced_part_fields[], draft_part_fields[];
extern const struct gql_field paper_fields[], paper_kept_fields[], paper_removed_fields[],
    part_fields[];
extern const struct gql_field part_for_viewer_fields[], transfer_account_fields[];
extern const struct gql_field agency_load_fields[], batch_item_fields[], dossier_batch_fields[],
    fee_demand_fields[], issued_form_fields[], next_action_fields[], officer_load_fields[],
    refund_recorded_fields[], supplement_fields[], supplement_item_fields[], task_answered_fields[],
    task_fields[];
extern const struct gql_field catalogue_change_fields[], catalogue_fields[], fee_fields[],
    fee_rule_fields[], guidance_fields[], not_asked_fields[], procedure_case_fields[],
    procedure_part_fields[], procedure_proposal_fields[], procedure_version_fields[],
    proposal_changed_fields[];
extern const struct gql_field channel_change_fields[], digest_fields[], dossier_channel_fields[],
    dossier_status_fields[], on_time_fields[], tracking_code_made_fields[];
extern const struct gql_field adapter_fields[], dossier_sync_fields[], failed_sync_fields[],
    portal_message_dismissed_fields[], portal_message_retried_fields[], portal_paper_fields[],
    quarantined_message_fields[], sync_redriven_fields[];
extern const struct gql_field digitisation_fields[], paper_reuse_fields[], result_changed_fields[],
    result_fields[], result_import_fields[], result_line_problem_fields[], result_removed_fields[],
    results_imported_fields[];
extern const struct gql_field agency_fields[], applicant_fields[], device_fields[],
    device_registered_fields[], device_removed_fields[], dossier_changed_fields[],
    dossier_counts_fields[], dossier_event_fields[], dossier_fields[], failure_fields[],
    guard_failed_fields[], other_sessions_ended_fields[], problem_fields[], procedure_fields[],
    rate_limited_fields[], session_ended_fields[], session_fields[], signed_in_fields[],
    stale_state_fields[], viewer_fields[];

extern const struct gql_field dossier_place_fields[], near_point_fields[], nearest_points_fields[],
    opening_hours_fields[], service_point_fields[], unit_fields[], unit_link_fields[];

static const struct gql_field query_fields[] = {
    GQL_FIELD("viewer", query_viewer),
    ASK_FIELD("dossier", dossier_by_code),
    ASK_FIELD("bulkDossiers", bulk_dossiers),
    ASK_FIELD("dossiersByExternalNo", dossiers_by_external_no),
    GQL_FIELD_DATA("bulkJob", query_bulk_job, &query_bulk_job_ask),
    ASK_FIELD("digitisation", query_digitisation),
    GQL_FIELD_DATA("procedures", query_procedures, &procedure_search),
    GQL_FIELD("catalogue", query_catalogue),
    GQL_FIELD("procedure", query_procedure),
    GQL_FIELD_DATA("node", query_node, &query_node_ask),
    ASK_FIELD("events", query_events),
    GQL_FIELD("clientStatus", query_client_status),
    ASK_FIELD("staffRoles", staff_roles),
    ASK_FIELD("units", query_units),
    GQL_FIELD_DATA("nearestPoints", query_nearest_points, &nearest_points),
    GQL_FIELD_DATA("sandboxPeople", sandbox_people_of_viewer, &sandbox_people),
    GQL_FIELD_DATA("lookUpDossier", query_look_up_dossier, &look_up),
    GQL_FIELDS_END,
};

static const struct gql_field mutation_fields[] = {
    MUTATION_FIELD("submitDossier", submit_dossier),
    MUTATION_FIELD("acceptDossier", change_dossier),
    MUTATION_FIELD("assignDossier", change_dossier),
    MUTATION_FIELD("completeDossier", change_dossier),
    MUTATION_FIELD("handOverDossier", change_dossier),
    MUTATION_FIELD("collectResult", change_dossier),
    MUTATION_FIELD("saveDraft", save_draft),
    MUTATION_FIELD("removeDraft", remove_draft),
    MUTATION_FIELD("registerDevice", register_device),
    MUTATION_FIELD("removeDevice", remove_device),
    GQL_FIELD("signIn", sign_in_new),
    GQL_FIELD("stepUp", sign_in_step_up),
    GQL_FIELD("refreshSession", sign_in_refresh),
    MUTATION_FIELD("endSession", end_session),
    MUTATION_FIELD("endOtherSessions", end_other_sessions),
    MUTATION_FIELD("addPartnerKey", add_partner_key),
    MUTATION_FIELD("revokePartnerKey", revoke_partner_key),
    MUTATION_FIELD("grantRole", grant_role),
    MUTATION_FIELD("withdrawRole", withdraw_role),
    MUTATION_FIELD("substituteOfficer", substitute_officer),
    MUTATION_FIELD("endSubstitution", end_substitution),
    MUTATION_FIELD("addOfficer", add_officer),
    MUTATION_FIELD("requestExport", request_export),
    MUTATION_FIELD("requestErasure", request_erasure),
    MUTATION_FIELD("submitBulk", submit_bulk),
    MUTATION_FIELD("shareDossier", share_dossier),
    MUTATION_FIELD("unshareDossier", unshare_dossier),
    MUTATION_FIELD("delegate", delegate),
    MUTATION_FIELD("undelegate", undelegate),
    MUTATION_FIELD("giveSeat", give_seat),
    MUTATION_FIELD("withdrawSeat", withdraw_seat),
    MUTATION_FIELD("classifyDossier", classify_dossier),
    GQL_FIELD("sandboxSignIn", sign_in_sandbox),
    MUTATION_FIELD("sandboxAdvance", sandbox_advance),
    MUTATION_FIELD("addGuest", add_guest),
    MUTATION_FIELD("removeGuest", remove_guest),
    MUTATION_FIELD("addWebhookEndpoint", add_webhook_endpoint),
    MUTATION_FIELD("updateWebhookEndpoint", update_webhook_endpoint),
    MUTATION_FIELD("rotateWebhookSecret", rotate_webhook_secret),
    MUTATION_FIELD("removeWebhookEndpoint", remove_webhook_endpoint),
    MUTATION_FIELD("keepPaper", keep_paper),
    MUTATION_FIELD("removePaper", remove_paper),
    MUTATION_FIELD("scanPart", scan_part),
    MUTATION_FIELD("attachResult", attach_result),
    MUTATION_FIELD("removeScan", remove_scan),
    GQL_FIELD("acceptDossiers", change_dossiers),
    GQL_FIELD("assignDossiers", change_dossiers),
    GQL_FIELD("completeDossiers", change_dossiers),
    GQL_FIELD("handOverDossiers", change_dossiers),
    MUTATION_FIELD("acceptAtCounter", accept_at_counter),
    MUTATION_FIELD("askIntakeSupplement", change_dossier),
    MUTATION_FIELD("supplementDossier", change_dossier),
    MUTATION_FIELD("receiveItems", change_dossier),
    MUTATION_FIELD("waiveSupplement", change_dossier),
    MUTATION_FIELD("rejectDossier", change_dossier),
    MUTATION_FIELD("sendTask", change_dossier),
    MUTATION_FIELD("acceptTask", change_dossier),
    MUTATION_FIELD("answerTask", answer_task),
    MUTATION_FIELD("askSupplement", change_dossier),
    MUTATION_FIELD("demandFee", change_dossier),
    MUTATION_FIELD("recordPayment", change_dossier),
    MUTATION_FIELD("exemptFee", change_dossier),
    MUTATION_FIELD("recordRefund", record_refund),
    MUTATION_FIELD("payDossier", change_dossier),
    MUTATION_FIELD("recordExternalNo", change_dossier),
    MUTATION_FIELD("requestWithdraw", change_dossier),
    MUTATION_FIELD("decideWithdrawal", change_dossier),
    MUTATION_FIELD("stopDossier", change_dossier),
    MUTATION_FIELD("reopenDossier", change_dossier),
    MUTATION_FIELD("extendDossier", change_dossier),
    MUTATION_FIELD("chooseDelivery", change_dossier),
    MUTATION_FIELD("changeChannel", change_dossier),
    MUTATION_FIELD("setAssignmentRule", set_assignment_rule),
    MUTATION_FIELD("proposeSupplement", propose_signature),
    MUTATION_FIELD("proposeStop", propose_signature),
    MUTATION_FIELD("proposeExtension", propose_signature),
    MUTATION_FIELD("signRequest", sign_request),
    MUTATION_FIELD("returnRequest", return_request),
    MUTATION_FIELD("makeTrackingCode", make_tracking_code),
    MUTATION_FIELD("proposeProcedureVersion", propose_procedure_version),
    MUTATION_FIELD("proposeProcedureEnd", propose_procedure_end),
    MUTATION_FIELD("publishProcedureVersion", publish_procedure_version),
    MUTATION_FIELD("withdrawProposal", withdraw_proposal),
    MUTATION_FIELD("retryPortalMessage", retry_portal_message),
    MUTATION_FIELD("dismissPortalMessage", dismiss_portal_message),
    MUTATION_FIELD("redriveSync", redrive_sync),
    MUTATION_FIELD("importResults", import_results),
    MUTATION_FIELD("attachResultScan", attach_result_scan),
    MUTATION_FIELD("checkResult", check_result),
    MUTATION_FIELD("removeResult", remove_result),
    GQL_FIELDS_END,
};

static const struct gql_type types[] = {
    { "Query", query_fields },
    { "Mutation", mutation_fields },
    { "Viewer", viewer_fields },
    { "DossierCounts", dossier_counts_fields },
    { "Dossier", dossier_fields },
    { "Applicant", applicant_fields },
    { "DossierEvent", dossier_event_fields },
    { "Procedure", procedure_fields },
    { "Agency", agency_fields },
    { "Unit", unit_fields },
    { "UnitLink", unit_link_fields },
    { "NearestPoints", nearest_points_fields },
    { "NearPoint", near_point_fields },
    { "ServicePoint", service_point_fields },
    { "OpeningHours", opening_hours_fields },
    { "DossierPlace", dossier_place_fields },
    { "Device", device_fields },
    { "PageInfo", page_info_fields },
    { "DossierConnection", connection_fields },
    { "DossierEdge", edge_fields },
    { "DossierEventConnection", connection_fields },
    { "DossierEventEdge", edge_fields },
    { "ProcedureConnection", connection_fields },
    { "ProcedureEdge", edge_fields },
    { "DossierChanged", dossier_changed_fields },
    { "DeviceRegistered", device_registered_fields },
    { "DeviceRemoved", device_removed_fields },
    { "SignedIn", signed_in_fields },
    { "Session", session_fields },
    { "SessionEnded", session_ended_fields },
    { "OtherSessionsEnded", other_sessions_ended_fields },
    { "PartnerKey", partner_key_fields },
    { "PartnerKeyAdded", partner_key_added_fields },
    { "PartnerKeyRevoked", partner_key_revoked_fields },
    { "BulkDossier", bulk_dossier_fields },
    { "StaffRole", staff_role_fields },
    { "Officer", officer_fields },
    { "OfficerConnection", connection_fields },
    { "OfficerEdge", edge_fields },
    { "RoleGrant", role_grant_fields },
    { "Substitution", substitution_fields },
    { "RoleGranted", role_granted_fields },
    { "RoleWithdrawn", role_withdrawn_fields },
    { "OfficerSubstituted", officer_substituted_fields },
    { "SubstitutionEnded", substitution_ended_fields },
    { "OfficerAdded", officer_added_fields },
    { "Access", access_fields },
    { "AccessConnection", connection_fields },
    { "AccessEdge", edge_fields },
    { "Export", export_fields },
    { "ExportRequested", export_requested_fields },
    { "Erased", erased_fields },
    { "Kept", kept_fields },
    { "ErasureAccepted", erasure_accepted_fields },
    { "BulkJob", bulk_job_fields },
    { "BulkItemConnection", connection_fields },
    { "BulkItemEdge", edge_fields },
    { "BulkItem", bulk_item_fields },
    { "BulkItemFailure", bulk_item_failure_fields },
    { "BulkJobAccepted", bulk_job_accepted_fields },
    { "Party", party_fields },
    { "DossierGrant", grant_fields },
    { "DossierGrantConnection", connection_fields },
    { "DossierGrantEdge", edge_fields },
    { "DossierShared", dossier_shared_fields },
    { "DossierUnshared", ended_fields },
    { "Delegation", delegation_fields },
    { "DelegationConnection", connection_fields },
    { "DelegationEdge", edge_fields },
    { "Delegated", delegated_fields },
    { "Undelegated", ended_fields },
    { "Organisation", organisation_fields },
    { "Seat", seat_fields },
    { "SeatGiven", seat_given_fields },
    { "SeatWithdrawn", ended_fields },
    { "DossierClassified", dossier_classified_fields },
    { "Deadline", deadline_fields },
    { "DeadlineExtension", extension_fields },
    { "DeadlineHolder", holder_fields },
    { "DeadlinePause", pause_fields },
    { "DeadlineRule", deadline_rule_fields },
    { "DayOff", day_off_fields },
    { "SandboxPerson", sandbox_person_fields },
    { "Guest", guest_fields },
    { "GuestAdded", guest_added_fields },
    { "GuestRemoved", guest_removed_fields },
    { "WebhookEndpoint", webhook_endpoint_fields },
    { "WebhookEndpointAdded", webhook_endpoint_added_fields },
    { "WebhookEndpointChanged", webhook_endpoint_changed_fields },
    { "WebhookEndpointRemoved", webhook_endpoint_removed_fields },
    { "WebhookSecretRotated", webhook_secret_rotated_fields },
    { "StoredPaper", paper_fields },
    { "StoredPaperConnection", connection_fields },
    { "StoredPaperEdge", edge_fields },
    { "DossierPart", part_fields },
    { "PaperKept", paper_kept_fields },
    { "PaperRemoved", paper_removed_fields },
    { "NextAction", next_action_fields },
    { "PartForViewer", part_for_viewer_fields },
    { "TransferAccount", transfer_account_fields },
    { "Supplement", supplement_fields },
    { "SupplementItem", supplement_item_fields },
    { "InterAgencyTask", task_fields },
    { "FeeDemand", fee_demand_fields },
    { "RefundRecorded", refund_recorded_fields },
    { "IssuedForm", issued_form_fields },
    { "AssignmentRule", assignment_rule_fields },
    { "AssignmentRuleSet", assignment_rule_set_fields },
    { "SignatureRequest", signature_request_fields },
    { "SignaturePart", signature_part_fields },
    { "SignatureRequestConnection", connection_fields },
    { "SignatureRequestEdge", edge_fields },
    { "SignatureRequested", signature_changed_fields },
    { "SignatureRequestReturned", signature_changed_fields },
    { "AgencyLoad", agency_load_fields },
    { "OfficerLoad", officer_load_fields },
    { "TaskAnswered", task_answered_fields },
    { "DossiersAccepted", dossier_batch_fields },
    { "DossierAcceptance", batch_item_fields },
    { "DossiersAssigned", dossier_batch_fields },
    { "DossierAssignment", batch_item_fields },
    { "DossiersCompleted", dossier_batch_fields },
    { "DossierCompletion", batch_item_fields },
    { "DossiersHandedOver", dossier_batch_fields },
    { "DossierHandOver", batch_item_fields },
    { "Catalogue", catalogue_fields },
    { "CatalogueChange", catalogue_change_fields },
    { "Fee", fee_fields },
    { "FeeRule", fee_rule_fields },
    { "Guidance", guidance_fields },
    { "NotAsked", not_asked_fields },
    { "ProcedureCase", procedure_case_fields },
    { "ProcedurePart", procedure_part_fields },
    { "ProcedureProposal", procedure_proposal_fields },
    { "ProcedureVersion", procedure_version_fields },
    { "ProcedureEndProposed", proposal_changed_fields },
    { "ProcedureVersionProposed", proposal_changed_fields },
    { "ProcedureVersionPublished", proposal_changed_fields },
    { "ProposalWithdrawn", proposal_changed_fields },
    { "Form", form_fields },
    { "FormField", form_field_fields },
    { "Prefill", prefill_fields },
    { "PrefilledField", prefilled_field_fields },
    { "Draft", draft_fields },
    { "DraftChanges", draft_changes_fields },
    { "DraftPart", draft_part_fields },
    { "AnnouncedPart", announced_part_fields },
    { "DraftField", draft_field_fields },
    { "DraftSaved", draft_saved_fields },
    { "DraftRemoved", draft_removed_fields },
    { "DossierForm", dossier_form_fields },
    { "DeclaredField", declared_field_fields },
    { "DossierChannel", dossier_channel_fields },
    { "ChannelChange", channel_change_fields },
    { "DossierStatus", dossier_status_fields },
    { "TrackingCodeMade", tracking_code_made_fields },
    { "Digest", digest_fields },
    { "Adapter", adapter_fields },
    { "DossierSync", dossier_sync_fields },
    { "FailedSync", failed_sync_fields },
    { "QuarantinedMessage", quarantined_message_fields },
    { "QuarantinedMessageConnection", connection_fields },
    { "QuarantinedMessageEdge", edge_fields },
    { "PortalMessageRetried", portal_message_retried_fields },
    { "PortalMessageDismissed", portal_message_dismissed_fields },
    { "PortalPaper", portal_paper_fields },
    { "SyncRedriven", sync_redriven_fields },
    { "Digitisation", digitisation_fields },
    { "PaperReuse", paper_reuse_fields },
    { "ProcedureResult", result_fields },
    { "ProcedureResultConnection", connection_fields },
    { "ProcedureResultEdge", edge_fields },
    { "ResultImport", result_import_fields },
    { "ResultLineProblem", result_line_problem_fields },
    { "ResultsImported", results_imported_fields },
    { "ResultChanged", result_changed_fields },
    { "ResultRemoved", result_removed_fields },
    { "OnTime", on_time_fields },
    { "StaleState", stale_state_fields },
    { "GuardFailed", guard_failed_fields },
    { "NotAllowed", failure_fields },
    { "RateLimited", rate_limited_fields },
    { "KeyReused", failure_fields },
    { "StepUpRequired", failure_fields },
    { "Problem", problem_fields },
};

enum { TYPES = sizeof(types) / sizeof(types[0]) };

enum status resolvers_bind(struct gql_schema *schema, int64_t list_max, struct gql_errors *errors)
{
    const struct gql_type *tables[TYPES];
    const struct gql_bindings bindings = { .types = tables,
                                           .type_count = TYPES,
                                           .scalars = resolver_scalars,
                                           .scalar_count = RESOLVER_SCALARS,
                                           .list_max = list_max };

    for (size_t i = 0; i < TYPES; i++)
        tables[i] = &types[i];
    return gql_schema_bind(schema, &bindings, errors);
}
