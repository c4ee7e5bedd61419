-- Figures of an agency: the sums and what has changed since say what counting says, whatever happens to dossiers
-- (migration 20261127003100_counts).
\ir include/begin.psql
\ir include/machine.psql
SELECT plan(9);

CREATE TEMP VIEW told AS
SELECT received_agency, competent_agency, state, sum(count)::bigint AS count
  FROM (SELECT received_agency, competent_agency, state, count FROM dossier_count
        UNION ALL SELECT received_agency, competent_agency, state, by FROM dossier_count_change) AS figure
 GROUP BY 1, 2, 3 HAVING sum(count) <> 0;
CREATE TEMP VIEW counted AS
SELECT received_agency, competent_agency, state, count(*) AS count FROM dossier WHERE access_class = 'OPEN' GROUP BY 1, 2, 3;

SELECT set_eq('SELECT * FROM told', 'SELECT * FROM counted', 'R32: what the sample has is counted');
SELECT fold_dossier_counts(1000000) \g /dev/null
SELECT count(pg_temp.dossier_in(s.state))
  FROM (VALUES ('SUBMITTED'), ('ACCEPTED'), ('PROCESSING'), ('SUPPLEMENT_REQUIRED'), ('PAYMENT_REQUIRED'), ('COMPLETED'), ('RETURNED')) AS s(state) \g /dev/null
SELECT isnt_empty('SELECT * FROM dossier_count_change', 'R32: what happens is noted');
SELECT set_eq('SELECT * FROM told', 'SELECT * FROM counted', 'each state a dossier comes to and leaves');

UPDATE dossier SET access_class = 'RESTRICTED' WHERE id = (SELECT max(id) FROM dossier);
UPDATE dossier SET competent_agency = (SELECT agency FROM officer WHERE id = 7) WHERE id = (SELECT min(id) FROM dossier);
UPDATE dossier SET seq = seq WHERE id = (SELECT min(id) FROM dossier);
SELECT set_eq('SELECT * FROM told', 'SELECT * FROM counted', 'R26: a restricted one is in no figure, a forwarded one in the other agency''s');
SELECT fold_dossier_counts(3) \g /dev/null
SELECT set_eq('SELECT * FROM told', 'SELECT * FROM counted', 'so long as some changes are added up and others not');
SELECT count(*) FROM assign_feed_numbers(10000) \g /dev/null
SELECT is_empty('SELECT * FROM dossier_count_change', 'the writer of the feed adds up the rest');
SELECT set_eq('SELECT * FROM told', 'SELECT * FROM counted', 'and nothing is lost by it');

SELECT is(pg_temp.count_as('officer', 'SELECT count(*) FROM dossier_count WHERE NOT (received_agency = ANY (agencies()) OR competent_agency = ANY (agencies()))'), 0::bigint,
          'an officer is shown the figures of his agency alone');
SELECT is(pg_temp.count_as('citizen', 'SELECT count(*) FROM dossier_count'), -1::bigint, 'others none');
\ir include/end.psql
