// How far a partner, a delegate and a seat reach: every way to a dossier, held against the written rule (R6, R12, R26).
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { decodeJwt } from 'jose';
import { PushServices } from './push.mjs';
import { House, acceptIt, endOfFeed, failure, handIn, key, place, secondMs, sleep, submit, until } from './support.mjs';

let house;
let client;
let push;
let where;
let citizen;
let officer;
let taxCode;
const ids = {};
before(async () => {
  push = await PushServices.start();
  house = await House.start('reach', { settings: { MOTCUA_PROCESSES: '2', MOTCUA_COST_MAX_APP: '10000', MOTCUA_COST_MAX_PARTNER: '10000' } });
  // More of the sample's people can be signed in: two persons and another organisation's machine.
  house.database.sql(`DO $$ BEGIN
    EXECUTE replace(pg_get_functiondef('session_subject(text, int)'::regprocedure), '(''partner'', ''PARTNER'', 5001, NULL)',
      '(''partner'', ''PARTNER'', 5001, NULL), (''partner2'', ''PARTNER'', 5002, NULL), (''person3'', ''CITIZEN'', 3, NULL), (''person4'', ''CITIZEN'', 4, NULL)');
    END $$;
    INSERT INTO partner (id) VALUES (5001), (5002);
    DELETE FROM seat WHERE organisation IN (5001, 5002) OR person IN (1, 2, 3, 4);
    INSERT INTO seat (person, organisation, since, role) VALUES (4, 5001, '2026-01-01', 'ADMINISTRATOR')`);
  client = house.client();
  where = place(house.database);
  [citizen, officer] = [house.token('citizen'), house.token('officer')];
  taxCode = house.database.sql('SELECT tax_code FROM organisation WHERE id = 5001');
  for (const subject of [1, 2, 3, 4, 5001, 5002]) ids[subject] = house.database.sql(`SELECT public_id FROM subject WHERE id = ${subject}`);
});
after(async () => {
  await house.stop();
  await push.stop();
});

const inAWeek = () => new Date(Date.now() + 7 * 86_400_000).toISOString();
const all = ['STATUS', 'APPLICANT', 'TIMELINE'];

async function change(field, token, input, payload) {
  const type = `${field[0].toUpperCase()}${field.slice(1)}Input!`;
  const problems = field.startsWith('un') ? '' : '... on GuardFailed { problems { path message } }';
  const data = await client.data(`mutation($input: ${type}) { it: ${field}(input: $input) { ${payload} ${failure} ${problems} } }`,
    { token, variables: { input: { idempotencyKey: key(), ...input } } });
  return data.it;
}
const done = (answer) => {
  assert.equal(answer.__typename, undefined, JSON.stringify(answer));
  return answer;
};
const share = async (token, code, grantee, fields = all) => done(await change('shareDossier', token, { code, with: ids[grantee], fields, purpose: 'Vay mua nhà', until: inAWeek() },
  '... on DossierShared { grant { id kind fields purpose until grantee { name } } }')).grant;
const unshare = (token, grant) => change('unshareDossier', token, { grant }, '... on DossierUnshared { id at }');
const handInFor = async (token, applicant) => {
  const { submitDossier } = await client.data(submit, { token, variables: { input: { idempotencyKey: key(), consent: true, ...where, applicant: ids[applicant] } } });
  return submitDossier;
};

// A key of the partner of another environment: the session is changed before it is first used.
function keyOf(actor, environment) {
  const token = house.token(actor);
  house.database.sql(`UPDATE session SET environment = '${environment}' WHERE id = '${decodeJwt(token).sid}'`);
  return token;
}

const everyWay = `query($code: String!, $id: ID!, $after: Cursor) {
  dossier(code: $code) { applicant { name } timeline(first: 50) { nodes { id } } }
  node(id: $id) { __typename }
  events(after: $after, first: 100) { nodes { dossier { code } } }
  viewer { counts { all } own: dossiers(first: 20) { nodes { code } }
    submitted: dossiers(first: 20, relation: SUBMITTED) { nodes { code } } shared: dossiers(first: 20, relation: SHARED) { nodes { code } } } }`;

// What of a dossier is seen, by all ways; list names the one that holds it.
async function seen(token, { code, id, cursor }, asker = client) {
  const { dossier, node, events, viewer } = await asker.data(everyWay, { token, variables: { code, id, after: cursor } });
  const lists = ['own', 'submitted', 'shared'].filter((list) => viewer[list].nodes.some((each) => each.code === code));
  return [dossier && 'dossier', dossier?.applicant && 'applicant', dossier?.timeline.nodes.length > 0 && 'timeline', node && 'node',
    events.nodes.some((each) => each.dossier.code === code) && 'replay', ...lists].filter(Boolean).join(' ');
}

async function known({ code }) {
  house.database.number();
  return { code, id: house.database.sql(`SELECT public_id FROM dossier WHERE code = '${code}'`), cursor: await endOfFeed(client, citizen) };
}
const one = async (token = citizen) => known(await handIn(client, token, where));

// The written rule, DOMAIN R6: (a) what it submitted, (b) what the applicant granted, by field, (c) its own tax code.
const situations = {
  'a stranger\'s dossier': { make: () => one(), sees: '' },
  'of its own tax code': { make: () => one(house.token('partner')), sees: 'dossier applicant timeline node replay own' },
  'submitted for who has delegated it': {
    async make() {
      done(await change('delegate', citizen, { to: ids[5001], procedure: where.procedure, purpose: 'Nộp hồ sơ thay', until: inAWeek() }, '... on Delegated { delegation { id } }'));
      return known((await handInFor(house.token('partner'), 1)).dossier);
    },
    sees: 'dossier applicant timeline node replay submitted',
  },
  'consent to its status': { make: () => one(), then: ({ code }) => share(citizen, code, 5001, ['STATUS']), sees: 'dossier node shared' },
  'consent to who asks': { make: () => one(), then: ({ code }) => share(citizen, code, 5001, ['STATUS', 'APPLICANT']), sees: 'dossier applicant node shared' },
  'consent to what happens': { make: () => one(), then: ({ code }) => share(citizen, code, 5001), sees: 'dossier applicant timeline node replay shared' },
  'consent to its status, and to all of another of the same applicant': {
    make: () => one(),
    then: async ({ code }) => { await share(citizen, (await one()).code, 5001); await share(citizen, code, 5001, ['STATUS']); },
    sees: 'dossier node shared',
  },
  'consent to another partner': { make: () => one(), then: ({ code }) => share(citizen, code, 5002), sees: '' },
  'a consent narrowed': { make: () => one(), then: async ({ code }) => { await share(citizen, code, 5001); await share(citizen, code, 5001, ['STATUS']); }, sees: 'dossier node shared' },
  'a consent that ran out': {
    make: () => one(),
    then: async ({ code }) => { const { id } = await share(citizen, code, 5001); house.database.sql(`UPDATE dossier_grant SET until = now() WHERE id = '${id}'`); },
    sees: '',
  },
  'a consent withdrawn': { make: () => one(), then: async ({ code }) => { done(await unshare(citizen, (await share(citizen, code, 5001)).id)); }, sees: '' },
  'a consent it gave up': { make: () => one(), then: async ({ code }) => { done(await unshare(house.token('partner'), (await share(citizen, code, 5001)).id)); }, sees: '' },
  'consented and restricted': {
    make: () => one(),
    then: async ({ code }) => { await share(citizen, code, 5001); house.database.sql(`UPDATE dossier SET access_class = 'RESTRICTED' WHERE code = '${code}'`); },
    sees: '',
  },
  'its own, restricted': {
    make: () => one(house.token('partner')),
    then: ({ code }) => house.database.sql(`UPDATE dossier SET access_class = 'RESTRICTED' WHERE code = '${code}'`),
    sees: '',
  },
  'its own, with a test key': { make: () => one(house.token('partner')), asks: () => keyOf('partner', 'TEST'), sees: '' },
  'its own, with a team key of no guests': { make: () => one(house.token('partner')), asks: () => keyOf('partner', 'TEAM'), sees: '' },
  'a guest\'s, consented, with a team key': {
    make: () => one(),
    then: ({ code }) => { house.database.sql('INSERT INTO partner_guest (partner, guest) VALUES (5001, 1) ON CONFLICT DO NOTHING'); return share(citizen, code, 5001); },
    asks: () => keyOf('partner', 'TEAM'),
    sees: 'dossier applicant timeline node replay shared',
  },
  'a delegate\'s, all fields': { make: () => one(), then: ({ code }) => share(citizen, code, 2), asks: () => house.token('citizen2'), sees: 'dossier applicant timeline node replay shared' },
  'a delegate\'s, where it stands': { make: () => one(), then: ({ code }) => share(citizen, code, 2, ['STATUS']), asks: () => house.token('citizen2'), sees: 'dossier node shared' },
  'another delegate\'s': { make: () => one(), then: ({ code }) => share(citizen, code, 3), asks: () => house.token('citizen2'), sees: '' },
};

for (const [name, { make, then, asks = () => house.token('partner'), sees }] of Object.entries(situations)) {
  test(`R6: a partner reaches what it submitted, what was granted, its own tax code - and no more: ${name}`, async () => {
    const dossier = await make();
    await then?.(dossier);
    const token = asks();
    const stream = await house.client().events('subscription($code: String, $after: Cursor) { dossierEvents(code: $code, after: $after) { dossier { code } } }',
      { token, variables: { code: dossier.code, after: dossier.cursor } });
    assert.ok((await acceptIt(client, officer, dossier.code)).dossier);
    house.ring();
    await until('the applicant\'s replay has it', async () => (await seen(officer, dossier)).includes('replay'));
    assert.equal(await seen(token, dossier), sees);
    if (sees.includes('replay')) await stream.next(1);
    else await sleep(300);
    assert.equal(stream.results.length > 0, sees.includes('replay'), 'the stream shows what the replay shows');
    stream.close();
  });
}

test('R6: counts are of what is one\'s own, and neither what is shared nor what is restricted', async () => {
  const token = house.token('partner');
  const count = async () => (await client.data('{ viewer { counts { all } } }', { token })).viewer.counts.all;
  const before = await count();
  await share(citizen, (await one()).code, 5001);
  assert.equal(await count(), before);
  const { code } = await one(house.token('partner'));
  assert.equal(await count(), before + 1);
  house.database.sql(`UPDATE dossier SET access_class = 'RESTRICTED' WHERE code = '${code}'`);
  assert.equal(await count(), before);
});

test('R6: a consent counts at once, on a stream that is open already', async () => {
  const { code, cursor } = await one();
  const stream = await house.client().events('subscription($after: Cursor) { dossierEvents(after: $after) { to dossier { code } } }',
    { token: house.token('partner'), variables: { after: cursor } });
  await share(citizen, code, 5001);
  await acceptIt(client, officer, code);
  house.ring();
  await stream.next(1);
  assert.deepEqual(stream.results.map(({ data }) => data.dossierEvents), [{ to: 'ACCEPTED', dossier: { code } }]);
  assert.ok(!stream.ended, 'giving ends nothing');
  stream.close();
});

const watch = 'subscription($code: String) { dossierEvents(code: $code) { dossier { code } } }';

// Streams of a dossier and of all, over connections enough to meet both processes.
async function openStreams(token, code) {
  const peers = Array.from({ length: 8 }, () => house.client());
  const streams = [];
  for (const peer of peers) streams.push(await peer.events(watch, { token, variables: { code } }), await peer.events(watch, { token }));
  await sleep(500);
  for (const stream of streams) assert.deepEqual([stream.status, stream.ended], [200, false]);
  return { peers, streams };
}

// Ends within a second of the answer, in every process; and nothing that happens after it is told. A grant withdrawn is
// unseen from its commit on, also by streams that have not ended; whom somebody speaks for is known to the session, and
// changes with it.
async function assertWithdrawn(token, dossier, { peers, streams }, withdraw, { atOnce = true } = {}) {
  const told = streams.map((stream) => stream.results.length);
  const move = () => acceptIt(client, officer, dossier.code).then(() => house.ring());
  done(await withdraw());
  const moved = atOnce && move();
  await until('all streams end', () => streams.every((stream) => stream.ended), secondMs);
  await (moved || move());
  assert.deepEqual(streams.map((stream) => stream.results.length), told, 'nothing was told on the way');
  for (const peer of peers) assert.equal(await seen(token, dossier, peer), '');
  const again = await peers[0].events(watch, { token, variables: { code: dossier.code } });
  await sleep(500);
  assert.deepEqual([again.status, again.results.length], [200, 0], 'who comes back may ask, and is told nothing');
  again.close();
  for (const peer of peers) peer.close();
}

test('R6: a consent withdrawn ends streams and replay within a second, in both processes', async () => {
  const dossier = await one();
  const { id } = await share(citizen, dossier.code, 5001);
  const token = house.token('partner');
  await assertWithdrawn(token, dossier, await openStreams(token, dossier.code), () => unshare(citizen, id));
});

test('R12: a delegation withdrawn counts within a second on the other\'s device', async () => {
  const dossier = await one();
  const { id, kind } = await share(citizen, dossier.code, 2);
  assert.equal(kind, 'DELEGATION');
  const token = house.token('citizen2');
  await assertWithdrawn(token, dossier, await openStreams(token, dossier.code), () => unshare(citizen, id));
});

const giveSeat = (token, person, role) => change('giveSeat', token, { taxCode, person: ids[person], role }, '... on SeatGiven { seat { id role organisation { name } person { name } } }');
const withdrawSeat = (token, seat) => change('withdrawSeat', token, { seat }, '... on SeatWithdrawn { id at }');
const seatsDocument = '{ viewer { seats { id role organisation { taxCode seats { role person { id name } } } } } }';

test('R12: a company\'s seats: a member hands in and sees its own; a role in a dossier comes from who administers it', async () => {
  const [head, member] = [house.token('person4'), house.token('person3')];
  const { seat } = done(await giveSeat(head, 3, 'MEMBER'));
  assert.equal(seat.role, 'MEMBER');
  const submitted = (await handInFor(member, 5001)).dossier;
  const own = await known(submitted);
  const others = await one(house.token('partner'));
  assert.equal(await seen(member, own), 'dossier applicant timeline node replay submitted shared');
  assert.equal(await seen(member, others), '');
  assert.equal((await share(head, others.code, 3, ['STATUS'])).kind, 'SEAT');
  assert.equal(await seen(member, others), 'dossier applicant timeline node shared');
  assert.equal(await seen(head, others), 'dossier applicant timeline node replay own');
  const asHead = (await client.data(seatsDocument, { token: head })).viewer.seats[0].organisation;
  assert.deepEqual([asHead.taxCode, asHead.seats.map(({ role }) => role).sort()], [taxCode, ['ADMINISTRATOR', 'MEMBER']]);
  const asMember = (await client.data(seatsDocument, { token: member })).viewer.seats[0].organisation;
  assert.deepEqual(asMember.seats.map(({ person }) => person.id), [ids[3]], 'a member sees its own seat alone');
  await assertWithdrawn(member, others, await openStreams(member, others.code), () => withdrawSeat(head, seat.id));
  assert.equal((await handInFor(member, 5001)).__typename, 'GuardFailed', 'it hands in no more');
  assert.equal(await seen(member, own), '', 'nor sees what it has handed in');
});

test('R12: who no longer administers an organisation does not see it, within a second, on all his devices', async () => {
  const [head, second] = [house.token('person4'), house.token('person3')];
  const { seat } = done(await giveSeat(head, 3, 'ADMINISTRATOR'));
  const dossier = await one(house.token('partner'));
  assert.equal(await seen(second, dossier), 'dossier applicant timeline node replay own', 'a seat given counts at once');
  const [phone, desk] = [await openStreams(second, dossier.code), await openStreams(house.token('person3'), dossier.code)];
  const devices = { peers: [...phone.peers, ...desk.peers], streams: [...phone.streams, ...desk.streams] };
  await assertWithdrawn(second, dossier, devices, () => withdrawSeat(head, seat.id), { atOnce: false });
  const last = (await client.data(seatsDocument, { token: head })).viewer.seats[0].id;
  assert.deepEqual((await withdrawSeat(head, last)).problems.map(({ path }) => path), ['seat'], 'the last administrator stays');
});

test('R12: of two administrators who withdraw each other at once one stays', async () => {
  const [head, second] = [house.token('person4'), house.token('person3')];
  done(await giveSeat(head, 3, 'ADMINISTRATOR'));
  const seatOf = (person) => house.database.sql(`SELECT id FROM seat WHERE person = ${person} AND organisation = 5001`);
  const answers = await Promise.all([withdrawSeat(head, seatOf(3)), withdrawSeat(second, seatOf(4))]);
  assert.equal(answers.filter(({ at }) => at).length, 1, JSON.stringify(answers));
  assert.equal(house.database.sql(`SELECT count(*) FROM seat_in_force WHERE organisation = 5001 AND role = 'ADMINISTRATOR'`), '1');
  house.database.sql(`UPDATE seat SET withdrawn_at = CASE person WHEN 3 THEN now() END WHERE organisation = 5001 AND person IN (3, 4)`);
});

test('R12: what was given and received can be read, page by page', async () => {
  const [one1, two] = [await one(), await one()];
  for (const { code } of [one1, two]) await share(citizen, code, 3);
  const document = (side) => `query($after: Cursor) { viewer { grants(side: ${side}, first: 1, after: $after) { nodes { dossier { code } grantee { name } purpose fields } pageInfo { hasNextPage endCursor } } } }`;
  for (const [token, side] of [[citizen, 'GIVEN'], [house.token('person3'), 'RECEIVED']]) {
    const first = (await client.data(document(side), { token })).viewer.grants;
    const next = (await client.data(document(side), { token, variables: { after: first.pageInfo.endCursor } })).viewer.grants;
    assert.deepEqual([first.nodes[0].dossier.code, next.nodes[0].dossier.code], [two.code, one1.code], `${side}: the latest first`);
    assert.ok(first.pageInfo.hasNextPage);
    assert.deepEqual([first.nodes[0].grantee.name, first.nodes[0].purpose, first.nodes[0].fields.sort()],
      [house.database.sql('SELECT name FROM subject WHERE id = 3'), 'Vay mua nhà', [...all].sort()]);
  }
  const shared = 'query($after: Cursor, $before: Cursor, $first: Int, $last: Int) { viewer { dossiers(relation: SHARED, first: $first, after: $after, last: $last, before: $before) { nodes { code } pageInfo { startCursor endCursor } } } }';
  const token = house.token('person3');
  const list = async (variables) => (await client.data(shared, { token, variables })).viewer.dossiers;
  const front = await list({ first: 1 });
  const second = await list({ first: 1, after: front.pageInfo.endCursor });
  assert.deepEqual([front.nodes[0].code, second.nodes[0].code], [two.code, one1.code]);
  assert.deepEqual((await list({ last: 1, before: second.pageInfo.startCursor })).nodes, front.nodes, 'and back');
});

test('a list refuses what is no page of it, and gives an empty page when none is asked for', async () => {
  const other = Buffer.alloc(17, 'd').toString('base64url');
  for (const call of ['grants(first: -1)', 'delegations(first: -1)', `grants(after: "${other}")`, `delegations(after: "${other}")`, `dossiers(relation: SHARED, after: "${other}")`]) {
    const { json } = await client.post(`{ viewer { ${call} { nodes { __typename } } } }`, { token: citizen });
    assert.ok(json.errors?.length > 0, call);
  }
  const { viewer } = await client.data('{ viewer { grants(first: 0) { nodes { id } } seats { organisation { seats(first: 0) { id } } } dossiers(first: 1) { nodes { grants(first: 0) { id } } } } }',
    { token: house.token('person4') });
  assert.deepEqual([viewer.grants.nodes, viewer.seats[0].organisation.seats, viewer.dossiers.nodes[0].grants], [[], [], []]);
  const none = await client.data('{ viewer { grants { nodes { id } } delegations { nodes { id } } seats { id } dossiers(relation: SHARED) { nodes { code } } } }', { token: officer });
  assert.deepEqual(none.viewer, { grants: { nodes: [] }, delegations: { nodes: [] }, seats: [], dossiers: { nodes: [] } }, 'an officer has none');
});

test('the lists of what is shared and handed in cost two round trips at most, whatever their length', async () => {
  for (const relation of ['SHARED', 'SUBMITTED']) {
    const { roundTrips } = await house.cost(() => client.data(`{ viewer { dossiers(relation: ${relation}, first: 50) { nodes { code applicant { name } timeline(first: 3) { nodes { id } } } } } }`,
      { token: house.token('partner') }));
    assert.ok(roundTrips > 0 && roundTrips <= 2, `${relation}: ${roundTrips}`);
  }
});

const classify = (token, code, accessClass) => change('classifyDossier', token, { code, accessClass, reason: 'Hồ sơ có thông tin nhạy cảm' }, '... on DossierClassified { dossier { code accessClass } }');

test('R26: a dossier made restricted is gone from partners, streams included, within a second; the applicant keeps it', async () => {
  const dossier = await one();
  await share(citizen, dossier.code, 5001);
  const token = house.token('partner');
  await assertWithdrawn(token, dossier, await openStreams(token, dossier.code), () => classify(officer, dossier.code, 'RESTRICTED'));
  assert.match(await seen(citizen, dossier), /dossier applicant timeline node replay own/);
  assert.equal((await classify(citizen, dossier.code, 'OPEN')).__typename, 'NotAllowed');
  done(await classify(officer, dossier.code, 'OPEN'));
  assert.match(await seen(token, dossier), /dossier applicant timeline node/);
});

test('R26: a restricted procedure is unseen by search and found by its code; its dossiers are in no figure', async () => {
  const list = async () => {
    const { procedures } = await client.data('{ procedures(first: 100) { nodes { code accessClass } } }');
    return procedures.nodes.map(({ code }) => code);
  };
  const count = async () => (await client.data('{ viewer { counts { all } } }', { token: officer })).viewer.counts.all;
  assert.ok((await list()).includes(where.procedure));
  house.database.sql(`UPDATE procedure SET access_class = 'RESTRICTED' WHERE code = '${where.procedure}'`);
  try {
    for (let i = 0; i < 8; i++) {
      const peer = house.client();
      await until('every process has read it anew', async () => !(await peer.data('{ procedures(first: 100) { nodes { code } } }')).procedures.nodes.some(({ code }) => code === where.procedure));
      peer.close();
    }
    const { name } = (await client.data(`{ procedure(code: "${where.procedure}") { name accessClass } }`)).procedure;
    const found = await client.data('query($search: String) { procedures(search: $search, first: 100) { nodes { code } } }', { variables: { search: name } });
    assert.ok(!found.procedures.nodes.some(({ code }) => code === where.procedure), 'nor by its name');
    const before = await count();
    const dossier = await one();
    assert.equal((await client.data('query($code: String!) { dossier(code: $code) { accessClass } }', { token: citizen, variables: { code: dossier.code } })).dossier.accessClass, 'RESTRICTED');
    assert.equal(await count(), before, 'an officer\'s figures leave it out');
    const refused = await change('shareDossier', citizen, { code: dossier.code, with: ids[5001], fields: all, purpose: 'x', until: inAWeek() }, '... on DossierShared { grant { id } }');
    assert.deepEqual(refused.problems.map(({ path }) => path), ['code'], 'nor is it shared with a partner');
  } finally {
    house.database.sql(`UPDATE procedure SET access_class = 'OPEN' WHERE code = '${where.procedure}'`);
  }
});

test('R26: the push of a restricted dossier says that there is something, and nothing else', async () => {
  await house.startWorker(push.settings);
  await client.data(`mutation($input: RegisterDeviceInput!) { registerDevice(input: $input) { ... on DeviceRegistered { device { id } } ${failure} } }`,
    { token: citizen, variables: { input: { idempotencyKey: key(), kind: 'FCM', address: 'registration-token-of-the-phone' } } });
  for (const [accessClass, says] of [['OPEN', true], ['RESTRICTED', false]]) {
    const { code } = await handIn(client, citizen, where);
    if (accessClass === 'RESTRICTED') done(await classify(officer, code, accessClass));
    const { event } = await acceptIt(client, officer, code);
    const [{ title, body, tail }] = await push.arrived(event.id, 1);
    const number = code.split('-').at(-1);
    assert.equal(`${title} ${body} ${tail}`.includes(number), says, `${accessClass}: ${title} ${body} ${tail}`);
    if (!says) assert.deepEqual([title, body, tail], ['Có cập nhật mới', 'Bạn có cập nhật mới. Mở ứng dụng để xem.', '']);
  }
});
