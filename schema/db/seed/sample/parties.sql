-- Subjects 1 to 5,000 are persons, 5,001 to 5,500 organisations. Subject 1 is the actor `citizen`, 2 `citizen2`,
-- 5,001 `partner`; officer 1 is `officer`, 2 `field`.

CREATE FUNCTION pg_temp.pick(p_row bigint, p_salt bigint, p_of bigint) RETURNS bigint LANGUAGE sql IMMUTABLE
RETURN abs(hashint8extended(p_row, p_salt) % p_of);

CREATE FUNCTION pg_temp.sample_uuid(p_at timestamptz, p_seed text) RETURNS uuid LANGUAGE sql STABLE
RETURN (lpad(to_hex((extract(epoch FROM p_at) * 1000)::bigint), 12, '0') || '7' || substr(md5(p_seed), 1, 3)
        || 'a' || substr(md5(p_seed), 4, 15))::uuid;

CREATE TEMP TABLE word (part text, no int, word text, PRIMARY KEY (part, no)) ON COMMIT DROP;
\copy word FROM 'seed/sample/words.csv' WITH (FORMAT csv, HEADER match)

CREATE FUNCTION pg_temp.word(p_part text, p_row bigint, p_salt bigint) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT word FROM word WHERE part = p_part
       AND no = pg_temp.pick(p_row, p_salt, (SELECT count(*) FROM word WHERE part = p_part))
$$;

CREATE FUNCTION pg_temp.person_name(p_row bigint) RETURNS text LANGUAGE sql STABLE
RETURN pg_temp.word('FAMILY', p_row, 1) || ' ' || pg_temp.word('MIDDLE', p_row, 2) || ' ' || pg_temp.word('GIVEN', p_row, 3);

CREATE TEMP TABLE commune ON COMMIT DROP AS
SELECT row_number() OVER (ORDER BY u.code) - 1 AS no, u.code, u.valid_from, a.id AS office, c.id AS centre
  FROM unit u
  JOIN agency a ON (a.unit_code, a.unit_valid_from) = (u.code, u.valid_from) AND 'COMPETENT' = ANY (a.kinds)
  JOIN agency c ON (c.unit_code, c.unit_valid_from) = (u.code, u.valid_from) AND c.code = a.code || '.1'
 WHERE u.level = 'COMMUNE' AND u.valid_to IS NULL;

INSERT INTO subject (id, public_id, kind, name, locale) OVERRIDING SYSTEM VALUE
SELECT i, pg_temp.sample_uuid('2024-01-01Z', 'subject ' || i), 'PERSON', pg_temp.person_name(i),
       CASE WHEN i > 2 AND i % 97 = 0 THEN 'en' ELSE 'vi' END
  FROM generate_series(1, 5000) AS i;

-- The actors live where the actor `officer` works.
INSERT INTO person (id, born_on, unit_code, unit_valid_from)
SELECT i, date '1950-01-01' + pg_temp.pick(i, 4, 20000)::int, c.code, c.valid_from
  FROM generate_series(1, 5000) AS i
  JOIN commune c ON c.no = CASE WHEN i <= 2 THEN 0 ELSE pg_temp.pick(i, 5, 36) END;

INSERT INTO subject (id, public_id, kind, name) OVERRIDING SYSTEM VALUE
SELECT i, pg_temp.sample_uuid('2024-01-01Z', 'subject ' || i), 'ORGANISATION',
       pg_temp.word('ORG_FORM', i, 6) || ' ' || pg_temp.word('ORG_TRADE', i, 7) || ' ' || pg_temp.word('ORG_NAME', i, 8)
  FROM generate_series(5001, 5500) AS i;

-- Nine digits under the province's old prefix 370; those whose check digit would be 10 name nobody.
INSERT INTO organisation (id, tax_code, unit_code, unit_valid_from)
SELECT 5000 + n, tax_code, c.code, c.valid_from
  FROM (SELECT row_number() OVER (ORDER BY stem) AS n, stem || (10 - weighted % 11) AS tax_code
          FROM (SELECT stem, (SELECT sum(substr(stem, i::int, 1)::int * w)
                                FROM unnest(ARRAY[31, 29, 23, 19, 17, 13, 7, 5, 3]) WITH ORDINALITY AS weight(w, i)) AS weighted
                  FROM (SELECT '370' || lpad((214000 + 37 * i)::text, 6, '0') AS stem FROM generate_series(1, 600) AS i) s) t
         WHERE weighted % 11 <> 0) AS valid
  JOIN commune c ON c.no = pg_temp.pick(n, 9, 36)
 WHERE n <= 500;

INSERT INTO seat (person, organisation, since)
SELECT DISTINCT 11 + pg_temp.pick(o, 10 + k, 4900), o, date '2024-06-01'
  FROM generate_series(5001, 5500) AS o, generate_series(0, 1) AS k;

-- One officer with every desk role in each commune and city agency, who administers it, too; a field officer; and eleven
-- at the centres, which have no administrator yet.
CREATE TEMP TABLE staff ON COMMIT DROP AS
SELECT CASE c.no WHEN 0 THEN 1 ELSE c.no + 2 END AS n, office AS agency,
       '{INTAKE,DISPATCHER,PROCESSOR,SIGNER,HEAD,COUNTER,ADMINISTRATOR' || CASE c.no WHEN 0 THEN ',FIELD}' ELSE '}' END AS roles
  FROM commune c
UNION ALL
SELECT 2, office, '{FIELD}' FROM commune WHERE no = 0
UNION ALL
SELECT 37 + row_number() OVER (ORDER BY a.id), a.id, '{INTAKE,DISPATCHER,PROCESSOR,SIGNER,HEAD,COUNTER,ADMINISTRATOR}'
  FROM agency a WHERE a.code ~ '^H29(\.\d{1,2})?$'
UNION ALL
SELECT 50 + no, centre, '{INTAKE,COUNTER}' FROM commune WHERE no < 11;

INSERT INTO officer (id, public_id, agency, name, locale) OVERRIDING SYSTEM VALUE
SELECT n, pg_temp.sample_uuid('2024-01-01Z', 'officer ' || n), agency, pg_temp.person_name(100000 + n), 'vi' FROM staff;

INSERT INTO staff_grant (id, officer, agency, role, starts_at, granted_at)
SELECT pg_temp.sample_uuid('2024-01-01Z', 'grant ' || n || role), n, agency, role, '2024-01-01Z', '2024-01-01Z'
  FROM staff CROSS JOIN LATERAL unnest(roles::text[]) AS role;

SELECT setval(pg_get_serial_sequence('subject', 'id'), 5500), setval(pg_get_serial_sequence('officer', 'id'), 60) \g /dev/null
