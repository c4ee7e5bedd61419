// Bulk submission: a job of many dossiers, its progress as a stream, its result as a file, whatever dies in between.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { SignJWT, exportJWK, generateKeyPair } from 'jose';
import { House, failure, key, place, sleep, until } from './support.mjs';

const issuer = 'https://partners.example';
let house;
let client;
let where;
let partner;
let other;
before(async () => {
  house = await House.start('bulk_jobs', { settings: { MOTCUA_PROCESSES: '2', MOTCUA_PUBLIC_URL: issuer } });
  client = house.client();
  where = place(house.database);
  house.database.sql(gate);
  partner = await tokenOf(await addKey(5001));
  other = await tokenOf(await addKey(5002));
});
after(() => house.stop());

const sql = (text) => house.database.sql(text);
// A worker waits inside its transaction before it ends an item beyond the gate: what has to happen in the middle of a job then
// happens there, however long this process is held up.
const gate = `CREATE TABLE public.bulk_gate (upto int NOT NULL); INSERT INTO public.bulk_gate VALUES (1000);
  CREATE FUNCTION public.bulk_wait() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
  BEGIN
    WHILE new.no > (SELECT upto FROM public.bulk_gate) LOOP PERFORM pg_sleep(0.02); END LOOP;
    RETURN new;
  END $$;
  CREATE TRIGGER waits BEFORE UPDATE ON motcua.bulk_item FOR EACH ROW EXECUTE FUNCTION public.bulk_wait()`;
const openUpTo = (no) => sql(`UPDATE public.bulk_gate SET upto = ${no}`);
const worker = () => house.startWorker();

async function addKey(organisation, { scopes = 'dossiers.read,dossiers.submit,events.read', environment = 'LIVE' } = {}) {
  const pair = await generateKeyPair('ES256', { extractable: true });
  const kid = randomUUID();
  const jwk = { ...await exportJWK(pair.publicKey), kid, alg: 'ES256' };
  sql(`INSERT INTO partner (id) VALUES (${organisation}) ON CONFLICT DO NOTHING`);
  sql(`INSERT INTO partner_key (partner, kid, jwk, environment, scopes, expires_at)
    VALUES (${organisation}, '${kid}', '${JSON.stringify(jwk)}', '${environment}', '{${scopes}}', now() + interval '1 day')`);
  return { kid, key: pair.privateKey, client: sql(`SELECT public_id FROM subject WHERE id = ${organisation}`) };
}

async function tokenOf({ kid, key: signer, client: id }) {
  const now = Math.floor(Date.now() / 1000);
  const assertion = await new SignJWT({ iss: id, sub: id, aud: issuer, jti: randomUUID(), iat: now, exp: now + 60 })
    .setProtectedHeader({ alg: 'ES256', kid }).sign(signer);
  const reply = await client.request('POST', '/oauth/token', { 'content-type': 'application/x-www-form-urlencoded' },
    new URLSearchParams({ grant_type: 'client_credentials', client_assertion: assertion,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer' }).toString());
  assert.equal(reply.status, 200, reply.text);
  return reply.json.access_token;
}

const submitBulk = `mutation($input: SubmitBulkInput!) { submitBulk(input: $input) {
  __typename ... on BulkJobAccepted { job { id state total done failed createdAt finishedAt resultUrl } } ${failure}
  ... on GuardFailed { problems { path message } } ... on RateLimited { retryAfterSeconds } } }`;
const figures = 'id state total done failed';
const watch = `subscription($id: ID!) { bulkJob(id: $id) { ${figures} finishedAt resultUrl } }`;
const items = `query($id: ID!, $after: Cursor) { bulkJob(id: $id) { items(first: 100, after: $after) {
  nodes { reference state code dossier { code state } failure { code message problems { path message } } } pageInfo { hasNextPage endCursor } } } }`;
const one = `query($id: ID!) { bulkJob(id: $id) { ${figures} resultUrl } }`;

const item = (reference, more = {}) => ({ reference: String(reference), consent: true, ...where, ...more });
const many = (count, more) => Array.from({ length: count }, (_, i) => item(`REF-${i + 1}`, more));
async function send(list, { token = partner, idempotencyKey = key() } = {}) {
  return (await client.data(submitBulk, { token, variables: { input: { idempotencyKey, items: list } } })).submitBulk;
}
async function queue(list, options) {
  const { job } = await send(list, options);
  assert.ok(job, 'the job is queued');
  return job;
}

const jobOf = async (id, token = partner) => (await client.data(one, { token, variables: { id } })).bulkJob;
const done = (id, token = partner) => until('the job is done', async () => {
  const job = await jobOf(id, token);
  return job.state === 'DONE' && job;
}, 120_000);

async function itemsOf(id, token = partner) {
  const found = [];
  for (let more = true, after = null; more;) {
    const { bulkJob } = await client.data(items, { token, variables: { id, after } });
    const { nodes, pageInfo } = bulkJob.items;
    found.push(...nodes);
    more = pageInfo.hasNextPage;
    after = pageInfo.endCursor;
  }
  return found;
}

const file = (path, token = partner) => client.get(path, token ? { authorization: `Bearer ${token}` } : {});
const made = () => Number(sql('SELECT count(*) FROM dossier WHERE submitter = 5001'));

// RFC 4180.
function parseCsv(text) {
  const records = [[]];
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/g)) {
    records.at(-1).push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end === '\r\n') records.push([]);
    if (end === '') break;
  }
  return records.filter((record) => record.length > 1);
}

test('R6: a job of a thousand good and bad items tells how it gets on, and ends as its file says', async () => {
  const list = many(1000);
  for (let i = 0; i < 1000; i += 10) list[i].procedure = '9.999999';
  list[1].agency = 'H99.99';
  list[2].applicant = sql('SELECT public_id FROM subject WHERE id = 1');
  list[3].reference = '=HYPERLINK("https://evil.example","x")';
  list[4].reference = 'Số 5, "quý"';
  const before = made();
  const job = await queue(list);
  assert.deepEqual([job.state, job.total, job.done, job.failed, job.resultUrl], ['QUEUED', 1000, 0, 0, null]);
  const watcher = house.client();
  const stream = await watcher.events(watch, { token: partner, variables: { id: job.id } });
  await stream.next(1);
  const began = Date.now();
  openUpTo(500);
  const own = await worker();
  await stream.next(2);
  openUpTo(1000);
  await stream.end(120_000);
  const seconds = (Date.now() - began) / 1000;
  const told = stream.results.map(({ data }) => data.bulkJob);
  assert.ok(stream.complete);
  assert.deepEqual([told[0].state, told[0].done + told[0].failed], ['QUEUED', 0]);
  assert.deepEqual({ ...told.at(-1), finishedAt: undefined },
    { id: job.id, state: 'DONE', total: 1000, done: 898, failed: 102, finishedAt: undefined, resultUrl: `/bulk/${job.id}.csv` });
  assert.ok(told.at(-1).finishedAt);
  assert.ok(told.length >= 3, `${told.length} results say little of a thousand items`);
  assert.ok(told.length <= 2 * seconds + 2, `${told.length} results in ${seconds} s`);
  for (let i = 1; i < told.length; i++) assert.ok(told[i].done + told[i].failed > told[i - 1].done + told[i - 1].failed, 'every result is news');
  watcher.close();
  await own.stop();
  assert.equal(made() - before, 898);

  const found = await itemsOf(job.id);
  assert.deepEqual(found.map(({ reference }) => reference), list.map(({ reference }) => reference));
  const paths = (at) => found[at].failure.problems.map(({ path }) => path);
  assert.deepEqual([found[0].failure.code, paths(0), paths(1), paths(2)], ['GUARD_FAILED', ['procedure'], ['agency'], ['applicant']]);
  for (const each of found) {
    assert.equal(each.state, each.failure ? 'FAILED' : 'DONE');
    assert.equal(each.dossier?.code ?? null, each.code);
    assert.equal(each.code === null, each.failure !== null);
  }
  assert.equal(new Set(found.map(({ code }) => code)).size, 898 + 1, 'a dossier for each good item');

  const jsonl = await file(`/bulk/${job.id}.jsonl`);
  assert.match(jsonl.headers['content-type'], /^application\/jsonl/);
  const lines = jsonl.text.trimEnd().split('\n').map((line) => JSON.parse(line));
  assert.deepEqual(lines, found.map(({ dossier, ...each }) => each));
  const csv = await file(`/bulk/${job.id}.csv`);
  assert.match(csv.headers['content-type'], /^text\/csv; charset=utf-8/);
  assert.match(csv.headers['cache-control'], /no-store/);
  const [head, ...records] = parseCsv(csv.text);
  assert.deepEqual(head, ['reference', 'state', 'code', 'failure', 'message', 'problems']);
  assert.deepEqual(records, found.map((each) => [each.reference.startsWith('=') ? `'${each.reference}` : each.reference, each.state, each.code ?? '',
    each.failure?.code ?? '', each.failure?.message ?? '', (each.failure?.problems ?? []).map(({ path, message }) => `${path}: ${message}`).join('; ')]));
});

test('R6: the same key is the same job, and no second dossier', async () => {
  const before = made();
  const list = many(5);
  const idempotencyKey = key();
  const first = await queue(list, { idempotencyKey });
  assert.equal((await queue(list, { idempotencyKey })).id, first.id);
  const own = await worker();
  await done(first.id);
  const again = await queue(list, { idempotencyKey });
  assert.deepEqual([again.id, again.state, again.done], [first.id, 'DONE', 5]);
  await own.stop();
  assert.equal(made() - before, 5);
  assert.equal((await send(many(6), { idempotencyKey })).__typename, 'KeyReused');
});

test('R6: workers killed in the middle leave one dossier for each good item', async () => {
  const list = many(400);
  for (let i = 0; i < 400; i += 40) list[i].agency = 'H99.99';
  const before = made();
  const { id } = await queue(list);
  const far = async (least) => { const job = await jobOf(id); return job.done + job.failed >= least && job; };
  for (const least of [1, 60, 120]) {
    openUpTo(least + 30);
    const killed = await worker();
    const job = await until(`${least} items are done`, () => far(least));
    await killed.stop('SIGKILL');
    assert.ok(job.done + job.failed <= least + 30 && job.state !== 'DONE', 'it was killed in the middle of a batch');
  }
  openUpTo(1000);
  const pair = [await worker(), await worker()];
  const job = await done(id);
  for (const each of pair) await each.stop();
  assert.deepEqual([job.done, job.failed], [390, 10]);
  assert.equal(made() - before, 390);
  const found = await itemsOf(id);
  assert.equal(new Set(found.map(({ code }) => code).filter(Boolean)).size, 390);
  assert.equal(sql(`SELECT count(*) FROM dossier d WHERE submitter = 5001 AND NOT EXISTS (SELECT FROM bulk_item i WHERE i.dossier = d.id)
    AND submitted_at > (SELECT created_at FROM bulk_job WHERE public_id = '${id}')`), '0', 'every dossier has its item');
});

test('R6: nobody but the partner sees a job, its stream or its file', async () => {
  const { id } = await queue(many(2));
  const own = await worker();
  await done(id);
  await own.stop();
  const unknown = randomUUID();
  const answers = [];
  for (const [token, path] of [[other, `/bulk/${id}.csv`], [partner, `/bulk/${unknown}.csv`], [house.token('citizen2'), `/bulk/${id}.csv`],
    [house.token('officer'), `/bulk/${id}.csv`], [partner, `/bulk/${id}.pdf`], [partner, '/bulk/x.csv'], [partner, '/bulk/']]) {
    const { status, text } = await file(path, token);
    answers.push(`${status} ${text}`);
  }
  assert.equal(new Set(answers).size, 1, answers.join('\n'));
  assert.match(answers[0], /^404 .*NOT_FOUND/);
  assert.equal((await file(`/bulk/${id}.csv`, null)).status, 401);
  assert.equal((await file(`/bulk/${id}.csv`, 'made.up.token')).status, 401);
  assert.equal((await client.request('POST', `/bulk/${id}.csv`)).status, 405);
  assert.equal((await file(`/bulk/${id}.csv`)).status, 200);

  const latest = async (token) => (await client.data('{ viewer { bulkJobs { id } } }', { token })).viewer.bulkJobs.map((job) => job.id);
  assert.equal((await latest(partner))[0], id);
  assert.deepEqual(await latest(other), []);
  for (const [token, wanted] of [[other, id], [partner, unknown], [partner, 'x'], [house.token('officer'), id]]) assert.equal(await jobOf(wanted, token), null);
  for (const [token, wanted] of [[other, id], [partner, unknown], [partner, 'x']]) {
    const watcher = house.client();
    const stream = await watcher.events(watch, { token, variables: { id: wanted } });
    await stream.end();
    assert.deepEqual([stream.results, stream.complete], [[], true]);
    watcher.close();
  }
  // Who administers the organisation sees what its machines do.
  sql(`INSERT INTO seat (person, organisation, since) VALUES (1, 5001, current_date)`);
  assert.equal((await jobOf(id, house.token('citizen'))).done, 2);
  assert.ok((await latest(house.token('citizen'))).includes(id));
  sql('DELETE FROM seat WHERE person = 1 AND organisation = 5001');
});

test('R6: a key that is revoked in the middle hands in no more', async () => {
  const fresh = await addKey(5001);
  const token = await tokenOf(fresh);
  const { id } = await queue(many(600), { token });
  openUpTo(300);
  const own = await worker();
  await until('the job has begun', async () => (await jobOf(id)).done > 0);
  sql(`SELECT motcua.session_end(s.id, 'KEY_REVOKED') FROM session s JOIN partner_key k ON k.id = s.partner_key WHERE k.kid = '${fresh.kid}'`);
  const after = await jobOf(id);
  openUpTo(1000);
  const job = await done(id);
  await own.stop();
  assert.ok(job.done < 600 && job.failed > 0 && job.done + job.failed === 600, JSON.stringify(job));
  assert.ok(job.done <= after.done + 2 * 20, 'at most the batch under way is finished');
  const found = await itemsOf(id);
  for (const each of found.filter(({ state }) => state === 'FAILED')) assert.deepEqual([each.failure.code, each.failure.problems], ['NOT_ALLOWED', []]);
});

test('R6: what a job is not', async () => {
  const refused = async (list, options) => { const answer = await send(list, options); return [answer.__typename, ...(answer.problems ?? []).map(({ path }) => path)]; };
  assert.deepEqual(await refused([]), ['GuardFailed', 'items']);
  assert.deepEqual(await refused([item('a'), item('b'), item('a')]), ['GuardFailed', 'items.0.reference', 'items.2.reference']);
  assert.deepEqual(await refused([item('x'.repeat(65))]), ['GuardFailed', 'items.0.reference']);
  assert.deepEqual(await refused([item('')]), ['GuardFailed', 'items.0.reference']);
  assert.deepEqual(await refused([item('a', { procedure: '1'.repeat(65) })]), ['GuardFailed', 'items.0']);
  const over = await client.post(submitBulk, { token: partner, variables: { input: { idempotencyKey: key(), items: many(1001) } } });
  assert.match(over.text, /at most 1000 items, found: 1001/);
  const reader = await tokenOf(await addKey(5001, { scopes: 'dossiers.read' }));
  assert.deepEqual(await refused(many(1), { token: reader }), ['NotAllowed']);
  assert.deepEqual(await refused(many(1), { token: house.token('citizen') }), ['NotAllowed']);
});

test('R6: ten jobs of a partner wait, an eleventh comes later', async () => {
  const jobs = [];
  for (let i = 0; i < 10; i++) jobs.push(await queue([item('x'.repeat(64))]));
  const eleventh = await send(many(1));
  assert.deepEqual([eleventh.__typename, eleventh.retryable, eleventh.retryAfterSeconds], ['RateLimited', true, 10]);
  assert.equal((await send(many(1), { token: other })).__typename, 'BulkJobAccepted', 'another partner\'s is not held off');
  const own = await worker();
  for (const { id } of jobs) await done(id);
  await own.stop();
  assert.equal((await send(many(1))).__typename, 'BulkJobAccepted');
});
