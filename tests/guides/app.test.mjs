// docs/app.md is an app: its blocks are taken out of the page, given the types that graphql-codegen makes from our SDL,
// compiled by tsc and run step by step against a server that knows their documents by hash, from the manifest they make.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { decodeJwt } from 'jose';
import { Issuer, visitAs } from '../../tools/dev/issuer.mjs';
import { PushServices } from '../e2e/push.mjs';
import { House, acceptIt, command, end, key, place as placeOf, root, until, within } from '../e2e/support.mjs';
import { blocksOf } from './blocks.mjs';

const page = readFileSync(join(root, 'docs/app.md'), 'utf8');
const project = mkdtempSync(join(tmpdir(), 'motcua-app-'));
const file = (name) => join(project, name);
const bin = (name) => join(root, 'node_modules/.bin', name);
const node = (...words) => spawnSync(process.execPath, words, { cwd: project, encoding: 'utf8' });
const tsconfig = { include: ['src', 'codegen.ts'], compilerOptions: { strict: true, noEmit: true, skipLibCheck: true, target: 'es2024', module: 'nodenext',
  lib: ['es2024', 'dom', 'dom.iterable', 'dom.asynciterable'], types: [], allowImportingTsExtensions: true, erasableSyntaxOnly: true, verbatimModuleSyntax: true, noUnusedLocals: true } };

let house;
let issuer;
let push;
let where;
const app = {}; // the app's modules, by name
const saved = []; // what the keystore was given

// The app's network: as fetch, and through it a test sees what is asked and can lose an answer.
const network = { asked: [], lose: null, peer: null };
const realFetch = globalThis.fetch;
async function appFetch(url, init) {
  if (!String(url).startsWith(house.origin)) return realFetch(url, init);
  if (!String(url).endsWith('/graphql')) return fileFetch(url, init);
  const { documentId } = JSON.parse(init.body);
  const name = app.names[documentId];
  network.asked.push({ name, bearer: init.headers.authorization });
  network.peer ??= house.client();
  const reply = await network.peer.fetch(url, init);
  if (network.lose !== name) return reply;
  network.lose = null;
  await reply.text();
  throw new TypeError('fetch failed');
}
// Files, and a wire that breaks before the next piece but so many.
const wire = { breaksIn: Infinity };
async function fileFetch(url, { method, headers, body }) {
  if (method === 'PATCH' && wire.breaksIn-- === 0) throw new TypeError('fetch failed');
  network.peer ??= house.client();
  const reply = await network.peer.request(method, new URL(url).pathname, headers, body ? Buffer.from(await body.arrayBuffer()) : undefined);
  return new Response(null, { status: reply.status, headers: Object.entries(reply.headers).filter(([name]) => !name.startsWith(':')) });
}
const asked = (name) => network.asked.filter((each) => each.name === name);

function writeProject() {
  for (const { language, text, line } of blocksOf('app.md')) {
    if (language !== 'ts') continue;
    const [, name] = /^\/\/ (\S+\.ts)\n/.exec(text) ?? assert.fail(`docs/app.md:${line}: a block begins with its file's name`);
    mkdirSync(dirname(file(name)), { recursive: true });
    writeFileSync(file(name), text);
  }
  writeFileSync(file('schema.graphql'), command(['schema'], process.env).out);
  writeFileSync(file('package.json'), '{"type":"module"}');
  writeFileSync(file('tsconfig.json'), JSON.stringify(tsconfig));
  symlinkSync(join(root, 'node_modules'), file('node_modules'));
}

const generate = () => node(bin('graphql-codegen'), '--config', 'codegen.ts');
const compile = () => node(bin('tsc'), '--project', '.');

before(async () => {
  writeProject();
  const generated = generate();
  assert.equal(generated.status, 0, generated.stdout + generated.stderr);
  issuer = await Issuer.start({ place: file('issuer') });
  push = await PushServices.start();
  mkdirSync(file('manifests'));
  writeFileSync(file('manifests/app.json'), readFileSync(file('src/gql/persisted-documents.json')));
  house = await House.start('guide_app', { settings: { ...push.settings, MOTCUA_DOCUMENTS_DIR: file('manifests'), MOTCUA_ISSUERS_FILE: issuer.file } });
  await house.startWorker();
  where = placeOf(house.database);
  globalThis.fetch = appFetch;
  for (const name of ['api', 'sign_in', 'session', 'home', 'submit', 'upload', 'stream', 'push', 'offline', 'catalogue', 'errors', 'update'])
    app[name] = await import(pathToFileURL(file(`src/${name}.ts`)));
  app.names = Object.fromEntries(Object.entries(JSON.parse(readFileSync(file('src/gql/persisted-documents.json'), 'utf8')))
    .map(([id, text]) => [id, /(?:query|mutation|subscription) (\w+)/.exec(text)[1]]));
  app.api.settings.api = house.origin;
  app.api.settings.issuer.authorize = `${issuer.url}/auth`;
});
after(async () => {
  globalThis.fetch = realFetch;
  await house?.stop();
  await push?.stop();
  await issuer?.stop();
  rmSync(project, { recursive: true, force: true });
});

const keystore = { save: async (tokens) => { saved.push(tokens); } };
async function signIn(who) {
  const { address, pending } = await app.sign_in.beginSignIn();
  return app.sign_in.finishSignIn(await visitAs(address, who), pending, 'điện thoại');
}
const generationOf = (tokens) => Number(house.database.sql(`SELECT refresh_generation FROM session WHERE id = '${decodeJwt(tokens.accessToken).sid}'`));
let tokens;
let session;

test('the blocks compile against the types that graphql-codegen makes of our schema', () => {
  const compiled = compile();
  assert.equal(compiled.status, 0, compiled.stdout);
});

test('a field that the schema no longer has breaks the guide, and so does one of another type', () => {
  const schema = readFileSync(file('schema.graphql'), 'utf8');
  const changed = (from, to) => { assert.match(schema, from); writeFileSync(file('schema.graphql'), schema.replace(from, to)); };
  try {
    changed(/^ {2}refreshToken: String$/m, '  renewalToken: String');
    const generated = generate();
    assert.notEqual(generated.status, 0);
    assert.match(generated.stdout + generated.stderr, /Cannot query field "refreshToken" on type "SignedIn"/);
    changed(/^ {2}expiresAt: DateTime!$/gm, '  expiresAt: Int!');
    assert.equal(generate().status, 0);
    assert.match(compile().stdout, /src\/session\.ts\(\d+,\d+\): error TS\d+: .*\n.*'expiresAt' are incompatible/);
  } finally {
    writeFileSync(file('schema.graphql'), schema);
    assert.equal(generate().status, 0);
  }
});

test('the guide has its ten steps', () => {
  const steps = [...page.matchAll(/^## (\d+)\. (\w+)/gm)].map(([, no, name]) => `${no} ${name}`);
  assert.deepEqual(steps, ['1 Sign', '2 Refresh', '3 Home', '4 Submit', '5 Upload', '6 Stream', '7 Push', '8 Offline', '9 Errors', '10 Update']);
});

test('1: the browser comes back with a code, and the citizen is signed in', async () => {
  tokens = await signIn('citizen');
  assert.equal(tokens.viewer.name, house.database.sql('SELECT name FROM subject WHERE id = 1'));
  session = new app.session.Session(tokens, keystore);
  const { pending } = await app.sign_in.beginSignIn();
  await assert.rejects(app.sign_in.finishSignIn('vn.motcua.app:/signed-in?code=x&state=another', pending, 'x'), { code: 'NOT_ALLOWED' });
  await assert.rejects(app.sign_in.finishSignIn(`vn.motcua.app:/signed-in?code=x&state=${pending.state}`, pending, 'x'), { code: 'NOT_ALLOWED' });
});

test('2: R12: screens that ask at once with a token that has run out make one refresh, without the old bearer', async () => {
  const late = new app.session.Session({ ...tokens, expiresAt: '2026-01-01T00:00:00+07:00' }, keystore);
  const before = generationOf(tokens);
  const pages = await Promise.all(Array.from({ length: 5 }, () => app.home.home(late)));
  assert.equal(new Set(pages.map(({ name }) => name)).size, 1);
  assert.deepEqual(asked('Refresh'), [{ name: 'Refresh', bearer: undefined }]);
  assert.equal(generationOf(tokens), before + 1);
  assert.notEqual(saved.at(-1).refreshToken, tokens.refreshToken);
  tokens = saved.at(-1);
});

test('2: R12: a refresh whose answer is lost is sent again and gives the one successor', async () => {
  network.lose = 'Refresh';
  const before = generationOf(tokens);
  const late = new app.session.Session({ ...tokens, accessToken: 'x' }, keystore); // a clock that is wrong: refused, then refreshed
  await assert.rejects(app.home.home(late), TypeError);
  await app.home.home(late);
  assert.equal(generationOf(tokens), before + 1);
  tokens = saved.at(-1);
  session = new app.session.Session(tokens, keystore);
});

test('2: a session that has ended is forgotten by the phone', async () => {
  const other = await signIn('citizen2');
  await house.client().data(end, { token: other.accessToken, variables: { input: { idempotencyKey: key() } } });
  await assert.rejects(new app.session.Session(other, keystore).refresh(), { code: 'NOT_ALLOWED' });
  assert.equal(saved.at(-1), null);
});

test('3: the home page is one request, and goes on page by page', async () => {
  network.asked = [];
  const first = await app.home.home(session);
  assert.equal(network.asked.length, 1);
  assert.equal(first.dossiers.length, 20);
  assert.equal(first.counts.all, Number(house.database.sql('SELECT count(*) FROM dossier WHERE applicant = 1')));
  const second = await app.home.home(session, first.next);
  assert.ok(second.dossiers.length > 0);
  assert.ok(second.dossiers.every(({ id }) => !first.dossiers.some((each) => each.id === id)));
});

const mine = () => Number(house.database.sql('SELECT count(*) FROM dossier WHERE applicant = 1'));
const handIn = async () => (await app.submit.submit(session, app.submit.newDraft(where.procedure, where.agency), async () => {})).dossier;

test('4: an answer that is lost twice still makes one dossier', async () => {
  const before = mine();
  const pauses = [];
  network.asked = [];
  network.lose = 'Submit';
  const done = await app.submit.submit(session, app.submit.newDraft(where.procedure, where.agency), async (attempt) => {
    pauses.push(attempt);
    if (attempt === 1) network.lose = 'Submit';
  });
  assert.equal(done.__typename, 'DossierChanged');
  assert.equal(done.dossier.state, 'SUBMITTED');
  assert.deepEqual(pauses, [1, 2]);
  assert.equal(asked('Submit').length, 3);
  assert.equal(mine(), before + 1);
});

test('4: what is refused says why: a field by its path, a key that was used', async () => {
  const wrong = await app.submit.submit(session, app.submit.newDraft('0.000000', where.agency), async () => {});
  assert.equal(wrong.__typename, 'GuardFailed');
  assert.deepEqual(wrong.problems.map(({ path }) => path), ['procedure']);
  const draft = app.submit.newDraft(where.procedure, where.agency);
  await app.submit.submit(session, draft, async () => {});
  const changed = await app.submit.submit(session, { ...draft, procedure: '0.000000' }, async () => {});
  assert.equal(changed.code, 'KEY_REUSED');
});

test('4: R11: a part that is missing is told by its name and place, and may be announced on paper', async () => {
  const extension = (parts) => app.submit.submit(session, { ...app.submit.newDraft('1.013227', where.agency, undefined, parts), channel: 'POST' }, async () => {});
  const missing = await extension([{ part: 'PERMIT', onPaper: true }]);
  assert.deepEqual(missing.problems.map(({ path, message }) => [path, message.split(':')[0]]), [['parts.GPXD_FORM', 'Đơn đề nghị cấp giấy phép xây dựng theo mẫu']]);
  assert.equal((await extension([{ part: 'PERMIT', onPaper: true }, { part: 'GPXD_FORM', onPaper: true }])).__typename, 'DossierChanged');
});

test('5: R12: a file goes on where the network dropped it, becomes a paper, and is offered where it fits', async () => {
  const file = new Blob([Buffer.concat([Buffer.from('%PDF-1.7\n'), Buffer.alloc(2_500_000, 'x')])], { type: 'application/pdf' });
  const path = await app.upload.begin(session, file);
  const told = [];
  wire.breaksIn = 1;
  await assert.rejects(app.upload.send(session, path, file, (bytes) => told.push(bytes)), TypeError);
  await app.upload.send(session, path, file, (bytes) => told.push(bytes));
  assert.deepEqual(told, [1_048_576, 2_097_152, file.size], 'no byte goes twice');
  const { paper } = await app.upload.keep(session, path, { kind: 'GCN_QSDD', title: 'Giấy chứng nhận' }, key());
  await until('it is looked at', () => house.database.sql(`SELECT state FROM stored_paper WHERE public_id = '${paper.id}'`) === 'CLEAN');
  const parts = await app.upload.partsFor(session, '1.012781', 'GCN_NONE');
  const held = parts.find(({ part }) => part.code === 'CERTIFICATE');
  assert.deepEqual([held.how, held.papers[0].id], ['HELD', paper.id]);
  assert.ok(parts.some(({ how }) => how === 'OBTAINED') && parts.some(({ how }) => how === 'TO_BRING'));
  await assert.rejects(app.upload.send(session, '/files/none', file), { code: 'BAD_INPUT' });
});

// Reads the stream while look() runs: told is what it said, openings how often it was opened.
async function following(session, look) {
  const stop = new AbortController();
  const seen = { told: [], openings: 0 };
  const reading = (async () => {
    for await (const each of app.stream.follow(session, null, stop.signal, () => { seen.openings++; })) seen.told.push(each);
  })();
  try {
    await until('the stream is open', () => seen.openings === 1);
    await look(seen);
  } finally {
    stop.abort();
    await within('the stream ends', reading);
  }
}
const numbered = () => until('every event is numbered', () => house.database.sql('SELECT count(*) FROM dossier_event WHERE feed_no IS NULL') === '0');

test('6: the stream tells of an acceptance, comes back after a cut, and tells each event once', async () => {
  await numbered();
  const officer = house.token('officer');
  await following(session, async (seen) => {
    const { code } = await handIn();
    await until('it is handed in', () => seen.told.length === 2);
    await acceptIt(house.client(), officer, code);
    await until('it is accepted', () => seen.told.length === 3);
    const { event, dossier } = seen.told[2].event;
    assert.deepEqual([event, dossier.code, dossier.state], ['accept', code, 'ACCEPTED']);

    network.peer.close();
    const { code: meanwhile } = await handIn();
    await until('what happened meanwhile', () => seen.told.length === 5);
    assert.equal(seen.openings, 2);
    assert.equal(seen.told[4].event.dossier.code, meanwhile);
    assert.equal(new Set(seen.told.map(({ event: { id } }) => id)).size, 5);
  });
});

test('6: a stream whose access token is refused refreshes and goes on', async () => {
  network.asked = [];
  await following(new app.session.Session({ ...tokens, accessToken: 'x' }, keystore), async () => {
    assert.deepEqual(network.asked.map(({ name }) => name), ['Events', 'Refresh', 'Events']);
  });
  tokens = saved.at(-1);
  session = new app.session.Session(tokens, keystore);
});

test('7: a push comes to phone and browser, says little, and leads to what happened', async () => {
  const browser = await push.subscribe();
  assert.ok(await app.push.register(session, { kind: 'FCM', address: 'registration-token-of-the-phone' }));
  assert.ok(await app.push.register(session, browser.input));
  const { code } = await handIn();
  const event = house.database.sql(`SELECT e.id FROM dossier_event e JOIN dossier d ON d.id = e.dossier WHERE d.code = '${code}' AND e.event = 'submit'`);
  const arrived = await push.arrived(event, 2);
  assert.deepEqual(arrived.map(({ channel }) => channel).sort(), ['FCM', 'WEBPUSH']);
  for (const { nid, tail, template, ...each } of arrived) {
    assert.ok(nid && code.endsWith(tail.replace('…', '')) && tail.length < code.length, tail);
    assert.equal(template, 'dossier.submitted');
    const found = await app.push.happened(session, each);
    assert.deepEqual([found.event, found.dossier.code], ['submit', code]);
  }
  const other = new app.session.Session(await signIn('citizen2'), keystore);
  assert.equal(await app.push.happened(other, { event }), null);
});

test('8: a phone that slept catches up by places, and a quiet night leaves the place as it was', async () => {
  await numbered();
  const first = await app.offline.catchUp(session, { place: null, cards: {} });
  assert.equal(Object.keys(first.cards).length, Number(house.database.sql('SELECT count(DISTINCT dossier) FROM dossier_event WHERE applicant = 1')));
  assert.deepEqual(await app.offline.catchUp(session, first), first);
  const { id, code } = await handIn();
  await numbered();
  const second = await app.offline.catchUp(session, first);
  assert.notEqual(second.place, first.place);
  assert.equal(second.cards[id].code, code);
});

test('8: R30: the copy of the catalogue is brought up to date by what has changed', async () => {
  const copy = await app.catalogue.refresh({ cursor: null, procedures: {} });
  assert.deepEqual(Object.keys(copy.procedures).sort(), house.database.sql("SELECT p.code FROM procedure_in_force v JOIN procedure p ON p.id = v.id WHERE p.access_class <> 'RESTRICTED' AND NOT p.sandbox ORDER BY p.code COLLATE \"C\"").split('\n'));
  assert.ok(copy.procedures['1.012781'].parts.length > 0);
  assert.deepEqual((await app.catalogue.refresh(copy)).procedures, copy.procedures, 'nothing has changed');
});

// The X-macro of lib/base/status.h is what the server can say.
const codesOfServer = () => [...readFileSync(join(root, 'lib/base/status.h'), 'utf8').matchAll(/X\(MC_\w+, "(\w+)"/g)].map(([, code]) => code).filter((code) => code !== 'OK');

test('9: the table has every code of the service, and the app does what it says', () => {
  const rows = [...page.matchAll(/^\| (`[A-Z_`, ]+`) \|.*\| ([\w ]+) \|$/gm)].flatMap(([, codes, reaction]) => codes.split(', ').map((code) => [code.replaceAll('`', ''), reaction]));
  assert.deepEqual(rows.map(([code]) => code).sort(), codesOfServer().sort());
  for (const [code, reaction] of rows) assert.equal(app.errors.reactionTo(new app.api.ApiError(code, 'x')).reaction, reaction, code);
  assert.equal(app.errors.reactionTo(new TypeError('fetch failed')).reaction, 'wait');
});

// A server as it runs in earnest, on the same province: asks are sent there while look() runs.
async function inEarnest(settings, look) {
  const strict = await House.start('guide_app_strict', { database: house.database, settings: { MOTCUA_DEVELOPMENT: 'no', MOTCUA_DOCUMENTS_DIR: file('manifests'), ...settings } });
  const { api } = app.api.settings;
  try {
    app.api.settings.api = strict.origin;
    globalThis.fetch = (url, init) => strict.client().fetch(url, init);
    await look(strict);
  } finally {
    app.api.settings.api = api;
    globalThis.fetch = appFetch;
    await strict.stop();
  }
}
const refusal = (asking) => asking.then(() => undefined, (error) => error);

test('9: who asks too much is told how long to wait', () => inEarnest({ MOTCUA_QUOTA_ANONYMOUS_MINUTE: '2' }, async () => {
  let refused;
  for (let i = 0; i < 10 && !refused; i++) refused = await refusal(app.update.mayStart());
  const { reaction, waitSeconds } = app.errors.reactionTo(refused);
  assert.equal(reaction, 'wait', refused?.message);
  assert.ok(waitSeconds >= 1 && waitSeconds <= 60, `${waitSeconds} s`);
}));

test('10: R17: an old version is told to go', async () => {
  assert.equal(await app.update.mayStart(), 'yes');
  app.api.settings.app.version = '0.9';
  assert.equal(await app.update.mayStart(), 'no');
  app.api.settings.app.version = '1.0';
});

test('10: the manifest of codegen is one of ours: the app runs by it in earnest, and what is in none is not run', () => inEarnest({}, async (strict) => {
  assert.equal(command(['validate', file('src/gql/persisted-documents.json')], process.env).code, 0);
  assert.equal(await app.update.mayStart(), 'yes');
  const unknown = await refusal(app.api.send({ __meta__: { hash: `sha256:${'0'.repeat(64)}` } }, {}));
  assert.deepEqual([unknown.code, app.errors.reactionTo(unknown).reaction], ['PERSISTED_QUERY_NOT_FOUND', 'update']);
  const { json: { errors: [text] } } = await strict.client().post('{ clientStatus(name: "motcua-app", version: "1.0") }');
  assert.equal(text.extensions.code, 'DOCUMENT_NOT_TRUSTED');
}));
