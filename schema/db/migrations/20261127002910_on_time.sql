-- How many dossiers an agency has finished in a month, and how many of them in time: public figures, kept as sums by the one
-- function that finishes dossiers (schema/db/functions/53_on_time.sql), so that nobody counts history.
-- Source: R21, DOMAIN §2.5, §2.6 (QĐ 766: 2.1).

-- migrate:up

CREATE TABLE agency_month (
    agency   bigint NOT NULL REFERENCES agency,
    month    date NOT NULL CHECK (extract(day FROM month) = 1),
    finished int NOT NULL CHECK (finished >= 0),
    on_time  int NOT NULL CHECK (on_time BETWEEN 0 AND finished),
    PRIMARY KEY (agency, month)
) WITH (fillfactor = 50);
ALTER TABLE agency_month ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON agency_month TO motcua_owner USING (true) WITH CHECK (true);
CREATE POLICY definer ON agency_month TO motcua_definer USING (true) WITH CHECK (true);
CREATE POLICY everybody ON agency_month FOR SELECT TO app_public, app_citizen, app_partner, app_officer USING (true);
GRANT SELECT, INSERT, UPDATE ON agency_month TO motcua_definer;
GRANT SELECT ON agency_month TO app_public, app_citizen, app_partner, app_officer;

ALTER TABLE dossier ADD counted_on_time boolean;
COMMENT ON COLUMN dossier.counted_on_time IS 'As what it stands in agency_month, in the month of finished_at; NULL: it is in no figure.';

-- What was finished before is counted by the same rule.
UPDATE dossier d SET counted_on_time = coalesce(d.finished_at <= d.due_at, true)
       AND (SELECT count(*) < 2 FROM dossier_pause p WHERE p.dossier = d.id AND p.reason = 'SUPPLEMENT')
 WHERE d.outcome IS NOT NULL AND d.finished_at IS NOT NULL AND d.access_class = 'OPEN' AND NOT d.sandbox;
INSERT INTO agency_month (agency, month, finished, on_time)
SELECT d.competent_agency, date_trunc('month', d.finished_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date, count(*), count(*) FILTER (WHERE d.counted_on_time)
  FROM dossier d WHERE d.counted_on_time IS NOT NULL GROUP BY 1, 2;

-- migrate:down

ALTER TABLE dossier DROP counted_on_time;
DROP TABLE agency_month;
DELETE FROM loaded WHERE part = 'functions';
