-- The dossier's machine by chance (DOMAIN §5.2, invariants): a thousand random sequences break no promise, and mistakes in
-- its functions do. tests/db/long has a hundred thousand.
\ir include/begin.psql
\ir include/machine.psql
\ir include/walk.psql
SELECT plan(9);

SELECT is(pg_temp.walks(1, 1000), NULL, 'R20: whatever is sent, the machine keeps its promises');
SELECT is_empty('SELECT edge FROM taken WHERE times = 0', 'and every edge was taken');

-- The first broken promise once a function says something else.
CREATE FUNCTION pg_temp.found_when(p_function text, p_right text, p_wrong text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    v_text  text := (SELECT pg_get_functiondef(oid) FROM pg_proc WHERE proname = p_function AND pronamespace = 'motcua'::regnamespace);
    v_found text;
BEGIN
    IF position(p_right IN v_text) = 0 THEN
        RETURN p_function || ' no longer says so';
    END IF;
    EXECUTE replace(v_text, p_right, p_wrong);
    v_found := pg_temp.walks(1, 1000);
    EXECUTE v_text;
    RETURN regexp_replace(v_found, '^sequence \d+: (.*?):.*', '\1');
END $$;
SELECT matches(pg_temp.found_when('dossier_event_apply', $$(v_known->>'missing')::int > 0$$, 'false'), '^(what was answered lacks nothing|a fee is due while the dossier waits for it|an event and its outbox row come together)$',
               'it would be found that a supplement need not be complete, nor a fee be paid, nor all tasks be answered');
SELECT matches(pg_temp.found_when('dossier_event_apply', $$RETURN QUERY SELECT v_failure$$, $$UPDATE dossier d SET channel = d.channel WHERE d.id = p_dossier.id; RETURN QUERY SELECT v_failure$$),
               'has changed something', 'that a refused event writes');
SELECT is(pg_temp.found_when('dossier_clock', $$IF p_dossier.clock = 'PAUSED' THEN$$, $$IF p_dossier.clock = 'LATER' THEN$$), 'a pause is open while the clock rests', 'that the end leaves a pause open');
SELECT is(pg_temp.found_when('pause_begin', 'p_reason, p_at', $$p_reason, p_at + interval '1 microsecond'$$), 'the intervals add up to what has elapsed', 'that a clock rests later than it says');
SELECT is(pg_temp.found_when('is_of_agency', $$p_actor.kind <> 'OFFICER' OR$$, $$true OR$$), 'somebody has done what the table does not allow', 'that any agency may act');
SELECT is(pg_temp.found_when('dossier_event_apply', $$WHEN v_edge.remembers THEN v_edge.from_state$$, $$WHEN v_edge.remembers THEN 'PROCESSING'$$), 'where it was asked', 'that a withdrawal forgets where it was asked');
SELECT is(pg_temp.found_when('dossier_event_tell', $$p_edge.template IS NOT NULL$$, $$p_edge.class = 'B'$$), 'an event and its outbox row come together', 'that somebody is not told');
\ir include/end.psql
