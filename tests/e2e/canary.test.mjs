// Canaries: a value of its own in every personal field and every secret, a run through all that people do and get wrong,
// and then none of them in what we write down: logs of the server, the worker and PostgreSQL, whatever Redis was told,
// pushes and the tables that outlive a person's data. One place is allowed: a session's record in Redis holds the name of
// its viewer, who is shown it from there.
import assert from 'node:assert/strict';
import { createHash, randomBytes, randomInt } from 'node:crypto';
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { Issuer } from '../../tools/dev/issuer.mjs';
import { PushServices } from './push.mjs';
import { Database, House, acceptIt, complete, failure, handIn, key, place, redis, sleep, until } from './support.mjs';

// What is looked for is plain ASCII: whoever escapes a text leaves it as it is.
const canaries = new Map();
const canary = (field, made = randomBytes(9).toString('hex')) => { canaries.set(field, made); return made; };
const digits = (count) => Array.from({ length: count }, () => randomInt(10)).join('');
const number = (field) => canary(field, `079201${digits(6)}`);

// A tax code that passes its check digit, as nobody else's.
function taxCode() {
  for (;;) {
    const first = `03${digits(7)}`;
    const sum = [31, 29, 23, 19, 17, 13, 7, 5, 3].reduce((total, weight, i) => total + weight * Number(first[i]), 0);
    if (sum % 11 >= 1) return canary('tax code', `${first}${10 - (sum % 11)}`);
  }
}

const folder = mkdtempSync(join(tmpdir(), 'motcua-issuer-'));
const extraPeople = {
  citizen: { SoDinhDanh: number('citizen\'s number'), HoVaTen: `Nguyễn Thị ${canary('citizen\'s name with the issuer')}`, NgaySinh: '1990-03-04' },
  officer: { SoDinhDanh: number('officer\'s number'), HoVaTen: `Phạm ${canary('officer\'s name with the issuer')}`, NgaySinh: '1980-09-10' },
  stranger: { SoDinhDanh: number('newcomer\'s number'), HoVaTen: `Lê ${canary('newcomer\'s name')}`, NgaySinh: '2001-07-08' },
  refused: { SoDinhDanh: number('refused number'), HoVaTen: `break ${canary('name that breaks a constraint')}`, NgaySinh: '2001-07-08' },
  undated: { SoDinhDanh: number('undated number'), HoVaTen: `Vũ ${canary('undated name')}`, NgaySinh: canary('no date of birth') },
  badly: { SoDinhDanh: canary('no number'), HoVaTen: `Vũ ${canary('numberless name')}`, NgaySinh: '2001-07-08' },
};

const signedIn = '{ __typename ... on SignedIn { accessToken refreshToken viewer { id name sessions { device } } } ... on Failure { code message } }';
const signIn = `mutation($input: SignInInput!) { signIn(input: $input) ${signedIn} }`;
const refresh = `mutation($input: RefreshSessionInput!) { refreshSession(input: $input) ${signedIn} }`;
const stepUp = `mutation($input: StepUpInput!) { stepUp(input: $input) ${signedIn} }`;
const changed = (name) => `mutation($input: ${name[0].toUpperCase()}${name.slice(1)}Input!) { ${name}(input: $input) { __typename ${failure}
  ... on GuardFailed { problems { path message } } } }`;

let issuer;
let push;
let database;
let house;
let client;
let monitor;
let heard = '';
const tokens = {};

// A constraint that a value breaks makes PostgreSQL speak of the row; every statement is logged, as an operator may want.
const preparation = () => `
  UPDATE subject SET name = 'Nguyễn Thị ${canary('citizen\'s name')}' WHERE id = 1;
  UPDATE subject SET name = 'Công ty ${canary('organisation\'s name')}' WHERE id = 5001;
  UPDATE organisation SET tax_code = '${taxCode()}' WHERE id = 5001;
  UPDATE officer SET name = 'Phạm ${canary('officer\'s name')}' WHERE id = 1;
  ALTER TABLE subject ADD CHECK (name NOT LIKE 'break%');
  ALTER TABLE session ADD CHECK (device NOT LIKE 'break%');
  ALTER TABLE device ADD CHECK (address NOT LIKE 'break%');
  ALTER TABLE officer ADD CHECK (name NOT LIKE 'break%');
  ALTER TABLE dossier_event ADD CHECK (note NOT LIKE 'break%');
  DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET log_min_duration_statement = 0', current_database()); END $$;`;

before(async () => {
  issuer = await Issuer.start({ place: folder, extraPeople });
  push = await PushServices.start();
  database = Database.copy('canary');
  database.sql(preparation());
  monitor = spawn('redis-cli', ['-s', process.env.MOTCUA_REDIS_URL.replace(/^unix:\/\//, ''), 'MONITOR'], { stdio: ['ignore', 'pipe', 'ignore'] });
  monitor.stdout.setEncoding('latin1').on('data', (more) => { heard += more; });
  await until('Redis is listened to', () => heard.startsWith('OK'));
  // The sanitizer would turn core dumps off for us.
  const settings = { MOTCUA_ISSUERS_FILE: issuer.file, ASAN_OPTIONS: 'disable_coredump=0' };
  house = await House.start('canary', { database, settings });
  await house.startWorker(push.settings);
  client = house.client();
});
after(async () => {
  monitor?.kill();
  await house?.stop();
  database?.drop();
  await push?.stop();
  await issuer?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const ask = async (document, input, token) => {
  const { json } = await client.post(document, { token, variables: { input } });
  return json.data ? Object.values(json.data)[0] : json;
};
// A code and what goes with it are secrets while they live.
async function come(who, device, options) {
  const code = await issuer.code(who, options);
  for (const name of ['code', 'codeVerifier', 'nonce']) canary(`${who}'s ${name} ${canaries.size}`, code[name]);
  return { ...code, device };
}
const keep = (who, { accessToken, refreshToken }) => {
  canary(`${who}'s access token ${canaries.size}`, accessToken.split('.')[2]);
  if (refreshToken) canary(`${who}'s refresh token ${canaries.size}`, refreshToken);
  return accessToken;
};

test('people sign in, refresh and step up', async () => {
  for (const who of ['citizen', 'officer', 'stranger']) {
    const reply = await ask(signIn, await come(who, `Máy ${canary(`${who}'s device`)}`, { client: who === 'officer' ? 'officers' : 'citizens' }));
    assert.equal(reply.__typename, 'SignedIn', JSON.stringify(reply));
    tokens[who] = keep(who, reply);
    const next = await ask(refresh, { refreshToken: reply.refreshToken });
    tokens[who] = keep(who, next);
  }
  const { device, ...second } = await come('officer', '', { acr: 'loa3' });
  assert.equal((await ask(stepUp, second, tokens.officer)).__typename, 'SignedIn');
  tokens.partner = house.token('partner');
});

test('a dossier goes its way, is watched, listed and pushed', async () => {
  const browser = await push.subscribe();
  for (const [name, value] of Object.entries(browser.input)) if (name !== 'kind') canary(`browser's ${name}`, value);
  for (const input of [browser.input, { kind: 'FCM', address: canary('phone\'s address') }]) {
    const reply = await ask(changed('registerDevice'), { idempotencyKey: canary(`key ${canaries.size}`), ...input }, tokens.citizen);
    assert.equal(reply.__typename, 'DeviceRegistered', JSON.stringify(reply));
  }
  const stream = await house.client().events('subscription { dossierEvents { id to actor note dossier { applicant { name } } } }', { token: tokens.citizen });
  const { code } = await handIn(client, tokens.citizen, place(database));
  const note = (field) => `Ghi chú ${canary(`${field} note`)}`;
  const accepted = await acceptIt(client, tokens.officer, code, { digitised: false, digitisationReason: `Lý do ${canary('digitisation reason')}`, note: note('accept') });
  assert.ok(accepted.dossier, JSON.stringify(accepted));
  await push.arrived(accepted.event.id, 2);
  const moves = [['assignDossier', { note: note('assign') }],
    ['completeDossier', { outcome: 'GRANTED', eResult: `KQ-${canary('electronic result')}`, note: note('complete') }],
    ['handOverDossier', { receiver: `Trần ${canary('receiver')}`, proof: `Ủy quyền ${canary('proof')}`, delivery: 'COUNTER', note: note('hand over') }]];
  for (const [name, input] of moves) {
    const reply = await ask(changed(name), { idempotencyKey: key(), code, ...input }, tokens.officer);
    assert.equal(reply.__typename, 'DossierChanged', `${name}: ${JSON.stringify(reply)}`);
  }
  const came = await stream.next(2);
  assert.ok(came.some(({ data }) => data.dossierEvents.dossier.applicant.name.includes(canaries.get('citizen\'s name'))), 'what is looked for is really there');
  stream.close();
  for (const token of Object.values(tokens)) {
    await client.data(`{ viewer { name sessions { device } dossiers(first: 20) { nodes { code applicant { name } timeline(last: 5) { nodes { actor note } } } } }
      events(first: 20) { nodes { actor note } } }`, { token });
  }
});

test('an administrator adds an officer', async () => {
  const add = (personalNo, name) => ask(changed('addOfficer'), { idempotencyKey: key(), name, personalNo }, tokens.officer);
  const added = number('added officer\'s number');
  assert.equal((await add(added, `Đỗ ${canary('added officer\'s name')}`)).__typename, 'OfficerAdded');
  assert.equal((await add(added, `Đỗ ${canary('added twice')}`)).__typename, 'GuardFailed');
  assert.equal((await add(canary('no officer\'s number'), 'Ai')).__typename, 'GuardFailed');
});

test('an officer lists results, some of them wrong', async () => {
  database.sql(`INSERT INTO staff_grant (officer, agency, role, starts_at) SELECT id, agency, 'ARCHIVIST', now() - interval '1 day' FROM officer WHERE id = 1`);
  const line = (personalNo, title, more = {}) => ({ number: key(), issuedOn: '2024-01-01', personalNo, title, ...more });
  const lines = [line(number('holder\'s number'), `Giấy phép ${canary('title of a result')}`), line(canary('no holder\'s number'), 'Giấy phép'),
    line(number('holder\'s number in a wrong line'), `Giấy phép ${canary('title of a wrong line')}`, { issuedOn: '2999-01-01' })];
  const asAdministrator = house.token('officer');
  assert.equal((await ask(changed('importResults'), { idempotencyKey: key(), lines }, asAdministrator)).__typename, 'ResultsImported');
  const wrong = { idempotencyKey: key(), result: canary('no result'), fits: true, personalNo: number('number on a scan') };
  assert.equal((await ask(changed('checkResult'), wrong, asAdministrator)).__typename, 'NotAllowed');
});

test('people share and delegate, a partner hands in by the lot and sets up endpoints, an officer classifies', async () => {
  const tomorrow = new Date(Date.now() + 86_400_000).toISOString();
  const made = async (name, input, token, type, more = '') => {
    const document = `mutation($input: ${name[0].toUpperCase()}${name.slice(1)}Input!) { ${name}(input: $input) { __typename ${more} ${failure} } }`;
    const reply = await ask(document, { idempotencyKey: key(), ...input }, token);
    assert.equal(reply.__typename, type, `${name}: ${JSON.stringify(reply)}`);
    return reply;
  };
  const { code } = await handIn(client, tokens.citizen, place(database));
  const other = database.sql('SELECT public_id FROM subject WHERE id = 2');
  await made('shareDossier', { code, with: other, fields: ['STATUS'], purpose: `Con ${canary('purpose of a grant')}`, until: tomorrow }, tokens.citizen, 'DossierShared');
  await made('delegate', { to: other, purpose: `Nhờ ${canary('purpose of a delegation')}`, until: tomorrow }, tokens.citizen, 'Delegated');
  await made('classifyDossier', { code, accessClass: 'RESTRICTED', reason: `Vì ${canary('reason of a class')}` }, tokens.officer, 'DossierClassified');
  await made('addGuest', { taxCode: canaries.get('tax code'), guest: canary('no guest') }, tokens.citizen, 'NotAllowed');

  const { procedure, agency } = place(database);
  const wrong = { procedure: canary('procedure of an item'), agency: canary('agency of an item'), applicant: canary('applicant of an item') };
  database.sql('INSERT INTO partner (id) VALUES (5001) ON CONFLICT DO NOTHING');
  await made('submitBulk', { items: [{ reference: canary('reference of an item'), procedure, agency, consent: true }, { reference: 'x', ...wrong }] }, tokens.partner, 'BulkJobAccepted');
  await until('it is done', () => database.sql("SELECT count(*) FROM bulk_item WHERE state = 'WAITING'") === '0');
  const address = `https://hooks-${canary('host of an endpoint')}.example.com/${canary('path of an endpoint')}`;
  const { secret } = await made('addWebhookEndpoint', { environment: 'LIVE', url: address, description: `Máy ${canary('description of an endpoint')}` },
    tokens.partner, 'WebhookEndpointAdded', '... on WebhookEndpointAdded { secret }');
  canary('secret of an endpoint', secret.slice('whsec_'.length));
  await made('addWebhookEndpoint', { environment: 'LIVE', url: `https://${canary('user of a bad address')}@10.0.0.1/` }, tokens.partner, 'GuardFailed');
  assert.equal((await client.get(`/exports/${canary('no export')}`, { authorization: `Bearer ${tokens.citizen}` })).status, 404);

  const proven = house.token('citizen');
  canary('proven access token', proven.split('.')[2]);
  await made('requestExport', {}, proven, 'ExportRequested');
  await until('it is done', () => database.sql("SELECT count(*) FROM export_file WHERE state = 'READY'") === '1');
  const { viewer: { exports: [{ path }] } } = await client.data('{ viewer { exports { path } } }', { token: proven });
  const copy = await client.get(path, { authorization: `Bearer ${proven}` });
  assert.ok(copy.text.includes(canaries.get('citizen\'s name')) && copy.text.includes(canaries.get('purpose of a grant')), 'what is looked for is really there');
});

test('what goes wrong goes wrong', async () => {
  const token = tokens.citizen;
  const wrong = (field) => canary(`wrong ${field}`);
  const fails = async (what, work) => {
    const { status, text } = await work;
    assert.ok(status >= 400 || /"errors"|Failed|NotAllowed|null/.test(text), `${what}: ${status} ${text}`);
  };
  await fails('syntax', client.post(`{ viewer { name( "${wrong('syntax')}" }`, { token }));
  await fails('field', client.post(`{ viewer { x${wrong('field')} } }`, { token }));
  await fails('literal', client.post(`{ dossier(code: 1${wrong('literal')}) { id } }`, { token }));
  await fails('operation name', client.post(`query X${wrong('operation name')} { a${wrong('alias')}: viewer { x } }`, { token, operationName: `X${canaries.get('wrong operation name')}` }));
  assert.ok((await client.data(`query X${wrong('operation name that works')} { a${wrong('alias that works')}: viewer { id } }`, { token })));
  await fails('variable', client.post('query($n: Int!) { events(first: $n) { nodes { id } } }', { token, variables: { n: wrong('variable') } }));
  await fails('input field', ask(changed('registerDevice'), { [`x${wrong('input field')}`]: wrong('input') }, token).then((json) => ({ status: 400, text: json })));
  await fails('JSON', client.request('POST', '/graphql', { 'content-type': 'application/json' }, `{"query": "${wrong('JSON')}`));
  await fails('path', client.get(`/${wrong('path')}?x=${wrong('query string')}`));
  await fails('GET', client.get(`/graphql?query=${encodeURIComponent(`{ dossier(code: "${wrong('GET')}") { id } }`)}`, { authorization: `Bearer ${token}` }));
  await fails('token', client.post('{ viewer { id } }', { token: wrong('token') }));
  await fails('headers', client.request('POST', '/graphql', { authorization: `Basic ${wrong('scheme')}`, 'user-agent': wrong('agent'), 'last-event-id': wrong('event id'),
    cookie: `x=${wrong('cookie')}`, 'x-request-id': wrong('request id'), traceparent: wrong('trace'), 'content-type': `application/${wrong('type')}` }, '{}'));
  await fails('ids', client.post('query($c: String!, $i: ID!) { dossier(code: $c) { id } node(id: $i) { id } }', { token, variables: { c: wrong('code'), i: wrong('id') } }));
  await fails('cursor', client.post('query($c: Cursor) { events(after: $c) { nodes { id } } }', { token, variables: { c: wrong('cursor') } }));
  await fails('search', client.post('query($s: String) { procedures(search: $s) { nodes { id } } dossier(code: "x") { id } }', { token, variables: { s: wrong('search') } }));
  await fails('place', client.post(changed('submitDossier'), { token, variables: { input: { idempotencyKey: key(), procedure: wrong('procedure'), agency: wrong('agency') } } }));
  await fails('device', client.post(changed('registerDevice'), { token, variables: { input: { idempotencyKey: key(), kind: 'WEBPUSH', address: wrong('address'), p256dh: wrong('p256dh'),
    auth: wrong('auth'), locale: wrong('locale') } } }));
  await fails('long key', client.post(changed('registerDevice'), { token, variables: { input: { idempotencyKey: wrong('key').repeat(30), kind: 'FCM', address: key() } } }));
  await fails('receiver', client.post(changed('handOverDossier'), { token: tokens.officer, variables: { input: { idempotencyKey: key(), code: wrong('dossier'), receiver: wrong('receiver') } } }));
  await fails('refresh', client.post(refresh, { variables: { input: { refreshToken: wrong('refresh token') } } }));
  await fails('code', client.post(signIn, { variables: { input: { issuer: 'citizens', code: wrong('sign-in code'), codeVerifier: wrong('verifier').repeat(3), nonce: wrong('nonce'),
    redirectUri: `vn.motcua.app:/${wrong('redirect')}`, device: wrong('long device').repeat(9) } } }));
  for (const who of ['undated', 'badly']) {
    const reply = await ask(signIn, await come(who, 'x'));
    assert.equal(reply.__typename, 'NotAllowed', JSON.stringify(reply));
  }
  const text = `{ dossier(code: "${wrong('persisted')}") { id } }`;
  await client.post(text, { token, extensions: { persistedQuery: { version: 1, sha256Hash: createHash('sha256').update(text).digest('hex') } } });
});

test('PostgreSQL refuses a row that holds personal data', async () => {
  const breaks = (field) => `break ${canary(`refused ${field}`)}`;
  const refused = (reply, what) => assert.ok(reply.errors && !reply.data, `${what}: ${JSON.stringify(reply)}`);
  const { code } = await handIn(client, tokens.citizen, place(database));
  refused(await ask(changed('acceptDossier'), { idempotencyKey: key(), code, digitised: true, note: breaks('note') }, tokens.officer), 'note');
  refused(await ask(changed('registerDevice'), { idempotencyKey: key(), kind: 'FCM', address: breaks('address') }, tokens.citizen), 'address');
  const named = await ask(signIn, await come('refused', 'x'));
  assert.notEqual(named.__typename, 'SignedIn');
  refused(await ask(changed('addOfficer'), { idempotencyKey: key(), name: breaks('officer'), personalNo: number('refused officer\'s number') }, tokens.officer), 'officer');
  const device = await ask(signIn, await come('citizen', breaks('device')));
  assert.notEqual(device.__typename, 'SignedIn');
});

const found = (text, allowed = () => false) => [...canaries].filter(([field, value]) => !allowed(field) && text.includes(value)).map(([field]) => field);
const logs = { 'the server\'s log': () => house.server.log, 'the worker\'s log': () => house.workers[0].log,
  'PostgreSQL\'s log': () => readFileSync(join(dirname(new URL(process.env.MOTCUA_ADMIN_URL.replace(/^postgresql:\/\/postgres@/, 'x://x')).searchParams.get('host')), 'pg/postgres.log'), 'latin1') };

for (const [where, text] of Object.entries(logs)) {
  test(`${where} holds none of them`, async () => {
    await sleep(500);
    assert.ok(text().length > 0, 'there is a log');
    assert.deepEqual(found(text()), []);
  });
}

test('PostgreSQL\'s log was looked at where it would stand', () => {
  assert.match(logs['PostgreSQL\'s log'](), /violates check constraint/);
  assert.match(logs['PostgreSQL\'s log'](), /app_officer LOG: {2}duration/);
});

test('Redis was told none of them, but a session\'s record its viewer\'s name', async () => {
  const ours = heard.split('\n');
  assert.ok(ours.length > 10);
  const named = /"session:\{[0-9a-f-]{36}\}"/;
  const name = (field) => /name$/.test(field);
  assert.deepEqual(found(ours.filter((line) => !named.test(line)).join('\n')), []);
  const records = ours.filter((line) => named.test(line)).join('\n');
  assert.deepEqual(found(records, name), []);
  assert.ok(found(records).includes('citizen\'s name'), 'what is looked for is found where it is');
});

test('Redis keeps none of them', () => {
  const lua = `local found = {} local cursor = '0' repeat local page = redis.call('SCAN', cursor, 'COUNT', 1000) cursor = page[1]
    for _, k in ipairs(page[2]) do found[#found + 1] = k if not string.find(k, '^session:{') then local dump = redis.call('DUMP', k) if dump then found[#found + 1] = dump end end end
    until cursor == '0' return table.concat(found, '\\n')`;
  assert.deepEqual(found(redis(house.env, 'EVAL', lua, '0')), []);
});

test('no push says any of them', () => {
  assert.ok(push.received.length >= 2);
  assert.deepEqual(found(JSON.stringify(push.received.map(({ to, ...said }) => said))), []);
});

test('what outlives a person\'s data holds none of it: audit, outbox, deliveries, idempotency', () => {
  const rows = database.sql(['audit', 'outbox', 'delivery', 'delivery_log', 'attempt', 'session_change'].map((table) => `SELECT t::text FROM ${table} t`).join(' UNION ALL '));
  assert.match(rows, /session\.open/);
  assert.deepEqual(found(rows), []);
  assert.deepEqual(found(database.sql('SELECT principal, encode(request_sha256, \'escape\'), outcome_type, outcome_ids FROM idempotency')), []);
});

// 1 byte is less than 0: see core(5) of what pipes dumps to a program.
test('the server dumps no core', () => {
  for (const pid of [house.server.child.pid, ...house.children()]) {
    const [, soft, hard] = /^Max core file size\s+(\S+)\s+(\S+)/m.exec(readFileSync(`/proc/${pid}/limits`, 'latin1'));
    assert.ok(soft === '1' || hard === '0', `${soft} ${hard}`);
  }
});
