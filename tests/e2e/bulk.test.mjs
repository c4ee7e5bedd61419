// In bulk: many dossiers by their codes.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { House, handIn, place } from './support.mjs';

let house;
let client;
let partner;
let where;
before(async () => {
  house = await House.start('bulk', { settings: { MOTCUA_PROCESSES: '2' } });
  client = house.client();
  where = place(house.database);
  partner = house.token('partner');
});
after(() => house.stop());

const byCodes = `query($codes: [String!]!) { bulkDossiers(codes: $codes) {
  code dossier { code state procedure { name } receivedAgency { name } competentAgency { name } } } }`;
const ask = async (codes, token = partner) => (await client.data(byCodes, { token, variables: { codes } })).bulkDossiers;
const codesOf = (where, limit) => house.database.sql(`SELECT code FROM dossier WHERE ${where} ORDER BY id LIMIT ${limit}`).split('\n').filter(Boolean);

test('R6: a hundred codes are answered in their order, in one round trip, whoever owns them', async () => {
  for (let i = 0; i < 3; i++) await handIn(client, partner, where);
  const own = codesOf('5001 IN (applicant, submitter)', 50);
  const foreign = codesOf('5001 NOT IN (applicant, submitter)', 20);
  const codes = [];
  for (let i = 0; codes.length < 100; i++) codes.push([own[i % own.length], foreign[i % foreign.length], `H09.9-261126-${1000 + i}`, 'x'.repeat(65)][i % 4]);
  const { result, roundTrips, statements } = await house.cost(() => ask(codes));
  assert.deepEqual(result.map(({ code }) => code), codes);
  for (const { code, dossier } of result) {
    assert.equal(dossier?.code ?? null, own.includes(code) ? code : null);
    if (dossier) assert.ok(dossier.state && dossier.procedure.name && dossier.receivedAgency.name && dossier.competentAgency.name);
  }
  assert.equal(result.filter(({ dossier }) => dossier).length, 25, 'one that is asked for again is answered again');
  assert.deepEqual([roundTrips, statements], [1, 1]);
});

test('R6: 101 codes are refused before anything is read', async () => {
  const { result: over, roundTrips } = await house.cost(() => client.post(byCodes,
    { token: partner, variables: { codes: Array.from({ length: 101 }, (_, i) => `H09.9-261126-${1000 + i}`) } }));
  assert.match(over.json.errors[0].message, /at most 100 items, found: 101/);
  assert.equal(over.json.data, null);
  assert.equal(roundTrips, 0);
  assert.deepEqual(await ask([]), []);
});
