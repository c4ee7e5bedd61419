-- due_at and the calendar's data: DOMAIN §2.5.
\ir include/begin.psql
SELECT plan(34);

-- Day in Vietnam on which a limit of working days ends.
CREATE FUNCTION pg_temp.ends(p_start text, p_amount int, p_unit text) RETURNS timestamp LANGUAGE sql AS $$
    SELECT due_at((p_start || '+07')::timestamptz, p_amount, p_unit) AT TIME ZONE 'Asia/Ho_Chi_Minh'
$$;

SELECT is(pg_temp.ends(start || ' 09:00', amount, 'WORKING_DAY'), due + time '17:00',
          format('%s + %s working days: %s', start, amount, why))
  FROM (VALUES ('2026-11-23', 1, date '2026-11-25', 'over the Day of Culture'),
               ('2026-11-23', 3, date '2026-11-27', 'over the Day of Culture'),
               ('2026-11-20', 3, date '2026-11-26', 'over a weekend and the Day of Culture'),
               ('2026-08-21', 3, date '2026-08-25', 'with the Saturday worked for 31 August'),
               ('2026-08-28', 1, date '2026-09-03', 'over the swapped Monday and National Day'),
               ('2026-04-24', 3, date '2026-05-04', 'over the Kings'' day moved to Monday, and 30 April'),
               ('2026-02-12', 7, date '2026-03-02', 'over Tết'),
               ('2026-02-13', 15, date '2026-03-13', 'over Tết')) AS v(start, amount, due, why);

SELECT is(pg_temp.ends('2026-11-25 00:00', 1, 'WORKING_DAY'), '2026-11-26 17:00', 'before opening is that day');
SELECT is(pg_temp.ends('2026-11-25 17:00', 1, 'WORKING_DAY'), '2026-11-26 17:00', 'at closing is still that day');
SELECT is(pg_temp.ends('2026-11-25 17:01', 1, 'WORKING_DAY'), '2026-11-27 17:00', 'after closing is received the next working day');
SELECT is(pg_temp.ends('2026-11-21 10:00', 1, 'WORKING_DAY'), '2026-11-25 17:00', 'a Saturday is received on Monday');
SELECT is(pg_temp.ends('2026-08-22 10:00', 1, 'WORKING_DAY'), '2026-08-24 17:00', 'a Saturday that is worked is that Saturday');
SELECT is(due_at('2026-11-24 20:00Z', 1, 'WORKING_DAY'), '2026-11-26 10:00Z'::timestamptz, 'the day is Vietnam''s, not UTC''s');

SELECT is(pg_temp.ends('2026-11-23 14:59', 0, 'SAME_DAY'), '2026-11-23 17:00', 'same day, before the cut-off');
SELECT is(pg_temp.ends('2026-11-23 15:00', 0, 'SAME_DAY'), '2026-11-23 17:00', 'same day, at the cut-off');
SELECT is(pg_temp.ends('2026-11-23 15:01', 0, 'SAME_DAY'), '2026-11-25 17:00', 'after the cut-off: the next working day');
SELECT is(pg_temp.ends('2026-11-21 16:00', 0, 'SAME_DAY'), '2026-11-23 17:00', 'a Saturday afternoon is received on Monday morning');

SELECT is(pg_temp.ends('2026-11-02 09:00', 15, 'DAY'), '2026-11-17 17:00', 'calendar days count weekends');
SELECT is(pg_temp.ends('2026-11-06 09:00', 15, 'DAY'), '2026-11-23 17:00', 'a calendar limit that ends on a Saturday moves to Monday');
SELECT is(pg_temp.ends('2026-02-02 09:00', 15, 'DAY'), '2026-02-23 17:00', 'a calendar limit that ends in Tết moves behind it');

SELECT is(pg_temp.ends('2026-11-25 09:00', 2, 'WORKING_HOUR'), '2026-11-25 11:00', 'hours within a morning');
SELECT is(pg_temp.ends('2026-11-25 09:00', 4, 'WORKING_HOUR'), '2026-11-25 15:00', 'hours pause at noon');
SELECT is(pg_temp.ends('2026-11-25 07:00', 8, 'WORKING_HOUR'), '2026-11-25 17:00', 'eight hours are one day');
SELECT is(pg_temp.ends('2026-11-25 12:00', 1, 'WORKING_HOUR'), '2026-11-25 14:30', 'the noon break is no working time');
SELECT is(pg_temp.ends('2026-11-23 16:00', 8, 'WORKING_HOUR'), '2026-11-25 16:00', 'hours go on after a holiday');

SELECT is(due_at(NULL, 1, 'DAY'), NULL, 'no start, no due date');
SELECT is(due_at(now(), NULL, NULL), NULL, 'no limit, no due date');
SELECT throws_ok($$SELECT due_at(now(), 1, 'FORTNIGHT')$$, '22023', NULL, 'an unknown unit is refused');
SELECT throws_ok($$SELECT due_at(now(), -1, 'DAY')$$, '22023', NULL, 'a negative limit is refused');
SELECT is((SELECT count(*) FROM calendar_day c WHERE c.kind = 'MAKEUP' AND extract(isodow FROM day) < 6), 0::bigint,
          'only weekends are worked instead');
SELECT is((SELECT count(DISTINCT extract(year FROM day)) FROM calendar_day), 4::bigint, 'the calendar covers 2024 to 2027');

-- A newer version of the calendar rules as soon as it is published, and not before.
INSERT INTO working_calendar (version, name, source, published_at, same_day_until)
VALUES (99, 'test', 'test', now() + interval '1 day', '10:00');
INSERT INTO working_hours SELECT id, '08:00', '16:00' FROM working_calendar WHERE version = 99;
SELECT is(pg_temp.ends('2026-11-23 09:00', 1, 'WORKING_DAY'), '2026-11-25 17:00', 'an unpublished calendar does not rule');
UPDATE working_calendar SET published_at = now() WHERE version = 99;
SELECT is(pg_temp.ends('2026-11-23 09:00', 1, 'WORKING_DAY'), '2026-11-24 16:00', 'a published one does, with its own hours and days');
\ir include/end.psql
