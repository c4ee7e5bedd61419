-- Reference data from the CSV files beside this one. Run by schema/db/load.sh reference, from schema/db, as
-- motcua_owner inside one transaction; repeatable: rows that others point at are matched by their natural keys and
-- keep their ids, the rest is replaced.
-- Sources: units and crosswalk from thanglequoc/vietnamese-provinces-database (units before: the list in force from
-- 2024-05-01 to the merger); agency codes H29.* and H09.* are this project's assumption (DOMAIN §5.7-5); procedures
-- are to be checked against the national catalogue before a citizen relies on them (DOMAIN §2.10); how long what is kept is
-- an open question (DOMAIN §5.7-8), so the rules are cautious: they keep long and say that they want confirming.

CREATE TEMP TABLE new_unit (
    code text, valid_from date, valid_to date, level text, kind text, name text, parent_code text, parent_valid_from date
) ON COMMIT DROP;
\copy new_unit FROM 'seed/reference/units.csv' WITH (FORMAT csv, HEADER match)
INSERT INTO unit AS t (code, valid_from, valid_to, level, kind, name, parent_code, parent_valid_from)
SELECT * FROM new_unit ORDER BY level = 'COMMUNE', level = 'DISTRICT'
    ON CONFLICT (code, valid_from) DO UPDATE
   SET valid_to = excluded.valid_to, level = excluded.level, kind = excluded.kind, name = excluded.name,
       parent_code = excluded.parent_code, parent_valid_from = excluded.parent_valid_from
 WHERE (t.valid_to, t.level, t.kind, t.name, t.parent_code, t.parent_valid_from)
       IS DISTINCT FROM (excluded.valid_to, excluded.level, excluded.kind, excluded.name, excluded.parent_code, excluded.parent_valid_from);

CREATE TEMP TABLE new_successor (LIKE unit_successor) ON COMMIT DROP;
\copy new_successor FROM 'seed/reference/unit_successors.csv' WITH (FORMAT csv, HEADER match)
DELETE FROM unit_successor t WHERE NOT EXISTS (SELECT FROM new_successor n WHERE n = t);
INSERT INTO unit_successor SELECT * FROM new_successor ON CONFLICT DO NOTHING;

CREATE TEMP TABLE new_agency (
    code text, name text, unit_code text, unit_valid_from date, kinds text[], valid_from date, valid_to date,
    successor text
) ON COMMIT DROP;
\copy new_agency FROM 'seed/reference/agencies.csv' WITH (FORMAT csv, HEADER match)
INSERT INTO agency AS t (code, name, unit_code, unit_valid_from, kinds, valid_from, valid_to)
SELECT code, name, unit_code, unit_valid_from, kinds, valid_from, valid_to FROM new_agency
    ON CONFLICT (code) DO UPDATE
   SET name = excluded.name, unit_code = excluded.unit_code, unit_valid_from = excluded.unit_valid_from,
       kinds = excluded.kinds, valid_from = excluded.valid_from, valid_to = excluded.valid_to
 WHERE (t.name, t.unit_code, t.unit_valid_from, t.kinds, t.valid_from, t.valid_to)
       IS DISTINCT FROM (excluded.name, excluded.unit_code, excluded.unit_valid_from, excluded.kinds,
                         excluded.valid_from, excluded.valid_to);
UPDATE agency t SET successor = s.id
  FROM new_agency n LEFT JOIN agency s ON s.code = n.successor
 WHERE n.code = t.code AND t.successor IS DISTINCT FROM s.id;

CREATE TEMP TABLE new_competence (agency text, level text, field text) ON COMMIT DROP;
\copy new_competence FROM 'seed/reference/agency_competences.csv' WITH (FORMAT csv, HEADER match)
DELETE FROM agency_competence WHERE agency IN (SELECT id FROM agency WHERE NOT sandbox);
INSERT INTO agency_competence
SELECT a.id, n.level, n.field FROM new_competence n JOIN agency a ON a.code = n.agency;

-- Of no point the place has been surveyed: approximate sample data, good enough to try distances with, marked as such.
CREATE TEMP TABLE new_point (agency text, name text, latitude numeric, longitude numeric, sample boolean) ON COMMIT DROP;
\copy new_point FROM 'seed/reference/service_points.csv' WITH (FORMAT csv, HEADER match)
DELETE FROM service_point s USING agency a
 WHERE a.id = s.agency AND NOT a.sandbox AND (a.code, s.name) NOT IN (SELECT agency, name FROM new_point);
INSERT INTO service_point AS t (agency, name, latitude, longitude, sample)
SELECT a.id, n.name, n.latitude, n.longitude, n.sample FROM new_point n JOIN agency a ON a.code = n.agency ORDER BY a.id
    ON CONFLICT (agency, name) DO UPDATE
   SET latitude = excluded.latitude, longitude = excluded.longitude, sample = excluded.sample;
CREATE TEMP TABLE new_opening (agency text, name text, weekdays int[], opens time, closes time) ON COMMIT DROP;
\copy new_opening FROM 'seed/reference/service_point_hours.csv' WITH (FORMAT csv, HEADER match)
DELETE FROM service_point_hours h USING service_point s JOIN agency a ON a.id = s.agency WHERE s.id = h.point AND NOT a.sandbox;
INSERT INTO service_point_hours (point, weekday, opens, closes)
SELECT s.id, w.weekday, n.opens, n.closes
  FROM new_opening n JOIN agency a ON a.code = n.agency JOIN service_point s ON (s.agency, s.name) = (a.id, n.name)
 CROSS JOIN LATERAL unnest(n.weekdays) AS w(weekday);

CREATE TEMP TABLE new_procedure (code text, field text, level text, replaced_by text) ON COMMIT DROP;
\copy new_procedure FROM 'seed/reference/procedures.csv' WITH (FORMAT csv, HEADER match)
INSERT INTO procedure AS t (code, field, level) SELECT code, field, level FROM new_procedure
    ON CONFLICT (code) DO UPDATE SET field = excluded.field, level = excluded.level
 WHERE (t.field, t.level) IS DISTINCT FROM (excluded.field, excluded.level);
UPDATE procedure t SET replaced_by = s.id
  FROM new_procedure n LEFT JOIN procedure s ON s.code = n.replaced_by
 WHERE n.code = t.code AND t.replaced_by IS DISTINCT FROM s.id;

-- A procedure that an officer or the national catalogue has published is theirs: no seed touches its versions any more.
CREATE TEMP TABLE seeded ON COMMIT DROP AS
SELECT p.id, p.code FROM procedure p JOIN new_procedure n ON n.code = p.code
 WHERE NOT EXISTS (SELECT FROM procedure_version v WHERE v.procedure = p.id AND v.source <> 'SEED');

CREATE TEMP TABLE new_version (
    procedure text, no int, valid_from date, valid_to date, decision text, name text, limit_amount int,
    limit_unit text, limit_text text, fee_text text, online_level text, home_eligible boolean, boundary_free boolean,
    confidence text
) ON COMMIT DROP;
\copy new_version FROM 'seed/reference/procedure_versions.csv' WITH (FORMAT csv, HEADER match)
INSERT INTO procedure_version AS t (procedure, no, valid_from, valid_to, decision, name, limit_amount, limit_unit,
                                    limit_text, fee_text, online_level, home_eligible, boundary_free, confidence)
SELECT p.id, n.no, n.valid_from, n.valid_to, n.decision, n.name, n.limit_amount, n.limit_unit, n.limit_text,
       n.fee_text, n.online_level, n.home_eligible, n.boundary_free, n.confidence
  FROM new_version n JOIN seeded p ON p.code = n.procedure ORDER BY p.id, n.no
    ON CONFLICT (procedure, no) DO UPDATE
   SET valid_from = excluded.valid_from, valid_to = excluded.valid_to, decision = excluded.decision,
       name = excluded.name, limit_amount = excluded.limit_amount, limit_unit = excluded.limit_unit,
       limit_text = excluded.limit_text, fee_text = excluded.fee_text, online_level = excluded.online_level,
       home_eligible = excluded.home_eligible, boundary_free = excluded.boundary_free, confidence = excluded.confidence;
CREATE TEMP TABLE seeded_version ON COMMIT DROP AS
SELECT v.id, s.code AS procedure, v.no FROM seeded s JOIN procedure_version v ON v.procedure = s.id;

CREATE TEMP TABLE new_case (
    procedure text, no int, code text, position int, name_vi text, name_en text, limit_amount int, limit_unit text,
    confidence text
) ON COMMIT DROP;
\copy new_case FROM 'seed/reference/procedure_cases.csv' WITH (FORMAT csv, HEADER match)
DELETE FROM procedure_part WHERE procedure_version IN (SELECT id FROM seeded_version) AND procedure_case IN (
    SELECT c.id FROM procedure_case c JOIN seeded_version v ON v.id = c.procedure_version
     WHERE (v.procedure, v.no, c.code) NOT IN (SELECT procedure, no, code FROM new_case));
DELETE FROM fee_rule WHERE procedure_version IN (SELECT id FROM seeded_version) AND procedure_case IN (
    SELECT c.id FROM procedure_case c JOIN seeded_version v ON v.id = c.procedure_version
     WHERE (v.procedure, v.no, c.code) NOT IN (SELECT procedure, no, code FROM new_case));
DELETE FROM procedure_case c USING seeded_version v
 WHERE v.id = c.procedure_version AND (v.procedure, v.no, c.code) NOT IN (SELECT procedure, no, code FROM new_case);
INSERT INTO procedure_case (procedure_version, code, position, name_vi, name_en, limit_amount, limit_unit, confidence)
SELECT v.id, n.code, n.position, n.name_vi, n.name_en, n.limit_amount, n.limit_unit, n.confidence
  FROM new_case n JOIN seeded_version v USING (procedure, no) ORDER BY v.id, n.position
    ON CONFLICT (procedure_version, code) DO UPDATE
   SET position = excluded.position, name_vi = excluded.name_vi, name_en = excluded.name_en,
       limit_amount = excluded.limit_amount, limit_unit = excluded.limit_unit, confidence = excluded.confidence;

CREATE TEMP TABLE new_part (
    procedure text, no int, "case" text, code text, position int, name_vi text, name_en text, originals int, copies int,
    required boolean, database_vi text, database_en text, reason_vi text, reason_en text, confidence text
) ON COMMIT DROP;
\copy new_part FROM 'seed/reference/procedure_parts.csv' WITH (FORMAT csv, HEADER match)
CREATE TEMP TABLE part_row ON COMMIT DROP AS
SELECT v.id AS version, c.id AS of_case, n.* FROM new_part n JOIN seeded_version v USING (procedure, no)
  LEFT JOIN procedure_case c ON c.procedure_version = v.id AND c.code = n."case";
DELETE FROM procedure_part p WHERE p.procedure_version IN (SELECT id FROM seeded_version)
   AND NOT EXISTS (SELECT FROM part_row r WHERE r.version = p.procedure_version AND r.code = p.code AND r.of_case IS NOT DISTINCT FROM p.procedure_case);
INSERT INTO procedure_part (procedure_version, procedure_case, code, position, name_vi, name_en, originals, copies, required,
                            database_vi, database_en, reason_vi, reason_en, confidence)
SELECT version, of_case, code, position, name_vi, name_en, originals, copies, required, database_vi, database_en,
       reason_vi, reason_en, confidence
  FROM part_row ORDER BY version, position
    ON CONFLICT (procedure_version, procedure_case, code) DO UPDATE
   SET position = excluded.position, name_vi = excluded.name_vi, name_en = excluded.name_en, originals = excluded.originals,
       copies = excluded.copies, required = excluded.required, database_vi = excluded.database_vi,
       database_en = excluded.database_en, reason_vi = excluded.reason_vi, reason_en = excluded.reason_en,
       confidence = excluded.confidence;

CREATE TEMP TABLE new_part_kind (part text, procedure text, kind text, confidence text) ON COMMIT DROP;
\copy new_part_kind FROM 'seed/reference/part_paper_kinds.csv' WITH (FORMAT csv, HEADER match)
DELETE FROM part_paper_kind;
INSERT INTO part_paper_kind (procedure, part, kind, confidence)
SELECT p.id, n.part, n.kind, n.confidence FROM new_part_kind n LEFT JOIN procedure p ON p.code = n.procedure
 WHERE n.procedure IS NULL OR p.id IS NOT NULL;

CREATE TEMP TABLE new_form_part (LIKE form_part) ON COMMIT DROP;
\copy new_form_part FROM 'seed/reference/form_parts.csv' WITH (FORMAT csv, HEADER match)
DELETE FROM form_part t WHERE NOT EXISTS (SELECT FROM new_form_part n WHERE n = t);
INSERT INTO form_part SELECT * FROM new_form_part ON CONFLICT DO NOTHING;

CREATE TEMP TABLE new_fee (
    procedure text, no int, "case" text, channel text, agency text, unit_code text, unit_valid_from date, kind text,
    amount_dong bigint, valid_from date, valid_to date, decision text, confidence text, collected text
) ON COMMIT DROP;
\copy new_fee FROM 'seed/reference/fee_rules.csv' WITH (FORMAT csv, HEADER match)
CREATE TEMP TABLE fee_row ON COMMIT DROP AS
SELECT v.id AS version, c.id AS of_case, a.id AS of_agency, n.* FROM new_fee n JOIN seeded_version v USING (procedure, no)
  LEFT JOIN procedure_case c ON c.procedure_version = v.id AND c.code = n."case"
  LEFT JOIN agency a ON a.code = n.agency;
DELETE FROM fee_rule f WHERE f.procedure_version IN (SELECT id FROM seeded_version)
   AND NOT EXISTS (SELECT FROM fee_row r
        WHERE (r.version, r.of_case, r.channel, r.of_agency, r.unit_code, r.unit_valid_from, r.kind, r.valid_from)
              IS NOT DISTINCT FROM (f.procedure_version, f.procedure_case, f.channel, f.agency, f.unit_code, f.unit_valid_from, f.kind, f.valid_from));
UPDATE fee_rule f SET amount_dong = r.amount_dong, valid_to = r.valid_to, decision = r.decision, confidence = r.confidence, collected = r.collected
  FROM fee_row r
 WHERE (r.version, r.of_case, r.channel, r.of_agency, r.unit_code, r.unit_valid_from, r.kind, r.valid_from)
       IS NOT DISTINCT FROM (f.procedure_version, f.procedure_case, f.channel, f.agency, f.unit_code, f.unit_valid_from, f.kind, f.valid_from)
   AND (f.amount_dong, f.valid_to, f.decision, f.confidence, f.collected) IS DISTINCT FROM (r.amount_dong, r.valid_to, r.decision, r.confidence, r.collected);
INSERT INTO fee_rule (procedure_version, procedure_case, channel, agency, unit_code, unit_valid_from, kind, amount_dong,
                      valid_from, valid_to, decision, confidence, collected)
SELECT version, of_case, channel, of_agency, unit_code, unit_valid_from, kind, amount_dong, valid_from, valid_to, decision, confidence, collected
  FROM fee_row r
 WHERE NOT EXISTS (SELECT FROM fee_rule f
        WHERE (r.version, r.of_case, r.channel, r.of_agency, r.unit_code, r.unit_valid_from, r.kind, r.valid_from)
              IS NOT DISTINCT FROM (f.procedure_version, f.procedure_case, f.channel, f.agency, f.unit_code, f.unit_valid_from, f.kind, f.valid_from))
 ORDER BY version, of_case, channel;

CREATE TEMP TABLE new_guidance (procedure text, no int, valid_from date, text_vi text, text_en text, confidence text) ON COMMIT DROP;
\copy new_guidance FROM 'seed/reference/procedure_guidance.csv' WITH (FORMAT csv, HEADER match)
INSERT INTO procedure_guidance (procedure, no, valid_from, text_vi, text_en, confidence)
SELECT s.id, n.no, n.valid_from, n.text_vi, n.text_en, n.confidence FROM new_guidance n JOIN seeded s ON s.code = n.procedure
    ON CONFLICT (procedure, no) DO UPDATE
   SET valid_from = excluded.valid_from, text_vi = excluded.text_vi, text_en = excluded.text_en, confidence = excluded.confidence;

CREATE TEMP TABLE new_authority (agency text, level text, field text) ON COMMIT DROP;
\copy new_authority FROM 'seed/reference/procedure_authorities.csv' WITH (FORMAT csv, HEADER match)
DELETE FROM procedure_authority;
INSERT INTO procedure_authority
SELECT a.id, n.level, n.field FROM new_authority n JOIN agency a ON a.code = n.agency;

CREATE TEMP TABLE new_calendar (
    version int, name text, source text, published_at timestamptz, same_day_until time
) ON COMMIT DROP;
\copy new_calendar FROM 'seed/reference/working_calendars.csv' WITH (FORMAT csv, HEADER match)
INSERT INTO working_calendar (version, name, source, published_at, same_day_until) SELECT * FROM new_calendar
    ON CONFLICT (version) DO UPDATE
   SET name = excluded.name, source = excluded.source, published_at = excluded.published_at,
       same_day_until = excluded.same_day_until;

CREATE TEMP TABLE new_hours (version int, opens time, closes time) ON COMMIT DROP;
\copy new_hours FROM 'seed/reference/working_hours.csv' WITH (FORMAT csv, HEADER match)
DELETE FROM working_hours;
INSERT INTO working_hours
SELECT c.id, n.opens, n.closes FROM new_hours n JOIN working_calendar c ON c.version = n.version;

CREATE TEMP TABLE new_day (version int, day date, kind text, name text, provisional boolean) ON COMMIT DROP;
\copy new_day FROM 'seed/reference/calendar_days.csv' WITH (FORMAT csv, HEADER match)
DELETE FROM calendar_day;
INSERT INTO calendar_day
SELECT c.id, n.day, n.kind, n.name, n.provisional FROM new_day n JOIN working_calendar c ON c.version = n.version;

CREATE TEMP TABLE new_state (LIKE dossier_state) ON COMMIT DROP;
\copy new_state FROM 'seed/reference/dossier_states.csv' WITH (FORMAT csv, HEADER match)
INSERT INTO dossier_state SELECT * FROM new_state
    ON CONFLICT (id) DO UPDATE
   SET position = excluded.position, name_vi = excluded.name_vi, name_en = excluded.name_en,
       national_code = excluded.national_code, display_group = excluded.display_group, terminal = excluded.terminal;

CREATE TEMP TABLE new_guard (LIKE dossier_guard) ON COMMIT DROP;
\copy new_guard FROM 'seed/reference/dossier_guards.csv' WITH (FORMAT csv, HEADER match)
DELETE FROM dossier_guard;
INSERT INTO dossier_guard SELECT * FROM new_guard;

CREATE TEMP TABLE new_transition (LIKE dossier_transition) ON COMMIT DROP;
\copy new_transition FROM 'seed/reference/dossier_transitions.csv' WITH (FORMAT csv, HEADER match)
DELETE FROM dossier_transition;
INSERT INTO dossier_transition SELECT * FROM new_transition;

CREATE TEMP TABLE new_client_release (LIKE client_release) ON COMMIT DROP;
\copy new_client_release FROM 'seed/reference/client_releases.csv' WITH (FORMAT csv, HEADER match)
DELETE FROM client_release t WHERE NOT EXISTS (SELECT FROM new_client_release n WHERE n = t);
INSERT INTO client_release SELECT * FROM new_client_release ON CONFLICT DO NOTHING;

CREATE TEMP TABLE new_staff_role (LIKE staff_role) ON COMMIT DROP;
\copy new_staff_role FROM 'seed/reference/staff_roles.csv' WITH (FORMAT csv, HEADER match)
UPDATE staff_role SET position = -position;
INSERT INTO staff_role SELECT * FROM new_staff_role
    ON CONFLICT (id) DO UPDATE
   SET position = excluded.position, name_vi = excluded.name_vi, name_en = excluded.name_en,
       duty_vi = excluded.duty_vi, duty_en = excluded.duty_en;
CREATE TEMP TABLE new_retention_rule (LIKE retention_rule) ON COMMIT DROP;
\copy new_retention_rule FROM 'seed/reference/retention_rules.csv' WITH (FORMAT csv, HEADER match, FORCE_NOT_NULL (field))
DELETE FROM retention_rule t WHERE NOT EXISTS (SELECT FROM new_retention_rule n WHERE n = t);
INSERT INTO retention_rule SELECT * FROM new_retention_rule ON CONFLICT DO NOTHING;

CREATE TEMP TABLE new_form_kind (LIKE issued_form_kind) ON COMMIT DROP;
\copy new_form_kind FROM 'seed/reference/issued_form_kinds.csv' WITH (FORMAT csv, HEADER match)
DELETE FROM issued_form_kind;
INSERT INTO issued_form_kind SELECT * FROM new_form_kind;

CREATE TEMP TABLE new_term_rule (LIKE term_rule) ON COMMIT DROP;
\copy new_term_rule FROM 'seed/reference/term_rules.csv' WITH (FORMAT csv, HEADER match)
DELETE FROM term_rule;
INSERT INTO term_rule SELECT * FROM new_term_rule;

CREATE TEMP TABLE new_reminder_level (LIKE reminder_level) ON COMMIT DROP;
\copy new_reminder_level FROM 'seed/reference/reminder_levels.csv' WITH (FORMAT csv, HEADER match)
DELETE FROM reminder_level;
INSERT INTO reminder_level SELECT * FROM new_reminder_level;
CREATE TEMP TABLE new_task_reminder_level (LIKE task_reminder_level) ON COMMIT DROP;
\copy new_task_reminder_level FROM 'seed/reference/task_reminder_levels.csv' WITH (FORMAT csv, HEADER match)
DELETE FROM task_reminder_level;
INSERT INTO task_reminder_level SELECT * FROM new_task_reminder_level;

CREATE TEMP TABLE new_digest_kind (LIKE digest_kind) ON COMMIT DROP;
\copy new_digest_kind FROM 'seed/reference/digest_kinds.csv' WITH (FORMAT csv, HEADER match)
DELETE FROM digest_kind;
INSERT INTO digest_kind SELECT * FROM new_digest_kind;
CREATE TEMP TABLE new_officer_notice (LIKE officer_notice) ON COMMIT DROP;
\copy new_officer_notice FROM 'seed/reference/officer_notices.csv' WITH (FORMAT csv, HEADER match)
DELETE FROM officer_notice;
INSERT INTO officer_notice SELECT * FROM new_officer_notice;
CREATE TEMP TABLE new_digitisation_target (LIKE digitisation_target) ON COMMIT DROP;
\copy new_digitisation_target FROM 'seed/reference/digitisation_targets.csv' WITH (FORMAT csv, HEADER match)
DELETE FROM digitisation_target;
INSERT INTO digitisation_target SELECT * FROM new_digitisation_target;

CREATE TEMP TABLE new_payment_pause (field text) ON COMMIT DROP;
\copy new_payment_pause FROM 'seed/reference/payment_pauses.csv' WITH (FORMAT csv, HEADER match)
UPDATE procedure_version v SET payment_pauses = p.field IN (SELECT field FROM new_payment_pause)
  FROM procedure p WHERE p.id = v.procedure AND v.payment_pauses <> (p.field IN (SELECT field FROM new_payment_pause));

-- Each file of forms/ is one form, and each row of forms.csv one of shared fields, in their order ("!": required); a form that was
-- asked by is never changed: its next text has the next no.
CREATE TEMP TABLE new_form (form jsonb) ON COMMIT DROP;
\copy new_form FROM PROGRAM 'for file in seed/reference/forms/*.json; do tr -d "\n" <"$file"; echo; done' WITH (FORMAT csv, QUOTE E'\x01', DELIMITER E'\x02')
CREATE TEMP TABLE new_form_field (name text, label_vi text, label_en text, source text, says jsonb) ON COMMIT DROP;
\copy new_form_field FROM 'seed/reference/form_fields.csv' WITH (FORMAT csv, HEADER match)
CREATE TEMP TABLE new_form_list (procedure text, version int, "case" text, fields text) ON COMMIT DROP;
\copy new_form_list FROM 'seed/reference/forms.csv' WITH (FORMAT csv, HEADER match, FORCE_NOT_NULL ("case"))
INSERT INTO new_form (form)
SELECT jsonb_build_object('procedure', l.procedure, 'version', l.version, 'case', l."case", 'no', 1, 'schema', jsonb_build_object(
           '$schema', 'http://json-schema.org/draft-07/schema#', 'type', 'object', 'additionalProperties', false,
           'required', coalesce(jsonb_agg(f.name ORDER BY w.no) FILTER (WHERE w.word LIKE '%!'), '[]'),
           'properties', jsonb_object_agg(f.name, f.says || jsonb_strip_nulls(jsonb_build_object(
               'x-label-vi', f.label_vi, 'x-label-en', f.label_en, 'x-order', w.no, 'x-source', f.source)))))
  FROM new_form_list l
 CROSS JOIN LATERAL regexp_split_to_table(l.fields, ' ') WITH ORDINALITY AS w(word, no)
  JOIN new_form_field f ON f.name = rtrim(w.word, '!')
 GROUP BY l.procedure, l.version, l."case";
INSERT INTO procedure_form AS t (procedure_version, case_code, no, schema)
SELECT v.id, n.form->>'case', (n.form->>'no')::int, n.form->'schema'
  FROM new_form n JOIN seeded_version v ON (v.procedure, v.no) = (n.form->>'procedure', (n.form->>'version')::int)
    ON CONFLICT (procedure_version, case_code, no) DO UPDATE SET schema = excluded.schema
 WHERE t.schema <> excluded.schema AND NOT EXISTS (SELECT FROM dossier_form d WHERE d.form = t.id);

SELECT catalogue_note(NULL) \g /dev/null

CREATE TEMP TABLE new_adapter (id text, name_vi text, name_en text, tries_max int, lag_alarm_s int, pull_every_s int, pull_alarm_s int, pauses_max_s int, quarantine_keep_days int) ON COMMIT DROP;
\copy new_adapter FROM 'seed/reference/adapters.csv' WITH (FORMAT csv, HEADER match)
INSERT INTO adapter (id, name_vi, name_en, tries_max, lag_alarm_s, pull_every_s, pull_alarm_s, pauses_max_s, quarantine_keep_days) SELECT * FROM new_adapter
    ON CONFLICT (id) DO UPDATE
   SET name_vi = excluded.name_vi, name_en = excluded.name_en, tries_max = excluded.tries_max, lag_alarm_s = excluded.lag_alarm_s,
       pull_every_s = excluded.pull_every_s, pull_alarm_s = excluded.pull_alarm_s, pauses_max_s = excluded.pauses_max_s,
       quarantine_keep_days = excluded.quarantine_keep_days;
CREATE TEMP TABLE new_adapter_service (LIKE adapter_service) ON COMMIT DROP;
\copy new_adapter_service FROM 'seed/reference/adapter_services.csv' WITH (FORMAT csv, HEADER match)
DELETE FROM adapter_service;
INSERT INTO adapter_service SELECT * FROM new_adapter_service;
