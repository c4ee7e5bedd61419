-- What full dossiers need beside the machine (migration 3000): numbers of other systems, cases with limits of their own, which papers
-- fit which part, and which part it is that is missing.
\ir include/begin.psql
\ir include/machine.psql
SELECT plan(23);

-- R23: a number is one dossier's within an agency.
SELECT pg_temp.dossier_in('PROCESSING') AS code \gset
SELECT pg_temp.dossier_in('PROCESSING') AS other \gset
SELECT is(pg_temp.try('processor', :'code', 'recordExternalNo', '{"externalDossierNo": " 03706/2026/07906 "}'), 'PROCESSING', 'R23: an officer enters the number');
SELECT is((SELECT external_no FROM dossier WHERE code = :'code'), '03706/2026/07906', 'without blanks around it');
SELECT is((SELECT note FROM dossier_event e JOIN dossier d ON d.id = e.dossier WHERE d.code = :'code' ORDER BY e.seq DESC LIMIT 1), '03706/2026/07906', 'the timeline says it');
SELECT is(pg_temp.try('processor', :'other', 'recordExternalNo', '{"externalDossierNo": "03706/2026/07906"}'), 'GUARD_FAILED externalDossierNo', 'no second dossier of the agency has it');
SELECT throws_ok(format('UPDATE dossier SET external_no = ''03706/2026/07906'' WHERE code = %L', :'other'), '23505', NULL, 'whoever writes');
UPDATE dossier SET competent_agency = (SELECT agency FROM officer WHERE id = 3) WHERE code = :'other';
SELECT lives_ok(format('UPDATE dossier SET external_no = ''03706/2026/07906'' WHERE code = %L', :'other'), 'another agency has numbers of its own');
SELECT is(pg_temp.try('processor', :'code', 'recordExternalNo', '{"externalDossierNo": "03706/2026/07907"}'), 'PROCESSING', 'a mistaken number is entered anew');
SELECT is(pg_temp.count_as('citizen', format('SELECT count(*) FROM dossier WHERE external_no = ''03706/2026/07907'' AND code = %L', :'code')), 1::bigint, 'the applicant sees it');
SELECT is(pg_temp.count_as('citizen2', 'SELECT count(*) FROM dossier WHERE external_no = ''03706/2026/07907'''), 0::bigint, 'nobody else finds anything by it');

-- R23: a case may have a limit of its own; one that has none, and no case, have the procedure's.
SELECT is(dossier_limit(d)::text, wanted, format('%s %s', p.code, coalesce(c.code, 'without a case')))
  FROM (VALUES ('1.012781', 'GCN_EXISTS', '(10,WORKING_DAY)'), ('1.012781', 'GCN_NONE', '(20,WORKING_DAY)'), ('1.012781', NULL, '(20,WORKING_DAY)'),
               ('2.000693', 'EMPLOYEE', '(3,WORKING_DAY)'), ('1.013225', 'HOUSE', '(15,DAY)')) AS t(procedure, "case", wanted)
  JOIN procedure p ON p.code = t.procedure JOIN procedure_version v ON v.procedure = p.id AND v.valid_to IS NULL
  LEFT JOIN procedure_case c ON c.procedure_version = v.id AND c.code = t."case"
 CROSS JOIN LATERAL (SELECT (d).* FROM (SELECT jsonb_populate_record(d, jsonb_build_object('procedure_version', v.id, 'procedure_case', c.id)) AS d FROM dossier d WHERE d.code = :'code') AS made) AS d
 ORDER BY p.code, c.code;
SELECT throws_ok(format('UPDATE dossier SET procedure_case = (SELECT max(id) FROM procedure_case) WHERE code = %L', :'code'), '23503', NULL, 'a case is one of the dossier''s version');

-- R13: the next version asks by the same form, of the cases that there still are, and rests for a payment as the one before.
INSERT INTO procedure_form (procedure_version, case_code, no, schema)
SELECT v.id, c, 1, '{"properties": {"x": {}}}' FROM procedure_version v JOIN procedure p ON p.id = v.procedure, unnest(ARRAY['GCN_EXISTS', 'GCN_NONE']) AS c WHERE p.code = '1.012781';
SELECT procedure_write(id, '{"name": "x", "decisionNumber": "1", "decidedOn": "2026-11-01", "decidedBy": "UBND", "validFrom": "2099-01-01", "onlineLevel": "FULL", "homeEligible": false, "boundaryFree": true,
    "cases": [{"code": "GCN_NONE", "nameVi": "x", "nameEn": "x"}]}', 'OFFICER') AS version FROM procedure WHERE code = '1.012781' \gset
SELECT results_eq(format('SELECT case_code, no FROM procedure_form WHERE procedure_version = %s ORDER BY 1', :'version'), $$VALUES ('', 1), ('GCN_NONE', 1)$$, 'R13: forms are carried over');
SELECT is((SELECT count(DISTINCT f.schema) FROM procedure_form f JOIN procedure_version v ON v.id = f.procedure_version JOIN procedure p ON p.id = v.procedure
            WHERE p.code = '1.012781' AND f.case_code = ''), 1::bigint, 'as they were');
SELECT is((SELECT payment_pauses FROM procedure_version WHERE id = :'version'), true, 'and a payment stops the clock as before');

-- R11, R15: kinds of papers are data, of parts that there are.
SELECT is_empty($$SELECT part FROM part_paper_kind k WHERE NOT EXISTS (
    SELECT FROM procedure_part t JOIN procedure_version v ON v.id = t.procedure_version
     WHERE t.code = k.part AND t.database_vi IS NULL AND (k.procedure IS NULL OR k.procedure = v.procedure))$$, 'R11: each kind is of a part that is asked for');
-- F03: what is called as a part of the procedure is that part.
SELECT t.name_vi AS called, t.code AS part FROM dossier d JOIN procedure_part t ON t.procedure_version = d.procedure_version
 WHERE d.code = :'code' AND t.database_vi IS NULL ORDER BY t.position LIMIT 1 \gset
SELECT is(pg_temp.try('head', :'code', 'askSupplement', pg_temp.args_but(:'code', 'askSupplement', jsonb_build_object('parts', jsonb_build_array(
    jsonb_build_object('name', upper(:'called')), jsonb_build_object('name', 'Bản khác', 'part', :'part'), jsonb_build_object('name', 'Giấy khác'))))), 'SUPPLEMENT_REQUIRED', 'F03: parts are asked for');
SELECT results_eq(format('SELECT i.part_code FROM supplement_item i JOIN dossier d ON d.id = i.dossier WHERE d.code = %L ORDER BY i.no', :'code'),
                  ARRAY[:'part', :'part', NULL], 'by name, by code, and what is no part of the procedure');
SELECT is(pg_temp.count_as('nobody_citizen', 'SELECT count(*) FROM part_paper_kind') > 0, true, 'which papers fit is public');
SELECT is(pg_temp.count_as(w, 'UPDATE part_paper_kind SET kind = kind'), -1::bigint, w || ' does not change it') FROM unnest(ARRAY['citizen']) AS w;
\ir include/end.psql
