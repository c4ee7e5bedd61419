-- How many dossiers of an agency stand in each state, without counting them: Viewer.counts of an officer costs what its
-- agencies and states are, whatever history there is. Each change of a dossier that changes a figure adds a row to
-- dossier_count_change, so that two changes never wait for one another; fold_dossier_counts() (functions/71_counts.sql), called
-- by the one writer of the feed, adds them up in dossier_count. A figure is the sum of both, true at every moment.
-- RESTRICTED dossiers are in no figure. Source: issue 5 (no cost that grows with history), R32.

-- migrate:up

CREATE TABLE dossier_count (
    received_agency  bigint NOT NULL REFERENCES agency,
    competent_agency bigint NOT NULL REFERENCES agency,
    state            text NOT NULL REFERENCES dossier_state,
    count            bigint NOT NULL,
    PRIMARY KEY (received_agency, competent_agency, state)
) WITH (fillfactor = 50);
CREATE INDEX dossier_count_competent ON dossier_count (competent_agency);

CREATE TABLE dossier_count_change (
    id               bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    received_agency  bigint NOT NULL,
    competent_agency bigint NOT NULL,
    state            text NOT NULL,
    by               smallint NOT NULL CHECK (by IN (-1, 1))
);

DO $$
DECLARE
    t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['dossier_count', 'dossier_count_change']
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY owner ON %I TO motcua_owner USING (true) WITH CHECK (true)', t);
        EXECUTE format('CREATE POLICY definer ON %I TO motcua_definer USING (true) WITH CHECK (true)', t);
        EXECUTE format($policy$CREATE POLICY agency ON %I FOR SELECT TO app_officer USING (
            received_agency = ANY ((SELECT agencies())::bigint[]) OR competent_agency = ANY ((SELECT agencies())::bigint[]))$policy$, t);
        EXECUTE format('GRANT SELECT ON %I TO app_officer', t);
    END LOOP;
END $$;
GRANT SELECT, INSERT, UPDATE ON dossier_count TO motcua_definer;
GRANT SELECT, INSERT, DELETE ON dossier_count_change TO motcua_definer;

CREATE FUNCTION dossier_counted() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
BEGIN
    IF TG_OP <> 'INSERT' AND OLD.access_class = 'OPEN' THEN
        INSERT INTO dossier_count_change (received_agency, competent_agency, state, by)
        VALUES (OLD.received_agency, OLD.competent_agency, OLD.state, -1);
    END IF;
    IF TG_OP <> 'DELETE' AND NEW.access_class = 'OPEN' THEN
        INSERT INTO dossier_count_change (received_agency, competent_agency, state, by)
        VALUES (NEW.received_agency, NEW.competent_agency, NEW.state, 1);
    END IF;
    RETURN NULL;
END $$;
ALTER FUNCTION dossier_counted() OWNER TO motcua_definer;
CREATE TRIGGER counted AFTER INSERT OR DELETE ON dossier FOR EACH ROW EXECUTE FUNCTION dossier_counted();
CREATE TRIGGER counted_anew AFTER UPDATE OF state, access_class, received_agency, competent_agency ON dossier FOR EACH ROW
    WHEN ((OLD.state, OLD.access_class, OLD.received_agency, OLD.competent_agency)
          IS DISTINCT FROM (NEW.state, NEW.access_class, NEW.received_agency, NEW.competent_agency))
    EXECUTE FUNCTION dossier_counted();

INSERT INTO dossier_count (received_agency, competent_agency, state, count)
SELECT received_agency, competent_agency, state, count(*) FROM dossier WHERE access_class = 'OPEN' GROUP BY 1, 2, 3;

-- migrate:down

DROP TRIGGER counted_anew ON dossier;
DROP TRIGGER counted ON dossier;
DROP FUNCTION dossier_counted();
DROP TABLE dossier_count_change, dossier_count;
