-- Messages to other systems say what is asked for, what is to be paid and what came of a dossier (49_portal_details.sql): sync_claim gives
-- more columns.

-- migrate:up

DROP FUNCTION IF EXISTS sync_claim(text, int, int);

-- migrate:down

DROP FUNCTION IF EXISTS sync_claim(text, int, int), sync_details(dossier, boolean), sync_owner(dossier), sync_results(dossier), sync_fees(dossier),
    sync_supplements(dossier), microseconds(timestamptz);
DELETE FROM loaded WHERE part = 'functions';
