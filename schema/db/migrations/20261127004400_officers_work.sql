-- What officers are told of and see to: who is given work by an event, tasks that an agency takes on and is reminded of, results that
-- wait to be handed over, and what waits at the receiving agency's counter of dossiers decided elsewhere.
-- Read by resolvers/sql/worklist_of_*.sql and loads_of_agencies.sql, which state the predicates of the indexes; written by
-- functions/42_tasks.sql and 42_task_reminders.sql alone.
-- Source: DOMAIN §5.1 (InterAgencyTask), §5.2 (D2, D5, D7-D9, D11, D13, D18, T1); R1, R25, R29, R32.

-- migrate:up

ALTER TABLE officer_notice
    ADD receivers text NOT NULL DEFAULT 'HANDLER' CHECK (receivers IN ('HANDLER', 'ASKED')),
    ADD one_for text NOT NULL DEFAULT 'DOSSIER' CHECK (one_for IN ('DOSSIER', 'AGENCY'));
COMMENT ON COLUMN officer_notice.receivers IS 'HANDLER: who has the dossier in hand; ASKED: who works for the agency that a task is sent to.';
COMMENT ON COLUMN officer_notice.one_for IS 'A later notice replaces one that was not seen yet: of the same DOSSIER, or of the same receiving AGENCY.';
COMMENT ON COLUMN outbox.kind IS
    'DOSSIER_EVENT: entity is the event id, entity_rev its seq, order_key the dossier; OFFICER_EVENT: the same, told to officers alone. ACCOUNT: order_key is the session.';

ALTER TABLE inter_agency_task
    ADD accepted_at timestamptz,
    ADD accepted uuid REFERENCES dossier_event,
    ADD processor bigint REFERENCES officer,
    ADD remind_at timestamptz DEFAULT '-infinity',
    ADD CONSTRAINT inter_agency_task_accepted CHECK (num_nonnulls(accepted_at, accepted, processor) IN (0, 3));
ALTER TABLE inter_agency_task
    ADD stage text NOT NULL GENERATED ALWAYS AS (CASE WHEN state = 'SENT' AND accepted_at IS NOT NULL THEN 'ACCEPTED' ELSE state END) STORED;
COMMENT ON COLUMN inter_agency_task.state IS 'SENT: it is open, taken on or not. CANCELLED: the dossier ended before it was answered.';
COMMENT ON COLUMN inter_agency_task.accepted IS 'The event by which the agency took it on.';
COMMENT ON COLUMN inter_agency_task.processor IS 'The officer who took it on.';
COMMENT ON COLUMN inter_agency_task.stage IS 'The state as it is shown: an open one that was taken on is ACCEPTED.';
COMMENT ON COLUMN inter_agency_task.remind_at IS 'When somebody has to be reminded next; NULL: never again.';
-- What was late before there were reminders is history.
UPDATE inter_agency_task SET remind_at = NULL WHERE due_at < now();
CREATE INDEX inter_agency_task_remind ON inter_agency_task (remind_at) WHERE state = 'SENT' AND remind_at IS NOT NULL;
CREATE INDEX inter_agency_task_accepted_by ON inter_agency_task (accepted) WHERE accepted IS NOT NULL;
CREATE INDEX inter_agency_task_processor ON inter_agency_task (processor, due_at, dossier) WHERE state = 'SENT';
GRANT SELECT (accepted_at, stage) ON inter_agency_task TO app_citizen, app_partner;

CREATE TABLE task_reminder_level (
    id           text PRIMARY KEY,
    working_days int NOT NULL UNIQUE CHECK (working_days >= 0),
    told         text[] NOT NULL CHECK (told <@ '{PROCESSOR,HEAD,SENDER}'),
    template     text NOT NULL,
    class        text NOT NULL CHECK (class IN ('A', 'B', 'C'))
);
COMMENT ON TABLE task_reminder_level IS 'Mức nhắc hạn nhiệm vụ liên thông (T1), as reminder_level for dossiers.';
COMMENT ON COLUMN task_reminder_level.told IS 'PROCESSOR: who took the task on, until then the head; HEAD of the agency that was asked; SENDER: who has the dossier in hand.';
CREATE TRIGGER reference_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON task_reminder_level
    FOR EACH STATEMENT EXECUTE FUNCTION reference_changed();
GRANT SELECT ON task_reminder_level TO motcua_definer, app_public, app_citizen, app_partner, app_officer, app_worker;

CREATE TABLE task_reminder (
    id    uuid NOT NULL UNIQUE DEFAULT uuid_v7(),
    task  bigint NOT NULL REFERENCES inter_agency_task ON DELETE CASCADE,
    level text NOT NULL,
    at    timestamptz NOT NULL,
    told  int NOT NULL,
    PRIMARY KEY (task, level)
);
COMMENT ON COLUMN task_reminder.told IS 'How many officers.';
ALTER TABLE task_reminder ENABLE ROW LEVEL SECURITY;
ALTER TABLE task_reminder FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON task_reminder TO motcua_owner USING (true) WITH CHECK (true);
CREATE POLICY definer ON task_reminder TO motcua_definer USING (true) WITH CHECK (true);
GRANT SELECT, INSERT ON task_reminder TO motcua_definer;

CREATE INDEX dossier_results_received ON dossier (received_agency, finished_at, id) WHERE state = 'COMPLETED';
CREATE INDEX dossier_results_competent ON dossier (competent_agency, finished_at, id) WHERE state = 'COMPLETED';
CREATE INDEX dossier_work_elsewhere ON dossier (received_agency, (CASE WHEN due_at IS NULL THEN '9999-01-01 00:00+00'::timestamptz ELSE due_at END), id)
    WHERE received_at IS NOT NULL AND state IN ('SUPPLEMENT_REQUIRED', 'PAYMENT_REQUIRED') AND competent_agency <> received_agency;

-- migrate:down

DROP INDEX dossier_work_elsewhere, dossier_results_competent, dossier_results_received;
DROP TABLE task_reminder, task_reminder_level CASCADE;
ALTER TABLE inter_agency_task DROP stage, DROP remind_at, DROP processor, DROP accepted, DROP accepted_at;
COMMENT ON COLUMN inter_agency_task.state IS 'CANCELLED: the dossier ended before it was answered.';
DELETE FROM outbox WHERE kind = 'OFFICER_EVENT';
COMMENT ON COLUMN outbox.kind IS
    'DOSSIER_EVENT: entity is the event id, entity_rev its seq, order_key the dossier. ACCOUNT: order_key is the session.';
ALTER TABLE officer_notice DROP one_for, DROP receivers;
DELETE FROM loaded WHERE part IN ('functions', 'reference');
