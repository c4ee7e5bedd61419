-- Reference data from the CSV files beside this one. Run by schema/db/load.sh reference, from schema/db, as
-- motcua_owner inside one transaction; repeatable: rows that others point at are matched by their natural keys and
-- keep their ids, the rest is replaced.
-- Sources: units and crosswalk from thanglequoc/vietnamese-provinces-database (units before: the list in force from
-- 2024-05-01 to the merger); agency codes H29.* and H09.* are this project's assumption (DOMAIN §5.7-5); procedures
-- are to be checked against the national catalogue before a citizen relies on them (DOMAIN §2.10); how long what is kept is
-- an open question (DOMAIN §5.7-8), so the rules are cautious: they keep long and say that they want confirming.

CREATE TEMP TABLE new_unit (LIKE unit) ON COMMIT DROP;
\copy new_unit FROM 'seed/reference/units.csv' WITH (FORMAT csv, HEADER match)
INSERT INTO unit AS t SELECT * FROM new_unit ORDER BY level = 'COMMUNE', level = 'DISTRICT'
    ON CONFLICT (code, valid_from) DO UPDATE
   SET valid_to = excluded.valid_to, level = excluded.level, kind = excluded.kind, name = excluded.name,
       parent_code = excluded.parent_code, parent_valid_from = excluded.parent_valid_from
 WHERE t IS DISTINCT FROM excluded;

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

CREATE TEMP TABLE new_procedure (code text, field text, level text, replaced_by text) ON COMMIT DROP;
\copy new_procedure FROM 'seed/reference/procedures.csv' WITH (FORMAT csv, HEADER match)
INSERT INTO procedure AS t (code, field, level) SELECT code, field, level FROM new_procedure
    ON CONFLICT (code) DO UPDATE SET field = excluded.field, level = excluded.level
 WHERE (t.field, t.level) IS DISTINCT FROM (excluded.field, excluded.level);
UPDATE procedure t SET replaced_by = s.id
  FROM new_procedure n LEFT JOIN procedure s ON s.code = n.replaced_by
 WHERE n.code = t.code AND t.replaced_by IS DISTINCT FROM s.id;

CREATE TEMP TABLE new_version (
    procedure text, no int, valid_from date, valid_to date, decision text, name text, limit_amount int,
    limit_unit text, limit_text text, fee_text text, online_level text, home_eligible boolean, boundary_free boolean
) ON COMMIT DROP;
\copy new_version FROM 'seed/reference/procedure_versions.csv' WITH (FORMAT csv, HEADER match)
INSERT INTO procedure_version AS t (procedure, no, valid_from, valid_to, decision, name, limit_amount, limit_unit,
                                    limit_text, fee_text, online_level, home_eligible, boundary_free)
SELECT p.id, n.no, n.valid_from, n.valid_to, n.decision, n.name, n.limit_amount, n.limit_unit, n.limit_text,
       n.fee_text, n.online_level, n.home_eligible, n.boundary_free
  FROM new_version n JOIN procedure p ON p.code = n.procedure ORDER BY p.id, n.no
    ON CONFLICT (procedure, no) DO UPDATE
   SET valid_from = excluded.valid_from, valid_to = excluded.valid_to, decision = excluded.decision,
       name = excluded.name, limit_amount = excluded.limit_amount, limit_unit = excluded.limit_unit,
       limit_text = excluded.limit_text, fee_text = excluded.fee_text, online_level = excluded.online_level,
       home_eligible = excluded.home_eligible, boundary_free = excluded.boundary_free;

CREATE TEMP TABLE new_fee (procedure text, no int, channel text, amount_dong bigint) ON COMMIT DROP;
\copy new_fee FROM 'seed/reference/procedure_fees.csv' WITH (FORMAT csv, HEADER match)
DELETE FROM procedure_fee;
INSERT INTO procedure_fee
SELECT v.id, n.channel, n.amount_dong
  FROM new_fee n JOIN procedure p ON p.code = n.procedure JOIN procedure_version v ON (v.procedure, v.no) = (p.id, n.no);

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

CREATE TEMP TABLE new_reminder_level (LIKE reminder_level) ON COMMIT DROP;
\copy new_reminder_level FROM 'seed/reference/reminder_levels.csv' WITH (FORMAT csv, HEADER match)
DELETE FROM reminder_level;
INSERT INTO reminder_level SELECT * FROM new_reminder_level;

CREATE TEMP TABLE new_payment_pause (field text) ON COMMIT DROP;
\copy new_payment_pause FROM 'seed/reference/payment_pauses.csv' WITH (FORMAT csv, HEADER match)
UPDATE procedure_version v SET payment_pauses = p.field IN (SELECT field FROM new_payment_pause)
  FROM procedure p WHERE p.id = v.procedure AND v.payment_pauses <> (p.field IN (SELECT field FROM new_payment_pause));
