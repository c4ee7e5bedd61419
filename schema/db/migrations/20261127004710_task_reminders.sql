-- Reminders of tasks are taken in the order of their index, so that a turn ends with the last it takes (task_remind).

-- migrate:up

DROP INDEX inter_agency_task_remind;
CREATE INDEX inter_agency_task_remind ON inter_agency_task (remind_at, due_at) WHERE state = 'SENT' AND remind_at IS NOT NULL;

-- migrate:down

DROP INDEX inter_agency_task_remind;
CREATE INDEX inter_agency_task_remind ON inter_agency_task (remind_at) WHERE state = 'SENT' AND remind_at IS NOT NULL;
