-- What comes from the national portal and answers nothing that was asked for is kept and told of: which papers of a message those are,
-- and how each paper came. Written by schema/db/functions/48_portal_inbound.sql and 48_portal_quarantine.sql.
-- Source: DOMAIN §2.3 (TaiLieuNop); R7, R19, R30, R31.

-- migrate:up

ALTER TABLE portal_paper ADD source text NOT NULL DEFAULT 'UPLOAD' CHECK (source IN ('UPLOAD', 'REUSE', 'DB')),
    ADD digitised boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN portal_paper.source IS 'As dossier_part.source: REUSE was handed in before (DuocTaiSuDung), DB comes from the national store (DuocLayTuKhoDMQG).';
COMMENT ON COLUMN portal_paper.digitised IS 'It is in digital form already (DuocSoHoa).';
GRANT SELECT (source, digitised) ON portal_paper TO app_citizen, app_officer;
ALTER TABLE portal_message ADD unmatched text[];
COMMENT ON COLUMN portal_message.unmatched IS 'Of a supplement: names of its papers that answer nothing asked for; NULL: its papers are not the dossier''s yet.';
DROP FUNCTION IF EXISTS portal_receive(text, jsonb, bytea, uuid, bytea, bytea);

-- migrate:down

DROP TRIGGER IF EXISTS counted ON portal_paper;
DROP FUNCTION IF EXISTS portal_receive(text, jsonb, bytea, uuid, bytea, bytea), portal_keep(portal_message), portal_keep_payment(portal_message),
    portal_identity(text, jsonb, bytea), portal_papers_named(portal_message, bigint), portal_papers_tell(dossier, text), paper_name_key(text);
UPDATE portal_message SET reason = 'NOT_NOW', next_try_at = NULL WHERE reason = 'WITHDRAWAL_OPEN';
ALTER TABLE portal_message DROP unmatched;
ALTER TABLE portal_paper DROP source, DROP digitised;
DELETE FROM loaded WHERE part = 'functions';
