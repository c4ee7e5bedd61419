-- What the apology at the breach says of its reason (form 04). Read by remind (functions/98_clock.sql). Source: DOMAIN §2.4, §4.1 (5).

-- migrate:up

ALTER TABLE reminder_level ADD apology_reason text CHECK (apology_reason IS NFC NORMALIZED AND length(apology_reason) BETWEEN 1 AND 500);
COMMENT ON COLUMN reminder_level.apology_reason IS 'Why, as the apology says unless an officer says otherwise.';
ALTER TABLE reminder_level ADD CHECK (apology IS NULL OR apology_reason IS NOT NULL) NOT VALID;

-- migrate:down

DROP FUNCTION IF EXISTS applicant_side(dossier);
ALTER TABLE reminder_level DROP apology_reason;
DELETE FROM loaded WHERE part IN ('functions', 'reference');
