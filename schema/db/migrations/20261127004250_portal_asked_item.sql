-- A paper from the portal may say which of the papers asked for it is: portal_papers_named (functions/48_portal_inbound.sql) gives other columns.

-- migrate:up

DROP FUNCTION IF EXISTS portal_papers_named(portal_message, bigint);

-- migrate:down

DROP FUNCTION IF EXISTS portal_papers_named(portal_message, bigint);
DELETE FROM loaded WHERE part = 'functions';
