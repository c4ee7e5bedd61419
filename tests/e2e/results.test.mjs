// Results of before the electronic system: an inventory in JSON lines (R07), scanned and checked by two officers, then papers of
// their holders that other procedures use (R09); and the figures, which anybody reads (R08, R03, R21).
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { DefaultHttpStack, Upload } from 'tus-js-client';
import { Issuer } from '../../tools/dev/issuer.mjs';
import { Clamd, marker } from './clamd.mjs';
import { Database, House, failure, handIn, key, place, programs, until } from './support.mjs';

const folder = mkdtempSync(join(tmpdir(), 'motcua-results-'));
const extraPeople = { holder: { SoDinhDanh: '074081000041', HoVaTen: 'Phạm Thị Lan', NgaySinh: '1981-05-06' } };
let issuer;
let clamd;
let database;
let house;
let client;
let where;
const tokens = {};
before(async () => {
  issuer = await Issuer.start({ place: folder, extraPeople });
  clamd = await Clamd.start();
  database = Database.copy('results');
  // Officers 1 and 2 keep the inventory of one agency, and speak English.
  database.sql(`INSERT INTO staff_grant (officer, agency, role, starts_at) SELECT id, agency, 'ARCHIVIST', now() - interval '1 day' FROM officer WHERE id IN (1, 2);
    UPDATE officer SET locale = 'en' WHERE id IN (1, 2)`);
  house = await House.start('results', { database, settings: { MOTCUA_PROCESSES: '2', MOTCUA_SCANNER_URL: clamd.url, MOTCUA_TICK_MS: '300', MOTCUA_ISSUERS_FILE: issuer.file,
    MOTCUA_COST_MAX_APP: '10000', MOTCUA_COST_MAX_OFFICER: '10000' } });
  client = house.client();
  for (const actor of ['citizen', 'officer', 'field', 'partner']) tokens[actor] = house.token(actor);
  where = place(database);
  await house.startWorker();
});
after(async () => {
  await house?.stop();
  await clamd?.stop();
  await issuer?.stop();
  database?.drop();
  rmSync(folder, { recursive: true, force: true });
});

const one = (sql) => database.sql(sql);
const change = async (field, selection, input, token) => (await client.data(`mutation($input: ${field[0].toUpperCase()}${field.slice(1)}Input!) {
  ${field}(input: $input) { __typename ${selection} ${failure} ... on GuardFailed { problems { path message } } } }`, { token, variables: { input: { idempotencyKey: key(), ...input } } }))[field];
const imported = '... on ResultsImported { import { id lines listed known problems { line path message } } }';
const fields = 'id number title kind procedure issuedOn validUntil taxCode state sha256 attachedAt returnReason digitisedAt authorityLevel issuer { code } agency { code } attachedBy scan { id state source download }';
const attach = (result, upload, token = tokens.officer) => change('attachResultScan', `... on ResultChanged { result { ${fields} } }`, { result, upload }, token);
const check = (result, more, token = tokens.field) => change('checkResult', `... on ResultChanged { result { ${fields} } }`, { result, ...more }, token);
const listed = async (state, token = tokens.field) => (await client.data(`query($state: ProcedureResultState!) { viewer { results(first: 100, state: $state) { nodes { ${fields} } } } }`,
  { token, variables: { state } })).viewer.results.nodes;
const named = async (state, number, token) => (await listed(state, token)).find((result) => result.number === number);
const figures = async (code, token) => {
  const id = one(`SELECT public_id FROM agency WHERE code = '${code}'`);
  const { node } = await client.data(`query($id: ID!) { node(id: $id) { ... on Agency { digitisation { level stillValid digitised ratio target year } paperReuse { parts reused ratio } } } }`, { token: token ?? tokens.citizen, variables: { id } });
  return { ...Object.fromEntries(node.digitisation.map(({ level, ...rest }) => [level, rest])), reuse: node.paperReuse };
};
const share = (part, whole) => (whole ? Math.floor((part * 1000) / whole) / 10 : null);

// A file as a scanner's program sends it.
const pdf = (more = '') => Buffer.concat([Buffer.from(`%PDF-1.7\n${more}\n`), randomBytes(3000)]);
const send = (bytes, token) => new Promise((resolve, reject) => {
  const upload = new Upload(bytes, { endpoint: `${house.origin}/files`, chunkSize: 1 << 20, retryDelays: [0, 50, 200], metadata: { filetype: 'application/pdf', filename: 'a.pdf' },
    headers: { authorization: `Bearer ${token}` }, httpStack: new DefaultHttpStack({ ca: house.ca }), onSuccess: () => resolve(upload.url.split('/').at(-1)), onError: reject });
  upload.start();
});
const judged = (id) => until('the scan is looked at', async () => {
  const state = one(`SELECT p.state FROM stored_paper p JOIN procedure_result r ON r.paper = p.id WHERE r.public_id = '${id}'`);
  return state !== 'QUARANTINED' && state;
});

// An inventory as offices keep it: one JSON object a line, sent 100 at a time.
async function importFile(file, token = tokens.officer) {
  const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line));
  const sum = { lines: 0, listed: 0, known: 0, problems: [] };
  for (let at = 0; at < lines.length; at += 100) {
    const reply = await change('importResults', imported, { lines: lines.slice(at, at + 100) }, token);
    assert.equal(reply.__typename, 'ResultsImported', JSON.stringify(reply));
    for (const name of ['lines', 'listed', 'known']) sum[name] += reply.import[name];
    sum.problems.push(...reply.import.problems.map(({ line, ...rest }) => ({ line: line + at, ...rest })));
  }
  return sum;
}
const line = (number, more = {}) => ({ number, title: 'Giấy phép xây dựng', kind: 'GIAY_PHEP_XAY_DUNG', issuedOn: '2025-08-01', personalNo: extraPeople.holder.SoDinhDanh, ...more });

test('R07: an inventory in JSON lines is listed once, and each refused line is told', async () => {
  const before = await figures(where.agency);
  const file = join(folder, 'inventory.jsonl');
  const bad = [line('BAD-1', { personalNo: '12' }), line('BAD-2', { issuedOn: '2999-01-01' }), line('OK-6', { title: 'Giấy phép khác' })];
  const good = Array.from({ length: 120 }, (_, i) => line(`OK-${i}`, i % 2 ? { validUntil: '2099-12-31' } : {}));
  writeFileSync(file, [...good, ...bad].map((each) => JSON.stringify(each)).join('\n'));
  const first = await importFile(file);
  assert.deepEqual({ ...first, problems: first.problems.map(({ line, path }) => `${line} ${path}`) },
    { lines: 123, listed: 120, known: 0, problems: ['121 personalNo', '122 issuedOn', '123 title'] });
  assert.match(first.problems[2].message, /inventory has this number and date already/);
  const again = await importFile(file);
  assert.deepEqual([again.listed, again.known, again.problems.length], [0, 120, 3], 'the same file again gives the same inventory');
  const now = await figures(where.agency);
  assert.deepEqual([now.COMMUNE.stillValid - before.COMMUNE.stillValid, now.COMMUNE.digitised - before.COMMUNE.digitised], [120, 0]);
  assert.ok(now.COMMUNE.ratio < before.COMMUNE.ratio, 'what is listed and not digitised lowers the ratio');
  assert.equal(one(`SELECT count(*) FROM procedure_result WHERE procedure_result::text LIKE '%${extraPeople.holder.SoDinhDanh}%'`), '0', 'no number is kept');
});

test('R07: a repeat of an import answers the same; its key counts for the same lines alone', async () => {
  const idempotencyKey = key();
  const ask = (lines) => change('importResults', imported, { idempotencyKey, lines }, tokens.officer);
  const one1 = await ask([line('KEY-1'), line('KEY-2', { personalNo: '1' })]);
  assert.deepEqual(await ask([line('KEY-1'), line('KEY-2', { personalNo: '1' })]), one1);
  assert.equal(one1.import.listed, 1);
  assert.equal((await ask([line('KEY-1', { personalNo: '074081000042' })])).code, 'KEY_REUSED');
  assert.equal(one(`SELECT count(*) FROM idempotency i WHERE i::text LIKE '%${extraPeople.holder.SoDinhDanh}%'`), '0');
});

test('R07: 100 lines at most, and by who keeps the inventory alone', async () => {
  const many = Array.from({ length: 101 }, (_, i) => line(`M-${i}`));
  const reply = await client.post('mutation($input: ImportResultsInput!) { importResults(input: $input) { __typename } }', { token: tokens.officer, variables: { input: { idempotencyKey: key(), lines: many } } });
  assert.equal(reply.json.errors[0].extensions.code, 'BAD_USER_INPUT', reply.text);
  assert.equal((await change('importResults', imported, { lines: [] }, tokens.officer)).problems[0].path, 'lines');
  for (const who of ['citizen', 'partner']) assert.equal((await change('importResults', imported, { lines: [line('M-1')] }, tokens[who])).code, 'NOT_ALLOWED', who);
  assert.equal(one("SELECT count(*) FROM procedure_result WHERE number LIKE 'M-%'"), '0');
});

test('R07: a scan is checked by a second officer, given back with a reason, and then digitised; the ratio moves', async () => {
  const { id } = await named('INVENTORIED', 'OK-0', tokens.officer);
  const before = await figures(where.agency);
  assert.equal((await attach(id, await send(pdf(), tokens.field))).code, 'NOT_ALLOWED', 'another officer\'s upload');
  const sent = (await attach(id, await send(pdf(), tokens.officer))).result;
  assert.deepEqual([sent.state, sent.attachedBy], ['PROPOSED', one('SELECT name FROM officer WHERE id = 1')]);
  assert.equal(await judged(id), 'CLEAN');
  const holder = { fits: true, personalNo: extraPeople.holder.SoDinhDanh };
  assert.match((await check(id, holder, tokens.officer)).problems[0].message, /another officer does/);
  assert.ok(await named('PROPOSED', 'OK-0'), 'it is in the list of what is to be checked');
  const back = (await check(id, { fits: false, reason: 'Thiếu trang 2.' })).result;
  assert.deepEqual([back.state, back.returnReason, back.scan], ['INVENTORIED', 'Thiếu trang 2.', null]);
  const bytes = pdf();
  const again = (await attach(id, await send(bytes, tokens.officer))).result;
  assert.equal(again.returnReason, null);
  await judged(id);
  const { scan } = await named('PROPOSED', 'OK-0');
  const { stream, headers } = await client.stream('GET', scan.download);
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  assert.ok(headers[':status'] === 200 && Buffer.concat(chunks).equals(bytes), 'who checks it sees it');
  assert.equal((await check(id, { fits: true, personalNo: '074081000042' })).problems[0].path, 'personalNo', 'the holder is written off the scan');
  const done = (await check(id, holder)).result;
  assert.equal(done.state, 'DIGITISED');
  assert.equal(done.sha256, createHash('sha256').update(bytes).digest('hex'), 'R09: it is addressed by its hash');
  assert.ok(Math.abs(Date.parse(done.digitisedAt) - Date.now()) < 3_600_000);
  const now = await figures(where.agency);
  assert.deepEqual([now.COMMUNE.stillValid - before.COMMUNE.stillValid, now.COMMUNE.digitised - before.COMMUNE.digitised], [0, 1]);
  for (const { stillValid, digitised, ratio } of [before.COMMUNE, now.COMMUNE]) assert.equal(ratio, share(digitised, stillValid));
});

test('R07: what is malicious is nobody\'s scan', async () => {
  const { id } = await named('INVENTORIED', 'OK-1', tokens.officer);
  await attach(id, await send(pdf(marker), tokens.officer));
  assert.equal(await judged(id), 'REFUSED');
  assert.match((await check(id, { fits: true, personalNo: extraPeople.holder.SoDinhDanh })).problems[0].message, /scanned again/);
  assert.equal((await attach(id, await send(pdf(), tokens.officer))).result.state, 'PROPOSED', 'another takes its place');
});

const signIn = 'mutation($input: SignInInput!) { signIn(input: $input) { __typename ... on SignedIn { accessToken } } }';
const paper = 'id title source reuses validUntil result { id number issuedOn sha256 issuer { name } authorityLevel attachedBy taxCode returnReason }';

test('R09: who signs in for the first time has the results that were digitised before, and uses one in another procedure', async () => {
  const { signIn: reply } = await client.data(signIn, { variables: { input: { ...(await issuer.code('holder')), device: 'x' } } });
  const token = reply.accessToken;
  const { viewer } = await client.data(`{ viewer { papers { nodes { ${paper} } } results { nodes { id } } } }`, { token });
  assert.deepEqual(viewer.papers.nodes.map(({ source, title, result }) => [source, title, result.number, result.authorityLevel, result.attachedBy, result.taxCode]),
    [['RESULT', 'Giấy phép xây dựng', 'OK-0', 'COMMUNE', null, null]], 'what is digitised alone, and nothing of the inventory');
  assert.deepEqual(viewer.results.nodes, []);
  const [held] = viewer.papers.nodes;
  const before = await figures(where.agency);
  const { code } = await handIn(client, token, where);
  const moved = '... on DossierChanged { dossier { state supplements { items { id } } } }';
  const ask = { code, reason: 'Thiếu giấy tờ.', until: new Date(Date.now() + 9 * 86_400_000).toISOString(), parts: [{ name: 'Giấy phép' }] };
  const asked = await change('askIntakeSupplement', moved, ask, tokens.officer);
  const brought = await change('supplementDossier', moved, { code, items: [{ item: asked.dossier.supplements[0].items[0].id, paper: held.id }] }, token);
  assert.equal(brought.dossier?.state, 'SUBMITTED', JSON.stringify(brought));
  const { dossier } = await client.data(`query($code: String!) { dossier(code: $code) { parts { source paper { ${paper} } } } }`, { token: tokens.officer, variables: { code } });
  assert.deepEqual(dossier.parts.map((part) => [part.source, part.paper.reuses, part.paper.result.number]), [['REUSE', 1, 'OK-0']], 'its office is told whose decision it is');
  const now = await figures(where.agency);
  assert.deepEqual([now.reuse.parts - before.reuse.parts, now.reuse.reused - before.reuse.reused], [1, 1], 'R21: and the meter of reuse moves');
  assert.equal(now.reuse.ratio, share(now.reuse.reused, now.reuse.parts));
});

test('R07: what a district issued stays of its level, on the inventory of the agency that keeps it', async () => {
  const [old, own] = one(`SELECT a.code, o.code FROM agency a JOIN officer f ON f.id = 1 JOIN agency o ON o.id = f.agency WHERE a.code = 'H09.52'`).split('|');
  const reply = await change('importResults', imported, { lines: [line('D-1', { issuer: old, issuedOn: '2024-06-01' }), line('D-2', { issuer: old, issuedOn: '2025-07-01' })] }, tokens.officer);
  assert.deepEqual([reply.import.listed, reply.import.problems.map(({ line: no, path }) => `${no} ${path}`)], [1, ['2 issuedOn']], 'the district was no more');
  assert.equal(one(`SELECT concat_ws(' ', r.authority_level, i.code, a.code) FROM procedure_result r JOIN agency i ON i.id = r.issuer JOIN agency a ON a.id = r.agency WHERE r.number = 'D-1'`), `DISTRICT ${old} ${own}`);
  const id = one("SELECT public_id FROM procedure_result WHERE number = 'D-1'");
  const removed = await change('removeResult', '... on ResultRemoved { id }', { result: id }, tokens.officer);
  assert.deepEqual(removed, { __typename: 'ResultRemoved', id }, 'and is taken off again');
});

// ---- by command ----

async function importCommand(name, lines, officer = 'officer') {
  writeFileSync(join(folder, name), lines.map((each) => (typeof each === 'string' ? each : JSON.stringify(each))).join('\n'));
  const id = one(`SELECT public_id FROM officer WHERE id = ${{ officer: 1, stranger: 3 }[officer]}`);
  const child = spawn(join(programs, 'motcua-server'), ['results', 'import', id, join(folder, name)], { env: house.env, stdio: ['ignore', 'pipe', 'pipe'] });
  const said = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text) => { said.out += text; });
  child.stderr.setEncoding('utf8').on('data', (text) => { said.err += text; });
  const [code] = await once(child, 'close');
  const report = said.out.trimEnd().split('\n').filter(Boolean).map((each) => JSON.parse(each));
  return { code, err: said.err, total: report.pop(), report };
}

test('R07, R09: an operator imports an inventory file with its scans, each checked by a second officer; what is refused is told by its line', async () => {
  const before = await figures(where.agency);
  const bytes = pdf('by command');
  writeFileSync(join(folder, 'scan-1.pdf'), bytes);
  writeFileSync(join(folder, 'scan-2.pdf'), pdf(marker));
  writeFileSync(join(folder, 'empty.pdf'), '');
  writeFileSync(join(folder, 'text.txt'), 'x');
  const lines = [line('FILE-1', { scan: 'scan-1.pdf', validUntil: '2099-12-31' }), line('FILE-2', { scan: 'scan-2.pdf' }), line('FILE-3'), line('FILE-3'), '',
    line('FILE-4', { scan: 'none.pdf' }), line('FILE-5', { scan: '../scan-1.pdf' }), line('FILE-6', { scan: 'text.txt' }), line('FILE-7', { scan: 'empty.pdf' })];
  const bad = [[line('FILE-8', { validUntil: '2020-01-01', issuedOn: '2019-01-01' }), /^validUntil: It holds no longer/], [line('FILE-9', { validUntil: '31/12/2099' }), /^validUntil: It ends on a day/],
    [line('FILE-9', { issuedOn: '2026-02-30' }), /^issuedOn: /], [line('FILE-9', { personalNo: '1' }), /^personalNo: A personal number has 12 digits/], ['{"number": ', /no JSON object/],
    [line('FILE-9', { digitised: true }), /a member that no result has/], [line('FILE-9', { number: 9 }), /is a text/], [line('FILE-3', { title: 'Khác' }), /^title: The inventory has this number/]];
  const first = await importCommand('by_command.jsonl', [...lines, ...bad.map(([each]) => each)]);
  assert.deepEqual(first.total, { lines: 16, listed: 7, known: 1, refused: bad.length, scanned: 2, unscanned: 4 }, first.err);
  assert.equal(first.code, 1);
  const [unscanned, refused] = ['UNSCANNED', 'REFUSED'].map((what) => first.report.filter(({ outcome }) => outcome === what).sort((a, b) => a.line - b.line));
  assert.deepEqual(unscanned.map(({ line: no, reason }) => [no, reason]), [[6, 'There is no such file beside the inventory.'], [7, 'There is no such file beside the inventory.'],
    [8, 'A scan is a .pdf, .jpg, .png or .heic.'], [9, 'A scan has 1 to 20971520 bytes.']]);
  assert.deepEqual(refused.map(({ line: no }) => no), bad.map((_, i) => 10 + i));
  refused.forEach(({ reason }, i) => assert.match(reason, bad[i][1]));
  const idOf = (number) => one(`SELECT public_id FROM procedure_result WHERE number = '${number}'`);
  const stateOf = (number) => one(`SELECT state FROM procedure_result WHERE number = '${number}'`);
  assert.deepEqual(['FILE-1', 'FILE-2', 'FILE-3', 'FILE-4', 'FILE-6'].map(stateOf), ['PROPOSED', 'PROPOSED', 'INVENTORIED', 'INVENTORIED', 'INVENTORIED']);
  assert.equal(await judged(idOf('FILE-1')), 'CLEAN');
  assert.equal(await judged(idOf('FILE-2')), 'REFUSED', 'a scan that comes by command is looked at, too');
  const listedNow = await figures(where.agency);
  assert.deepEqual([listedNow.COMMUNE.stillValid - before.COMMUNE.stillValid, listedNow.COMMUNE.digitised - before.COMMUNE.digitised], [7, 0], 'a scan alone digitises nothing');
  assert.match((await check(idOf('FILE-1'), { fits: true, personalNo: extraPeople.holder.SoDinhDanh }, tokens.officer)).problems[0].message, /another officer does/, 'in whose name it came');
  const done = (await check(idOf('FILE-1'), { fits: true, personalNo: extraPeople.holder.SoDinhDanh })).result;
  assert.deepEqual([done.state, done.sha256], ['DIGITISED', createHash('sha256').update(bytes).digest('hex')]);
  assert.equal((await figures(where.agency)).COMMUNE.digitised - before.COMMUNE.digitised, 1);
  const again = await importCommand('by_command.jsonl', lines);
  assert.deepEqual([again.total.listed, again.total.known, again.total.scanned, again.total.unscanned], [0, 8, 0, 4], 'the same file again lists nothing twice, and attaches nothing over a scan');
  assert.equal(one(`SELECT count(*) FROM procedure_result r WHERE r::text LIKE '%${extraPeople.holder.SoDinhDanh}%'`), '0', 'no number is kept');
});

test('R07: an inventory of thousands is read in batches, with progress; nobody but who keeps it has it imported', async () => {
  const many = await importCommand('many.jsonl', Array.from({ length: 2050 }, (_, i) => line(`MANY-${i}`)));
  assert.deepEqual([many.code, many.total.listed, many.err], [0, 2050, '1000 lines\n2000 lines\n']);
  const stranger = await importCommand('stranger.jsonl', [line('STRANGER-1')], 'stranger');
  assert.equal(stranger.code, 1);
  assert.match(stranger.err, /keeps no inventory/);
  assert.equal(one("SELECT count(*) FROM procedure_result WHERE number = 'STRANGER-1'"), '0');
  assert.equal(house.command('results', 'import').code, 2);
});

test('R08: the province\'s figures by level stand beside this year\'s rung of the ladder; R03: which is data', async () => {
  const ask = async () => Object.fromEntries((await client.data('{ digitisation { level stillValid digitised ratio target year } }')).digitisation.map(({ level, ...rest }) => [level, rest]));
  const year = Number(one("SELECT extract(year FROM now() AT TIME ZONE 'Asia/Ho_Chi_Minh')"));
  const rung = (from, more) => Math.min(100, from + 20 * (more - 2022));
  const now = await ask();
  assert.deepEqual(Object.fromEntries(Object.entries(now).map(([level, { target }]) => [level, target])), { PROVINCE: rung(30, year), DISTRICT: rung(20, year), COMMUNE: rung(15, year) });
  for (const { stillValid, digitised, ratio, year: its } of Object.values(now)) assert.deepEqual([ratio, its], [share(digitised, stillValid), year]);
  assert.equal(now.COMMUNE.digitised, Number(one(`SELECT (SELECT count(*) FROM procedure_result WHERE state = 'DIGITISED' AND authority_level = 'COMMUNE') + (SELECT count(*) FROM dossier d
    JOIN agency a ON a.id = d.competent_agency JOIN unit u ON (u.code, u.valid_from) = (a.unit_code, a.unit_valid_from) AND u.level = 'COMMUNE'
    WHERE d.outcome = 'GRANTED' AND d.access_class = 'OPEN' AND NOT d.sandbox AND d.e_result IS NOT NULL)`)), 'what dossiers have given is counted, too');
  one(`UPDATE digitisation_target SET percent = 77 WHERE (authority_level, year) = ('COMMUNE', least(${year}, 2027))`);
  await until('another reading of the law counts at once', async () => (await ask()).COMMUNE.target === 77);
});
