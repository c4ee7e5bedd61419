-- The benchmark's agencies and procedures as ours, under its own codes and names; where a code of the reference data is
-- the same, the benchmark's row takes its place. A procedure's fee and time limit are its first version's.
-- Run by load.sh. Left behind for the files after it: bench_agency, bench_procedure (its id, ours).

INSERT INTO agency AS t (code, name, unit_code, unit_valid_from, kinds, valid_from)
SELECT a.code, a.name, '79', date '2025-07-01', '{RECEPTION,COMPETENT}', date '2024-01-01' FROM public.agency a ORDER BY a.id
    ON CONFLICT (code) DO UPDATE SET name = excluded.name, kinds = excluded.kinds, valid_from = excluded.valid_from, valid_to = NULL;

INSERT INTO procedure AS t (code, field, level)
SELECT p.code, p.sector, CASE a.level WHEN 3 THEN 'COMMUNE' ELSE 'PROVINCE' END
  FROM public.procedure p JOIN public.agency a ON a.id = p.agency_id ORDER BY p.id
    ON CONFLICT (code) DO UPDATE SET field = excluded.field, level = excluded.level;

INSERT INTO procedure_version AS t (procedure, no, valid_from, decision, name, limit_amount, limit_unit, limit_text, fee_text,
                                    online_level, home_eligible, boundary_free)
SELECT o.id, 1, date '2024-01-01', 'Quyết định 1/QĐ-UBND', p.name, p.processing_days, 'WORKING_DAY',
       p.processing_days || ' ngày làm việc', p.fee || ' đồng', 'FULL', p.id % 3 = 0, p.id % 2 = 0
  FROM public.procedure p JOIN procedure o ON o.code = p.code ORDER BY p.id
    ON CONFLICT (procedure, no) DO UPDATE
   SET valid_from = excluded.valid_from, valid_to = NULL, decision = excluded.decision, name = excluded.name,
       limit_amount = excluded.limit_amount, limit_unit = excluded.limit_unit, limit_text = excluded.limit_text, fee_text = excluded.fee_text;

DROP TABLE IF EXISTS bench_agency, bench_procedure;
CREATE UNLOGGED TABLE bench_agency AS SELECT a.id AS no, o.id, o.code FROM public.agency a JOIN agency o ON o.code = a.code;
CREATE UNLOGGED TABLE bench_procedure AS
SELECT p.id AS no, o.id, v.id AS version FROM public.procedure p JOIN procedure o ON o.code = p.code JOIN procedure_version v ON (v.procedure, v.no) = (o.id, 1);
ALTER TABLE bench_agency ADD PRIMARY KEY (no);
ALTER TABLE bench_procedure ADD PRIMARY KEY (no);

-- What a version says beside that: one case, three parts, the fee, guidance, and the words it is found by.
INSERT INTO procedure_case (procedure_version, code, position, name_vi, name_en)
SELECT version, 'GENERAL', 1, 'Trường hợp chung', 'General case' FROM bench_procedure ORDER BY no
    ON CONFLICT (procedure_version, code) DO NOTHING;
INSERT INTO procedure_part (procedure_version, code, position, name_vi, name_en, originals, copies, required)
SELECT b.version, 'PART_' || k, k, (ARRAY['Tờ khai theo mẫu', 'Giấy tờ tùy thân', 'Giấy tờ chứng minh'])[k],
       (ARRAY['The form', 'Proof of identity', 'Evidence'])[k], 1, 0, k < 3
  FROM bench_procedure b, generate_series(1, 3) AS k
 WHERE NOT EXISTS (SELECT FROM procedure_part p WHERE p.procedure_version = b.version) ORDER BY b.no, k;
DELETE FROM fee_rule WHERE procedure_version IN (SELECT version FROM bench_procedure);
INSERT INTO fee_rule (procedure_version, kind, amount_dong, valid_from, decision)
SELECT b.version, 'CHARGE', p.fee, date '2024-01-01', 'Quyết định 1/QĐ-UBND' FROM public.procedure p JOIN bench_procedure b ON b.no = p.id ORDER BY b.no;
INSERT INTO procedure_guidance (procedure, no, valid_from, text_vi, text_en)
SELECT id, 1, date '2024-01-01', 'Nộp hồ sơ trực tuyến hoặc tại bộ phận một cửa.', 'Hand it in online or at the counter.' FROM bench_procedure ORDER BY no
    ON CONFLICT (procedure, no) DO NOTHING;
SELECT catalogue_note(NULL) \g /dev/null
ANALYZE bench_agency, bench_procedure;

-- Each decides what is handed in to it, and publishes its procedures.
INSERT INTO agency_competence (agency, level) SELECT b.id, l FROM bench_agency b, unnest(ARRAY['COMMUNE', 'PROVINCE']) AS l ON CONFLICT DO NOTHING;
INSERT INTO procedure_authority (agency, level) SELECT b.id, l FROM bench_agency b, unnest(ARRAY['COMMUNE', 'PROVINCE']) AS l ON CONFLICT DO NOTHING;
