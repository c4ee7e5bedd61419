-- A paper that its owner has removed stays with the dossiers that have it, for as long as those are kept: years. The workers' sweep
-- (uploads_prune) asked of each of them, each minute, whether a dossier has it still. Now a dossier that lets go of a paper says so,
-- and the sweep looks at those alone.

-- migrate:up

ALTER TABLE stored_paper ADD COLUMN freed_at timestamptz;
COMMENT ON COLUMN stored_paper.freed_at IS 'A dossier has let go of it since the sweep has looked at it last.';
UPDATE stored_paper SET freed_at = removed_at WHERE removed_at IS NOT NULL;
DROP INDEX stored_paper_removed;
CREATE INDEX stored_paper_freed ON stored_paper (freed_at) WHERE removed_at IS NOT NULL AND freed_at IS NOT NULL;

-- Not of removed ones alone: its owner may be removing it at this moment. In the order of their ids, so that two do not wait for
-- each other.
CREATE FUNCTION papers_freed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
BEGIN
    PERFORM FROM stored_paper p WHERE p.id IN (SELECT paper FROM gone) ORDER BY p.id FOR NO KEY UPDATE;
    UPDATE stored_paper SET freed_at = now() WHERE id IN (SELECT paper FROM gone);
    RETURN NULL;
END $$;
ALTER FUNCTION papers_freed() OWNER TO motcua_definer;
CREATE TRIGGER freed AFTER DELETE ON dossier_part REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION papers_freed();
CREATE TRIGGER freed AFTER DELETE ON result_file REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION papers_freed();

-- migrate:down

DROP TRIGGER freed ON result_file;
DROP TRIGGER freed ON dossier_part;
DROP FUNCTION papers_freed();
DROP INDEX stored_paper_freed;
CREATE INDEX stored_paper_removed ON stored_paper (removed_at) WHERE removed_at IS NOT NULL;
ALTER TABLE stored_paper DROP COLUMN freed_at;
