-- Trình ký: what a processor prepares and the head of the agency signs or sends back (D10, D16, T2), of the edges that say who may.
-- Written by schema/db/functions/44_signature_requests.sql alone. Source: DOMAIN §5.2 ("processor + head sign").

-- migrate:up

ALTER TABLE dossier_transition
    ADD proposers text[] NOT NULL DEFAULT '{}',
    ADD CONSTRAINT dossier_transition_proposers CHECK (proposers = '{}' OR 'OFFICER' = ANY (actor_kinds));
COMMENT ON COLUMN dossier_transition.proposers IS 'Roles that may propose it to who may take it.';

CREATE TABLE signature_request (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    public_id     uuid NOT NULL UNIQUE DEFAULT uuid_v7(),
    dossier       bigint NOT NULL REFERENCES dossier ON DELETE CASCADE,
    agency        bigint NOT NULL REFERENCES agency,
    event         text NOT NULL,
    args          jsonb NOT NULL CHECK (jsonb_typeof(args) = 'object'),
    seq           int NOT NULL CHECK (seq > 0),
    proposed_by   bigint NOT NULL REFERENCES officer,
    proposer_name text NOT NULL,
    proposed_at   timestamptz NOT NULL,
    state         text NOT NULL DEFAULT 'PROPOSED' CHECK (state IN ('PROPOSED', 'SIGNED', 'RETURNED', 'OVERTAKEN')),
    decided_by    bigint REFERENCES officer,
    decider_name  text,
    decided_at    timestamptz,
    answer        text CHECK (length(answer) BETWEEN 1 AND 2000 AND answer IS NFC NORMALIZED),
    closed_at     timestamptz,
    CHECK ((state = 'PROPOSED') = (decided_at IS NULL)),
    CHECK ((state = 'RETURNED') = (answer IS NOT NULL)),
    CHECK ((state IN ('SIGNED', 'RETURNED')) = (decided_by IS NOT NULL) AND (decided_by IS NULL) = (decider_name IS NULL)),
    CHECK (closed_at IS NOT NULL OR state IN ('PROPOSED', 'RETURNED'))
);
COMMENT ON COLUMN signature_request.agency IS 'The competent one, whose officers alone see it.';
COMMENT ON COLUMN signature_request.args IS 'What the event is applied with.';
COMMENT ON COLUMN signature_request.seq IS 'The dossier''s, as the proposer saw it.';
COMMENT ON COLUMN signature_request.state IS 'OVERTAKEN: the dossier went on without it.';
COMMENT ON COLUMN signature_request.answer IS 'Why it was sent back.';
COMMENT ON COLUMN signature_request.closed_at IS 'Nothing more is to be done about it; of one that was sent back: once the dossier has gone on or something is proposed anew.';
CREATE INDEX signature_request_dossier ON signature_request (dossier);
CREATE UNIQUE INDEX signature_request_open ON signature_request (dossier) WHERE closed_at IS NULL;
CREATE INDEX signature_request_to_sign ON signature_request (agency, proposed_at, id) WHERE state = 'PROPOSED';
CREATE INDEX signature_request_returned ON signature_request (proposed_by, proposed_at, id) WHERE state = 'RETURNED' AND closed_at IS NULL;

ALTER TABLE signature_request ENABLE ROW LEVEL SECURITY;
ALTER TABLE signature_request FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON signature_request TO motcua_owner USING (true) WITH CHECK (true);
CREATE POLICY definer ON signature_request TO motcua_definer USING (true) WITH CHECK (true);
CREATE POLICY agency ON signature_request FOR SELECT TO app_officer USING (
    agency = ANY ((SELECT agencies())::bigint[]) AND EXISTS (SELECT FROM dossier d WHERE d.id = signature_request.dossier OFFSET 0));
GRANT SELECT, INSERT, UPDATE, DELETE ON signature_request TO motcua_definer;
GRANT SELECT ON signature_request TO app_officer;

-- migrate:down

DROP FUNCTION IF EXISTS signature_edge(dossier, text) CASCADE;
DROP FUNCTION IF EXISTS signature_may_sign(signature_request, dossier_actor, dossier) CASCADE;
DROP FUNCTION IF EXISTS signature_tell(signature_request, dossier, bigint[], text) CASCADE;
DROP FUNCTION IF EXISTS signature_overtaken(bigint, dossier_event) CASCADE;
DROP FUNCTION IF EXISTS signature_dossier(uuid) CASCADE;
DROP FUNCTION IF EXISTS propose_signature(text, text, int, jsonb), sign_request(uuid, int), return_request(uuid, int, text);
DROP TABLE signature_request CASCADE;
ALTER TABLE dossier_transition DROP CONSTRAINT dossier_transition_proposers, DROP proposers;
DELETE FROM loaded WHERE part IN ('functions', 'reference');
