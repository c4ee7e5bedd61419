// Trình ký: what a processor proposes and the head of the agency signs or sends back (D10, D16, T2), by those who do it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { client, close, dossier, events, go, house, inDays, look, nextAction, one, open, parts, refused, stateOf, supplement, tokens } from './office.mjs';
import { PushServices } from './push.mjs';
import { failure, key, until } from './support.mjs';

const devices = {};
const request = `id event seq parts { name part note } reason legalBasis until dueAt note noteInternal proposedBy proposedAt state answer decidedBy decidedAt dossier { code state }`;
const changed = { propose: `... on SignatureRequested { request { ${request} } }`, return: `... on SignatureRequestReturned { request { ${request} } }`, sign: '... on DossierChanged { dossier { state seq } event { seq event actor } }' };
const failures = `${failure} ... on GuardFailed { problems { path message } } ... on StaleState { current { state seq } }`;
const inputs = { proposeSupplement: 'AskSupplementInput', proposeStop: 'StopDossierInput', proposeExtension: 'ExtendDossierInput', signRequest: 'SignRequestInput', returnRequest: 'ReturnRequestInput' };
const say = async (who, field, input) => (await client.data(`mutation($input: ${inputs[field]}!) { it: ${field}(input: $input) { __typename ${changed[/^[a-z]+/.exec(field)[0]]} ${failures} } }`,
  { token: tokens[who], variables: { input: { idempotencyKey: key(), ...input } } })).it;
const propose = async (who, field, code, input) => (await say(who, field, { code, ...input })).request;
const page = `query($first: Int, $after: Cursor) { viewer { signatureRequests(first: $first, after: $after) { edges { cursor node { ${request} } } pageInfo { hasNextPage endCursor } } } }`;
async function toSign(who, first = 100) {
  const nodes = [];
  for (let more = true, after = null; more;) {
    const { signatureRequests } = (await client.data(page, { token: tokens[who], variables: { first, after } })).viewer;
    nodes.push(...signatureRequests.edges.map(({ node }) => node));
    more = signatureRequests.pageInfo.hasNextPage;
    after = signatureRequests.pageInfo.endCursor;
  }
  return nodes;
}
const waits = async (who, code) => (await toSign(who)).filter((node) => node.dossier.code === code);
const pushesTo = (who) => one(`SELECT coalesce(string_agg(payload->>'template' || ' ' || (payload->>'tail'), ',' ORDER BY id), '') FROM (SELECT device, payload, id FROM delivery UNION SELECT device, payload, id FROM delivery_log) AS d
  WHERE device = '${devices[who]}'`).split(',').filter(Boolean);
const tail = (code) => `…-${code.split('-').at(-1)}`;

let push;
before(async () => {
  push = await PushServices.start();
  await open('signatures');
  for (const who of ['head', 'processor', 'citizen']) {
    const { registerDevice } = await client.data(`mutation($input: RegisterDeviceInput!) { registerDevice(input: $input) { ... on DeviceRegistered { device { id } } ${failure} } }`,
      { token: tokens[who], variables: { input: { idempotencyKey: key(), kind: 'FCM', address: `registration-token-of-the-${who}` } } });
    devices[who] = registerDevice.device.id;
  }
  await house.startWorker({ ...push.settings, MOTCUA_TICK_MS: '200' });
});
after(async () => {
  await close();
  await push?.stop();
});

test('D10: a processor prepares what is missing, the head sees all of it and signs, and only then the clock rests and the applicant is asked', async () => {
  const code = await dossier('PROCESSING');
  assert.equal(await refused('processor', 'askSupplement', code, supplement()), 'NotAllowed', 'a processor alone does not ask');
  const missing = await say('processor', 'proposeSupplement', { code, parts: [], reason: ' ', until: inDays(-1) });
  assert.deepEqual(missing.problems.map(({ path }) => path), ['parts', 'reason', 'until'], 'what the head would be refused, the processor is told');
  const term = inDays(9);
  const { seq } = await look('processor', code, 'seq');
  const made = await propose('processor', 'proposeSupplement', code, { ...supplement({ until: term }), expectedSeq: seq, note: 'Mời bổ sung.', noteInternal: 'Đã gọi điện.' });
  assert.deepEqual([made.event, made.state, made.reason, made.note, made.noteInternal, Date.parse(made.until), made.dueAt, made.seq], ['askSupplement', 'PROPOSED', 'Thiếu giấy tờ.', 'Mời bổ sung.', 'Đã gọi điện.', Date.parse(term), null, seq]);
  assert.deepEqual([stateOf(code), (await look('citizen', code, nextAction)).nextAction], ['PROCESSING', null], 'nothing has happened yet');
  assert.equal((await say('processor', 'proposeStop', { code, reason: 'Thôi.' })).problems[0].path, 'code', 'one thing at a time waits');

  await until('the head is told', () => pushesTo('head').length > 0);
  assert.deepEqual(pushesTo('head'), [`officer.signatureAsked ${tail(code)}`], 'of the dossier\'s last digits and nothing else');
  const [shown, ...more] = await waits('head', code);
  assert.deepEqual(more, []);
  assert.deepEqual(shown, made);
  assert.deepEqual(shown.parts, [{ ...parts[0], part: null }, { name: parts[1].name, part: null, note: null }]);
  assert.equal(shown.proposedBy, 'Cán bộ PROCESSOR');
  assert.deepEqual((await look('head', code, `signatureRequest { ${request} }`)).signatureRequest, made);
  for (const who of ['citizen', 'partner']) assert.deepEqual(await toSign(who), [], `${who} has nothing to sign`);
  assert.equal((await look('citizen', code, 'signatureRequest { id }')).signatureRequest, null, 'what is prepared is the officers\'');
  assert.deepEqual(await waits('processor', code), [], 'nor does the processor sign');

  assert.equal((await say('processor', 'signRequest', { request: made.id })).__typename, 'NotAllowed');
  assert.equal((await say('head', 'signRequest', { request: made.id, expectedSeq: seq - 1 })).__typename, 'StaleState');
  const again = { idempotencyKey: key(), request: made.id, expectedSeq: seq };
  const signed = await say('head', 'signRequest', again);
  assert.deepEqual([signed.dossier.state, signed.event.event, signed.event.actor], ['SUPPLEMENT_REQUIRED', 'askSupplement', 'Cán bộ HEAD']);
  assert.deepEqual(await say('head', 'signRequest', again), signed, 'sent again it is answered the same');
  assert.equal((await say('head', 'signRequest', { request: made.id })).__typename, 'StaleState', 'and signed once');
  const asked = await look('citizen', code, `${nextAction} issuedForms { kind } deadline { state }`);
  assert.deepEqual([asked.nextAction.kind, asked.nextAction.parts.length, asked.deadline.state], ['SUPPLEMENT', 2, 'PAUSED']);
  assert.equal(one(`SELECT note_internal FROM dossier_event e JOIN dossier d ON d.id = e.dossier WHERE d.code = '${code}' AND e.event = 'askSupplement'`), 'Đã gọi điện.\nNgười trình: Cán bộ PROCESSOR');
  assert.match(await events('citizen', code), /assign askSupplement$/);
  await until('the processor is told', () => pushesTo('processor').length > 0);
  assert.deepEqual(pushesTo('processor'), [`officer.requestSigned ${tail(code)}`]);
  assert.equal((await look('head', code, 'signatureRequest { id }')).signatureRequest, null);
});

test('D16: the head sends a stop back with a reason, the processor finds it in his list, takes care of it, and proposes anew', async () => {
  const code = await dossier('PROCESSING');
  const first = await propose('processor', 'proposeStop', code, { reason: 'Đất đang có tranh chấp.' });
  assert.deepEqual((await say('head', 'returnRequest', { request: first.id, reason: ' ' })).problems.map(({ path }) => path), ['reason']);
  assert.equal((await say('signer', 'returnRequest', { request: first.id, reason: 'x' })).__typename, 'NotAllowed');
  const back = (await say('head', 'returnRequest', { request: first.id, reason: 'Chưa có văn bản của tòa án.' })).request;
  assert.deepEqual([back.state, back.answer, back.decidedBy, stateOf(code)], ['RETURNED', 'Chưa có văn bản của tòa án.', 'Cán bộ HEAD', 'PROCESSING']);
  assert.deepEqual(await waits('processor', code), [back]);
  assert.deepEqual(await waits('head', code), []);
  await until('the processor is told', () => pushesTo('processor').includes(`officer.requestReturned ${tail(code)}`));

  const second = await propose('processor', 'proposeStop', code, { reason: 'Tòa án đã thụ lý.' });
  assert.deepEqual(await waits('processor', code), [], 'what is proposed anew is settled');
  assert.deepEqual((await waits('head', code)).map(({ id }) => id), [second.id]);
  assert.equal((await say('head', 'signRequest', { request: second.id })).dossier.state, 'STOPPED');
});

test('D16: what the dossier has gone past is not signed any more', async () => {
  const code = await dossier('PROCESSING');
  const { id } = await propose('processor', 'proposeStop', code, { reason: 'Thiếu căn cứ.' });
  await go('citizen', 'requestWithdraw', code, {}, 'WITHDRAW_REQUESTED');
  assert.deepEqual(await waits('head', code), []);
  const stale = await say('head', 'signRequest', { request: id });
  assert.deepEqual([stale.__typename, stale.current.state], ['StaleState', 'WITHDRAW_REQUESTED']);
  assert.equal(one(`SELECT state FROM signature_request WHERE public_id = '${id}'`), 'OVERTAKEN');
});

test('T2: a later date that is proposed is the dossier\'s once it is signed; the longest waiting stand first, page by page', async () => {
  const codes = [];
  for (let i = 0; i < 5; i++) codes.push(await dossier('PROCESSING'));
  const dueAt = inDays(60);
  const made = [];
  for (const code of codes) made.push(await propose('processor', 'proposeExtension', code, { dueAt, reason: 'Cần thẩm định thêm.' }));
  const list = await toSign('head', 2);
  assert.deepEqual(list.filter(({ dossier: { code } }) => codes.includes(code)), made, 'in pages of two all of them, each once');
  assert.deepEqual(await toSign('head'), list);
  assert.equal((await say('head', 'signRequest', { request: made[0].id })).dossier.state, 'PROCESSING');
  assert.equal(Date.parse((await look('citizen', codes[0], 'dueAt')).dueAt), Date.parse(dueAt));
  assert.equal((await say('other', 'signRequest', { request: made[1].id })).__typename, 'NotAllowed', 'another agency signs nothing');
  const taken = await say('processor', 'returnRequest', { request: made[1].id, reason: 'Tôi nhầm hồ sơ.' });
  assert.equal(taken.request.state, 'RETURNED', 'who proposed it may take it back');
  assert.deepEqual(await waits('processor', codes[1]), []);
});
