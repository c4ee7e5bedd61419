-- What waits in quarantine of a dossier that is known, or names an agency by the dossier's code, is that agency's: for what came
-- before schema/db/functions/48_portal_inbound.sql said so of every kind.

-- migrate:up

UPDATE portal_message SET agency_code = split_part(code, '-', 1) WHERE agency_code IS NULL AND state = 'QUARANTINED' AND code LIKE '_%-%';
UPDATE portal_message m
   SET agency = coalesce(
       (SELECT d.received_agency FROM dossier d
         WHERE d.code = m.code AND NOT d.sandbox
           AND (d.access_class = 'OPEN' OR EXISTS (SELECT FROM dossier_sync s WHERE s.adapter = m.adapter AND s.dossier = d.id AND s.came_from))),
       (SELECT a.id FROM agency a
         WHERE a.code = m.agency_code AND NOT a.sandbox AND 'RECEPTION' = ANY (a.kinds)
           AND daterange(a.valid_from, a.valid_to) @> (now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date))
 WHERE m.state = 'QUARANTINED' AND m.agency IS NULL AND m.kind <> 'DOSSIER';

-- migrate:down

DROP FUNCTION IF EXISTS portal_agency(portal_message), portal_may_know(portal_message, dossier);
DELETE FROM loaded WHERE part = 'functions';
