-- What a second reading of papers found: which worker takes a file away, and until when.
-- Written by schema/db/functions/46_uploads.sql.

-- migrate:up

ALTER TABLE stored_file ADD doomed_at timestamptz;
COMMENT ON COLUMN stored_file.doomed_at IS 'When a worker last took it on to take it away; another does only when that one must have died.';

-- migrate:down

ALTER TABLE stored_file DROP doomed_at;
