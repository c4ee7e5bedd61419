-- What a dossier grants holds until its result's file says: after that it is in no figure of what still holds.
-- Written by functions/47_digitisation.sql alone. Source: DOMAIN R7.

-- migrate:up

CREATE TABLE granted_until (
    dossier bigint PRIMARY KEY REFERENCES dossier ON DELETE CASCADE,
    until   date NOT NULL
);
COMMENT ON TABLE granted_until IS 'The day until which a dossier''s result is counted, as it was when it was granted; no row: for good, or not counted.';
ALTER TABLE granted_until ENABLE ROW LEVEL SECURITY;
ALTER TABLE granted_until FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON granted_until TO motcua_owner USING (true) WITH CHECK (true);
CREATE POLICY definer ON granted_until TO motcua_definer USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON granted_until TO motcua_definer;

-- What was counted for good until now.
INSERT INTO granted_until (dossier, until)
SELECT d.id, max(p.valid_until)
  FROM dossier d JOIN result_file f ON f.dossier = d.id AND f.taken_back IS NULL JOIN stored_paper p ON p.id = f.paper
 WHERE d.outcome = 'GRANTED' AND d.access_class = 'OPEN' AND NOT d.sandbox
 GROUP BY d.id HAVING bool_and(p.valid_until IS NOT NULL);
CREATE TEMP TABLE counted ON COMMIT DROP AS
SELECT d.competent_agency AS agency, u.level, g.until, count(*)::int AS n, count(d.e_result)::int AS digitised
  FROM granted_until g JOIN dossier d ON d.id = g.dossier JOIN agency a ON a.id = d.competent_agency
  JOIN unit u ON (u.code, u.valid_from) = (a.unit_code, a.unit_valid_from)
 GROUP BY 1, 2, 3;
INSERT INTO digitisation_end AS e (agency, authority_level, ends_on, still_valid, digitised)
SELECT c.agency, c.level, c.until, c.n, c.digitised FROM counted c JOIN digitisation_sum s ON (s.agency, s.authority_level) = (c.agency, c.level)
 WHERE c.until >= s.as_of
    ON CONFLICT (agency, authority_level, ends_on) DO UPDATE SET still_valid = e.still_valid + excluded.still_valid, digitised = e.digitised + excluded.digitised;
UPDATE digitisation_sum s SET still_valid = s.still_valid - c.n, digitised = s.digitised - c.digitised
  FROM (SELECT c.agency, c.level, sum(c.n) AS n, sum(c.digitised) AS digitised
          FROM counted c JOIN digitisation_sum t ON (t.agency, t.authority_level) = (c.agency, c.level) WHERE c.until < t.as_of GROUP BY 1, 2) AS c
 WHERE (s.agency, s.authority_level) = (c.agency, c.level);

-- migrate:down

-- All of it counts for good again.
CREATE TEMP TABLE counted ON COMMIT DROP AS
SELECT d.competent_agency AS agency, u.level, g.until, count(*)::int AS n, count(d.e_result)::int AS digitised
  FROM granted_until g JOIN dossier d ON d.id = g.dossier JOIN agency a ON a.id = d.competent_agency
  JOIN unit u ON (u.code, u.valid_from) = (a.unit_code, a.unit_valid_from)
 GROUP BY 1, 2, 3;
UPDATE digitisation_sum s SET still_valid = s.still_valid + c.n, digitised = s.digitised + c.digitised
  FROM (SELECT c.agency, c.level, sum(c.n) AS n, sum(c.digitised) AS digitised
          FROM counted c JOIN digitisation_sum t ON (t.agency, t.authority_level) = (c.agency, c.level) WHERE c.until < t.as_of GROUP BY 1, 2) AS c
 WHERE (s.agency, s.authority_level) = (c.agency, c.level);
UPDATE digitisation_end e SET still_valid = e.still_valid - c.n, digitised = e.digitised - c.digitised
  FROM counted c WHERE (e.agency, e.authority_level, e.ends_on) = (c.agency, c.level, c.until);
DROP TABLE granted_until CASCADE;
