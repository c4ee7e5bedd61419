// The ways that are no GraphQL, and who may go them: what each principal is answered by HTTP equals http.csv, which a person has read.
// Cells: the status; "no link" where the principal is given none. MOTCUA_UPDATE_MATRIX=1 writes the table: read the difference.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { decodeJwt } from 'jose';
import { filing } from '../e2e/national_portal.mjs';
import { root } from '../e2e/support.mjs';
import { World, principals } from './world.mjs';

const file = join(root, 'tests/authorisation/http.csv');
const updating = process.env.MOTCUA_UPDATE_MATRIX === '1';
const who = [...principals, 'portal'];
let world;
let shown; // a paper of the citizen whose file is there, handed in with a dossier
before(async () => {
  world = await World.start();
  world.one("UPDATE partner SET kind = 'PORTAL' WHERE id = 5002");
  world.tokens.portal = world.house.token('partner2');
  world.one(`UPDATE session SET scopes = '{portal.exchange}' WHERE id = '${decodeJwt(world.tokens.portal).sid}'`);
  shown = stored(Buffer.concat([Buffer.from('%PDF-1.7\n'), randomBytes(500)]));
  world.one(`INSERT INTO dossier_part (dossier, no, applicant, name, source, paper)
    SELECT d.id, 9, d.applicant, 'Căn cước', 'UPLOAD', p.id FROM dossier d, stored_paper p WHERE d.code = '${world.fixed}' AND p.public_id = '${shown}'`);
});
after(async () => { await world?.stop(); });

function stored(bytes) {
  const hash = createHash('sha256').update(bytes).digest('hex');
  const folder = join(world.house.env.MOTCUA_STORAGE_DIR, 'papers', hash.slice(0, 2), hash.slice(2, 4));
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, hash), bytes);
  return world.one(`WITH f AS (INSERT INTO stored_file (sha256, bytes, uses) VALUES ('\\x${hash}', ${bytes.length}, 1) RETURNING sha256)
    INSERT INTO stored_paper (owner, kind, title, sha256, media_type, bytes, source, state) SELECT 1, 'CCCD', 'Căn cước', sha256, 'application/pdf', ${bytes.length}, 'UPLOAD', 'CLEAN' FROM f RETURNING public_id`);
}

const as = (principal, more = {}) => ({ ...(world.tokens[principal] ? { authorization: `Bearer ${world.tokens[principal]}` } : {}), ...more });
const ask = async (method, path, principal, headers = {}, body = undefined) => (await world.client.request(method, path, as(principal, headers), body)).status;
const tus = (more = {}) => ({ 'tus-resumable': '1.0.0', ...more });
const create = (principal) => world.client.request('POST', '/files', as(principal, tus({ 'upload-length': '100', 'upload-metadata': `filetype ${Buffer.from('application/pdf').toString('base64')}` })));
const begun = async (principal) => (await create(principal)).headers.location;
const bytes = tus({ 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' });
const ofUpload = (method, creator, headers = tus(), body = undefined) => async (principal) => ask(method, await begun(creator), principal, headers, body);

// Where the principal is told that the file lies.
async function linkOf(principal) {
  const { json } = await world.client.post(`query($code: String!) { viewer { papers(first: 50) { nodes { id download } } } dossier(code: $code) { parts { paper { id download } } } }`,
    { token: world.tokens[principal], variables: { code: world.fixed } });
  const papers = [...json.data?.viewer?.papers.nodes ?? [], ...(json.data?.dossier?.parts ?? []).map(({ paper }) => paper)];
  return papers.find((paper) => paper?.id === shown)?.download;
}
const sessionOf = (principal) => (world.tokens[principal] ? decodeJwt(world.tokens[principal]).sid : randomBytes(16).toString('hex'));

let last = 910000;
const ways = {
  'POST /portal/messages': (principal) => ask('POST', '/portal/messages', principal, { 'content-type': 'application/json' },
    JSON.stringify({ service: 'DongBoHoSoMC', isUpdating: false, data: [filing(`${world.where.agency}-261120-${last++}`, { ...world.where, number: '074090111222' }).record] })),
  'POST /files': async (principal) => (await create(principal)).status,
  'HEAD an upload of the citizen': ofUpload('HEAD', 'citizen'),
  'PATCH an upload of the citizen': ofUpload('PATCH', 'citizen', bytes, randomBytes(10)),
  'DELETE an upload of the citizen': ofUpload('DELETE', 'citizen'),
  'HEAD an upload of the partner': ofUpload('HEAD', 'partner'),
  'HEAD an upload of the officer': ofUpload('HEAD', 'officer'),
  'PATCH an upload of the officer': ofUpload('PATCH', 'officer', bytes, randomBytes(10)),
  'DELETE an upload of the officer': ofUpload('DELETE', 'officer'),
  'GET the citizen\'s paper by a link of one\'s own': async (principal) => { const link = await linkOf(principal); return link ? (await world.client.get(link)).status : 'no link'; },
  'GET the citizen\'s paper by his link with one\'s own session in it': async (principal) =>
    (principal === 'citizen' ? 'no link' : (await world.client.get((await linkOf('citizen')).replace(/by=[^&]*/, `by=${sessionOf(principal)}`))).status),
  'GET the citizen\'s paper without a link': (principal) => ask('GET', `/files/${shown}`, principal),
  'GET the citizen\'s copy of his data': (principal) => ask('GET', `/exports/${world.export}`, principal),
  'GET what became of the partner\'s job, CSV': (principal) => ask('GET', `/bulk/${world.job}.csv`, principal),
  'GET what became of the partner\'s job, JSON': (principal) => ask('GET', `/bulk/${world.job}.jsonl`, principal),
};
const written = new Map(updating ? [] : readFileSync(file, 'utf8').trimEnd().split('\n').map((line) => { const [way, ...cells] = line.split(','); return [way, cells]; }));
const nameOf = (way) => way.replaceAll(',', ';');
const rows = [['way', ...who]];

test('every way that is no GraphQL has a row, and every row a way', { skip: updating }, () => {
  assert.deepEqual([...written.keys()], ['way', ...Object.keys(ways).map(nameOf)]);
  assert.deepEqual(written.get('way'), who);
});

for (const [way, go] of Object.entries(ways)) {
  test(`${way}: who may`, async () => {
    const cells = [];
    for (const principal of who) cells.push(String(await go(principal)));
    rows.push([nameOf(way), ...cells]);
    if (!updating) assert.deepEqual(cells, written.get(nameOf(way)));
  });
}

test('each way is gone by somebody, and not by everybody', () => {
  for (const [way, ...cells] of rows.slice(1)) {
    assert.ok(cells.some((cell) => /^2/.test(cell)) || / without a link$| in it$/.test(way), way);
    assert.ok(cells.some((cell) => !/^2/.test(cell)), way);
  }
  if (updating) writeFileSync(file, `${rows.map((row) => row.join(',')).join('\n')}\n`);
});
