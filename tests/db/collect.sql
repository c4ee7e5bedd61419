-- D18, e-download (functions/44_decisions.sql): who asked takes an electronic result in the app, and the dossier ends with it.
\ir include/begin.psql
\ir include/machine.psql
SELECT * FROM no_plan();

-- What dossier_in() makes COMPLETED has a result file and is delivered electronically.
CREATE FUNCTION pg_temp.collected(p_change text DEFAULT NULL, p_who text DEFAULT 'citizen') RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    v_code text := pg_temp.dossier_in('COMPLETED');
BEGIN
    IF p_change IS NOT NULL THEN
        EXECUTE replace(p_change, '$', (SELECT id::text FROM dossier WHERE code = v_code));
    END IF;
    RETURN pg_temp.try(p_who, v_code, 'collect', '{}');
END $$;

SELECT is(pg_temp.collected(NULL, who), answer, format('D18: taken in the app by %s: %s', who, answer))
  FROM (VALUES ('citizen', 'RETURNED'), ('delegate', 'NOT_ALLOWED'), ('consented', 'NOT_ALLOWED'), ('partner', 'NOT_ALLOWED'), ('counter', 'NOT_ALLOWED'), ('head', 'NOT_ALLOWED'), ('officer', 'NOT_ALLOWED'),
               ('citizen2', 'NOT_FOUND'), ('elsewhere', 'NOT_FOUND'), ('nobody_citizen', 'NOT_FOUND'), ('citizen_as_officer', 'NOT_FOUND')) AS v(who, answer);
SELECT is(pg_temp.collected(change), answer, what)
  FROM (VALUES
    ('UPDATE dossier SET delivery = ''COUNTER'' WHERE id = $', 'GUARD_FAILED code', 'D18: not what is to be had at the counter'),
    ('UPDATE dossier SET delivery = ''NOT_READY'' WHERE id = $', 'GUARD_FAILED code', 'D18: nor where nobody has said how'),
    ('DELETE FROM result_file WHERE dossier = $', 'GUARD_FAILED code', 'D18: nor where there is no file'),
    ('UPDATE result_file SET taken_back = (SELECT id FROM dossier_event WHERE dossier = $ AND seq = 1) WHERE dossier = $', 'GUARD_FAILED code', 'D18: nor a file that was taken back'),
    ('UPDATE dossier SET finance = ''DUE'' WHERE id = $', 'GUARD_FAILED finance', 'D18: nor before the fee is paid'),
    ('UPDATE dossier SET finance = ''PAID'' WHERE id = $', 'RETURNED', 'D18: but once it is')) AS v(change, answer, what);
SELECT is(pg_temp.try('citizen', pg_temp.dossier_in('PROCESSING'), 'collect', '{}'), 'STALE_STATE', 'D18: nor before it is finished');

SELECT pg_temp.dossier_in('COMPLETED') AS code \gset
SELECT id FROM dossier WHERE code = :'code' \gset
SELECT is(pg_temp.try('citizen', :'code', 'collect', '{}', 7) || ' ' || pg_temp.try('citizen', :'code', 'collect', '{"delivery": "POST", "receiver": "Người khác"}', 1), 'STALE_STATE RETURNED', 'D18: of what was seen');
SELECT is((SELECT (seq, clock, delivery, delivered)::text FROM dossier WHERE id = :id), '(2,STOPPED,ELECTRONIC,t)', 'D18: it is delivered, the way that was chosen');
SELECT is((SELECT (event, from_state, to_state, actor_kind, actor_id, note, note_internal)::text FROM dossier_event WHERE dossier = :id AND seq = 2),
          ('collect', 'COMPLETED', 'RETURNED', 'CITIZEN', 1::bigint, NULL::text, (SELECT name FROM subject WHERE id = 1))::text, 'D18: the event names its receiver, whatever is claimed');
SELECT is((SELECT payload->>'template' FROM outbox o JOIN dossier_event e ON e.id = o.entity WHERE e.dossier = :id), 'dossier.handedOver', 'D18: those who follow it are told');
SELECT is(pg_temp.count_as('citizen', format('SELECT count(*) FROM result_file WHERE dossier = %s', :id)), 1::bigint, 'D18: the files stay the applicant''s');
SELECT is(pg_temp.try('head', :'code', 'reopen') || ' ' || pg_temp.try('counter', :'code', 'handOver'), 'STALE_STATE STALE_STATE', 'D18: and nothing is taken back or given again');
-- What tells who may not of a file: nothing.
SELECT pg_temp.dossier_in('COMPLETED') AS code \gset
SELECT is(pg_temp.count_as(who, format('SELECT count(dossier) FROM result_file WHERE taken_back IS NULL AND dossier = (SELECT id FROM dossier WHERE code = %L)', :'code')), sees, format('%s sees %s', who, sees))
  FROM (VALUES ('citizen', 1::bigint), ('delegate', 0), ('partner', 0), ('officer', 1), ('elsewhere', 0), ('nobody_partner', 0)) AS v(who, sees);
SELECT is(pg_temp.count_as('partner', 'SELECT count(paper) FROM result_file'), -1::bigint, 'and a partner may not ask which paper');
SELECT is_empty($$SELECT event FROM dossier_transition WHERE to_state <> from_state AND from_state <> 'DRAFT' AND event <> 'changeChannel'
                  EXCEPT SELECT event FROM adapter_service WHERE adapter = 'DVCQG'$$, 'R30: the national portal is told of each event that moves a dossier, of this one too');
SELECT lives_ok('SET CONSTRAINTS ALL IMMEDIATE', 'and all of it stands together');
\ir include/end.psql
