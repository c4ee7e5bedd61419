-- 50,000 dossiers in the order they were submitted, about 68 a day. Each walks the machine of DOMAIN §5.2 as far as
-- 2026-11-25 17:00; nine in ten are on time, one in fifty is stuck and overdue. Nobody is reminded of them.

-- Working days with their number, and for any day the number of the first working day on or after it.
CREATE TEMP TABLE workday ON COMMIT DROP AS SELECT n, day FROM working_days('2024-11-01', 1120);
CREATE TEMP TABLE day_no ON COMMIT DROP AS
SELECT d.day, (SELECT min(n) FROM workday w WHERE w.day >= d.day) AS n
  FROM (SELECT date '2024-11-01' + i AS day FROM generate_series(0, 1000) AS i) AS d;
CREATE INDEX ON workday (n);
CREATE INDEX ON day_no (day);

CREATE TEMP TABLE menu ON COMMIT DROP AS
SELECT p.id AS procedure, p.level, p.field, row_number() OVER (ORDER BY p.id) - 1 AS no,
       row_number() OVER (PARTITION BY p.level = 'COMMUNE' ORDER BY p.id) - 1 AS level_no
  FROM procedure p;

-- Who decides what is not the commune's, before the merger and since.
CREATE TEMP TABLE city_desk ON COMMIT DROP AS
SELECT DISTINCT ON (m.procedure, a.valid_from) m.procedure, a.valid_from, a.id AS agency, 'RECEPTION' = ANY (a.kinds) AS receives
  FROM menu m JOIN agency_competence c ON c.level = m.level AND (c.field IS NULL OR c.field = m.field)
  JOIN agency a ON a.id = c.agency
 WHERE m.level <> 'COMMUNE'
 ORDER BY m.procedure, a.valid_from, c.field NULLS LAST;
CREATE TEMP TABLE old_office ON COMMIT DROP AS
SELECT row_number() OVER (ORDER BY a.code) - 1 AS no, a.id AS agency
  FROM agency a JOIN agency_competence c ON c.agency = a.id AND c.level = 'COMMUNE' WHERE a.code LIKE 'H09.%';

-- Who acts at an agency: its own officer, or the one of its commune or of the agency that followed it.
CREATE TEMP TABLE desk ON COMMIT DROP AS
SELECT a.id AS agency, o.id AS officer, o.name
  FROM agency a
  CROSS JOIN LATERAL (
    SELECT o.id, o.name FROM officer o JOIN agency b ON b.id = o.agency
     WHERE ARRAY(SELECT g.role FROM staff_grant g WHERE g.officer = o.id) @> '{INTAKE,SIGNER}'
     ORDER BY b.id = a.id DESC, b.unit_code = (SELECT unit_code FROM agency s WHERE s.id = coalesce(a.successor, a.id)) DESC,
              b.id = coalesce(a.successor, 0) DESC, o.id
     LIMIT 1) AS o;

-- Applicant, day, procedure, channel.
CREATE TEMP TABLE draw ON COMMIT DROP AS
SELECT i, fresh, day, day_no.n AS day_n, workday.day IS NOT NULL AS open_day,
       CASE WHEN fresh OR i % 1250 = 0 THEN 1
            WHEN i % 5000 = 7 THEN 2
            WHEN i % 500 = 3 THEN 5001
            WHEN pg_temp.pick(i, 20, 100) < 15 AND i % 500 <> 4 THEN 5002 + pg_temp.pick(i, 21, 499)
            ELSE 3 + pg_temp.pick(i, 22, 4998) END AS applicant,
       CASE WHEN fresh OR pg_temp.pick(i, 23, 2) = 0 THEN pg_temp.pick(i, 24, communal.count) END AS communal_no,
       pg_temp.pick(i, 25, 66) AS any_no,
       CASE WHEN workday.day IS NULL OR fresh THEN 'ONLINE'
            ELSE (ARRAY['ONLINE', 'COUNTER', 'POST', 'APPOINTMENT', 'HOME'])
                 [width_bucket(pg_temp.pick(i, 26, 100), ARRAY[0, 70, 90, 95, 98])] END AS channel
  FROM (SELECT i::bigint AS i, date '2024-11-26' + ((i - 1) * 730 / 50000) AS day, i > 49940 AND i % 5 = 0 AS fresh
          FROM generate_series(1, 50000) AS i) AS s
  JOIN day_no USING (day) LEFT JOIN workday USING (day)
  CROSS JOIN (SELECT count(*) FROM menu WHERE level = 'COMMUNE') AS communal;

-- Moment of submission, agencies, and the moments of what followed, all in Vietnam's time.
CREATE TEMP TABLE walk ON COMMIT DROP AS
SELECT row_number() OVER (ORDER BY submitted, i) AS id, s.*,
       CASE WHEN channel = 'ONLINE' OR NOT open_day
            THEN a.day + time '07:30' + make_interval(mins => pg_temp.pick(i, 30, 200)::int)
            ELSE submitted + make_interval(mins => 5 + pg_temp.pick(i, 30, 15)::int) END AS accepted
  FROM (SELECT d.i, d.fresh, d.applicant, d.channel, d.open_day, v.id AS version, v.limit_amount, v.limit_unit,
               d.day + CASE WHEN d.channel = 'ONLINE' THEN make_interval(mins => 360 + pg_temp.pick(i, 27, 600)::int)
                            WHEN pg_temp.pick(i, 28, 5) < 3 THEN make_interval(mins => 435 + pg_temp.pick(i, 27, 230)::int)
                            ELSE make_interval(mins => 815 + pg_temp.pick(i, 27, 140)::int) END AS submitted,
               CASE WHEN d.fresh THEN home.office
                    WHEN d.day < '2025-07-01' AND m.level = 'COMMUNE' THEN oo.agency
                    WHEN d.day < '2025-07-01' THEN CASE WHEN cd.receives THEN cd.agency ELSE front.id END
                    WHEN cd.receives AND pg_temp.pick(i, 29, 3) = 0 THEN cd.agency
                    WHEN pg_temp.pick(i, 29, 10) < 4 THEN home.office
                    WHEN pg_temp.pick(i, 29, 10) < 9 THEN home.centre
                    ELSE near.centre END AS received_agency,
               CASE WHEN m.level <> 'COMMUNE' THEN cd.agency
                    WHEN d.day < '2025-07-01' THEN oo.agency
                    ELSE home.office END AS competent_agency,
               d.day_n + (d.channel = 'ONLINE' AND d.open_day)::int AS accept_n
          FROM draw d
          JOIN menu m ON CASE WHEN d.communal_no IS NULL THEN m.no = d.any_no
                              ELSE m.level = 'COMMUNE' AND m.level_no = d.communal_no END
          JOIN procedure_version v ON v.procedure = m.procedure AND daterange(v.valid_from, v.valid_to) @> d.day
          JOIN (SELECT id, unit_code FROM person UNION ALL SELECT id, unit_code FROM organisation) AS p ON p.id = d.applicant
          JOIN commune home ON home.code = p.unit_code
          JOIN commune near ON near.no = (home.no + 1) % 36
          JOIN old_office oo ON oo.no = pg_temp.pick(d.applicant, 31, (SELECT count(*) FROM old_office))
          LEFT JOIN city_desk cd ON cd.procedure = m.procedure
               AND (cd.valid_from < '2025-07-01') = (d.day < '2025-07-01')
          JOIN agency front ON front.code = 'H09.1') AS s
  JOIN workday a ON a.n = s.accept_n;

ALTER TABLE walk ADD due timestamp, ADD due_n bigint, ADD assigned timestamp, ADD completed timestamp, ADD returned timestamp,
    ADD granted boolean, ADD code text;
UPDATE walk w SET
    assigned = accepted + make_interval(mins => 10 + pg_temp.pick(i, 32, 15)::int),
    granted = pg_temp.pick(i, 33, 100) < 94,
    due_n = CASE limit_unit
            WHEN 'WORKING_DAY' THEN accept_n + limit_amount
            WHEN 'DAY' THEN (SELECT n FROM day_no WHERE day = w.accepted::date + limit_amount)
            WHEN 'SAME_DAY' THEN accept_n + (accepted::time > '15:00')::int END;
UPDATE walk w SET
    due = (SELECT day + time '17:00' FROM workday WHERE n = w.due_n),
    -- From two days early, never before it was assigned, to five days late; one in fifty not at all.
    completed = (SELECT greatest(assigned + interval '5 min', day + time '14:00' + make_interval(mins => pg_temp.pick(i, 34, 170)::int))
                   FROM workday
                  WHERE n = CASE WHEN pg_temp.pick(i, 35, 50) < 44
                                 THEN greatest(accept_n, coalesce(due_n, accept_n + 10) - pg_temp.pick(i, 36, 3))
                                 WHEN pg_temp.pick(i, 35, 50) < 49
                                 THEN coalesce(due_n, accept_n + 10) + 1 + pg_temp.pick(i, 36, 5) END);
-- An electronic result reaches its owner at once, others are fetched within days; three in a hundred never.
UPDATE walk w SET
    returned = CASE WHEN pg_temp.pick(i, 37, 100) < 3 THEN NULL
                    WHEN channel = 'ONLINE' THEN completed + interval '10 min'
                    ELSE (SELECT day + time '08:00' + make_interval(mins => pg_temp.pick(i, 38, 180)::int) FROM workday
                           WHERE n = (SELECT n FROM day_no WHERE day = w.completed::date) + 1 + pg_temp.pick(i, 39, 4)) END,
    code = c.code
  FROM (SELECT w.id, a.code || to_char(submitted, '-YYMMDD-')
               || lpad((row_number() OVER (PARTITION BY received_agency, submitted::date ORDER BY w.id))::text, 4, '0') AS code
          FROM walk w JOIN agency a ON a.id = w.received_agency) AS c
 WHERE c.id = w.id;
-- What has not happened yet; one in three of the last day's acceptances still waits for its assignment.
UPDATE walk SET accepted = CASE WHEN NOT fresh AND accepted <= '2026-11-25 17:00' THEN accepted END,
                assigned = CASE WHEN NOT waits AND assigned <= '2026-11-25 17:00' THEN assigned END,
                completed = CASE WHEN NOT waits AND completed <= '2026-11-25 17:00' THEN completed END,
                returned = CASE WHEN NOT waits AND returned <= '2026-11-25 17:00' THEN returned END
  FROM (SELECT id, fresh OR accepted >= '2026-11-25' AND pg_temp.pick(i, 42, 3) = 0 AS waits FROM walk) AS w
 WHERE w.id = walk.id
   AND (waits OR greatest(accepted, assigned, completed, returned) > '2026-11-25 17:00');

SET LOCAL TIME ZONE 'Asia/Ho_Chi_Minh';
INSERT INTO dossier (id, public_id, code, procedure_version, applicant, submitter, channel, received_agency, competent_agency,
                     processor, state, clock, finance, delivery, delivered, digitised, outcome, e_result,
                     submitted_at, received_at, due_at, finished_at, seq, remind_for)
OVERRIDING SYSTEM VALUE
SELECT w.id, pg_temp.sample_uuid(submitted, 'dossier ' || w.id), code, version, applicant,
       CASE WHEN i % 500 = 4 THEN 5001 WHEN applicant > 5001 THEN s.person ELSE applicant END,
       channel, received_agency, competent_agency, CASE WHEN assigned IS NOT NULL THEN d.officer END,
       CASE WHEN returned IS NOT NULL THEN 'RETURNED' WHEN completed IS NOT NULL THEN 'COMPLETED'
            WHEN assigned IS NOT NULL THEN 'PROCESSING' WHEN accepted IS NOT NULL THEN 'ACCEPTED' ELSE 'SUBMITTED' END,
       CASE WHEN completed IS NOT NULL THEN 'STOPPED' WHEN accepted IS NOT NULL THEN 'RUNNING' ELSE 'NOT_STARTED' END,
       CASE WHEN accepted IS NULL OR f.procedure_version IS NULL THEN 'NONE' ELSE 'PAID' END,
       CASE WHEN completed IS NULL THEN 'NOT_READY' WHEN channel = 'ONLINE' THEN 'ELECTRONIC' WHEN channel = 'POST' THEN 'POST'
            ELSE 'COUNTER' END,
       returned IS NOT NULL, accepted IS NOT NULL AND pg_temp.pick(i, 40, 10) < 9,
       CASE WHEN completed IS NOT NULL THEN CASE WHEN granted THEN 'GRANTED' ELSE 'REFUSED' END END,
       CASE WHEN completed IS NOT NULL AND granted THEN 'KQ-' || code END,
       submitted, accepted, CASE WHEN accepted IS NOT NULL THEN due END, completed,
       2 + num_nonnulls(accepted, assigned, completed, returned), CASE WHEN accepted IS NOT NULL THEN due END
  FROM walk w
  JOIN desk d ON d.agency = w.competent_agency
  LEFT JOIN (SELECT organisation, min(person) AS person FROM seat GROUP BY organisation) AS s ON s.organisation = w.applicant
  LEFT JOIN (SELECT DISTINCT procedure_version FROM fee_rule WHERE amount_dong > 0) AS f ON f.procedure_version = w.version
 ORDER BY w.id;

INSERT INTO dossier_event (id, dossier, seq, at, event, from_state, to_state, actor_kind, actor_id, actor_name, note,
                           note_internal, applicant, submitter, received_agency, competent_agency, feed_no)
SELECT pg_temp.sample_uuid(e.at, 'event ' || d.id || ' ' || e.seq), d.id, e.seq, e.at, t.event, t.from_state, t.to_state,
       CASE WHEN e.seq > 2 THEN 'OFFICER' WHEN d.submitter = 5001 THEN 'PARTNER' ELSE 'CITIZEN' END,
       CASE WHEN e.seq <= 2 THEN d.submitter WHEN e.seq IN (4, 5) THEN c.officer ELSE r.officer END,
       CASE WHEN e.seq <= 2 THEN s.name WHEN e.seq IN (4, 5) THEN c.name ELSE r.name END,
       CASE WHEN e.seq = 5 AND d.outcome = 'REFUSED' THEN 'Hồ sơ không đủ điều kiện giải quyết.' END,
       CASE WHEN e.seq = 3 AND NOT d.digitised THEN 'Máy quét hỏng, số hóa sau.' WHEN e.seq = 6 THEN n.name END,
       d.applicant, d.submitter, d.received_agency, d.competent_agency, row_number() OVER (ORDER BY e.at, d.id, e.seq)
  FROM dossier d
  JOIN walk w ON w.id = d.id
  CROSS JOIN LATERAL (VALUES (1, d.submitted_at, 'D1'), (2, d.submitted_at, 'D2'), (3, d.received_at, 'D3'),
                             (4, w.assigned::timestamptz, 'D7'), (5, d.finished_at, 'D17'),
                             (6, w.returned::timestamptz, 'D18')) AS e(seq, at, transition)
  JOIN dossier_transition t ON t.id = e.transition
  JOIN subject s ON s.id = d.submitter
  JOIN subject n ON n.id = d.applicant
  JOIN desk r ON r.agency = d.received_agency
  JOIN desk c ON c.agency = d.competent_agency
 WHERE e.seq <= d.seq
 ORDER BY e.at, d.id, e.seq;

UPDATE feed SET last = (SELECT max(feed_no) FROM dossier_event);
INSERT INTO dossier_sequence (agency, day, last)
SELECT received_agency, submitted_at::date, count(*) FROM dossier GROUP BY 1, 2;

-- "My son may fetch the result": some in force, some taken back, some run out.
INSERT INTO dossier_grant (dossier, grantee, applicant, granted_by, kind, purpose, until, revoked_at)
SELECT id, grantee, applicant, applicant, 'DELEGATION', 'Nhận kết quả thay',
       CASE WHEN id % 3 = 0 THEN submitted_at + interval '60 days' ELSE '2027-06-30 17:00' END,
       CASE WHEN id % 7 = 0 THEN submitted_at + interval '5 days' END
  FROM (SELECT *, 100 + pg_temp.pick(id, 41, 4900) AS grantee FROM dossier
         WHERE id % 167 = 0 AND applicant BETWEEN 3 AND 5000) AS d
 WHERE grantee <> applicant;

SELECT setval(pg_get_serial_sequence('dossier', 'id'), 50000) \g /dev/null

-- The figures of its agencies, as 53_on_time.sql keeps them.
UPDATE dossier d SET counted_on_time = coalesce(d.finished_at <= d.due_at, true) WHERE d.outcome IS NOT NULL AND d.access_class = 'OPEN';
INSERT INTO agency_month (agency, month, finished, on_time)
SELECT competent_agency, date_trunc('month', finished_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date, count(*), count(*) FILTER (WHERE counted_on_time)
  FROM dossier WHERE counted_on_time IS NOT NULL GROUP BY 1, 2;
