-- The rest of the dossier's machine: what its edges say, the rows its events leave behind, and its invariants as constraints.
--   A dossier's events are a chain: each begins in the state where the one before ended, and the dossier stands where the
--   last one ended. Both are foreign keys, so state = fold(events) whatever writes.
-- Written only by the definer functions of schema/db/functions. Source: DOMAIN §5.1, §5.2, §0.10; R1, R20.

-- migrate:up

ALTER TABLE dossier_transition
    ALTER to_state DROP NOT NULL,
    ADD applicant_scope text CHECK (applicant_scope IN ('APPLICANT', 'DELEGATE')),
    ADD accepted boolean,
    ADD remembers boolean NOT NULL DEFAULT false,
    ADD waits_for text CHECK (waits_for IN ('ITEMS', 'TASKS')),
    ADD pause text CHECK (pause IN ('SUPPLEMENT', 'PAYMENT', 'WITHDRAWAL')),
    ADD form text CHECK (form IN ('01', '02', '03', '04', '05')),
    ADD within_hours int CHECK (within_hours > 0),
    ADD timer_reason text,
    ADD timer_legal_basis text,
    ADD CHECK ((timer_reason IS NOT NULL AND timer_legal_basis IS NOT NULL) = ('SYSTEM' = ANY (actor_kinds))),
    DROP CONSTRAINT dossier_transition_agency_scope_check,
    ADD CHECK (agency_scope IN ('RECEIVED', 'COMPETENT', 'EITHER', 'TASK')),
    DROP CONSTRAINT dossier_transition_clock_check,
    ADD CHECK (clock IN ('NONE', 'START', 'PAUSE', 'RESUME', 'STOP', 'REOPEN')),
    ADD CHECK ((pause IS NOT NULL) = (clock IN ('PAUSE', 'RESUME'))),
    DROP CONSTRAINT dossier_transition_from_state_event_key,
    ADD CONSTRAINT dossier_transition_one UNIQUE NULLS NOT DISTINCT (from_state, event, accepted);
COMMENT ON COLUMN dossier_transition.to_state IS 'NULL: back to the state that dossier.resume_state remembers.';
COMMENT ON COLUMN dossier_transition.agency_scope IS
    'Which agency of the dossier the officer must belong to, TASK: one that has an open task in it; NULL when no officer acts.';
COMMENT ON COLUMN dossier_transition.applicant_scope IS
    'APPLICANT: who speaks for the applicant. DELEGATE: also the submitter, and whom the dossier was delegated to. NULL: no citizen or partner acts.';
COMMENT ON COLUMN dossier_transition.accepted IS 'Only once the dossier has been accepted, or only before; NULL: either.';
COMMENT ON COLUMN dossier_transition.remembers IS 'dossier.resume_state becomes the state that is left.';
COMMENT ON COLUMN dossier_transition.waits_for IS
    'While a part asked for is missing (ITEMS), or a task is open (TASKS), the event leaves the state as it is.';
COMMENT ON COLUMN dossier_transition.pause IS 'Reason of the pause that begins (clock PAUSE) or ends (RESUME); another pause is left alone.';
COMMENT ON COLUMN dossier_transition.form IS 'Phiếu, văn bản of TT 03/2025 that the event issues.';
COMMENT ON COLUMN dossier_transition.timer_reason IS 'What the service says, and on which law, when it takes the edge itself because a term has passed.';
COMMENT ON COLUMN dossier_transition.within_hours IS 'Working hours since the dossier came to from_state after which intake was late.';

ALTER TABLE dossier ADD resume_state text REFERENCES dossier_state,
    ADD late_intake boolean NOT NULL DEFAULT false,
    ADD CONSTRAINT dossier_resumes CHECK ((state = 'WITHDRAW_REQUESTED') = (resume_state IS NOT NULL));
COMMENT ON COLUMN dossier.resume_state IS 'Where a refused withdrawal leads back to.';
COMMENT ON COLUMN dossier.late_intake IS 'The answer to what was handed in came after the working hours that dossier_transition.within_hours allows.';
GRANT SELECT (resume_state, late_intake) ON dossier TO app_citizen, app_partner;

-- The chain of events. Terminal states, as dossier_state.terminal says (tests/db/machine.sql compares), accept none.
ALTER TABLE dossier_event
    ADD prev_seq int GENERATED ALWAYS AS (nullif(seq, 1) - 1) STORED,
    ADD CONSTRAINT dossier_event_begins CHECK ((seq = 1) = (from_state IS NULL)),
    ADD CONSTRAINT dossier_event_ends CHECK (from_state NOT IN ('REJECTED', 'WITHDRAWN', 'STOPPED', 'RETURNED')),
    ADD CONSTRAINT dossier_event_at UNIQUE (dossier, seq, to_state);
ALTER TABLE dossier_event
    ADD CONSTRAINT dossier_event_follows FOREIGN KEY (dossier, prev_seq, from_state) REFERENCES dossier_event (dossier, seq, to_state);
ALTER TABLE dossier
    ADD CONSTRAINT dossier_is_where_its_events_end FOREIGN KEY (id, seq, state) REFERENCES dossier_event (dossier, seq, to_state)
        DEFERRABLE INITIALLY DEFERRED;

-- The same answers as before from a plan that is kept: every change of a dossier asks it.
CREATE OR REPLACE FUNCTION dossier_code_valid(p_code text) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    v_day text := (regexp_match(p_code, '^(?:\d{3}\.\d{2}\.\d{2}\.[GH]\d{2}|[GH]\d{2}(?:\.\d{1,3}){0,4})-(\d{6})-\d{4,7}$'))[1];
BEGIN
    IF v_day IS NULL OR substr(v_day, 3, 2)::int NOT BETWEEN 1 AND 12 THEN
        RETURN false;
    END IF;
    RETURN substr(v_day, 5, 2)::int BETWEEN 1 AND extract(day FROM
               make_date(2000 + substr(v_day, 1, 2)::int, substr(v_day, 3, 2)::int, 1) + interval '1 month -1 day');
END $$;

CREATE FUNCTION dossier_code_is_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a dossier keeps its code' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER code_is_fixed BEFORE UPDATE OF code ON dossier
    FOR EACH ROW WHEN (old.code <> new.code) EXECUTE FUNCTION dossier_code_is_fixed();

-- Phiếu yêu cầu bổ sung: what is missing, the no-th time in its stage. Before acceptance the clock does not yet run.
CREATE TABLE supplement_request (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    public_id   uuid NOT NULL UNIQUE DEFAULT uuid_v7(),
    dossier     bigint NOT NULL REFERENCES dossier,
    applicant   bigint NOT NULL REFERENCES subject,
    stage       text NOT NULL CHECK (stage IN ('INTAKE', 'PROCESSING')),
    no          int NOT NULL CHECK (no > 0),
    reason      text NOT NULL CHECK (length(reason) BETWEEN 1 AND 2000 AND reason IS NFC NORMALIZED),
    until       timestamptz NOT NULL,
    asked_at    timestamptz NOT NULL,
    asked       uuid NOT NULL REFERENCES dossier_event,
    resolved_at timestamptz,
    resolution  text CHECK (resolution IN ('ANSWERED', 'WAIVED', 'DROPPED')),
    UNIQUE (dossier, stage, no),
    CHECK ((resolved_at IS NULL) = (resolution IS NULL))
);
COMMENT ON COLUMN supplement_request.asked IS 'The event that asked.';
COMMENT ON COLUMN supplement_request.resolution IS 'ANSWERED in full, WAIVED by the processor, DROPPED with the dossier; NULL while it is open.';
CREATE UNIQUE INDEX supplement_request_open ON supplement_request (dossier) WHERE resolved_at IS NULL;
CREATE INDEX supplement_request_until ON supplement_request (until) WHERE resolved_at IS NULL;

CREATE TABLE supplement_item (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    public_id   uuid NOT NULL UNIQUE DEFAULT uuid_v7(),
    request     bigint NOT NULL REFERENCES supplement_request,
    no          int NOT NULL CHECK (no BETWEEN 1 AND 20),
    dossier     bigint NOT NULL REFERENCES dossier,
    applicant   bigint NOT NULL REFERENCES subject,
    name        text NOT NULL CHECK (length(name) BETWEEN 1 AND 200 AND name IS NFC NORMALIZED),
    note        text CHECK (length(note) <= 500 AND note IS NFC NORMALIZED),
    how         text CHECK (how IN ('STORED', 'ON_PAPER')),
    paper       bigint,
    answered_at timestamptz,
    received_at  timestamptz,
    received_by bigint REFERENCES officer,
    UNIQUE (request, no),
    CHECK ((how IS NULL) = (answered_at IS NULL)),
    CHECK ((how = 'STORED') IS TRUE = (paper IS NOT NULL)),
    CHECK (received_at IS NULL OR how IS NOT NULL)
);
COMMENT ON COLUMN supplement_item.how IS 'STORED: a stored paper (kho); ON_PAPER: brought or sent, which an officer confirms; NULL: not answered.';
COMMENT ON COLUMN supplement_item.paper IS 'stored_paper.id.';
COMMENT ON COLUMN supplement_item.received_at IS 'When it was there; NULL while it is missing or only announced.';
CREATE INDEX supplement_item_dossier ON supplement_item (dossier);

-- Nhiệm vụ liên thông: what another agency does inside this dossier. While one is open its officers see the dossier.
CREATE TABLE inter_agency_task (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    public_id uuid NOT NULL UNIQUE DEFAULT uuid_v7(),
    dossier   bigint NOT NULL REFERENCES dossier,
    applicant bigint NOT NULL REFERENCES subject,
    no        int NOT NULL CHECK (no > 0),
    agency    bigint NOT NULL REFERENCES agency,
    title     text NOT NULL CHECK (length(title) BETWEEN 1 AND 200 AND title IS NFC NORMALIZED),
    due_at    timestamptz NOT NULL,
    state     text NOT NULL DEFAULT 'SENT' CHECK (state IN ('SENT', 'DONE', 'RETURNED', 'CANCELLED')),
    answer    text CHECK (length(answer) BETWEEN 1 AND 2000 AND answer IS NFC NORMALIZED),
    sent_at   timestamptz NOT NULL,
    sent      uuid NOT NULL REFERENCES dossier_event,
    closed_at timestamptz,
    closed    uuid REFERENCES dossier_event,
    UNIQUE (dossier, no),
    CHECK ((state = 'SENT') = (closed_at IS NULL))
);
COMMENT ON COLUMN inter_agency_task.state IS 'CANCELLED: the dossier ended before it was answered.';
COMMENT ON COLUMN inter_agency_task.answer IS 'Officers only.';
CREATE INDEX inter_agency_task_open ON inter_agency_task (agency, due_at) WHERE state = 'SENT';

-- Yêu cầu nộp phí, lệ phí. The payment's reference is as a cashier enters it, and pays once.
CREATE TABLE fee_demand (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    public_id    uuid NOT NULL UNIQUE DEFAULT uuid_v7(),
    dossier      bigint NOT NULL REFERENCES dossier,
    applicant    bigint NOT NULL REFERENCES subject,
    no           int NOT NULL CHECK (no > 0),
    amount_dong  bigint NOT NULL CHECK (amount_dong BETWEEN 1 AND 1000000000000),
    what         text NOT NULL CHECK (length(what) BETWEEN 1 AND 200 AND what IS NFC NORMALIZED),
    until        timestamptz NOT NULL,
    demanded_at  timestamptz NOT NULL,
    demanded     uuid NOT NULL REFERENCES dossier_event,
    paid_at      timestamptz,
    paid         uuid REFERENCES dossier_event,
    reference    text UNIQUE CHECK (length(reference) BETWEEN 1 AND 100 AND reference IS NFC NORMALIZED),
    cashier      bigint REFERENCES officer,
    cancelled_at timestamptz,
    UNIQUE (dossier, no),
    CHECK ((paid_at IS NULL) = (reference IS NULL)),
    CHECK (num_nonnulls(paid_at, cancelled_at) <= 1)
);
CREATE UNIQUE INDEX fee_demand_open ON fee_demand (dossier) WHERE paid_at IS NULL AND cancelled_at IS NULL;
CREATE INDEX fee_demand_until ON fee_demand (until) WHERE paid_at IS NULL AND cancelled_at IS NULL;

-- The results that a reopening (D19) has taken back.
CREATE TABLE former_result (
    dossier     bigint NOT NULL REFERENCES dossier,
    no          int NOT NULL CHECK (no > 0),
    applicant   bigint NOT NULL REFERENCES subject,
    outcome     text NOT NULL,
    e_result    text,
    finished_at timestamptz NOT NULL,
    reopened    uuid NOT NULL REFERENCES dossier_event,
    PRIMARY KEY (dossier, no)
);

-- Does an agency of the caller's have an open task in this dossier? Asked only of dossiers that are not its own.
CREATE FUNCTION is_tasked(p_dossier bigint) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
BEGIN
    RETURN kind() = 'OFFICER' AND EXISTS (SELECT FROM inter_agency_task t
                                           WHERE t.dossier = p_dossier AND t.state = 'SENT' AND t.agency = ANY (agencies()));
END $$;
-- And in any? Asked once a statement, and only when a row is not its own.
CREATE FUNCTION has_tasks() RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
BEGIN
    RETURN kind() = 'OFFICER' AND EXISTS (SELECT FROM inter_agency_task t WHERE t.state = 'SENT' AND t.agency = ANY (agencies()));
END $$;
GRANT EXECUTE ON FUNCTION is_tasked(bigint), has_tasks() TO app_officer;
ALTER FUNCTION is_tasked(bigint) OWNER TO motcua_definer;
ALTER FUNCTION has_tasks() OWNER TO motcua_definer;

DROP POLICY agency ON dossier;
DROP POLICY agency ON dossier_event;
CREATE POLICY agency ON dossier FOR SELECT TO app_officer USING (
    received_agency = ANY ((SELECT agencies())::bigint[])
    OR competent_agency = ANY ((SELECT agencies())::bigint[])
    OR (SELECT has_tasks()) AND is_tasked(id));
CREATE POLICY agency ON dossier_event FOR SELECT TO app_officer USING (
    received_agency = ANY ((SELECT agencies())::bigint[])
    OR competent_agency = ANY ((SELECT agencies())::bigint[])
    OR (SELECT has_tasks()) AND is_tasked(dossier));

DO $$
DECLARE
    t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['supplement_request', 'supplement_item', 'inter_agency_task', 'fee_demand', 'former_result']
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY owner ON %I TO motcua_owner USING (true) WITH CHECK (true)', t);
        EXECUTE format('CREATE POLICY definer ON %I TO motcua_definer USING (true) WITH CHECK (true)', t);
        EXECUTE format($policy$CREATE POLICY mine ON %I FOR SELECT TO app_citizen USING (
            applicant = ANY ((SELECT subjects())::bigint[]) OR is_shown(dossier, 'TIMELINE'))$policy$, t);
        EXECUTE format($policy$CREATE POLICY mine_partner ON %1$I FOR SELECT TO app_partner USING (
            (applicant = ANY ((SELECT subjects())::bigint[]) OR is_shown(dossier, 'TIMELINE')
             OR EXISTS (SELECT FROM dossier d WHERE d.id = %1$I.dossier AND d.submitter = (SELECT me()) OFFSET 0))
            AND EXISTS (SELECT FROM dossier d WHERE d.id = %1$I.dossier OFFSET 0))$policy$, t);
        EXECUTE format('CREATE POLICY agency ON %1$I FOR SELECT TO app_officer USING (
            EXISTS (SELECT FROM dossier d WHERE d.id = %1$I.dossier OFFSET 0))', t);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO motcua_definer', t);
        EXECUTE format('GRANT SELECT ON %I TO app_officer', t);
    END LOOP;
END $$;
-- The agency of a task sees its tasks without looking the dossier up.
DROP POLICY agency ON inter_agency_task;
CREATE POLICY agency ON inter_agency_task FOR SELECT TO app_officer USING (
    state = 'SENT' AND agency = ANY ((SELECT agencies())::bigint[])
    OR EXISTS (SELECT FROM dossier d WHERE d.id = inter_agency_task.dossier OFFSET 0));
GRANT SELECT (id, public_id, dossier, applicant, stage, no, reason, until, asked_at, asked, resolved_at, resolution)
    ON supplement_request TO app_citizen, app_partner;
GRANT SELECT (id, public_id, request, no, dossier, applicant, name, note, how, paper, answered_at, received_at)
    ON supplement_item TO app_citizen, app_partner;
GRANT SELECT (id, public_id, dossier, applicant, no, agency, title, due_at, state, sent_at, closed_at)
    ON inter_agency_task TO app_citizen, app_partner;
GRANT SELECT (id, public_id, dossier, applicant, no, amount_dong, what, until, demanded_at, paid_at, cancelled_at)
    ON fee_demand TO app_citizen, app_partner;

-- The sandbox is forgotten with all that is about it.
GRANT DELETE ON dossier_part TO motcua_definer;

-- Who does something to a dossier: the caller, the officer of the sandbox, or the service itself.
CREATE TYPE dossier_actor AS (
    kind text, id bigint, name text, subjects bigint[], agencies bigint[], roles text[], stepped_up boolean
);

-- It takes an actor from now on; schema/db/functions makes it again.
DROP FUNCTION IF EXISTS dossier_event_apply(dossier, bigint, text, int, jsonb) CASCADE;

-- migrate:down

DROP VIEW IF EXISTS transition_diagram;
DROP FUNCTION IF EXISTS dossier_event_apply(dossier, dossier_actor, text, int, jsonb) CASCADE;
DROP TYPE dossier_actor CASCADE;
DROP POLICY agency ON dossier;
DROP POLICY agency ON dossier_event;
CREATE POLICY agency ON dossier FOR SELECT TO app_officer USING (
    received_agency = ANY ((SELECT agencies())::bigint[])
    OR competent_agency = ANY ((SELECT agencies())::bigint[]));
CREATE POLICY agency ON dossier_event FOR SELECT TO app_officer USING (
    received_agency = ANY ((SELECT agencies())::bigint[])
    OR competent_agency = ANY ((SELECT agencies())::bigint[]));
DROP FUNCTION has_tasks(), is_tasked(bigint);
DROP TABLE former_result, fee_demand, inter_agency_task, supplement_item, supplement_request CASCADE;
DROP TRIGGER code_is_fixed ON dossier;
DROP FUNCTION dossier_code_is_fixed();
CREATE OR REPLACE FUNCTION dossier_code_valid(p_code text) RETURNS boolean
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN coalesce((
    SELECT CASE WHEN m[1]::int BETWEEN 1 AND 12
                THEN m[2]::int BETWEEN 1 AND extract(day FROM
                         make_date(2000 + m[3]::int, m[1]::int, 1) + interval '1 month -1 day')
                ELSE false END
      FROM (SELECT ARRAY[substr(d, 3, 2), substr(d, 5, 2), substr(d, 1, 2)] AS m
              FROM (SELECT (regexp_match(p_code,
                    '^(?:\d{3}\.\d{2}\.\d{2}\.[GH]\d{2}|[GH]\d{2}(?:\.\d{1,3}){0,4})-(\d{6})-\d{4,7}$'))[1] AS d
                   ) AS form
             WHERE d IS NOT NULL) AS parts), false);
ALTER TABLE dossier DROP CONSTRAINT dossier_is_where_its_events_end, DROP CONSTRAINT dossier_resumes,
    DROP resume_state, DROP late_intake;
ALTER TABLE dossier_event DROP CONSTRAINT dossier_event_follows, DROP CONSTRAINT dossier_event_at,
    DROP CONSTRAINT dossier_event_ends, DROP CONSTRAINT dossier_event_begins, DROP prev_seq;
DELETE FROM dossier_transition WHERE to_state IS NULL OR agency_scope = 'TASK' OR clock IN ('PAUSE', 'RESUME', 'REOPEN') OR accepted IS NOT NULL;
ALTER TABLE dossier_transition
    ALTER to_state SET NOT NULL,
    DROP applicant_scope, DROP accepted, DROP remembers, DROP waits_for, DROP pause, DROP form, DROP within_hours, DROP timer_reason, DROP timer_legal_basis,
    DROP CONSTRAINT dossier_transition_agency_scope_check,
    ADD CHECK (agency_scope IN ('RECEIVED', 'COMPETENT', 'EITHER')),
    DROP CONSTRAINT dossier_transition_clock_check,
    ADD CHECK (clock IN ('NONE', 'START', 'PAUSE', 'RESUME', 'STOP')),
    ADD UNIQUE NULLS NOT DISTINCT (from_state, event);
COMMENT ON COLUMN dossier_transition.to_state IS NULL;
COMMENT ON COLUMN dossier_transition.agency_scope IS 'Which agency of the dossier the officer must belong to; NULL when no officer acts.';
DELETE FROM loaded WHERE part IN ('functions', 'reference');
