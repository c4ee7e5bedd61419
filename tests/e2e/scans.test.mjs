// Papers that are scanned at the counter and results that are attached (R31), who takes a result (D18), and what officers are told of
// (D5, D14): by the officers and applicants who do it.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import { Clamd, marker } from './clamd.mjs';
import { act, accepted, client, close, dossier, go, house, itemsOf, look, one, open, refused, stateOf, supplement, tokens, where } from './office.mjs';
import { PushServices } from './push.mjs';
import { failure, handIn, key, until } from './support.mjs';

let push;
let clamd;
before(async () => {
  clamd = await Clamd.start();
  push = await PushServices.start();
  await open('scans');
  await house.startWorker({ ...push.settings, MOTCUA_SCANNER_URL: clamd.url, MOTCUA_TICK_MS: '200' });
});
after(async () => {
  await close();
  await push?.stop();
  await clamd?.stop();
});

// ---- files, as a counter's scanner sends them ----

const tus = (who, more = {}) => ({ 'tus-resumable': '1.0.0', authorization: `Bearer ${tokens[who]}`, ...more });
const pdf = (more = '') => Buffer.concat([Buffer.from(`%PDF-1.7\n${more}\n`), randomBytes(2000)]);
const create = (who, length) => client.request('POST', '/files', tus(who, { 'upload-length': String(length), 'upload-metadata': `filetype ${Buffer.from('application/pdf').toString('base64')}` }));
const patch = (who, path, offset, bytes) => client.request('PATCH', path, tus(who, { 'upload-offset': String(offset), 'content-type': 'application/offset+octet-stream' }), bytes);

async function upload(who, bytes = pdf()) {
  const made = await create(who, bytes.length);
  assert.equal(made.status, 201, made.text);
  const half = bytes.length >> 1;
  assert.equal((await patch(who, made.headers.location, 0, bytes.subarray(0, half))).status, 204);
  assert.equal((await client.request('HEAD', made.headers.location, tus(who))).headers['upload-offset'], String(half));
  assert.equal((await patch(who, made.headers.location, half, bytes.subarray(half))).status, 204);
  const id = made.headers.location.split('/').at(-1);
  await until('the file is looked at', () => one(`SELECT state FROM upload WHERE id = '${id}'`) !== 'QUARANTINED');
  return id;
}

// ---- what is done with them ----

const paper = 'id title kind source state validUntil reuses download';
const problems = '... on GuardFailed { problems { path message } } ... on StaleState { current { state } }';
const keeps = (field, type) => `mutation($input: ${type}!) { it: ${field}(input: $input) { __typename ... on PaperKept { paper { ${paper} } } ${failure} ${problems} } }`;
const say = async (document, who, input) => (await client.data(document, { token: tokens[who], variables: { input: { idempotencyKey: key(), ...input } } })).it;
const scan = (id, more = {}) => ({ upload: id, part: 'Giấy khai sinh', kind: 'KHAI_SINH', ...more });
const scanPart = (who, code, it, more = {}) => say(keeps('scanPart', 'ScanPartInput'), who, { code, scan: it, ...more });
const attach = (who, code, id, more = {}) => say(keeps('attachResult', 'AttachResultInput'), who, { code, upload: id, kind: 'TRICH_LUC', title: 'Trích lục khai sinh', ...more });
const remove = (who, code, id) => say(`mutation($input: RemoveScanInput!) { it: removeScan(input: $input) { __typename ... on PaperRemoved { id } ${failure} ${problems} } }`, who, { code, paper: id });
const partsOf = async (who, code) => (await look(who, code, `parts { no name source paper { ${paper} } }`)).parts;
const resultsOf = async (who, code) => (await look(who, code, `resultFiles { ${paper} }`)).resultFiles;
const shelf = async (who) => (await client.data(`{ viewer { papers(first: 50) { nodes { ${paper} } } } }`, { token: tokens[who] })).viewer.papers.nodes;
const fetched = async (path) => {
  const { stream, headers } = await client.stream('GET', path, {});
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return [headers[':status'], Buffer.concat(chunks)];
};

test('R31: a paper brought to the counter is scanned, accepted, and reused in the next dossier', async () => {
  const code = await dossier('SUBMITTED');
  assert.equal(await refused('intake', 'acceptDossier', code, {}), 'GuardFailed digitised');
  const bytes = pdf('khai sinh');
  const id = await upload('intake', bytes);
  const input = { idempotencyKey: key(), validUntil: '2099-12-31' };
  const sent = () => scanPart('intake', code, scan(id, { validUntil: input.validUntil }), { idempotencyKey: input.idempotencyKey });
  const scanned = await sent();
  assert.equal(scanned.__typename, 'PaperKept', JSON.stringify(scanned));
  assert.deepEqual({ ...scanned.paper, id: '', download: '' }, { id: '', title: 'Giấy khai sinh', kind: 'KHAI_SINH', source: 'PAPER_SCAN', state: 'CLEAN', validUntil: '2099-12-31', reuses: 0, download: '' });
  assert.equal((await sent()).paper.id, scanned.paper.id, 'a repeat is the same');
  assert.equal((await scanPart('intake', code, scan(id))).problems?.[0].path, 'upload', 'a file is one paper');
  await go('intake', 'acceptDossier', code, {}, 'ACCEPTED');
  assert.equal(one(`SELECT digitised FROM dossier WHERE code = '${code}'`), 't');
  const [part] = await partsOf('citizen', code);
  assert.deepEqual([part.no, part.name, part.source, part.paper.id], [1, 'Giấy khai sinh', 'PAPER_SCAN', scanned.paper.id], 'the applicant sees what was scanned of it');
  const own = (await shelf('citizen')).find((each) => each.id === scanned.paper.id);
  assert.ok(own, 'it is in the applicant\'s store');
  const [status, body] = await fetched(own.download);
  assert.equal(status, 200);
  assert.ok(body.equals(bytes), 'byte by byte');

  const next = await dossier('SUBMITTED');
  await go('intake', 'askIntakeSupplement', next, supplement({ parts: [{ name: 'Giấy khai sinh' }] }), 'INTAKE_SUPPLEMENT');
  const [item] = await itemsOf(next);
  await go('citizen', 'supplementDossier', next, { items: [{ item: item.id, paper: scanned.paper.id }] }, 'SUBMITTED');
  assert.deepEqual((await partsOf('intake', next)).map(({ source, paper: { id: of, reuses } }) => [source, of, reuses]), [['REUSE', scanned.paper.id, 1]]);
});

test('R31: at the counter what was brought is scanned and accepted in one', async () => {
  const [first, second] = [await upload('intake'), await upload('intake')];
  const input = { procedure: where.procedure, applicant: one('SELECT public_id FROM subject WHERE id = 2'), channel: 'COUNTER' };
  assert.equal((await act('intake', 'acceptAtCounter', input)).problems?.[0].path, 'digitised');
  const wrong = await act('intake', 'acceptAtCounter', { ...input, scans: [scan(first), scan(first, { part: 'Căn cước', kind: 'căn cước' })] });
  assert.deepEqual(wrong.problems.map(({ path }) => path), ['scans', 'scans.1.kind']);
  const made = await act('intake', 'acceptAtCounter', { ...input, scans: [scan(first, { validFrom: '2026-01-02', validUntil: '2036-01-02' }), scan(second, { part: 'Căn cước', kind: 'CCCD', title: 'Căn cước công dân' })] });
  assert.equal(made.dossier?.state, 'ACCEPTED', JSON.stringify(made));
  const parts = await partsOf('citizen2', made.dossier.code);
  assert.deepEqual(parts.map(({ name, source, paper: { title, validUntil } }) => [name, source, title, validUntil]),
    [['Giấy khai sinh', 'PAPER_SCAN', 'Giấy khai sinh', '2036-01-02'], ['Căn cước', 'PAPER_SCAN', 'Căn cước công dân', null]]);
  assert.equal((await shelf('citizen2')).filter(({ source }) => source === 'PAPER_SCAN').length, 2);
});

test('R31: an officer\'s file goes through the same quarantine as anybody\'s', async () => {
  const code = await dossier('SUBMITTED');
  const sick = await upload('intake', pdf(marker));
  const told = await scanPart('intake', code, scan(sick));
  assert.deepEqual([told.__typename, told.problems?.map(({ path }) => path).join()], ['GuardFailed', 'upload']);
  assert.match(told.problems[0].message, /malicious/);
  const { headers: { location } } = await create('intake', 100);
  assert.equal((await scanPart('intake', code, scan(location.split('/').at(-1)))).problems?.[0].path, 'upload', 'nor is one taken that is not whole');
  assert.deepEqual(await partsOf('intake', code), []);
});

test('R31: only who takes a dossier in scans for it, and only its own files', async () => {
  const code = await dossier('SUBMITTED');
  const file = await upload('intake');
  for (const who of ['dispatcher', 'processor', 'signer', 'head', 'counter', 'other', 'citizen', 'citizen2', 'partner'])
    assert.equal((await scanPart(who, code, scan(file))).__typename, 'NotAllowed', who);
  assert.equal((await scanPart('intake', code, scan(await upload('citizen')))).problems?.[0].path, 'upload', 'an applicant\'s file is no officer\'s');
  for (const who of ['signer', 'head', 'counter', 'dispatcher']) assert.equal((await create(who, 10)).status, 403, who);
  assert.equal((await client.request('HEAD', `/files/${file}`, tus('processor'))).status, 404, 'nor a colleague\'s');
  const mistaken = await scanPart('intake', code, scan(file));
  assert.equal((await remove('processor', code, mistaken.paper.id)).__typename, 'NotAllowed');
  assert.equal((await remove('intake', code, mistaken.paper.id)).id, mistaken.paper.id, 'a mistake is taken back');
  assert.ok(!(await shelf('citizen')).some(({ id }) => id === mistaken.paper.id));
  await go('intake', 'acceptDossier', code, accepted, 'ACCEPTED');
  const late = await scanPart('intake', code, scan(await upload('intake')));
  assert.deepEqual([late.__typename, late.current?.state], ['StaleState', 'ACCEPTED']);
});

test('R31, R9: the file of a result is the applicant\'s with the completion, and not before', async () => {
  const code = await dossier('PROCESSING');
  assert.equal(await refused('signer', 'completeDossier', code, { outcome: 'GRANTED' }), 'GuardFailed eResult');
  const bytes = pdf('trích lục');
  const file = await upload('processor', bytes);
  for (const who of ['intake', 'signer', 'head', 'counter', 'other', 'citizen', 'partner']) assert.equal((await attach(who, code, file)).__typename, 'NotAllowed', who);
  const attached = await attach('processor', code, file);
  assert.equal(attached.paper?.source, 'RESULT', JSON.stringify(attached));
  const { id } = attached.paper;
  assert.deepEqual((await resultsOf('signer', code)).map((each) => each.id), [id], 'who signs sees it');
  const [seen, body] = await fetched((await resultsOf('signer', code))[0].download);
  assert.deepEqual([seen, body.equals(bytes)], [200, true]);
  assert.deepEqual(await resultsOf('citizen', code), [], 'the applicant does not, yet');
  assert.ok(!(await shelf('citizen')).some((each) => each.id === id));
  await go('signer', 'completeDossier', code, { outcome: 'GRANTED' }, 'COMPLETED');
  const own = (await shelf('citizen')).find((each) => each.id === id);
  assert.deepEqual([own?.source, own?.title], ['RESULT', 'Trích lục khai sinh']);
  assert.ok((await fetched(own.download))[1].equals(bytes));
  assert.deepEqual((await resultsOf('citizen', code)).map((each) => each.id), [id]);
  await go('head', 'reopenDossier', code, { reason: 'Sai họ tên.' }, 'PROCESSING');
  assert.ok(!(await shelf('citizen')).some((each) => each.id === id), 'D19: what is taken back is out of its store');
  assert.equal((await fetched(own.download))[0], 404, 'and its link leads nowhere');
  assert.deepEqual(await resultsOf('citizen', code), []);
});

test('R31: a result is handed to the applicant, to whom a delegation names, or by a proof', async () => {
  const applicant = one('SELECT name FROM subject WHERE id = 1');
  const stranger = 'Lê Văn Nhận Hộ';
  const code = await dossier('COMPLETED');
  const refusal = await act('counter', 'handOverDossier', { code, receiver: stranger, delivery: 'COUNTER' });
  assert.deepEqual(refusal.problems?.map(({ path }) => path), ['receiver']);
  assert.match(refusal.problems[0].message, /power of attorney/);
  await go('counter', 'handOverDossier', code, { receiver: applicant, delivery: 'COUNTER' }, 'RETURNED');
  await go('counter', 'handOverDossier', await dossier('COMPLETED'), { receiver: stranger, proof: 'Văn bản ủy quyền số 12/2026', delivery: 'COUNTER' }, 'RETURNED');
  const other = one('SELECT name FROM subject WHERE id = 2');
  one("INSERT INTO delegation (delegator, delegate, purpose, until) VALUES (1, 2, 'Nhận kết quả thay', now() + interval '1 day')");
  await go('counter', 'handOverDossier', await dossier('COMPLETED'), { receiver: other, delivery: 'COUNTER' }, 'RETURNED');
  one("UPDATE delegation SET revoked_at = now() WHERE delegator = 1 AND delegate = 2");
  assert.ok(other !== applicant);
  assert.equal(await refused('counter', 'handOverDossier', await dossier('COMPLETED'), { receiver: other, delivery: 'COUNTER' }), 'GuardFailed receiver');
});

test('D18: an applicant takes an electronic result in the app, and the dossier is at its end', async () => {
  const step = 'state nextAction { kind }';
  const code = await dossier('PROCESSING');
  const bytes = pdf('kết quả điện tử');
  await attach('processor', code, await upload('processor', bytes));
  await go('signer', 'completeDossier', code, { outcome: 'GRANTED' }, 'COMPLETED');
  assert.equal((await look('citizen', code, step)).nextAction.kind, 'COLLECT');
  assert.equal(await refused('citizen', 'collectResult', code), 'GuardFailed code', 'not what is to be had at the counter');
  await go('citizen', 'chooseDelivery', code, { delivery: 'ELECTRONIC' }, 'COMPLETED');
  assert.equal((await look('citizen', code, step)).nextAction.kind, 'COLLECT_ONLINE', 'the app says what to do');
  for (const who of ['citizen2', 'partner', 'counter', 'head']) assert.equal(await refused(who, 'collectResult', code), 'NotAllowed', who);
  const { seq } = await look('citizen', code, 'seq');
  assert.equal(await refused('citizen', 'collectResult', code, { expectedSeq: seq - 1 }), 'StaleState');

  const sent = { idempotencyKey: key(), code, expectedSeq: seq };
  const done = await act('citizen', 'collectResult', sent);
  assert.deepEqual([done.dossier.state, done.dossier.seq, done.event.event, done.event.to, done.event.note], ['RETURNED', seq + 1, 'collect', 'RETURNED', null]);
  assert.deepEqual(await act('citizen', 'collectResult', sent), done, 'sent again it is answered the same');
  const [file] = await resultsOf('citizen', code);
  const [status, body] = await fetched(file.download);
  assert.deepEqual([status, body.equals(bytes)], [200, true], 'the file is there, and stays');
  assert.deepEqual(await look('citizen', code, step), { state: 'RETURNED', nextAction: null });
  assert.equal(one(`SELECT note_internal FROM dossier_event e JOIN dossier d ON d.id = e.dossier WHERE d.code = '${code}' AND e.event = 'collect'`), one('SELECT name FROM subject WHERE id = 1'), 'who took it is named to officers');
  assert.equal(await refused('counter', 'handOverDossier', code, { receiver: one('SELECT name FROM subject WHERE id = 1'), delivery: 'COUNTER' }), 'StaleState');
});

test('D18: where there is no file, or a fee is still due, nothing is taken in the app', async () => {
  const code = await dossier('COMPLETED');
  await go('citizen', 'chooseDelivery', code, { delivery: 'ELECTRONIC' }, 'COMPLETED');
  assert.equal((await look('citizen', code, 'nextAction { kind }')).nextAction.kind, 'COLLECT');
  const refusal = await act('citizen', 'collectResult', { code });
  assert.deepEqual(refusal.problems.map(({ path }) => path), ['code']);
  const owing = await dossier('PROCESSING');
  await attach('processor', owing, await upload('processor'));
  await go('signer', 'completeDossier', owing, { outcome: 'GRANTED', delivery: 'ELECTRONIC' }, 'COMPLETED');
  one(`UPDATE dossier SET finance = 'DUE' WHERE code = '${owing}'`);
  assert.equal(await refused('citizen', 'collectResult', owing), 'GuardFailed finance');
  assert.equal((await look('citizen', owing, 'nextAction { kind }')).nextAction.kind, 'PAY');
});

test('R6: a partner brings a part of what it has handed in by its own upload, which is the applicant\'s then', async () => {
  one("INSERT INTO delegation (delegator, delegate, purpose, until) VALUES (2, 5001, 'Nộp hồ sơ thay', now() + interval '1 day')");
  const { code } = await handIn(client, tokens.partner, { ...where, applicant: one('SELECT public_id FROM subject WHERE id = 2') });
  await go('intake', 'askIntakeSupplement', code, supplement({ parts: [{ name: 'Giấy khai sinh' }] }), 'INTAKE_SUPPLEMENT');
  const [{ id: item }] = (await look('partner', code, 'supplements { items { id } }')).supplements[0].items;
  assert.equal(await refused('partner', 'supplementDossier', code, { items: [{ item, upload: await upload('intake') }] }), 'GuardFailed items');
  const bytes = pdf('của đối tác');
  await go('partner', 'supplementDossier', code, { items: [{ item, upload: await upload('partner', bytes) }] }, 'SUBMITTED');
  const [part] = await partsOf('citizen2', code);
  assert.deepEqual([part.name, part.source, part.paper.source], ['Giấy khai sinh', 'UPLOAD', 'UPLOAD']);
  assert.ok((await fetched(part.paper.download))[1].equals(bytes));
});

// ---- what officers are told of ----

const pushesTo = (device) => one(`SELECT payload->>'template' FROM (SELECT device, payload, id FROM delivery UNION SELECT device, payload, id FROM delivery_log) AS d
  WHERE device = '${device}' ORDER BY id`).split('\n').filter(Boolean);
const register = `mutation($input: RegisterDeviceInput!) { registerDevice(input: $input) { ... on DeviceRegistered { device { id } } ${failure} } }`;

test('D5, D14: who has the dossier in hand is told of a supplement that is complete, and of a withdrawal that is asked for', async () => {
  await until('what came before has been told', () => one('SELECT count(*) FROM outbox') === '0');
  const devices = {};
  for (const who of ['intake', 'processor', 'head', 'citizen']) {
    const { registerDevice } = await client.data(register, { token: tokens[who], variables: { input: { idempotencyKey: key(), kind: 'FCM', address: `registration-token-of-${who}` } } });
    devices[who] = registerDevice.device.id;
  }
  const code = await dossier('SUBMITTED');
  await go('intake', 'askIntakeSupplement', code, supplement({ parts: [{ name: 'Căn cước' }, { name: 'Bản vẽ' }] }));
  const items = await itemsOf(code);
  const own = await upload('citizen');
  const kept = (await say(keeps('keepPaper', 'KeepPaperInput').replace(problems, '... on GuardFailed { problems { path message } }'), 'citizen', { upload: own, kind: 'CCCD', title: 'Căn cước' })).paper.id;
  await go('citizen', 'supplementDossier', code, { items: [{ item: items[0].id, paper: kept }] }, 'INTAKE_SUPPLEMENT');
  await go('citizen', 'supplementDossier', code, { items: [{ item: items[1].id, paper: kept }] }, 'SUBMITTED');
  const more = () => pushesTo(devices.intake).filter((template) => template !== 'officer.submitted');
  await until('who receives is told', () => more().length > 0);
  assert.deepEqual(more(), ['officer.supplemented'], 'once, when all is there');
  await until('so is the applicant', () => pushesTo(devices.citizen).includes('dossier.supplemented'));

  const worked = await dossier('PROCESSING');
  await until('what came before has been told', () => one('SELECT count(*) FROM outbox') === '0');
  one(`UPDATE dossier SET processor = (SELECT id FROM officer WHERE name = 'Cán bộ PROCESSOR' AND agency = competent_agency) WHERE code = '${worked}'`);
  await go('citizen', 'requestWithdraw', worked, {}, 'WITHDRAW_REQUESTED');
  await until('who works on it is told', () => pushesTo(devices.processor).length > 0);
  assert.deepEqual(pushesTo(devices.processor), ['officer.withdrawRequested']);
  await until('and the applicant that it was received', () => pushesTo(devices.citizen).includes('dossier.withdrawRequested'));
  assert.deepEqual([more().length, pushesTo(devices.head)], [1, []], 'nobody else is');
  const [{ payload }] = [JSON.parse(one(`SELECT jsonb_build_object('payload', payload) FROM (SELECT device, payload FROM delivery UNION ALL SELECT device, payload FROM delivery_log) AS d WHERE device = '${devices.processor}'`))];
  assert.deepEqual(Object.keys(payload).sort(), ['event', 'tail', 'template'], 'and what it is told names nobody');
  assert.equal(stateOf(worked), 'WITHDRAW_REQUESTED');
});
