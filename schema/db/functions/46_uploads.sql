-- Uploads: begun, continued and ended by the server as whose they are (server/uploads.c); looked at by the worker
-- (workers/papers.c), which also takes away what nobody names. Source: R12, tus 1.0, SECURITY §2.2 (uploads).
--
-- A file is named (upload_keep) before it is put into the storage, and marked (files_doom) before it is taken away; a marked
-- one is not named again until it is gone. So a crash between any two steps loses no paper, and the next round ends it.
SET ROLE motcua_definer;

-- Who may send files: people; officers who receive dossiers, process them or keep the inventory of results; a partner's key that
-- submits.
CREATE OR REPLACE FUNCTION may_upload() RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = motcua, pg_temp AS $$
BEGIN
    RETURN me() IS NOT NULL AND coalesce(CASE kind()
        WHEN 'CITIZEN' THEN true
        WHEN 'OFFICER' THEN roles() && ARRAY['INTAKE', 'PROCESSOR', 'ARCHIVIST']
        WHEN 'PARTNER' THEN 'dossiers.submit' = ANY (scopes()) END, false);
END $$;

CREATE OR REPLACE FUNCTION upload_is_mine(p_upload upload) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = motcua, pg_temp AS $$
BEGIN
    RETURN may_upload() AND p_upload.expires_at > now()
       AND CASE kind() WHEN 'OFFICER' THEN p_upload.officer = me()
                       ELSE p_upload.creator = me() AND p_upload.sandbox = in_sandbox() END IS TRUE;
END $$;

-- The caller's own upload that is not over, locked; all NULL when it is none.
CREATE OR REPLACE FUNCTION upload_own(p_upload uuid) RETURNS upload
LANGUAGE plpgsql VOLATILE SET search_path = motcua, pg_temp AS $$
DECLARE
    v_upload upload;
BEGIN
    SELECT u.* INTO v_upload FROM upload u WHERE u.id = p_upload AND upload_is_mine(u) FOR UPDATE;
    RETURN v_upload;
END $$;

-- Uploads of the caller, who holds his account (account_hold), that nothing has taken; an officer is locked here, so that two at
-- once are two.
CREATE OR REPLACE FUNCTION uploads_waiting() RETURNS bigint
LANGUAGE plpgsql VOLATILE SET search_path = motcua, pg_temp AS $$
BEGIN
    IF kind() = 'OFFICER' THEN
        PERFORM pg_advisory_xact_lock(hashtextextended('uploads of officer:' || me(), 0));
        RETURN (SELECT count(*) FROM upload u WHERE u.officer = me() AND u.expires_at > now() AND u.paper IS NULL AND u.state NOT IN ('REFUSED', 'TAKEN'));
    END IF;
    RETURN (SELECT count(*) FROM upload u
             WHERE u.creator = me() AND u.sandbox = in_sandbox() AND u.expires_at > now() AND u.paper IS NULL AND u.state NOT IN ('REFUSED', 'TAKEN'));
END $$;

-- failure is NULL, NOT_ALLOWED or RATE_LIMITED: as many uploads as one person, officer or partner may have that nothing has
-- taken.
CREATE OR REPLACE FUNCTION upload_create(p_length bigint, p_media_type text)
RETURNS TABLE (failure text, id uuid, expires_at timestamptz)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
#variable_conflict use_column
DECLARE
    c_uploads_max CONSTANT int := 50;
    v_upload      upload;
BEGIN
    IF NOT may_upload() OR kind() <> 'OFFICER' AND NOT account_hold() THEN
        RETURN QUERY SELECT 'NOT_ALLOWED', NULL::uuid, NULL::timestamptz;
        RETURN;
    END IF;
    IF uploads_waiting() >= c_uploads_max THEN
        RETURN QUERY SELECT 'RATE_LIMITED', NULL::uuid, NULL::timestamptz;
        RETURN;
    END IF;
    INSERT INTO upload (creator, officer, sandbox, length, media_type)
    VALUES (CASE WHEN kind() <> 'OFFICER' THEN me() END, CASE WHEN kind() = 'OFFICER' THEN me() END, in_sandbox(), p_length, p_media_type)
    RETURNING * INTO v_upload;
    RETURN QUERY SELECT NULL::text, v_upload.id, v_upload.expires_at;
END $$;

-- Bytes after p_from are on the disk. No row: the upload is not the caller's, over, or elsewhere by now.
CREATE OR REPLACE FUNCTION upload_advance(p_upload uuid, p_from bigint, p_bytes bigint)
RETURNS TABLE (received bigint, whole boolean)
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
    UPDATE upload SET received = p_from + p_bytes, state = CASE WHEN p_from + p_bytes = length THEN 'QUARANTINED' ELSE state END
     WHERE id = p_upload AND upload_is_mine(upload) AND state = 'RECEIVING' AND received = p_from AND p_from + p_bytes <= length
    RETURNING received, state = 'QUARANTINED'
$$;

-- Ends an upload that has become nothing yet. No row: there is none.
CREATE OR REPLACE FUNCTION upload_end(p_upload uuid) RETURNS TABLE (id uuid)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_upload upload;
BEGIN
    DELETE FROM upload u WHERE u.id = p_upload AND upload_is_mine(u) AND u.paper IS NULL RETURNING * INTO v_upload;
    IF v_upload.sha256 IS NOT NULL THEN
        PERFORM file_release(v_upload.sha256);
    END IF;
    RETURN QUERY SELECT v_upload.id WHERE v_upload.id IS NOT NULL;
END $$;

-- ---- the worker's ----

-- One that is whole and not looked at, for p_seconds; who has waited longest first.
CREATE OR REPLACE FUNCTION upload_claim(p_seconds int) RETURNS TABLE (id uuid, length bigint, media_type text)
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
    UPDATE upload SET claimed_until = clock_timestamp() + make_interval(secs => p_seconds)
     WHERE id = (SELECT u.id FROM upload u
                  WHERE u.state = 'QUARANTINED' AND coalesce(u.claimed_until, '-infinity') < clock_timestamp()
                  ORDER BY u.created_at, u.id LIMIT 1 FOR UPDATE SKIP LOCKED)
    RETURNING id, length, media_type
$$;

-- It could not be looked at: again in p_seconds.
CREATE OR REPLACE FUNCTION upload_put_back(p_upload uuid, p_seconds int) RETURNS boolean
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
    WITH back AS (
        UPDATE upload SET claimed_until = clock_timestamp() + make_interval(secs => p_seconds)
         WHERE id = p_upload AND state = 'QUARANTINED' RETURNING 1)
    SELECT EXISTS (SELECT FROM back)
$$;

-- What is to be kept of it, before it is put. false: not now, the file of these bytes is being taken away; or there is
-- nothing to keep any more.
CREATE OR REPLACE FUNCTION upload_keep(p_upload uuid, p_sha256 bytea, p_bytes bigint) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
DECLARE
    v_upload upload;
BEGIN
    SELECT * INTO v_upload FROM upload WHERE id = p_upload AND state = 'QUARANTINED' FOR UPDATE;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    IF v_upload.sha256 = p_sha256 THEN
        RETURN true;
    END IF;
    INSERT INTO stored_file AS f (sha256, bytes, uses) VALUES (p_sha256, p_bytes, 1)
    ON CONFLICT (sha256) DO UPDATE SET uses = f.uses + 1 WHERE NOT f.doomed;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    UPDATE upload SET sha256 = p_sha256, bytes = p_bytes WHERE id = p_upload;
    IF v_upload.sha256 IS NOT NULL THEN
        PERFORM file_release(v_upload.sha256);
    END IF;
    RETURN true;
END $$;

-- Its bytes are in the storage, looked at and clean.
CREATE OR REPLACE FUNCTION upload_clean(p_upload uuid) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
DECLARE
    v_upload upload;
BEGIN
    SELECT * INTO v_upload FROM upload WHERE id = p_upload AND state = 'QUARANTINED' AND sha256 IS NOT NULL FOR UPDATE;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    IF v_upload.paper IS NULL THEN
        UPDATE upload SET state = 'CLEAN' WHERE id = p_upload;
    ELSE
        UPDATE stored_paper SET state = 'CLEAN', sha256 = v_upload.sha256, bytes = v_upload.bytes WHERE id = v_upload.paper;
        UPDATE upload SET state = 'TAKEN', sha256 = NULL, bytes = NULL WHERE id = p_upload;
    END IF;
    RETURN true;
END $$;

CREATE OR REPLACE FUNCTION upload_refuse(p_upload uuid, p_refusal text) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
DECLARE
    v_upload upload;
BEGIN
    SELECT * INTO v_upload FROM upload WHERE id = p_upload AND state = 'QUARANTINED' FOR UPDATE;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    UPDATE upload SET state = 'REFUSED', refusal = p_refusal, sha256 = NULL, bytes = NULL WHERE id = p_upload;
    UPDATE stored_paper SET state = 'REFUSED', refusal = p_refusal WHERE id = v_upload.paper;
    IF v_upload.sha256 IS NOT NULL THEN
        PERFORM file_release(v_upload.sha256);
    END IF;
    RETURN true;
END $$;

-- Uploads whose day is over, but for papers that are still to be looked at, and papers that their owner has removed and the last
-- dossier has let go (papers_freed); 1,000 of each at most. Gives how many rows.
CREATE OR REPLACE FUNCTION uploads_prune() RETURNS int
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
DECLARE
    v_upload upload;
    v_paper  stored_paper;
    v_count  int := 0;
BEGIN
    FOR v_upload IN SELECT * FROM upload WHERE expires_at <= now() AND (state <> 'QUARANTINED' OR paper IS NULL)
                     ORDER BY expires_at LIMIT 1000 FOR UPDATE SKIP LOCKED
    LOOP
        DELETE FROM upload WHERE id = v_upload.id;
        IF v_upload.sha256 IS NOT NULL THEN
            PERFORM file_release(v_upload.sha256);
        END IF;
        v_count := v_count + 1;
    END LOOP;
    FOR v_paper IN SELECT p.* FROM stored_paper p WHERE p.removed_at IS NOT NULL AND p.freed_at IS NOT NULL
                    ORDER BY p.freed_at LIMIT 1000 FOR UPDATE SKIP LOCKED
    LOOP
        IF paper_is_held(v_paper.id) THEN
            UPDATE stored_paper SET freed_at = NULL WHERE id = v_paper.id;
            CONTINUE;
        END IF;
        PERFORM paper_forget(v_paper);
        v_count := v_count + 1;
    END LOOP;
    RETURN v_count;
END $$;

-- Of names of files of uploads, those that no upload has which still needs one.
CREATE OR REPLACE FUNCTION uploads_unknown(p_names text[]) RETURNS SETOF text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
    SELECT n FROM unnest(p_names) AS n
     WHERE NOT EXISTS (SELECT FROM upload u WHERE u.id::text = n AND u.state IN ('RECEIVING', 'QUARANTINED'))
$$;

-- Marks files that nobody names, p_limit at most, and gives them to one worker: were two to take the same file away, the
-- slower one could take what has been put there again meanwhile. After five minutes it is another's: the first has died.
CREATE OR REPLACE FUNCTION files_doom(p_limit int) RETURNS SETOF bytea
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
    UPDATE stored_file SET doomed = true, doomed_at = now()
     WHERE sha256 = ANY (ARRAY(SELECT f.sha256 FROM stored_file f
                                WHERE f.uses = 0 AND coalesce(f.doomed_at, '-infinity') < now() - interval '5 minutes'
                                ORDER BY f.created_at LIMIT p_limit FOR UPDATE SKIP LOCKED)) AND uses = 0
    RETURNING sha256
$$;

-- Files that are stored: a row that nobody uses for each that has none, so that it is marked in its turn. p_hashes: 32 bytes each.
CREATE OR REPLACE FUNCTION files_adopt(p_hashes bytea, p_bytes bigint[]) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
    INSERT INTO stored_file (sha256, bytes)
    SELECT substr(p_hashes, (32 * b.no - 31)::int, 32), greatest(b.bytes, 1) FROM unnest(p_bytes) WITH ORDINALITY AS b(bytes, no)
    ON CONFLICT DO NOTHING
$$;

-- A marked file is away.
CREATE OR REPLACE FUNCTION file_gone(p_sha256 bytea) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = motcua, pg_temp AS $$
    DELETE FROM stored_file WHERE sha256 = p_sha256 AND doomed
$$;

GRANT EXECUTE ON FUNCTION upload_create(bigint, text), upload_advance(uuid, bigint, bigint), upload_end(uuid) TO app_citizen, app_officer, app_partner;
GRANT EXECUTE ON FUNCTION upload_claim(int), upload_put_back(uuid, int), upload_keep(uuid, bytea, bigint), upload_clean(uuid), upload_refuse(uuid, text),
    uploads_prune(), uploads_unknown(text[]), files_doom(int), files_adopt(bytea, bigint[]), file_gone(bytea) TO app_worker;
RESET ROLE;
