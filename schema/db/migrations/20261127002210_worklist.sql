-- What lies with officers, by when it is due: only open dossiers stand in these indexes, so that a page and a figure cost what
-- is open, whatever history there is. Read by Viewer.worklist and Viewer.load (resolvers/sql/worklist_of_agencies.sql,
-- worklist_of_officer.sql, loads_of_agencies.sql), which state the same predicates.
-- A dossier without a date stands last; by CASE, since under row-level security the planner takes coalesce() for something
-- that could tell of hidden rows, and would read each page from the beginning of the list.
-- Source: DOMAIN R25, R32.

-- migrate:up

CREATE INDEX dossier_work_intake ON dossier (received_agency, submitted_at, id)
    WHERE received_at IS NULL AND state IN ('SUBMITTED', 'INTAKE_SUPPLEMENT', 'WITHDRAW_REQUESTED');
CREATE INDEX dossier_work ON dossier (competent_agency, (CASE WHEN due_at IS NULL THEN '9999-01-01 00:00+00'::timestamptz ELSE due_at END), id)
    WHERE received_at IS NOT NULL
      AND state IN ('ACCEPTED', 'PROCESSING', 'INTERAGENCY', 'SUPPLEMENT_REQUIRED', 'PAYMENT_REQUIRED', 'WITHDRAW_REQUESTED');
CREATE INDEX dossier_work_processor ON dossier (processor, (CASE WHEN due_at IS NULL THEN '9999-01-01 00:00+00'::timestamptz ELSE due_at END), id)
    WHERE received_at IS NOT NULL
      AND state IN ('ACCEPTED', 'PROCESSING', 'INTERAGENCY', 'SUPPLEMENT_REQUIRED', 'PAYMENT_REQUIRED', 'WITHDRAW_REQUESTED');

-- migrate:down

DROP INDEX dossier_work_processor, dossier_work, dossier_work_intake;
