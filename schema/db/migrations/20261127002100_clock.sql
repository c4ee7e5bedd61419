-- The clock of a dossier: when it rested, by how much it was put off, what was issued about it, who was reminded, and how far
-- a new calendar has been worked in. Written by schema/db/functions/11_clock.sql and 98_clock.sql.
-- Source: DOMAIN §2.4, §2.5, §4.1 (2, 4, 5), §5.1, §5.2 (axes, D10-D13, T1-T3).

-- migrate:up

-- Law differs from procedure to procedure here (DOMAIN §5.7-3), so the version says it.
ALTER TABLE procedure_version ADD payment_pauses boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN procedure_version.payment_pauses IS 'The clock rests while a payment is asked for.';

ALTER TABLE dossier_state ADD holder text CHECK (holder IN ('RECEIVED', 'COMPETENT', 'TASK', 'APPLICANT'));
COMMENT ON COLUMN dossier_state.holder IS
    'With whom a dossier of this state is: an agency of its own, the one of its open task, the applicant; NULL: nobody''s turn.';

-- Tạm dừng tính hạn. The open one has no end yet.
CREATE TABLE dossier_pause (
    dossier   bigint NOT NULL REFERENCES dossier ON DELETE CASCADE,
    no        int NOT NULL CHECK (no > 0),
    applicant bigint NOT NULL,
    reason    text NOT NULL CHECK (reason IN ('SUPPLEMENT', 'PAYMENT', 'WITHDRAWAL')),
    from_at   timestamptz NOT NULL,
    to_at     timestamptz,
    PRIMARY KEY (dossier, no),
    CHECK (to_at >= from_at),
    EXCLUDE USING gist (dossier WITH =, tstzrange(from_at, to_at) WITH &&)
);

-- Gia hạn (form 04). event may be written after it, in the same transaction.
CREATE TABLE dossier_extension (
    dossier   bigint NOT NULL REFERENCES dossier ON DELETE CASCADE,
    no        int NOT NULL CHECK (no > 0),
    applicant bigint NOT NULL,
    at        timestamptz NOT NULL,
    old_due   timestamptz NOT NULL,
    new_due   timestamptz NOT NULL,
    reason    text NOT NULL,
    event     uuid NOT NULL REFERENCES dossier_event ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    PRIMARY KEY (dossier, no),
    CHECK (new_due > old_due)
);
CREATE INDEX dossier_extension_event ON dossier_extension (event);

-- Mẫu phiếu 01-07 (TT 03/2025/TT-VPCP).
CREATE TABLE issued_form_kind (
    id      text PRIMARY KEY CHECK (id ~ '^0[1-7]$'),
    name_vi text NOT NULL CHECK (name_vi IS NFC NORMALIZED),
    name_en text NOT NULL,
    symbol  text NOT NULL UNIQUE,
    issuer  text NOT NULL CHECK (issuer IN ('RECEIVED', 'COMPETENT'))
);
COMMENT ON COLUMN issued_form_kind.symbol IS 'Stands in the number: 7/2026/PXL-H29.1.';
COMMENT ON COLUMN issued_form_kind.issuer IS 'Which agency of the dossier issues it and counts its numbers.';

CREATE TABLE form_sequence (
    agency bigint NOT NULL REFERENCES agency,
    kind   text NOT NULL CHECK (kind ~ '^0[1-7]$'),
    year   int NOT NULL,
    last   int NOT NULL CHECK (last > 0),
    PRIMARY KEY (agency, kind, year)
) WITH (fillfactor = 50);

CREATE TABLE issued_form (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    public_id uuid NOT NULL UNIQUE DEFAULT uuid_v7(),
    dossier   bigint NOT NULL REFERENCES dossier ON DELETE CASCADE,
    applicant bigint NOT NULL,
    kind      text NOT NULL CHECK (kind ~ '^0[1-7]$'),
    number    text,
    state     text NOT NULL CHECK (state IN ('DRAFT', 'ISSUED')),
    event     uuid REFERENCES dossier_event ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    at        timestamptz NOT NULL,
    body      jsonb NOT NULL,
    CHECK ((state = 'ISSUED') = (number IS NOT NULL))
);
COMMENT ON COLUMN issued_form.event IS 'What it was issued with; NULL for a draft.';
CREATE INDEX issued_form_dossier ON issued_form (dossier, at);
CREATE INDEX issued_form_event ON issued_form (event);
CREATE UNIQUE INDEX issued_form_draft ON issued_form (dossier, kind) WHERE state = 'DRAFT';

-- Nhắc hạn: how long before the due date, whom, and what becomes of the apology.
CREATE TABLE reminder_level (
    id                 text PRIMARY KEY CHECK (id ~ '^[A-Z][A-Z_]{1,39}$'),
    working_days       int NOT NULL UNIQUE CHECK (working_days BETWEEN 0 AND 20),
    told               text[] NOT NULL CHECK (told <@ ARRAY['PROCESSOR', 'HEAD', 'APPLICANT']),
    officer_template   text NOT NULL,
    applicant_template text,
    class              text NOT NULL CHECK (class IN ('A', 'B', 'C')),
    apology            text CHECK (apology IN ('DRAFT', 'ISSUED')),
    CHECK (NOT 'APPLICANT' = ANY (told) OR applicant_template IS NOT NULL)
);
COMMENT ON COLUMN reminder_level.working_days IS 'Before the due day, from the opening of that day on; 0: when the due date has passed.';

CREATE TABLE dossier_reminder (
    id        uuid NOT NULL UNIQUE DEFAULT uuid_v7(),
    dossier   bigint NOT NULL REFERENCES dossier ON DELETE CASCADE,
    due_at    timestamptz NOT NULL,
    level     text NOT NULL,
    applicant bigint NOT NULL,
    at        timestamptz NOT NULL,
    told      int NOT NULL,
    PRIMARY KEY (dossier, due_at, level)
);
COMMENT ON COLUMN dossier_reminder.told IS 'How many: officers, and the applicant''s side as one.';

-- How far the open dossiers have been counted anew for a calendar as it reads (content): its rows may be mended in place, and
-- a former one may come back. The last row is the one under way, or done.
CREATE TABLE calendar_recompute (
    no         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    calendar   bigint NOT NULL REFERENCES working_calendar,
    content    text NOT NULL,
    started_at timestamptz NOT NULL,
    after      bigint NOT NULL DEFAULT 0,
    changed    int NOT NULL DEFAULT 0,
    done_at    timestamptz
);
COMMENT ON COLUMN calendar_recompute.after IS 'The last dossier looked at.';

-- When somebody has to be reminded next. What was late before there were reminders is history.
ALTER TABLE dossier ADD remind_for timestamptz, ADD remind_at timestamptz;
COMMENT ON COLUMN dossier.remind_for IS 'The due date that remind_at was counted for; with another one it says nothing.';
COMMENT ON COLUMN dossier.remind_at IS 'NULL: never again for that due date.';
UPDATE dossier SET remind_for = due_at WHERE due_at < now();
CREATE INDEX dossier_remind ON dossier ((CASE WHEN remind_for = due_at THEN remind_at ELSE '-infinity' END))
    WHERE clock = 'RUNNING' AND due_at IS NOT NULL;
CREATE INDEX dossier_clock ON dossier (id) WHERE clock IN ('RUNNING', 'PAUSED');

DO $$
DECLARE
    t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['issued_form_kind', 'reminder_level']
    LOOP
        EXECUTE format('CREATE TRIGGER reference_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON %I '
                       'FOR EACH STATEMENT EXECUTE FUNCTION reference_changed()', t);
        EXECUTE format('GRANT SELECT ON %I TO motcua_definer, app_public, app_citizen, app_partner, app_officer, app_worker', t);
    END LOOP;
    FOREACH t IN ARRAY ARRAY['dossier_pause', 'dossier_extension', 'form_sequence', 'issued_form', 'dossier_reminder', 'calendar_recompute']
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY owner ON %I TO motcua_owner USING (true) WITH CHECK (true)', t);
        EXECUTE format('CREATE POLICY definer ON %I TO motcua_definer USING (true) WITH CHECK (true)', t);
    END LOOP;
END $$;
GRANT SELECT, INSERT ON dossier_pause, dossier_extension, form_sequence, issued_form, dossier_reminder, calendar_recompute TO motcua_definer;
GRANT UPDATE (to_at) ON dossier_pause TO motcua_definer;
GRANT UPDATE (reason) ON dossier_extension TO motcua_definer;
GRANT UPDATE (last) ON form_sequence TO motcua_definer;
GRANT UPDATE (number, state, event, at, body), DELETE ON issued_form TO motcua_definer;
GRANT UPDATE (after, changed, done_at) ON calendar_recompute TO motcua_definer;

-- Why the clock rests belongs to the status; what an officer wrote, to the timeline.
CREATE POLICY mine ON dossier_pause FOR SELECT TO app_citizen USING (
    applicant = ANY ((SELECT subjects())::bigint[]) OR is_shown(dossier, 'STATUS'));
CREATE POLICY mine ON dossier_extension FOR SELECT TO app_citizen USING (
    applicant = ANY ((SELECT subjects())::bigint[]) OR is_shown(dossier, 'TIMELINE'));
CREATE POLICY mine ON issued_form FOR SELECT TO app_citizen USING (
    state = 'ISSUED' AND (applicant = ANY ((SELECT subjects())::bigint[]) OR is_shown(dossier, 'TIMELINE')));
CREATE POLICY mine_partner ON dossier_pause FOR SELECT TO app_partner USING (
    EXISTS (SELECT FROM dossier d WHERE d.id = dossier_pause.dossier OFFSET 0));
CREATE POLICY mine_partner ON dossier_extension FOR SELECT TO app_partner USING (
    EXISTS (SELECT FROM dossier d WHERE d.id = dossier_extension.dossier
               AND (d.applicant = ANY ((SELECT subjects())::bigint[]) OR d.submitter = (SELECT me()) OR is_shown(d.id, 'TIMELINE')) OFFSET 0));
CREATE POLICY mine_partner ON issued_form FOR SELECT TO app_partner USING (
    state = 'ISSUED' AND EXISTS (SELECT FROM dossier d WHERE d.id = issued_form.dossier
               AND (d.applicant = ANY ((SELECT subjects())::bigint[]) OR d.submitter = (SELECT me()) OR is_shown(d.id, 'TIMELINE')) OFFSET 0));
CREATE POLICY agency ON dossier_pause FOR SELECT TO app_officer USING (
    EXISTS (SELECT FROM dossier d WHERE d.id = dossier_pause.dossier OFFSET 0));
CREATE POLICY agency ON dossier_extension FOR SELECT TO app_officer USING (
    EXISTS (SELECT FROM dossier d WHERE d.id = dossier_extension.dossier OFFSET 0));
CREATE POLICY agency ON issued_form FOR SELECT TO app_officer USING (
    EXISTS (SELECT FROM dossier d WHERE d.id = issued_form.dossier OFFSET 0));
GRANT SELECT ON dossier_pause, dossier_extension, issued_form TO app_citizen, app_partner, app_officer;

-- migrate:down

DROP INDEX dossier_clock, dossier_remind;
ALTER TABLE dossier DROP remind_at, DROP remind_for;
-- With the functions that have rows of theirs as arguments, which are loaded again.
DROP TABLE calendar_recompute, dossier_reminder, reminder_level, issued_form, form_sequence, issued_form_kind, dossier_extension,
    dossier_pause CASCADE;
DELETE FROM loaded WHERE part IN ('functions', 'reference');
ALTER TABLE dossier_state DROP holder;
ALTER TABLE procedure_version DROP payment_pauses;
