-- Who held a dossier while another agency had a task in it: task_agency (functions/98_clock.sql) with the machine's own tasks (D8, D9;
-- R1, R21).
\ir include/begin.psql
\ir include/machine.psql
SELECT plan(15);

SELECT pg_temp.dossier_in('PROCESSING') AS code \gset
CREATE TEMP TABLE at_hand AS SELECT id, code FROM dossier WHERE code = :'code';
GRANT SELECT ON at_hand TO PUBLIC;

-- Whose task the dossier was with at that moment, as somebody is told.
CREATE FUNCTION pg_temp.with_whom(p_who text, p_at timestamptz) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    v_agency bigint;
BEGIN
    PERFORM pg_temp.act_as(p_who);
    SELECT task_agency((SELECT id FROM at_hand), p_at) INTO v_agency;
    PERFORM pg_temp.act_as('admin');
    RETURN v_agency;
END $$;
-- The machine takes its times from the clock; here each step has its own.
CREATE FUNCTION pg_temp.step(p_who text, p_event text, p_args jsonb, p_at timestamptz) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    v_state text := pg_temp.try(p_who, (SELECT code FROM at_hand), p_event, p_args);
BEGIN
    UPDATE inter_agency_task t SET sent_at = p_at FROM dossier_event e, at_hand d
     WHERE t.dossier = d.id AND e.dossier = d.id AND e.id = t.sent AND e.seq = (SELECT max(seq) FROM dossier_event WHERE dossier = d.id);
    UPDATE inter_agency_task t SET closed_at = p_at FROM dossier_event e, at_hand d
     WHERE t.dossier = d.id AND e.dossier = d.id AND e.id = t.closed AND e.seq = (SELECT max(seq) FROM dossier_event WHERE dossier = d.id);
    RETURN v_state;
END $$;
CREATE FUNCTION pg_temp.task_of(p_agency bigint) RETURNS jsonb LANGUAGE sql AS $$
    SELECT jsonb_build_object('answer', 'Đã xác minh', 'task', t.public_id) FROM inter_agency_task t, at_hand d WHERE t.dossier = d.id AND t.agency = p_agency AND t.state = 'SENT'
$$;
SELECT agency AS near FROM officer WHERE id = 3 \gset
SELECT id AS far, code AS far_code FROM agency WHERE NOT sandbox AND valid_to IS NULL AND id NOT IN (SELECT agency FROM officer WHERE id IN (1, 3)) ORDER BY id LIMIT 1 \gset
INSERT INTO actor SELECT 'far', 'app_officer', 'OFFICER', me, '', :'far', 'PROCESSOR', session FROM actor WHERE who = 'officer2';

SELECT is(pg_temp.with_whom('citizen', now()), NULL, 'before a task is sent the dossier is with nobody else');
SELECT is(pg_temp.step('processor', 'sendTask', pg_temp.good_args((SELECT id FROM at_hand), 'sendTask'), '2026-11-02 09:00+07'), 'INTERAGENCY', 'a task goes to an agency');
SELECT is(pg_temp.step('processor', 'sendTask', pg_temp.good_args((SELECT id FROM at_hand), 'sendTask') || jsonb_build_object('agency', :'far_code'), '2026-11-03 09:00+07'), 'INTERAGENCY', 'another goes to a second one');
SELECT is(pg_temp.with_whom('citizen', '2026-11-02 08:59:59+07'), NULL, 'a moment before the first it was with none');
SELECT is(pg_temp.with_whom('citizen', '2026-11-02 09:00+07'), :near::bigint, 'from then on with the first');
SELECT is(pg_temp.with_whom('citizen', '2026-11-03 09:00+07'), :far::bigint, 'with two at once, the last that was sent is named');
SELECT is(pg_temp.step('far', 'taskDone', pg_temp.task_of(:far), '2026-11-04 09:00+07'), 'INTERAGENCY', 'the second answers');
SELECT is(pg_temp.with_whom('citizen', '2026-11-04 08:59:59+07'), :far::bigint, 'until its answer it had it');
SELECT is(pg_temp.with_whom('citizen', '2026-11-04 09:00+07'), :near::bigint, 'then the first has it alone');
SELECT is(pg_temp.with_whom('task_processor', '2026-11-04 10:00+07'), :near::bigint, 'an agency with an open task is told, as it reads the timeline');
SELECT is(pg_temp.step('task_processor', 'taskReturned', pg_temp.task_of(:near), '2026-11-05 09:00+07'), 'PROCESSING', 'the first gives it back');
SELECT is(pg_temp.with_whom('processor', '2026-11-05 09:00+07'), NULL, 'and it is with nobody else again');
SELECT is(pg_temp.with_whom('processor', '2026-11-04 10:00+07'), :near::bigint, 'what was is still told');
SELECT is(pg_temp.with_whom('task_processor', '2026-11-04 10:00+07'), NULL, 'but not to an agency whose task is over');
SELECT is(pg_temp.with_whom(who, '2026-11-04 10:00+07'), NULL, who || ' is told nothing') FROM unnest(ARRAY['citizen2']) AS who;
\ir include/end.psql
