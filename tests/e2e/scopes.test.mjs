// What a partner's key may ask: each scope by itself against each field that needs one, and the guests of a TEAM key.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { decodeJwt } from 'jose';
import { House, failure, key, place, secondMs, submit, until } from './support.mjs';

const scopes = ['dossiers.read', 'dossiers.submit', 'events.read', 'keys.manage', 'webhooks.manage'];
let house;
let client;
let own; // a dossier of the partner's own
let partnerKey;
before(async () => {
  house = await House.start('scopes');
  client = house.client();
  house.database.sql('INSERT INTO partner (id) VALUES (5001)');
  house.database.number();
  const [id, code, event] = house.database.sql(`SELECT d.public_id, d.code, e.id FROM dossier d JOIN dossier_event e ON e.dossier = d.id
    WHERE d.applicant = 5001 AND e.feed_no IS NOT NULL ORDER BY d.id, e.seq LIMIT 1`).split('|');
  own = { id, code, event };
  house.database.sql(`UPDATE dossier SET external_no = '03706/2026/07906' WHERE code = '${code}'`);
  partnerKey = () => house.database.sql(`INSERT INTO partner_key (partner, kid, jwk, environment, scopes, expires_at)
    VALUES (5001, '${randomUUID()}', '{}', 'LIVE', '{dossiers.read}', now() + interval '1 day') RETURNING id`);
});
after(() => house.stop());

// A token whose session holds these scopes.
function holding(held, environment = 'LIVE', partner = house.token('partner')) {
  house.database.sql(`UPDATE session SET scopes = '{${held}}', environment = '${environment}' WHERE id = '${decodeJwt(partner).sid}'`);
  return partner;
}

const sentence = (needs) => `The key needs the scope ${needs.join(' or ')}.`;
const fields = [
  { field: 'Query.dossier', needs: ['dossiers.read'], document: () => `{ dossier(code: "${own.code}") { code timeline(first: 1) { nodes { id } } } }`, found: (d) => d.dossier.timeline.nodes.length === 1 },
  { field: 'Query.dossier of nobody', needs: ['dossiers.read'], document: () => '{ dossier(code: "H09.9-261126-9999") { code } }', found: (d) => d.dossier === null },
  { field: 'Query.bulkDossiers', needs: ['dossiers.read'], document: () => `{ bulkDossiers(codes: ["${own.code}"]) { dossier { code } } }`, found: (d) => d.bulkDossiers[0].dossier.code === own.code },
  { field: 'Query.dossiersByExternalNo', needs: ['dossiers.read'], document: () => '{ dossiersByExternalNo(externalDossierNo: "03706/2026/07906") { code externalDossierNo } }', found: (d) => d.dossiersByExternalNo[0].code === own.code },
  { field: 'Query.node of a dossier', needs: ['dossiers.read'], or: ['events.read'], document: () => `{ node(id: "${own.id}") { id } }`, found: (d) => d.node.id === own.id },
  { field: 'Query.node of an event', needs: ['events.read'], or: ['dossiers.read'], document: () => `{ node(id: "${own.event}") { id } }`, found: (d) => d.node.id === own.event },
  { field: 'Query.events', needs: ['events.read'], document: () => '{ events(first: 1) { nodes { id dossier { code } } } }', found: (d) => d.events.nodes[0].dossier.code.length > 0 },
  { field: 'Viewer.dossiers', needs: ['dossiers.read'], document: () => '{ viewer { dossiers(first: 1) { nodes { code } } } }', found: (d) => d.viewer.dossiers.nodes.length === 1 },
  { field: 'Viewer.worklist', needs: ['dossiers.read'], document: () => '{ viewer { worklist { nodes { code } } } }', found: (d) => d.viewer.worklist.nodes.length === 0 },
  { field: 'Viewer.counts', needs: ['dossiers.read'], document: () => '{ viewer { counts { all } } }', found: (d) => d.viewer.counts.all > 0 },
  { field: 'Viewer.guests', needs: ['keys.manage'], document: () => '{ viewer { guests { id } } }', found: (d) => Array.isArray(d.viewer.guests) },
  { field: 'Viewer.webhookEndpoints', needs: ['webhooks.manage'], document: () => '{ viewer { webhookEndpoints { id } } }', found: (d) => Array.isArray(d.viewer.webhookEndpoints) },
];

for (const { field, needs, or = [], document, found } of fields) {
  test(`R6: ${field} needs ${needs}`, async () => {
    for (const held of ['', ...scopes]) {
      const { json } = await client.post(document(), { token: holding(held) });
      if (needs.includes(held)) {
        assert.equal(json.errors, undefined, `${held}: ${JSON.stringify(json)}`);
        assert.ok(found(json.data), `${held}: ${JSON.stringify(json)}`);
        continue;
      }
      const missing = or.length > 0 && !or.includes(held) ? ['dossiers.read', 'events.read'] : needs;
      assert.deepEqual([json.errors?.length, json.errors?.[0].extensions.code, json.errors?.[0].message], [1, 'FORBIDDEN', sentence(missing)], `${held}: ${JSON.stringify(json)}`);
    }
  });
}

test('R6: what is asked with all scopes but one is refused for that one', async () => {
  for (const { field, needs, or = [], document } of fields) {
    const held = scopes.filter((scope) => !needs.includes(scope) && !or.includes(scope)).join(',');
    const { json } = await client.post(document(), { token: holding(held) });
    assert.equal(json.errors?.[0].extensions.code, 'FORBIDDEN', field);
  }
});

test('R6: Subscription.dossierEvents needs events.read', async () => {
  for (const held of ['', ...scopes]) {
    const token = holding(held);
    const stream = await client.events('subscription { dossierEvents { id } }', { token });
    if (held === 'events.read') {
      assert.equal(stream.status, 200);
      await until('it stands', async () => (await house.metrics()).motcua_streams === 1);
    } else {
      const [first] = await stream.next();
      assert.deepEqual([first.errors[0].extensions.code, first.errors[0].message], ['FORBIDDEN', sentence(['events.read'])], held);
      await stream.end();
    }
    stream.close();
  }
});

const typeOf = async (token, document, input) => Object.values((await client.data(document, { token, variables: { input: { idempotencyKey: key(), ...input } } })))[0].__typename;
const change = (name) => `mutation($input: ${name[0].toUpperCase()}${name.slice(1)}Input!) { ${name}(input: $input) { __typename ${failure} } }`;

test('R6: changes need their scope', async () => {
  const where = place(house.database);
  const guest = house.database.sql('SELECT public_id FROM subject WHERE id = 1');
  const changes = [
    ['dossiers.submit', change('submitDossier'), () => ({ ...where, consent: true }), 'DossierChanged'],
    ['keys.manage', change('addGuest'), () => ({ guest }), 'GuestAdded'],
    ['keys.manage', change('removeGuest'), () => ({ id: guest }), 'GuestRemoved'],
    ['keys.manage', change('revokePartnerKey'), () => ({ id: partnerKey() }), 'PartnerKeyRevoked'],
    ['webhooks.manage', change('addWebhookEndpoint'), () => ({ environment: 'LIVE', url: 'https://hooks.partner.vn/' }), 'WebhookEndpointAdded'],
  ];
  for (const [needs, document, input, done] of changes) {
    for (const held of ['', ...scopes.filter((scope) => scope !== needs)])
      assert.equal(await typeOf(holding(held), document, input()), 'NotAllowed', `${done} by ${held}`);
    assert.equal(await typeOf(holding(needs), document, input()), done);
  }
});

test('R6: who only submits is told which scope reading what came of it needs, and reads it by a repeat', async () => {
  const input = { idempotencyKey: key(), consent: true, ...place(house.database) };
  for (const [selection, needs] of [['dossier { code }', ['dossiers.read']], ['event { id }', ['dossiers.read', 'events.read']]]) {
    const document = `mutation($input: SubmitDossierInput!) { submitDossier(input: $input) { ... on DossierChanged { ${selection} } } }`;
    const { json } = await client.post(document, { token: holding('dossiers.submit'), variables: { input } });
    assert.deepEqual([json.errors[0].extensions.code, json.errors[0].message], ['FORBIDDEN', sentence(needs)]);
  }
  const { submitDossier } = await client.data(submit, { token: holding('dossiers.submit,dossiers.read'), variables: { input } });
  assert.equal(submitDossier.dossier.state, 'SUBMITTED');
  assert.equal(house.database.sql(`SELECT count(*) FROM dossier WHERE code > '${submitDossier.dossier.code}' AND submitter = 5001 AND submitted_at > now() - interval '1 minute'`), '0', 'it was handed in once');
});

test('scopes are asked of nobody but a partner', async () => {
  for (const actor of ['citizen', 'officer']) {
    const data = await client.data('{ viewer { counts { all } dossiers(first: 1) { nodes { code } } guests { id } webhookEndpoints { id } } events(first: 1) { nodes { id } } }', { token: house.token(actor) });
    assert.ok(data.viewer.counts.all > 0, actor);
  }
});

const addGuest = `mutation($input: AddGuestInput!) { addGuest(input: $input) { __typename ... on GuestAdded { guest { id clientId name since } } ${failure} } }`;
const removeGuest = `mutation($input: RemoveGuestInput!) { removeGuest(input: $input) { __typename ... on GuestRemoved { id } ${failure} } }`;
const run = async (token, document, input) => Object.values(await client.data(document, { token, variables: { input: { idempotencyKey: key(), ...input } } }))[0];

test('R6: a TEAM key sees exactly its guests\' dossiers, of those its partner could, within a second of their coming and going', async () => {
  const manager = holding('keys.manage,dossiers.read');
  const team = holding('dossiers.read,events.read', 'TEAM');
  const rows = house.database.sql(`SELECT d.code, d.applicant, s.public_id FROM dossier d JOIN subject s ON s.id = d.applicant
    WHERE d.submitter = 5001 AND d.applicant <> 5001 AND d.access_class = 'OPEN' ORDER BY d.id LIMIT 40`).split('\n').map((line) => line.split('|'));
  const all = new Map(rows.map(([code, , applicant]) => [code, applicant]));
  all.set(own.code, house.database.sql('SELECT public_id FROM subject WHERE id = 5001'));
  const applicants = [...new Set(all.values())];
  assert.ok(applicants.length >= 3, 'the sample\'s partner submits for several');
  const foreign = house.database.sql('SELECT code FROM dossier WHERE applicant = 1 AND submitter = 1 ORDER BY id LIMIT 1');

  async function assertSees(guests, token = team) {
    for (const [code, applicant] of [...all, [foreign, 'nobody']]) {
      const { dossier } = await client.data('query($code: String!) { dossier(code: $code) { code applicant { id } } }', { token, variables: { code } });
      assert.equal(dossier?.applicant.id ?? null, guests.includes(applicant) ? applicant : null, code);
    }
  }
  await assertSees([]);
  for (const guest of applicants.slice(0, 2)) {
    const added = await run(manager, addGuest, { guest });
    assert.deepEqual([added.guest.id, added.guest.name], [guest, house.database.sql(`SELECT name FROM subject WHERE public_id = '${guest}'`)], JSON.stringify(added));
    assert.deepEqual((await run(manager, addGuest, { guest })).guest, added.guest, 'a guest is a guest once');
  }
  await assertSees(applicants.slice(0, 2));
  await assertSees(applicants, holding('dossiers.read'));

  // Of a citizen the partner has nothing to do with it learns no name and sees no dossier.
  const stranger = house.database.sql('SELECT public_id FROM subject WHERE id = 1');
  const added = await run(manager, addGuest, { guest: stranger });
  assert.deepEqual([added.guest.id, added.guest.name], [stranger, null]);
  await assertSees(applicants.slice(0, 2));
  const { viewer: { guests } } = await client.data('{ viewer { guests { id clientId name since } } }', { token: manager });
  assert.deepEqual(guests.map(({ id }) => id), [stranger, applicants[1], applicants[0]], 'the latest first');

  // A stream begun before is read anew. One begun in the second in which the last guest came may end for that.
  let stream;
  await until('it stands', async () => {
    stream = await house.client().events('subscription { dossierEvents { id } }', { token: team });
    assert.equal(stream.status, 200);
    await sleep(1000);
    return !stream.ended;
  });
  assert.deepEqual(await run(manager, removeGuest, { id: applicants[0] }), { __typename: 'GuestRemoved', id: applicants[0] });
  await stream.end(secondMs);
  assert.ok(!stream.complete, 'so that the client comes back');
  await assertSees([applicants[1]]);
  assert.equal((await run(manager, removeGuest, { id: applicants[0] })).__typename, 'NotAllowed');
});

test('who may not change the guest list', async () => {
  const guest = house.database.sql('SELECT public_id FROM subject WHERE id = 2');
  const taxCode = house.database.sql('SELECT tax_code FROM organisation WHERE id = 5001');
  house.database.sql('INSERT INTO seat (person, organisation, since) VALUES (2, 5001, current_date)');
  assert.equal((await run(holding('keys.manage', 'TEST'), addGuest, { guest })).__typename, 'NotAllowed', 'a test key');
  assert.equal((await run(house.token('citizen'), addGuest, { guest, taxCode })).__typename, 'NotAllowed', 'a stranger');
  assert.equal((await run(house.token('officer'), addGuest, { guest, taxCode }).catch(() => ({ __typename: 'NotAllowed' }))).__typename, 'NotAllowed', 'an officer');
  for (const nobody of [randomUUID(), 'x', ''])
    assert.equal((await run(holding('keys.manage'), addGuest, { guest: nobody })).__typename, 'NotAllowed', `${nobody} is nobody`);
  const administrator = house.token('citizen2');
  assert.equal((await run(administrator, addGuest, { guest })).__typename, 'NotAllowed', 'a person names the organisation');
  const added = await run(administrator, addGuest, { guest, taxCode });
  assert.equal(added.__typename, 'GuestAdded', JSON.stringify(added));
  assert.equal(added.guest.name, house.database.sql('SELECT name FROM subject WHERE id = 2'), 'one\'s own name is no secret');
  house.database.sql(`UPDATE session SET stepped_up_at = NULL WHERE id = '${decodeJwt(administrator).sid}'`);
  assert.equal((await run(administrator, removeGuest, { id: guest, taxCode })).__typename, 'StepUpRequired');
});

test('R6: a key is told of delegations, grants given and guests of its own environment alone, a TEAM key of its guests', async () => {
  house.database.sql(`DELETE FROM partner_guest;
    INSERT INTO partner_guest (partner, guest) VALUES (5001, 3);
    INSERT INTO delegation (delegator, delegate, purpose, until) SELECT id, 5001, 'x', now() + interval '1 day' FROM subject WHERE id IN (3, 4);
    INSERT INTO dossier_grant (dossier, grantee, applicant, granted_by, kind, purpose, until)
    SELECT id, 4, 5001, 5001, 'DELEGATION', 'x', now() + interval '1 day' FROM dossier WHERE code = '${own.code}'`);
  const name = (id) => house.database.sql(`SELECT name FROM subject WHERE id = ${id}`);
  const told = async (token) => {
    const { viewer } = await client.data('{ viewer { delegations(side: RECEIVED) { nodes { delegator { name } } } grants { nodes { id } } guests { id } } }', { token });
    return { delegators: viewer.delegations.nodes.map(({ delegator }) => delegator.name), grants: viewer.grants.nodes.length, guests: viewer.guests.length };
  };
  const all = scopes.join(',');
  assert.deepEqual(await told(holding(all, 'LIVE', house.token('partner'))), { delegators: [name(4), name(3)], grants: 1, guests: 1 });
  assert.deepEqual(await told(holding(all, 'TEAM', house.token('partner'))), { delegators: [name(3)], grants: 0, guests: 1 }, 'a guest\'s');
  assert.deepEqual(await told(holding(all, 'TEST', house.token('sandbox'))), { delegators: [], grants: 0, guests: 0 }, 'nobody real');
});

test('R6: a dossier beside a grant or an item needs dossiers.read', async () => {
  house.database.sql(`WITH job AS (INSERT INTO bulk_job (partner, session, environment, state, total, done, finished_at) VALUES (5001, gen_random_uuid(), 'LIVE', 'DONE', 1, 1, now()) RETURNING id)
    INSERT INTO bulk_item (job, no, reference, procedure, agency, channel, state, dossier, code)
    SELECT job.id, 1, 'a', 'x', 'x', 'ONLINE', 'DONE', d.id, d.code FROM job, dossier d WHERE d.code = '${own.code}'`);
  for (const inner of ['grants { nodes { dossier { code } } }', 'bulkJobs { items { nodes { dossier { code } } } }']) {
    const { json } = await client.post(`{ viewer { ${inner} } }`, { token: holding('events.read,dossiers.submit', 'LIVE', house.token('partner')) });
    assert.deepEqual([json.errors?.[0].extensions.code, json.errors?.[0].message], ['FORBIDDEN', sentence(['dossiers.read'])], inner);
    const { json: shown } = await client.post(`{ viewer { ${inner} } }`, { token: holding('dossiers.read', 'LIVE', house.token('partner')) });
    assert.ok(JSON.stringify(shown.data).includes(own.code), inner);
  }
});
