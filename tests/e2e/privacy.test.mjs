// Whose data it is: who looked at a dossier is shown to its applicant (R26), a copy of all there is, and its end.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { decodeJwt } from 'jose';
import { Issuer } from '../../tools/dev/issuer.mjs';
import { Database, House, acceptIt, failure, handIn, key, place, root, secondMs, until } from './support.mjs';

const folder = mkdtempSync(join(tmpdir(), 'motcua-issuer-'));
const canaries = {};
const canary = (name) => { canaries[name] ??= randomBytes(9).toString('hex'); return canaries[name]; };
const extraPeople = { leaver: { SoDinhDanh: '079201000777', HoVaTen: `Lê ${canary('name')}`, NgaySinh: '2001-07-08' } };
let issuer;
let house;
let client;
let database;
let where;
const tokens = {};
before(async () => {
  issuer = await Issuer.start({ place: folder, extraPeople });
  database = Database.copy('privacy');
  house = await House.start('privacy', { database, settings: { MOTCUA_ISSUERS_FILE: issuer.file, MOTCUA_COST_MAX_APP: '10000', MOTCUA_COST_MAX_OFFICER: '10000' } });
  client = house.client();
  for (const actor of ['citizen', 'citizen2', 'officer', 'partner']) tokens[actor] = house.token(actor);
  where = place(database);
});
after(async () => {
  await house?.stop();
  database?.drop();
  await issuer?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const one = (sql) => database.sql(sql);
const forget = () => one('TRUNCATE access_log');
// What is noted, as "OFFICER LIST 3": how many dossiers by whom and how.
const noted = () => one('SELECT concat_ws(\' \', actor_kind, what, count(DISTINCT dossier)) FROM access_log GROUP BY actor_kind, what ORDER BY actor_kind, what').split('\n').filter(Boolean);
const stepUp = (token) => one(`UPDATE session SET stepped_up_at = now() WHERE id = '${decodeJwt(token).sid}'`);
const accesses = `accesses { nodes { at what kind name agency { name } } }`;
const shown = async (code, token, more = '') => (await client.data(`query($code: String!) { dossier(code: $code) { ${accesses} ${more} } }`, { token, variables: { code } })).dossier;
const grant = (dossier, grantee) => one(`INSERT INTO dossier_grant (dossier, grantee, applicant, granted_by, kind, purpose, until)
  SELECT id, ${grantee}, applicant, applicant, 'DELEGATION', 'đi thay', now() + interval '1 day' FROM dossier WHERE code = '${dossier}'`);

test('R26: who looked at my dossier is shown to its applicant', async () => {
  const { code } = await handIn(client, tokens.citizen, where);
  forget();
  const { viewer } = await client.data('{ viewer { dossiers(first: 3) { nodes { code } } } }', { token: tokens.officer });
  assert.deepEqual(viewer.dossiers.nodes.map((node) => node.code).includes(code), true);
  assert.deepEqual(noted(), ['OFFICER LIST 3'], 'the row that tells whether there is more is not shown, and not noted');
  const { accesses: { nodes } } = await shown(code, tokens.citizen);
  const [name, agency] = one('SELECT o.name, a.name FROM officer o JOIN agency a ON a.id = o.agency WHERE o.id = 1').split('|');
  assert.equal(nodes.length, 1);
  assert.deepEqual({ ...nodes[0], at: '' }, { at: '', what: 'LIST', kind: 'OFFICER', name, agency: { name: agency } });
  assert.ok(Math.abs(Date.now() - Date.parse(nodes[0].at)) < 120_000 && /:00(\.0+)?(Z|[+-]\d\d:\d\d)$/.test(nodes[0].at), `${nodes[0].at} is the minute`);
});

test('R26: it is shown to nobody else', async () => {
  const { code } = await handIn(client, tokens.citizen, where);
  assert.equal((await shown(code, tokens.officer, 'code')).accesses, null);
  assert.equal(await shown(code, tokens.citizen2), null);
  grant(code, 2);
  const delegate = await shown(code, tokens.citizen2, 'code');
  assert.deepEqual(delegate, { accesses: null, code }, 'not even to whom the dossier is shown');
  const own = await shown(code, tokens.citizen);
  assert.deepEqual(own.accesses.nodes.map(({ kind, name }) => [kind, name]), [['CITIZEN', one('SELECT name FROM subject WHERE id = 2')],
    ['OFFICER', one('SELECT name FROM officer WHERE id = 1')]], 'and the delegate\'s look is told');
});

// Every way on which an officer comes to see a dossier, and what is noted of it.
const ways = [
  ['LOOK', 'query($code: String!) { dossier(code: $code) { code } }'],
  ['LOOK', 'query($code: String!) { bulkDossiers(codes: [$code]) { dossier { code } } }'],
  ['LOOK', 'query($id: ID!) { node(id: $id) { ... on Dossier { code } } }'],
  ['LOOK', 'query($event: ID!) { node(id: $event) { ... on DossierEvent { note } } }'],
  ['TIMELINE', 'query($code: String!) { dossier(code: $code) { timeline(first: 2) { nodes { note } } } }'],
  ['TIMELINE', 'query($code: String!) { dossier(code: $code) { timeline(last: 2) { nodes { note } } } }'],
  ['LIST', '{ viewer { dossiers(first: 1) { nodes { code } } } }'],
  ['FEED', 'query($after: Cursor) { events(first: 1, after: $after) { nodes { note } } }'],
  ['LOOK', 'query($after: Cursor) { events(first: 1, after: $after) { nodes { dossier { code } } } }'],
];

async function known() {
  const { code, id, event } = await handIn(client, tokens.citizen, where);
  database.number();
  const after = one(`SELECT feed_no - 1 FROM dossier_event WHERE id = '${event.id}'`);
  const bytes = Buffer.alloc(17);
  bytes.write('f');
  bytes.writeBigInt64BE(BigInt(after), 1);
  return { code, id, event: event.id, after: bytes.toString('base64url') };
}

test('R26: whatever way an officer sees a dossier, it is noted; its applicant never is', async () => {
  const variables = await known();
  for (const [what, query] of ways) {
    const used = Object.fromEntries(Object.entries(variables).filter(([name]) => query.includes(`$${name}`)));
    forget();
    await client.data(query, { token: tokens.citizen, variables: used });
    assert.deepEqual(noted(), [], `the applicant by ${query}`);
    await client.data(query, { token: tokens.officer, variables: used });
    const number = one(`SELECT count(*) FROM access_log l JOIN dossier d ON d.id = l.dossier WHERE d.code = '${variables.code}' AND l.what = '${what}' AND l.actor_kind = 'OFFICER'
      AND l.actor_id = 1 AND l.session = '${decodeJwt(tokens.officer).sid}'`);
    assert.equal(number, '1', `the officer by ${query}`);
    assert.ok(noted().every((line) => / 1$/.test(line)), `and no other dossier: ${noted()} by ${query}`);
  }
});

test('R26: a change and what it answers is noted, too', async () => {
  const { code } = await handIn(client, tokens.citizen, where);
  forget();
  assert.ok((await acceptIt(client, tokens.officer, code)).dossier);
  assert.deepEqual(noted(), ['OFFICER LOOK 1']);
});

test('R26: an officer\'s stream is noted as it is told', async () => {
  database.number();
  const stream = await house.client().events('subscription { dossierEvents { to note } }', { token: tokens.officer });
  forget();
  await handIn(client, tokens.citizen, where);
  house.ring();
  await stream.next();
  stream.close();
  assert.deepEqual(noted(), ['OFFICER FEED 1']);
});

test('R26: no statement shows a dossier to others unless it notes so', () => {
  // Why a statement that reads dossiers or their events need not note anything.
  const free = {
    counts_of_subjects: 'numbers alone', loads_of_agencies: 'numbers alone',
    dossiers_of_subjects_backward: 'the applicants are who asks: the subjects of the viewer are bound', dossiers_of_subjects_forward: 'the same',
    dossiers_of_subject_backward: 'the same', dossiers_of_subject_forward: 'the same',
    access_classes_of_dossiers: 'of dossiers that another statement has shown', applicants_of_dossiers: 'the same', next_actions_of_dossiers: 'the same',
    agencies_of_events: 'of events that another statement has shown', channels_of_dossiers: 'of dossiers that another statement has shown', cases_of_dossiers: 'the same',
    grants_given: 'only whether the viewer may see it; dossiers_by_id shows it', grants_received: 'the same',
    deadlines_of_dossiers: 'of dossiers that another statement has shown', days_off_of_dossiers: 'the same',
    external_nos_of_dossiers: 'of dossiers that another statement has shown', fee_demands_by_id: 'the same', fee_demands_of_dossiers: 'the same', papers_for_items: 'the viewer\'s own papers alone',
    timelines_of_subjects_backward: 'holds that the applicant asks', timelines_of_subjects_forward: 'the same',
    timelines_of_subjects_brief_backward: 'the same', timelines_of_subjects_brief_forward: 'the same',
  };
  const sql = join(root, 'resolvers/sql');
  const reading = readdirSync(sql).map((name) => [name.replace('.sql', ''), readFileSync(join(sql, name), 'utf8').replace(/^--.*$/gm, '')])
    .filter(([, text]) => /\b(FROM|JOIN)\s+dossier(_event)?\b/.test(text));
  assert.ok(reading.length > 15);
  const silent = reading.filter(([, text]) => !text.includes('note_access(')).map(([name]) => name);
  assert.deepEqual(silent.sort(), Object.keys(free).sort());
  // A common table that nothing refers to is not run.
  for (const [name, text] of reading.filter(([, all]) => all.includes('), noted AS'))) assert.match(text, /CROSS JOIN noted/, name);
});

test('the log is written with the read: no round trip more, one statement a level', async () => {
  const list = '{ viewer { dossiers(first: 20) { nodes { code applicant { name } timeline(last: 5) { nodes { at note } } } } } }';
  forget();
  const first = await house.cost(() => client.data(list, { token: tokens.officer }));
  assert.deepEqual(noted(), ['OFFICER LIST 20', 'OFFICER TIMELINE 20']);
  assert.deepEqual([first.roundTrips, first.statements], [2, 3], 'the list; its applicants and timelines');
  const rows = one('SELECT count(*) FROM access_log');
  await client.data(list, { token: tokens.officer });
  const again = Number(one('SELECT count(*) FROM access_log'));
  assert.ok(again === Number(rows) || one('SELECT count(DISTINCT at) FROM access_log') === '2', 'within a minute looking again is the same look');
});

test('looks are read page by page, the latest first', async () => {
  const { code } = await handIn(client, tokens.citizen, where);
  forget();
  one(`INSERT INTO access_log (dossier, at, actor_kind, actor_id, session, what, applicant)
    SELECT d.id, date_trunc('minute', now()) - make_interval(mins => n / 2), 'OFFICER', 1 + n % 2, '${decodeJwt(tokens.officer).sid}', 'LOOK', d.applicant
      FROM dossier d, generate_series(0, 9) AS n WHERE d.code = '${code}'`);
  const seen = [];
  for (let after = null, more = true; more;) {
    const { dossier } = await client.data('query($code: String!, $after: Cursor) { dossier(code: $code) { accesses(first: 3, after: $after) { edges { cursor node { at name } } pageInfo { hasNextPage endCursor } } } }',
      { token: tokens.citizen, variables: { code, after } });
    seen.push(...dossier.accesses.edges.map(({ node }) => `${node.at} ${node.name}`));
    ({ hasNextPage: more, endCursor: after } = dossier.accesses.pageInfo);
  }
  assert.equal(seen.length, 10);
  assert.equal(new Set(seen).size, 10);
  assert.deepEqual(seen.map((text) => text.split(' ')[0]), seen.map((text) => text.split(' ')[0]).sort().reverse());
});

// ---- copies ----

const requestExport = `mutation($input: RequestExportInput!) { requestExport(input: $input) { __typename ... on ExportRequested { export { id state path bytes } } ${failure} } }`;
const exportsOf = async (token) => (await client.data('{ viewer { exports { id state path bytes readyAt expiresAt } } }', { token })).viewer.exports;
const bearer = (token) => (token ? { authorization: `Bearer ${token}` } : {});
const ask = async (query, input, token) => { const { json } = await client.post(query, { token, variables: { input } }); return json.data ? Object.values(json.data)[0] : json; };

test('a copy of one\'s data: asked for with a second factor, made by the worker, fetched by its person alone', async () => {
  one(`UPDATE subject SET name = 'Trần ${canary('another\'s name')}' WHERE id = 2`);
  const { code } = await handIn(client, tokens.citizen, where);
  grant(code, 2);
  await shown(code, tokens.citizen2);
  one('UPDATE session SET stepped_up_at = NULL WHERE subject = 1');
  assert.equal((await ask(requestExport, { idempotencyKey: key() }, tokens.citizen)).__typename, 'StepUpRequired');
  stepUp(tokens.citizen);
  const input = { idempotencyKey: key() };
  const { export: asked } = await ask(requestExport, input, tokens.citizen);
  assert.deepEqual({ ...asked, id: '' }, { id: '', state: 'WAITING', path: null, bytes: null });
  assert.equal((await ask(requestExport, input, tokens.citizen)).export.id, asked.id, 'a repeat is the same');
  assert.equal((await client.get(`/exports/${asked.id}`, bearer(tokens.citizen))).status, 404, 'not yet');
  await house.startWorker();
  const [ready] = await until('it is made', async () => { const list = await exportsOf(tokens.citizen); return list[0].state === 'READY' && list; });
  assert.equal(ready.path, `/exports/${asked.id}`);
  assert.ok(Math.abs(Date.parse(ready.expiresAt) - Date.parse(ready.readyAt) - 86_400_000) < 1000);
  const reply = await client.get(ready.path, bearer(tokens.citizen));
  assert.equal(reply.status, 200);
  assert.equal(Buffer.byteLength(reply.text), ready.bytes);
  assert.match(reply.headers['content-type'], /^application\/json/);
  assert.match(reply.headers['content-disposition'], /^attachment; filename="/);
  assert.equal(reply.headers['x-content-type-options'], 'nosniff');
  assert.match(reply.headers['cache-control'], /no-store/);
  const copy = reply.json;
  assert.equal(copy.person.name, one('SELECT name FROM subject WHERE id = 1'));
  assert.equal(copy.dossiers.length, Number(one('SELECT count(*) FROM dossier WHERE applicant = 1')));
  assert.ok(copy.dossiers.find((each) => each.code === code).accesses.some((look) => look.by === 'CITIZEN'));
  assert.ok(!reply.text.includes(canary('another\'s name')), 'nobody else\'s name is in it');
  for (const [who, token, status] of [['another citizen', tokens.citizen2, 404], ['an officer', tokens.officer, 404], ['a partner', tokens.partner, 404], ['nobody', null, 401], ['a stranger', 'x', 401]])
    assert.equal((await client.get(ready.path, bearer(token))).status, status, who);
  assert.equal((await client.request('POST', ready.path, bearer(tokens.citizen), '')).status, 405);
  for (const path of ['/exports/', '/exports', '/exports/x', `${ready.path}/x`, `/exports/${randomBytes(16).toString('hex')}`])
    assert.equal((await client.get(path, bearer(tokens.citizen))).status, 404, path);
  assert.deepEqual(await exportsOf(tokens.officer), []);
  one('UPDATE export_file SET expires_at = now()');
  assert.equal((await client.get(ready.path, bearer(tokens.citizen))).status, 404, 'after its day it is gone');
  await until('and forgotten', () => one('SELECT count(*) FROM export_file') === '0');
});

// ---- the end ----

const requestErasure = `mutation($input: RequestErasureInput!) { requestErasure(input: $input) { __typename ${failure}
  ... on ErasureAccepted { erasedNow { what count } keptUntil { what count until legalBasis } } } }`;
const signIn = 'mutation($input: SignInInput!) { signIn(input: $input) { __typename ... on SignedIn { accessToken viewer { id } } } }';
const register = `mutation($input: RegisterDeviceInput!) { registerDevice(input: $input) { __typename } }`;
// Which of the canaries stand anywhere in the database.
function found() {
  const dump = execFileSync('pg_dump', ['--data-only', '--schema=motcua', '-d', database.adminUrl], { encoding: 'latin1', maxBuffer: 1 << 30 });
  assert.ok(dump.length > 1_000_000);
  return Object.entries(canaries).filter(([, value]) => dump.includes(value) || dump.includes(Buffer.from(value).toString('hex'))).map(([name]) => name).sort();
}

test('R26: who has nothing that the law keeps is gone at once, and is somebody new afterwards', async () => {
  delete canaries['another\'s name'];
  const come = async (options) => ({ ...(await issuer.code('leaver', options)), device: `Máy ${canary('device')}` });
  const first = await ask(signIn, await come(), null);
  const token = first.accessToken;
  await ask(register, { idempotencyKey: key(), kind: 'FCM', address: canary('address') }, token);
  assert.deepEqual(found(), ['address', 'device', 'name'], 'what is looked for is there');
  assert.equal((await ask(requestErasure, { idempotencyKey: key() }, token)).__typename, 'StepUpRequired');
  stepUp(token);
  const other = await ask(signIn, await come(), null);
  const done = await ask(requestErasure, { idempotencyKey: key() }, token);
  assert.deepEqual(done, { __typename: 'ErasureAccepted', keptUntil: [], erasedNow: [{ what: 'DEVICES', count: 1 }, { what: 'SIGN_IN', count: 1 },
    { what: 'SESSIONS', count: 2 }, { what: 'PERSON', count: 1 }] });
  assert.deepEqual(found(), []);
  assert.equal((await client.post('{ viewer { id } }', { token })).status, 401);
  await until('the other session has ended within a second', async () => (await client.post('{ viewer { id } }', { token: other.accessToken })).status === 401, secondMs);
  const again = await ask(signIn, await come(), null);
  assert.equal(again.__typename, 'SignedIn');
  assert.notEqual(again.viewer.id, first.viewer.id);
  assert.match(one('SELECT body FROM audit WHERE act = \'privacy.erase\''), /"kept": 0/);
  one(`UPDATE session SET device = ''; DELETE FROM identity_link; UPDATE subject SET name = 'x' WHERE public_id = '${again.viewer.id}'`);
});

test('R26: what the law keeps is kept until its rule ends, and then goes by itself', async () => {
  for (const name of Object.keys(canaries)) delete canaries[name];
  const { code } = await handIn(client, tokens.citizen2, where);
  one(`UPDATE subject SET name = 'Trần ${canary('kept name')}' WHERE id = 2;
    UPDATE person SET personal_no = '${canary('kept number')}${'x'.repeat(20)}', personal_no_index = sha256('2') WHERE id = 2;
    UPDATE dossier_event SET actor_name = 'Trần ${canary('kept actor')}' WHERE actor_kind = 'CITIZEN' AND actor_id = 2;
    UPDATE dossier_event SET note = 'gọi ${canary('kept note')}', note_internal = 'của ${canary('kept internal note')}' WHERE applicant = 2;
    UPDATE session SET device = '${canary('device')}' WHERE subject = 2;
    INSERT INTO identity_link (issuer, issuer_subject, subject) VALUES ('citizens', '${canary('issuer\'s word')}', 2);`);
  grant(code, 3);
  one(`UPDATE dossier_grant SET purpose = 'giúp ${canary('kept purpose')}' WHERE applicant = 2`);
  await ask(register, { idempotencyKey: key(), kind: 'FCM', address: canary('address') }, tokens.citizen2);
  stepUp(tokens.citizen2);
  const figures = () => one('SELECT (SELECT count(*) FROM dossier), (SELECT count(*) FROM dossier_event), (SELECT count(*) FROM person), (SELECT count(note) FROM dossier_event)');
  const before = figures();
  const { keptUntil, erasedNow } = await ask(requestErasure, { idempotencyKey: key() }, tokens.citizen2);
  assert.deepEqual(erasedNow.map(({ what }) => what), ['DEVICES', 'GRANTS', 'SIGN_IN', 'SESSIONS']);
  assert.equal(keptUntil.reduce((sum, { count }) => sum + count, 0), Number(one('SELECT count(*) FROM dossier WHERE applicant = 2 OR submitter = 2')));
  assert.ok(keptUntil.some(({ what, until: end }) => what === 'Hồ sơ đang giải quyết' && end === null), JSON.stringify(keptUntil));
  assert.ok(keptUntil.every(({ legalBasis }) => legalBasis.length > 5));
  assert.deepEqual(found(), Object.keys(canaries).filter((name) => name.startsWith('kept')).sort(), 'all but what the law keeps is gone');
  const anonymise = () => one('SET ROLE app_worker; SELECT persons, dossiers FROM motcua.anonymise(1000)');
  one('UPDATE erasure SET look_at = now()');
  anonymise();
  assert.equal(one('SELECT name LIKE \'Trần%\' FROM subject WHERE id = 2'), 't', 'its time has not come');
  one(`UPDATE dossier SET procedure_version = (SELECT v.id FROM procedure_version v JOIN procedure p ON p.id = v.procedure WHERE p.field = 'residence' ORDER BY v.id LIMIT 1), procedure_case = NULL, state = 'RETURNED', submitted_at = '2000-01-01', received_at = NULL, due_at = NULL WHERE applicant = 2 OR submitter = 2;
    UPDATE dossier_event e SET to_state = d.state FROM dossier d WHERE d.id = e.dossier AND d.seq = e.seq AND (d.applicant = 2 OR d.submitter = 2);
    UPDATE dossier_event SET at = '2000-01-01' WHERE applicant = 2 OR submitter = 2; UPDATE erasure SET look_at = now()`);
  await house.startWorker({ MOTCUA_TICK_MS: '100', MOTCUA_WORKER_NAME: 'privacy2' });
  await until('the job has run', () => one('SELECT count(*) FROM erasure WHERE done_at IS NULL') === '0');
  await until('all that is due', () => anonymise() === '0|0');
  assert.deepEqual(found(), []);
  assert.equal(figures(), before, 'every count is as before');
  assert.match(one('SELECT body FROM audit WHERE act = \'privacy.anonymise\' ORDER BY at LIMIT 1'), /"dossiers": \d+/);
});
