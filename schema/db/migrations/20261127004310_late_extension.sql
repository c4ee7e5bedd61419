-- An extension that came when the return date had passed is one for later, and makes nothing on time that was late (T2: "before
-- dueAt or flagged late"). Written by extend_due (functions/11_clock.sql). Source: DOMAIN §2.5, §5.2; QĐ 766/QĐ-TTg.

-- migrate:up

ALTER TABLE dossier_extension ADD late boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN dossier_extension.late IS 'Its clock had run past old_due when it was put off.';
UPDATE dossier_extension x SET late = true
 WHERE x.old_due < coalesce((SELECT p.from_at FROM dossier_pause p
                              WHERE p.dossier = x.dossier AND p.from_at <= x.at AND coalesce(p.to_at > x.at, true)), x.at);
ALTER TABLE dossier ADD extended_late boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN dossier.extended_late IS 'It was late before a date that it has now: an extension of it is late. It counts as late ever after.';
UPDATE dossier d SET extended_late = true WHERE EXISTS (SELECT FROM dossier_extension x WHERE x.dossier = d.id AND x.late);
GRANT SELECT (extended_late) ON dossier TO app_citizen, app_partner;
-- It gives a value now.
DROP FUNCTION IF EXISTS extend_due(bigint, timestamptz, text, uuid);

-- migrate:down

DROP FUNCTION IF EXISTS extend_due(bigint, timestamptz, text, uuid);
ALTER TABLE dossier DROP extended_late;
ALTER TABLE dossier_extension DROP late;
DELETE FROM loaded WHERE part IN ('functions', 'reference');
