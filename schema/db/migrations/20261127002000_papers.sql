-- Papers of persons and organisations (kho giấy tờ số hóa), the files behind them, uploads on their way, and the parts of
-- dossiers that are papers. Written by schema/db/functions/45_papers.sql and 46_uploads.sql alone.
-- Source: DOMAIN §2.7, §5.1 (DossierPart / StoredPaper), R9, R11, R12; tus 1.0; SECURITY §2.2 (uploads).

-- migrate:up

-- Bytes in the storage, by what they are. A file is put after its row and taken away after the row says so, so that no
-- crash between the two loses a paper.
CREATE TABLE stored_file (
    sha256     bytea PRIMARY KEY CHECK (octet_length(sha256) = 32),
    bytes      bigint NOT NULL CHECK (bytes > 0),
    uses       int NOT NULL DEFAULT 0 CHECK (uses >= 0),
    doomed     boolean NOT NULL DEFAULT false CHECK (NOT doomed OR uses = 0),
    created_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON COLUMN stored_file.uses IS 'Rows of stored_paper and upload that name it.';
COMMENT ON COLUMN stored_file.doomed IS 'It is being taken away: whoever wants to name it waits until the row is gone.';
CREATE INDEX stored_file_unused ON stored_file (created_at) WHERE uses = 0;

-- Giấy tờ số hóa trong kho: held once, used by reference.
CREATE TABLE stored_paper (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    public_id   uuid NOT NULL UNIQUE DEFAULT uuid_v7(),
    owner       bigint NOT NULL REFERENCES subject,
    kind        text NOT NULL CHECK (kind ~ '^[A-Z0-9][A-Z0-9_.-]{0,39}$'),
    title       text NOT NULL CHECK (length(title) BETWEEN 1 AND 200 AND title IS NFC NORMALIZED),
    sha256      bytea REFERENCES stored_file,
    media_type  text NOT NULL CHECK (media_type IN ('application/pdf', 'image/jpeg', 'image/png', 'image/heic')),
    bytes       bigint NOT NULL CHECK (bytes > 0),
    valid_from  date,
    valid_until date,
    source      text NOT NULL CHECK (source IN ('UPLOAD', 'DB', 'PAPER_SCAN', 'RESULT')),
    signed      boolean NOT NULL DEFAULT false,
    state       text NOT NULL CHECK (state IN ('QUARANTINED', 'CLEAN', 'REFUSED')),
    refusal     text CHECK (refusal IN ('INFECTED', 'NOT_ITS_KIND', 'UNREADABLE', 'INCOMPLETE')),
    reuses      int NOT NULL DEFAULT 0 CHECK (reuses >= 0),
    created_at  timestamptz NOT NULL DEFAULT now(),
    removed_at  timestamptz,
    CHECK ((state = 'CLEAN') = (sha256 IS NOT NULL)),
    CHECK ((state = 'REFUSED') = (refusal IS NOT NULL)),
    CHECK (valid_until >= valid_from)
) WITH (fillfactor = 80);
COMMENT ON COLUMN stored_paper.kind IS 'What it is, as a code: CCCD, GCN_QSDD.';
COMMENT ON COLUMN stored_paper.reuses IS 'How often it spared its owner another copy (QĐ 766, 4.3).';
COMMENT ON COLUMN stored_paper.removed_at IS 'Its owner no longer wants it; dossiers that have it keep it.';
CREATE INDEX stored_paper_owner ON stored_paper (owner, id DESC) WHERE removed_at IS NULL;
CREATE INDEX stored_paper_removed ON stored_paper (removed_at) WHERE removed_at IS NOT NULL;
CREATE INDEX stored_paper_sha256 ON stored_paper (sha256);

-- A file on its way to us. `received` counts bytes that are on the disk.
CREATE TABLE upload (
    id            uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    creator       bigint NOT NULL REFERENCES subject,
    length        bigint NOT NULL CHECK (length BETWEEN 1 AND 104857600),
    received      bigint NOT NULL DEFAULT 0 CHECK (received BETWEEN 0 AND length),
    media_type    text NOT NULL CHECK (media_type IN ('application/pdf', 'image/jpeg', 'image/png', 'image/heic')),
    state         text NOT NULL DEFAULT 'RECEIVING' CHECK (state IN ('RECEIVING', 'QUARANTINED', 'CLEAN', 'REFUSED', 'TAKEN')),
    refusal       text CHECK (refusal IN ('INFECTED', 'NOT_ITS_KIND', 'UNREADABLE', 'INCOMPLETE')),
    sha256        bytea REFERENCES stored_file,
    bytes         bigint CHECK (bytes > 0),
    paper         bigint REFERENCES stored_paper ON DELETE SET NULL,
    claimed_until timestamptz,
    created_at    timestamptz NOT NULL DEFAULT now(),
    expires_at    timestamptz NOT NULL DEFAULT now() + interval '24 hours',
    CHECK ((state = 'RECEIVING') = (received < length)),
    CHECK ((state = 'REFUSED') = (refusal IS NOT NULL)),
    CHECK (state <> 'CLEAN' OR sha256 IS NOT NULL),
    CHECK ((sha256 IS NULL) = (bytes IS NULL))
) WITH (fillfactor = 70);
COMMENT ON COLUMN upload.media_type IS 'As its creator tells; looked at before it counts.';
COMMENT ON COLUMN upload.sha256 IS 'Of what is kept: of a photo, without what told where it was taken.';
COMMENT ON COLUMN upload.paper IS 'That it has become, perhaps before it was looked at.';
COMMENT ON COLUMN upload.claimed_until IS 'A worker looks at it; after that, another may.';
CREATE INDEX upload_creator ON upload (creator, created_at);
CREATE INDEX upload_quarantined ON upload (created_at) WHERE state = 'QUARANTINED';
CREATE INDEX upload_expires ON upload (expires_at);
CREATE INDEX upload_paper ON upload (paper) WHERE paper IS NOT NULL;
CREATE INDEX upload_sha256 ON upload (sha256) WHERE sha256 IS NOT NULL;

-- Thành phần hồ sơ.
CREATE TABLE dossier_part (
    dossier   bigint NOT NULL REFERENCES dossier ON DELETE CASCADE,
    no        int NOT NULL CHECK (no BETWEEN 1 AND 200),
    applicant bigint NOT NULL REFERENCES subject,
    name      text NOT NULL CHECK (length(name) BETWEEN 1 AND 200 AND name IS NFC NORMALIZED),
    source    text NOT NULL CHECK (source IN ('UPLOAD', 'REUSE', 'DB', 'PAPER_SCAN')),
    paper     bigint NOT NULL REFERENCES stored_paper,
    at        timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (dossier, no)
);
COMMENT ON COLUMN dossier_part.source IS 'How it came: REUSE is a paper that an earlier dossier, or its result, had brought.';
CREATE INDEX dossier_part_paper ON dossier_part (paper);

DO $$
DECLARE
    t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['stored_file', 'stored_paper', 'upload', 'dossier_part']
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY owner ON %I TO motcua_owner USING (true) WITH CHECK (true)', t);
        EXECUTE format('CREATE POLICY definer ON %I TO motcua_definer USING (true) WITH CHECK (true)', t);
    END LOOP;
END $$;
GRANT SELECT, INSERT, UPDATE, DELETE ON stored_file, stored_paper, upload TO motcua_definer;
GRANT SELECT, INSERT, DELETE ON dossier_part TO motcua_definer;

-- Whoever sees a dossier's row sees its parts as its applicant, as its submitter or as its office.
CREATE POLICY mine ON dossier_part FOR SELECT TO app_citizen USING (applicant = ANY ((SELECT subjects())::bigint[]));
CREATE POLICY agency ON dossier_part FOR SELECT TO app_officer USING (
    EXISTS (SELECT FROM dossier d WHERE d.id = dossier_part.dossier));
-- A paper is its owner's, and of the offices to which it was handed in; those are shown nothing that is not clean.
CREATE POLICY mine ON stored_paper FOR SELECT TO app_citizen USING (owner = ANY ((SELECT subjects())::bigint[]));
CREATE POLICY handed_in ON stored_paper FOR SELECT TO app_officer USING (
    state = 'CLEAN' AND EXISTS (SELECT FROM dossier_part p WHERE p.paper = stored_paper.id));
CREATE POLICY mine ON upload FOR SELECT TO app_citizen USING (creator = (SELECT me()));
GRANT SELECT ON dossier_part, stored_paper TO app_citizen, app_officer;
GRANT SELECT (id, creator, length, received, media_type, state, expires_at) ON upload TO app_citizen;

-- migrate:down

DROP TABLE dossier_part, upload, stored_paper, stored_file CASCADE;
DELETE FROM loaded WHERE part IN ('functions', 'reference');
