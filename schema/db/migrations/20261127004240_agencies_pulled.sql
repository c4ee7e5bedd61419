-- Of an agency that is known all that its line of the portal's list says is taken over, not its name alone: schema/db/functions/49_agencies.sql.

-- migrate:up

GRANT UPDATE (unit_code, unit_valid_from, kinds, valid_from, valid_to, successor) ON agency TO motcua_definer;

-- migrate:down

REVOKE UPDATE (unit_code, unit_valid_from, kinds, valid_from, valid_to, successor) ON agency FROM motcua_definer;
DROP FUNCTION IF EXISTS agency_line(jsonb), day_or_null(text);
DELETE FROM loaded WHERE part = 'functions';
