-- The sample province: invented people, real shapes. 5,000 persons, 500 organisations, 60 officers, 50,000 dossiers
-- from 2024-11-26 to 2026-11-25, with their events, and 1,200 results on paper. Run by schema/db/load.sh sample, from schema/db, as motcua_owner
-- inside one transaction, into a base that holds no dossier. Deterministic: every choice is a hash of a row's number.
-- Promises (tests/db/sample.sql): state = fold(events), seq without gap, due dates as due_at() gives them.
\i seed/sample/parties.sql
\i seed/sample/dossiers.sql
\i seed/sample/results.sql
\i seed/sample/actors.sql
