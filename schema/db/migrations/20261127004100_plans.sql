-- Indexes for what the server and the workers ask again and again, each found by its plan in a province that has grown
-- (tests/plans): what is over, late or dead is found without reading what is not, and what refers to a row that goes.

-- migrate:up

-- Whichever comes first ends a session (sessions_prune); nothing asks for the one alone.
DROP INDEX session_expires;
CREATE INDEX session_over ON session (least(expires_at, ended_at));

-- Those that came along when a worker died twice are claimed apart (workers/sql/claim.sql).
DROP INDEX delivery_waiting;
CREATE INDEX delivery_waiting ON delivery (channel, (crashes >= 2), priority, due_at, id) WHERE state = 0;
CREATE INDEX delivery_due ON delivery (due_at) WHERE state = 0;
CREATE INDEX delivery_expires ON delivery (expires_at) WHERE state = 0;
CREATE INDEX delivery_log_dead ON delivery_log (reason, at) WHERE outcome = 'DEAD';

-- By the name of its file, of those that need one (uploads_unknown).
CREATE INDEX upload_on_disk ON upload ((id::text)) WHERE state IN ('RECEIVING', 'QUARANTINED');
-- All papers of a person, removed ones too (export_of).
CREATE INDEX stored_paper_ever ON stored_paper (owner);

-- When a partner was served last (bulk_work).
CREATE INDEX bulk_job_served ON bulk_job (partner, served_at) WHERE served_at IS NOT NULL;

-- What refers to an event is asked for each event that goes (sandbox_prune).
CREATE INDEX supplement_request_asked ON supplement_request (asked);
CREATE INDEX inter_agency_task_sent ON inter_agency_task (sent);
CREATE INDEX inter_agency_task_closed ON inter_agency_task (closed) WHERE closed IS NOT NULL;
CREATE INDEX fee_demand_demanded ON fee_demand (demanded);
CREATE INDEX fee_demand_paid ON fee_demand (paid) WHERE paid IS NOT NULL;
CREATE INDEX former_result_reopened ON former_result (reopened);
CREATE INDEX result_file_taken_back ON result_file (taken_back) WHERE taken_back IS NOT NULL;
DROP INDEX sync_message_dossier;
CREATE INDEX sync_message_dossier ON sync_message (dossier, adapter, id);

-- migrate:down

DROP INDEX sync_message_dossier;
CREATE INDEX sync_message_dossier ON sync_message (adapter, dossier, id);
DROP INDEX supplement_request_asked, inter_agency_task_sent, inter_agency_task_closed, fee_demand_demanded, fee_demand_paid, former_result_reopened,
    result_file_taken_back;
DROP INDEX bulk_job_served;
DROP INDEX stored_paper_ever, upload_on_disk;
DROP INDEX delivery_log_dead, delivery_expires, delivery_due, delivery_waiting;
CREATE INDEX delivery_waiting ON delivery (channel, priority, due_at, id) WHERE state = 0;
DROP INDEX session_over;
CREATE INDEX session_expires ON session (expires_at);
