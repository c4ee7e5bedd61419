-- The benchmark's citizens as our persons, under their own numbers; each with a session to ask under. A dozen officers
-- for each of its agencies, with every role at the desk. Run by load.sh.

-- A version 7 UUID that is the same at each load.
CREATE OR REPLACE FUNCTION bench_uuid(p_at timestamptz, p_seed text) RETURNS uuid LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (lpad(to_hex((extract(epoch FROM p_at) * 1000)::bigint), 12, '0') || '7' || substr(md5(p_seed), 1, 3)
        || 'a' || substr(md5(p_seed), 4, 15))::uuid;

INSERT INTO subject (id, public_id, kind, name) OVERRIDING SYSTEM VALUE
SELECT c.id, bench_uuid('2024-01-01Z', 'subject ' || c.id), 'PERSON', c.full_name FROM public.citizen c ORDER BY c.id;

INSERT INTO person (id, born_on, unit_code, unit_valid_from)
SELECT c.id, c.birth_date, u.code, u.valid_from
  FROM public.citizen c
  JOIN (SELECT code, valid_from, row_number() OVER (ORDER BY code) - 1 AS no, count(*) OVER () AS of
          FROM unit WHERE level = 'COMMUNE' AND valid_to IS NULL AND code <> '00000') AS u ON u.no = c.id % u.of
 ORDER BY c.id;

INSERT INTO session (id, kind, subject, device, created_at, last_seen_at, expires_at)
SELECT md5('session ' || c.id)::uuid, 'CITIZEN', c.id, 'bench', now(), now(), '2099-12-31 00:00+00'
  FROM public.citizen c ORDER BY c.id;

INSERT INTO officer (id, public_id, agency, name, locale) OVERRIDING SYSTEM VALUE
SELECT 12 * b.no + k, bench_uuid('2024-01-01Z', 'officer ' || b.no || ' ' || k), b.id, 'Cán bộ ' || b.code || ' số ' || k, 'vi'
  FROM bench_agency b, generate_series(0, 11) AS k ORDER BY 1;

INSERT INTO staff_grant (id, officer, agency, role, starts_at, granted_at)
SELECT bench_uuid('2024-01-01Z', 'grant ' || o.id || r.id), o.id, o.agency, r.id, '2024-01-01Z', '2024-01-01Z'
  FROM officer o CROSS JOIN staff_role r
 WHERE o.id < 1000000 AND r.id IN ('INTAKE', 'DISPATCHER', 'PROCESSOR', 'SIGNER', 'HEAD', 'COUNTER', 'PROCEDURE_CONTROL', 'ADMINISTRATOR', 'ARCHIVIST');

SELECT setval(pg_get_serial_sequence('subject', 'id'), (SELECT max(id) FROM subject)) \g /dev/null
