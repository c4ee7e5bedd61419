-- The audit: only added to, chained once, by the sealer alone (functions/93_audit.sql; tests/e2e/audit.test.mjs verifies).
\ir include/begin.psql
SELECT plan(22);

SELECT audit_write('staff.grant', 'officer:' || n) FROM generate_series(1, 40) AS n;
CREATE TEMP TABLE some_row AS SELECT id FROM audit WHERE seq IS NULL ORDER BY at, id LIMIT 1;
GRANT SELECT ON some_row TO PUBLIC;

-- Only added to, whoever asks.
SELECT throws_ok($$UPDATE audit SET act = 'staff.revoke'$$, '23000', 'audit is only added to', 'nobody changes a row, not even a superuser in passing');
SELECT throws_ok($$DELETE FROM audit$$, '23000', 'audit is only added to', 'nor deletes one');
SELECT throws_ok($$TRUNCATE audit$$, '23000', 'audit is only added to', 'nor all');
SET LOCAL ROLE motcua_owner;
SELECT throws_ok($$UPDATE audit SET act = 'staff.revoke'$$, '42501', NULL, 'the owner has no right to change');
SELECT throws_ok($$DELETE FROM audit$$, '42501', NULL, 'to delete');
SELECT throws_ok($$TRUNCATE audit$$, '42501', NULL, 'or to truncate');
SELECT throws_ok($$DELETE FROM audit_head$$, '42501', NULL, 'heads neither');
RESET ROLE;
SET LOCAL ROLE motcua_definer;
SELECT throws_ok($$INSERT INTO audit (actor_kind, act, object, chain, seq, prev, hash) VALUES ('SYSTEM', 'a.b', 'x', 0, 1, sha256(''), sha256(''))$$,
                 '42501', NULL, 'no row is born with a place');
RESET ROLE;

-- Chained by the worker.
SELECT is(pg_temp.count_as('citizen', 'SELECT audit_seal(1)'), -1::bigint, 'a citizen does not seal');
SELECT is(pg_temp.count_as('service', 'SELECT audit_seal(1)'), -1::bigint, 'nor does the server');
SELECT is(pg_temp.count_as('worker', 'SELECT count(*) FROM audit'), -1::bigint, 'who seals reads nothing');
SELECT is(pg_temp.count_as('worker', 'SELECT audit_seal(1)'), 1::bigint, 'the worker seals as many as it says');
SELECT is((SELECT seq IS NOT NULL FROM audit WHERE id = (SELECT id FROM some_row)), true, 'the oldest first');
SELECT ok(pg_temp.count_as('worker', 'SELECT audit_seal(10000)') >= 39, 'and then the others');
SELECT is(pg_temp.count_as('worker', 'SELECT audit_seal(10000)'), 0::bigint, 'once');
SELECT throws_ok($$UPDATE audit SET seq = seq + 1000$$, '23000', 'audit is only added to', 'a sealed row stays where it is');
SELECT is((SELECT count(*) FROM (SELECT seq, row_number() OVER (PARTITION BY chain ORDER BY seq) AS n FROM audit WHERE seq IS NOT NULL) AS a WHERE seq <> n),
          0::bigint, 'no chain has a gap');
SELECT is((SELECT count(*) FROM audit a JOIN audit b ON b.chain = a.chain AND b.seq = a.seq - 1 WHERE a.prev <> b.hash), 0::bigint, 'each row follows the one before it');
SELECT is((SELECT count(*) FROM audit_chain c WHERE seq > 0 AND NOT EXISTS (
            SELECT FROM audit a WHERE (a.chain, a.seq, a.hash) = (c.chain, c.seq, c.hash) AND NOT EXISTS (SELECT FROM audit WHERE chain = c.chain AND seq > c.seq))), 0::bigint, 'the counters say where the chains end');

-- Heads.
CREATE TEMP TABLE next AS SELECT * FROM audit_head_next(60);
SELECT is((SELECT audit_head_add(head, '0123456789abcdef', decode(repeat('00', 64), 'hex')) FROM next), true, 'a head that follows is kept');
SELECT is((SELECT audit_head_add(head, '0123456789abcdef', decode(repeat('00', 64), 'hex')) FROM next), false, 'once');
SELECT is((SELECT count(*) FROM audit_head_next(0)), 0::bigint, 'there is no next one before more is chained');
\ir include/end.psql
