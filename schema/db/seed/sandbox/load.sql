-- The sandbox province from the CSV files beside this one. Run by schema/db/load.sh sandbox, from schema/db, as
-- motcua_owner inside one transaction, in every installation: partners try the service there. Repeatable, as the
-- reference data are: what others point at keeps its ids, the rest is replaced.
-- Unit codes 00 and 00000 and agency codes H00.* are nobody's; procedures of the national catalogue do not begin with 9.

CREATE TEMP TABLE new_unit (
    code text, valid_from date, valid_to date, level text, kind text, name text, parent_code text, parent_valid_from date
) ON COMMIT DROP;
\copy new_unit FROM 'seed/sandbox/units.csv' WITH (FORMAT csv, HEADER match)
INSERT INTO unit AS t (code, valid_from, valid_to, level, kind, name, parent_code, parent_valid_from, sandbox)
SELECT n.*, true FROM new_unit n ORDER BY level = 'COMMUNE'
    ON CONFLICT (code, valid_from) DO UPDATE
   SET name = excluded.name, parent_code = excluded.parent_code, parent_valid_from = excluded.parent_valid_from, sandbox = true
 WHERE (t.name, t.parent_code, t.parent_valid_from, t.sandbox)
       IS DISTINCT FROM (excluded.name, excluded.parent_code, excluded.parent_valid_from, true);

CREATE TEMP TABLE new_agency (code text, name text, unit_code text, kinds text[]) ON COMMIT DROP;
\copy new_agency FROM 'seed/sandbox/agencies.csv' WITH (FORMAT csv, HEADER match)
INSERT INTO agency AS t (code, name, unit_code, unit_valid_from, kinds, valid_from, sandbox)
SELECT n.code, n.name, u.code, u.valid_from, n.kinds, u.valid_from, true
  FROM new_agency n JOIN new_unit u ON u.code = n.unit_code
    ON CONFLICT (code) DO UPDATE SET name = excluded.name, kinds = excluded.kinds
 WHERE (t.name, t.kinds) IS DISTINCT FROM (excluded.name, excluded.kinds);

-- Nowhere: in the sea.
INSERT INTO service_point AS t (agency, name, latitude, longitude, sample)
SELECT a.id, a.name, 8.5, 110.5, true FROM agency a WHERE a.sandbox AND 'RECEPTION' = ANY (a.kinds)
    ON CONFLICT (agency, name) DO NOTHING;

CREATE TEMP TABLE new_competence (agency text, level text) ON COMMIT DROP;
\copy new_competence FROM 'seed/sandbox/agency_competences.csv' WITH (FORMAT csv, HEADER match)
DELETE FROM agency_competence WHERE agency IN (SELECT id FROM agency WHERE sandbox);
INSERT INTO agency_competence (agency, level)
SELECT a.id, n.level FROM new_competence n JOIN agency a ON a.code = n.agency;

CREATE TEMP TABLE new_procedure (code text, level text, name text) ON COMMIT DROP;
\copy new_procedure FROM 'seed/sandbox/procedures.csv' WITH (FORMAT csv, HEADER match)
INSERT INTO procedure AS t (code, field, level, sandbox) SELECT code, 'sandbox', level, true FROM new_procedure
    ON CONFLICT (code) DO UPDATE SET level = excluded.level WHERE t.level <> excluded.level;
INSERT INTO procedure_version AS t (procedure, no, valid_from, decision, name, limit_amount, limit_unit, online_level,
                                    home_eligible, boundary_free)
SELECT p.id, 1, '2026-01-01', 'Thử nghiệm', n.name, 5, 'WORKING_DAY', 'FULL', true, true
  FROM new_procedure n JOIN procedure p ON p.code = n.code ORDER BY n.code
    ON CONFLICT (procedure, no) DO UPDATE SET name = excluded.name WHERE t.name <> excluded.name;
INSERT INTO procedure_case (procedure_version, code, position, name_vi, name_en)
SELECT v.id, 'GENERAL', 1, 'Trường hợp chung', 'General case'
  FROM new_procedure n JOIN procedure p ON p.code = n.code JOIN procedure_version v ON v.procedure = p.id
    ON CONFLICT (procedure_version, code) DO NOTHING;
SELECT catalogue_note(NULL) \g /dev/null

-- Far above all others, for the sample numbers its own.
INSERT INTO officer (id, public_id, agency, name) OVERRIDING SYSTEM VALUE
SELECT 1000000000 + row_number() OVER (ORDER BY a.code), md5('sandbox officer ' || a.code)::uuid, a.id, 'Cán bộ Thử Nghiệm'
  FROM agency a WHERE a.sandbox
    ON CONFLICT (id) DO NOTHING;
INSERT INTO staff_grant (officer, agency, role)
SELECT o.id, o.agency, r.id
  FROM officer o JOIN agency a ON a.id = o.agency AND a.sandbox
  JOIN staff_role r ON r.id IN ('INTAKE', 'DISPATCHER', 'PROCESSOR', 'SIGNER', 'HEAD', 'COUNTER')
 WHERE NOT EXISTS (SELECT FROM staff_grant g WHERE (g.officer, g.agency, g.role) = (o.id, o.agency, r.id) AND g.held @> now());

CREATE TEMP TABLE new_face (LIKE sandbox_face) ON COMMIT DROP;
\copy new_face FROM 'seed/sandbox/faces.csv' WITH (FORMAT csv, HEADER match)
INSERT INTO sandbox_face SELECT * FROM new_face
    ON CONFLICT (code) DO UPDATE
   SET position = excluded.position, name = excluded.name, born_on = excluded.born_on, locale = excluded.locale,
       seat = excluded.seat, about_vi = excluded.about_vi, about_en = excluded.about_en;

DELETE FROM sandbox_path;
CREATE TEMP TABLE new_event (LIKE sandbox_event) ON COMMIT DROP;
\copy new_event FROM 'seed/sandbox/events.csv' WITH (FORMAT csv, HEADER match)
DELETE FROM sandbox_event;
INSERT INTO sandbox_event SELECT * FROM new_event;

CREATE TEMP TABLE new_path (procedure text, no int, event text, args jsonb) ON COMMIT DROP;
\copy new_path FROM 'seed/sandbox/paths.csv' WITH (FORMAT csv, HEADER match)
INSERT INTO sandbox_path SELECT p.id, n.no, n.event, n.args FROM new_path n JOIN procedure p ON p.code = n.procedure;

CREATE TEMP TABLE new_refusal (procedure text, failure text, problems jsonb, retry_after_seconds int) ON COMMIT DROP;
\copy new_refusal FROM 'seed/sandbox/refusals.csv' WITH (FORMAT csv, HEADER match)
DELETE FROM sandbox_refusal;
INSERT INTO sandbox_refusal
SELECT p.id, n.failure, n.problems, n.retry_after_seconds FROM new_refusal n JOIN procedure p ON p.code = n.procedure;
