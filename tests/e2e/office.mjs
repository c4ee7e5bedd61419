// An office with an officer for each role, a processor of another agency, and the applicant: what the tests of the machine and of the officers' work act with.
import assert from 'node:assert/strict';
import { Database, House, handIn, key, place } from './support.mjs';

// Each role of the agency that receives and decides has an officer of its own, and the other agency a processor.
export const staff = { intake: ['INTAKE', 1], dispatcher: ['DISPATCHER', 1], processor: ['PROCESSOR', 1], signer: ['SIGNER', 1], head: ['HEAD', 1], counter: ['COUNTER', 1], other: ['PROCESSOR', 3], inspector: ['INSPECTOR', 1], administrator: ['ADMINISTRATOR', 1] };
export const numbers = {};
// people: name -> subject number, beside the sample's own actors. cast: name -> [role or roles, code of the agency or the officer who is there too].
const prepare = (cast, people) => `
  DO $$
  BEGIN
    EXECUTE replace(pg_get_functiondef('session_subject(text, int)'::regprocedure), '(''officer'', ''OFFICER'', NULL, 1)',
      '(''officer'', ''OFFICER'', NULL, 1), ${[...Object.keys(cast).map((name) => `(''${name}'', ''OFFICER'', NULL, ${numbers[name]})`),
        ...Object.entries(people).map(([name, no]) => `(''${name}'', ''CITIZEN'', ${no}, NULL)`)].join(', ')}');
  END $$;
  ${Object.entries(cast).map(([name, [roles, where]]) => `
  INSERT INTO officer (id, agency, name, locale) OVERRIDING SYSTEM VALUE
  SELECT ${numbers[name]}, id, 'Cán bộ ${roles}', 'en' FROM agency WHERE ${typeof where === 'string' ? `code = '${where}'` : `id = (SELECT agency FROM officer WHERE id = ${where})`};
  ${[roles].flat().map((role) => `INSERT INTO staff_grant (officer, agency, role, starts_at, granted_at)
  SELECT id, agency, '${role}', now() - interval '1 day', now() FROM officer WHERE id = ${numbers[name]};`).join('')}`).join('')}`;

export let house;
export let client;
export let database;
export let where; // what the citizen hands in, and where
export let otherAgency; // its code
export const tokens = {};

export async function open(name, { cast = staff, people = {} } = {}) {
  Object.assign(numbers, Object.fromEntries(Object.keys(cast).map((each, i) => [each, 101 + i])));
  database = Database.copy(name);
  database.sql(prepare(cast, people));
  house = await House.start(name, { database, settings: { MOTCUA_PROCESSES: '2', MOTCUA_COST_MAX_APP: '10000', MOTCUA_COST_MAX_OFFICER: '10000' } });
  client = house.client();
  for (const actor of ['citizen', 'citizen2', 'partner', ...Object.keys({ ...cast, ...people })]) tokens[actor] = house.token(actor);
  where = place(database);
  // Time enough for tasks, and for what is asked of the applicant.
  one(`UPDATE procedure_version SET limit_amount = 10, limit_unit = 'WORKING_DAY' WHERE procedure = (SELECT id FROM procedure WHERE code = '${where.procedure}')`);
  given.receiver = one('SELECT name FROM subject WHERE id = 1');
  otherAgency = one('SELECT a.code FROM officer o JOIN agency a ON a.id = o.agency WHERE o.id = 3');
}

export async function close() {
  await house?.stop();
  database?.drop();
}

export const one = (sql) => database.sql(sql);
const inputType = (field) => `${field[0].toUpperCase()}${field.slice(1)}Input!`;
export const inDays = (days) => new Date(Date.now() + days * 86_400_000).toISOString();

export const changed = '... on DossierChanged { dossier { id code state seq dueAt } event { id seq event from to note } }';
export const failures = `... on Failure { code message retryable } ... on GuardFailed { problems { path message } } ... on StaleState { current { code state seq } }`;
const document = (field) => `mutation($input: ${inputType(field)}) { it: ${field}(input: $input) { __typename ${field === 'answerTask' ? '... on TaskAnswered { id at dossier { state } }' : changed} ${failures} } }`;

export async function act(who, field, input) {
  const { it } = await client.data(document(field), { token: tokens[who], variables: { input: { idempotencyKey: key(), ...input } } });
  return it;
}

// The change must be made, and lead there.
export async function go(who, field, code, input = {}, state = undefined) {
  const done = await act(who, field, { code, ...input });
  assert.equal(done.__typename, field === 'answerTask' ? 'TaskAnswered' : 'DossierChanged', `${who} ${field}: ${JSON.stringify(done)}`);
  if (state) assert.equal(stateOf(code), state, `${who} ${field}`);
  return done;
}

// Why it is not made: the failure's name, and the paths of its problems.
export async function refused(who, field, code, input = {}) {
  const { __typename: type, problems } = await act(who, field, { code, ...input });
  return [type, ...(problems ?? []).map(({ path }) => path)].join(' ');
}

export const stateOf = (code) => one(`SELECT state FROM dossier WHERE code = '${code}'`);
export const look = async (who, code, selection) => (await client.data(`query($code: String!) { dossier(code: $code) { ${selection} } }`, { token: tokens[who], variables: { code } })).dossier;
export const events = async (who, code) => (await look(who, code, 'timeline(first: 50) { nodes { event to } }')).timeline.nodes.map(({ event }) => event).join(' ');

export const parts = [{ name: 'Bản vẽ vị trí', note: 'Bản cũ đã mờ' }, { name: 'Giấy ủy quyền' }];
export const supplement = (more = {}) => ({ parts, reason: 'Thiếu giấy tờ.', until: inDays(10), ...more });
export const accepted = { digitised: true };
export const granted = { outcome: 'GRANTED', eResult: 'KQ-1' };
export const given = { receiver: '', delivery: 'COUNTER' }; // to the citizen, by name
export const task = (more = {}) => ({ agency: otherAgency, title: 'Xác nhận tình trạng cư trú', until: inDays(0.5), ...more });

// A dossier of the citizen, brought to that state.
export async function dossier(state = 'SUBMITTED') {
  const { code } = await handIn(client, tokens.citizen, where);
  const moves = { ACCEPTED: ['intake', 'acceptDossier', accepted], PROCESSING: ['dispatcher', 'assignDossier', {}], COMPLETED: ['signer', 'completeDossier', granted] };
  for (const [to, [who, field, input]] of Object.entries(moves)) {
    if (stateOf(code) === state) break;
    await go(who, field, code, input, to);
  }
  return code;
}

export const supplementsOf = `supplements { id no atIntake reason until askedAt resolvedAt items { id name note state receivedAt } }`;
export const nextAction = 'nextAction { kind parts { id name note } fee { id amountDong what } until }';
export const itemsOf = async (code) => (await look('citizen', code, supplementsOf)).supplements[0].items;
export const announce = (items) => ({ items: items.map(({ id }) => ({ item: id })) });
export const bring = async (code) => {
  await go('citizen', 'supplementDossier', code, announce(await itemsOf(code)));
  await go('intake', 'receiveItems', code, { items: (await itemsOf(code)).map(({ id }) => id), digitised: true });
};
